// Module _tracemalloc: where the memory blocks in use were allocated (library reference "tracemalloc").
//
// A listener of the allocator notes size and call stack of every block; a listener of the free lists renews the stack
// of an object's block when the object is used again. Stacks are kept once each; the strings with file names are owned.
// Nothing of Python's is allocated while a block is noted.
//
// Blocks of the raw domain may be allocated and freed without the GIL: the table of blocks has a lock of its own, and a
// block that is allocated without the GIL is not noted, since nobody knows where the program is.
#include "stdlib/tracemalloc.h"

#include <pthread.h>

#include <map>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "gc/collector.h"
#include "gc/memory.h"
#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/free_list.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/str.h"
#include "runtime/thread_state.h"
#include "runtime/type.h"
#include "vm/frame.h"
#include "vm/gil.h"

namespace minipy {

namespace {

constexpr int kMaxFrames = 65535;

struct StackFrame {
  Str* filename;  // owned by Tracer::filenames
  int line;
  bool operator==(const StackFrame&) const = default;
};
struct Stack {
  std::vector<StackFrame> frames;  // innermost first
  int depth = 0;                   // of the whole stack, which may be deeper
  bool operator==(const Stack&) const = default;
};
struct StackHash {
  size_t operator()(const Stack& s) const {
    size_t h = static_cast<size_t>(s.depth);
    for (const StackFrame& f : s.frames) {
      h = (h ^ reinterpret_cast<size_t>(f.filename) ^ static_cast<size_t>(f.line)) * 0x9e3779b97f4a7c15u;
      h ^= h >> 32;
    }
    return h;
  }
};

struct Block {
  size_t size;
  const Stack* stack;
};

using Blocks = std::unordered_map<uintptr_t, Block>;
constexpr unsigned kOwnDomain = 0;  // what the allocator's blocks are in; others by tracemalloc_track() only

struct Tracer {
  int limit = 1;
  std::mutex lock;  // of all below but `filenames`, `stacks` and `scratch`, which the GIL guards
  std::map<unsigned, Blocks> domains;
  Blocks& own = domains[kOwnDomain];
  size_t current = 0, peak = 0;
  std::unordered_set<Stack, StackHash> stacks;
  std::unordered_set<Str*> filenames;
  Stack scratch;
  bool paused = false;  // what is allocated is the tracer's own work
  memory::Listener listener{};
  const memory::Listener* before = nullptr;  // told, too
  ReuseListener reuse{};
  const ReuseListener* reuse_before = nullptr;
};
// Of the process, as the allocator is; null: not tracing.
std::unique_ptr<Tracer> tracer;
int frame_limit = 1;

Str* unknown_filename() {
  static Str* text = str_intern_ascii("<unknown>").release();
  return text;
}

StackFrame place_of(Tracer& t, InterpreterFrame* frame) {
  int line = frame_line(frame);
  Str* filename = frame->code->filename;
  if (t.filenames.insert(filename).second) incref(filename);
  return {filename, line < 0 ? 0 : line};
}

const Stack* stack_now(Tracer& t) {
  Stack& stack = t.scratch;
  stack.frames.clear();
  stack.depth = 0;
  ThreadState* thread = current_thread();
  InterpreterFrame* frame = thread ? frame_visible(thread->frame) : nullptr;
  for (; frame; frame = frame_visible(frame->previous)) {
    if (static_cast<int>(stack.frames.size()) < t.limit) stack.frames.push_back(place_of(t, frame));
    if (stack.depth < kMaxFrames) stack.depth++;
  }
  if (stack.frames.empty()) {
    stack.frames.push_back({unknown_filename(), 0});
    stack.depth = 1;
  }
  auto found = t.stacks.find(stack);
  return &*(found != t.stacks.end() ? found : t.stacks.insert(stack).first);
}

// The caller holds the lock.
void remove(Tracer& t, Blocks& blocks, uintptr_t p) {
  auto block = blocks.find(p);
  if (block == blocks.end()) return;
  t.current -= block->second.size;
  blocks.erase(block);
}
void add(Tracer& t, Blocks& blocks, uintptr_t p, size_t size, const Stack* stack) {
  remove(t, blocks, p);
  blocks[p] = {size, stack};
  t.current += size;
  if (t.current > t.peak) t.peak = t.current;
}

void block_freed(void* context, memory::Domain domain, void* p) {
  Tracer& t = *static_cast<Tracer*>(context);
  if (t.before) t.before->freed(t.before->context, domain, p);
  std::lock_guard guard(t.lock);
  remove(t, t.own, reinterpret_cast<uintptr_t>(p));
}

void block_allocated(void* context, memory::Domain domain, void* p, size_t size) {
  Tracer& t = *static_cast<Tracer*>(context);
  if (t.before) t.before->allocated(t.before->context, domain, p, size);
  if (!p || t.paused || (domain == memory::Domain::kRaw && !gil_held_by_me())) return;
  const Stack* stack = stack_now(t);
  std::lock_guard guard(t.lock);
  add(t, t.own, reinterpret_cast<uintptr_t>(p), size, stack);
}

void block_reused(void* context, void* p) {
  Tracer& t = *static_cast<Tracer*>(context);
  if (t.reuse_before) t.reuse_before->reused(t.reuse_before->context, p);
  const Stack* stack = stack_now(t);
  std::lock_guard guard(t.lock);
  auto block = t.own.find(reinterpret_cast<uintptr_t>(p));
  if (block != t.own.end()) block->second.stack = stack;
}

void forget_blocks(Tracer& t) {
  {
    std::lock_guard guard(t.lock);
    for (auto& [domain, blocks] : t.domains) blocks.clear();
    t.current = t.peak = 0;
  }
  t.stacks.clear();
  std::unordered_set<Str*> filenames = std::exchange(t.filenames, {});
  for (Str* filename : filenames) decref(filename);
}

// The child's one thread does not hold the lock, whoever held it in the parent.
void after_fork_in_child() {
  if (tracer) new (&tracer->lock) std::mutex;
}

// ---- Python's side -------------------------------------------------------------------------------------------------

Ref<Object> stack_tuple(const Stack& stack) {
  Ref<Tuple> frames = TRY(tuple_new(static_cast<ssize>(stack.frames.size())));
  for (size_t i = 0; i < stack.frames.size(); i++) {
    Ref<Object> line = TRY(int_from_ssize(stack.frames[i].line));
    Ref<Tuple> frame = TRY(tuple_pack(as_object(stack.frames[i].filename), line.get()));
    frames->items[i] = as_object(frame.release());
  }
  return frames;
}

Ref<Object> is_tracing(Object*) { return bool_ref(tracer != nullptr); }

void clear_traces(Object*) {
  if (tracer) forget_blocks(*tracer);
}

Status start(Object*, int nframe) { return tracemalloc_start(nframe); }

void stop(Object*) { tracemalloc_stop(); }

Ref<Object> get_traceback_limit(Object*) { return int_from_ssize(frame_limit); }

Ref<Object> get_traced_memory(Object*) {
  Ref<Object> current = TRY(int_from_size(tracer ? tracer->current : 0));
  Ref<Object> peak = TRY(int_from_size(tracer ? tracer->peak : 0));
  return tuple_pack(current.get(), peak.get());
}

void reset_peak(Object*) {
  if (tracer) tracer->peak = tracer->current;
}

// What the tables take, about: nodes and buckets.
Ref<Object> get_tracemalloc_memory(Object*) {
  size_t bytes = 0;
  if (tracer) {
    std::lock_guard guard(tracer->lock);
    for (const auto& [domain, blocks] : tracer->domains) {
      bytes += blocks.size() * (sizeof(Blocks::value_type) + 16) + blocks.bucket_count() * 8;
    }
    bytes += tracer->filenames.size() * 16 + tracer->stacks.bucket_count() * 8;
    for (const Stack& s : tracer->stacks) bytes += sizeof(Stack) + 16 + s.frames.capacity() * sizeof(StackFrame);
  }
  return int_from_size(bytes);
}

Ref<Object> get_object_traceback(Object*, Object* p) {
  // As in the reference, objects with a managed dict are not found: their block begins further in front.
  return tracemalloc_traceback(kOwnDomain, reinterpret_cast<uintptr_t>(p) - (object_is_gc(p) ? sizeof(GcHeader) : 0));
}

struct Trace {
  unsigned domain;
  Block block;
};

Ref<Object> trace_tuple(const Trace& t, Ref<Object>& frames) {
  if (!frames) frames = TRY(stack_tuple(*t.block.stack));
  Ref<Object> domain = TRY(int_from_ssize(t.domain));
  Ref<Object> size = TRY(int_from_size(t.block.size));
  Ref<Object> depth = TRY(int_from_ssize(t.block.stack->depth));
  return tuple_pack(domain.get(), size.get(), frames.get(), depth.get());
}

// One (domain, size, frames, depth) each; equal tracebacks are one tuple.
Ref<Object> get_traces(Object*) {
  Ref<List> result = TRY(list_new(0));
  if (!tracer) return result;
  // The list is made of a copy: making it frees blocks, too.
  std::vector<Trace> traces;
  {
    std::lock_guard guard(tracer->lock);
    for (const auto& [domain, blocks] : tracer->domains) {
      for (const auto& [p, block] : blocks) traces.push_back({domain, block});
    }
  }
  struct Pause {
    Tracer* t = tracer.get();
    Pause() { t->paused = true; }
    ~Pause() { t->paused = false; }
  } pause;
  std::unordered_map<const Stack*, Ref<Object>> tuples;
  for (const Trace& t : traces) {
    Ref<Object> tuple = TRY(trace_tuple(t, tuples[t.block.stack]));
    TRY(list_append(result.get(), tuple.get()));
  }
  return result;
}

constinit MethodDef functions[] = {
    FUNCTION(is_tracing, "is_tracing(module, /)", "Whether memory blocks are being traced."),
    FUNCTION(clear_traces, "clear_traces(module, /)", "Forget the traced blocks."),
    FUNCTION(get_traces, "_get_traces(module, /)",
             "The traced blocks: a list of (domain, size, traceback, length of the whole traceback)."),
    FUNCTION(get_object_traceback, "_get_object_traceback(module, obj, /)",
             "The (filename, line) pairs of the stack that allocated the object, innermost first, or None."),
    FUNCTION(start, "start(module, nframe=1, /)", "Trace memory blocks from now on, with so many frames each."),
    FUNCTION(stop, "stop(module, /)", "Stop tracing, and forget the traced blocks."),
    FUNCTION(get_traceback_limit, "get_traceback_limit(module, /)", "How many frames a trace keeps."),
    FUNCTION(get_tracemalloc_memory, "get_tracemalloc_memory(module, /)", "The bytes that the traces take themselves."),
    FUNCTION(get_traced_memory, "get_traced_memory(module, /)", "The bytes now in the traced blocks, and their peak."),
    FUNCTION(reset_peak, "reset_peak(module, /)", "Let the peak start from the present size."),
    {},
};

}  // namespace

Status tracemalloc_start(int frames) {
  if (frames < 1 || frames > kMaxFrames) {
    return raise(ValueError, "the number of frames must be in range [1; {}]", kMaxFrames);
  }
  if (tracer) return kOk;
  (void)unknown_filename();
  frame_limit = frames;
  tracer = std::make_unique<Tracer>();
  tracer->limit = frames;
  tracer->listener = {block_allocated, block_freed, tracer.get()};
  tracer->before = memory::set_listener(&tracer->listener);
  tracer->reuse = {block_reused, tracer.get()};
  tracer->reuse_before = free_lists_set_listener(&tracer->reuse);
  static bool registered = false;
  if (!std::exchange(registered, true)) pthread_atfork(nullptr, nullptr, after_fork_in_child);
  return kOk;
}

void tracemalloc_stop() {
  if (!tracer) return;
  memory::set_listener(tracer->before);
  free_lists_set_listener(tracer->reuse_before);
  forget_blocks(*tracer);
  tracer.reset();
}

bool tracemalloc_track(unsigned domain, uintptr_t p, size_t size, ThreadState* without_gil) {
  if (!tracer) return false;
  if (without_gil) gil_acquire(without_gil);
  {
    const Stack* stack = stack_now(*tracer);
    std::lock_guard guard(tracer->lock);
    add(*tracer, tracer->domains[domain], p, size, stack);
  }
  if (without_gil) gil_release();
  return true;
}

bool tracemalloc_untrack(unsigned domain, uintptr_t p) {
  if (!tracer) return false;
  std::lock_guard guard(tracer->lock);
  remove(*tracer, tracer->domains[domain], p);
  return true;
}

Ref<Object> tracemalloc_traceback(unsigned domain, uintptr_t p) {
  if (!tracer) return none_ref();
  const Stack* stack = nullptr;
  {
    std::lock_guard guard(tracer->lock);
    const Blocks& blocks = tracer->domains[domain];
    if (auto found = blocks.find(p); found != blocks.end()) stack = found->second.stack;
  }
  return stack ? stack_tuple(*stack) : none_ref();
}

constinit NativeModule _tracemalloc_module = {"_tracemalloc", functions, nullptr,
                                              "Debug module to trace memory blocks allocated by Python."};

}  // namespace minipy
