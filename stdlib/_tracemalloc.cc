// Module _tracemalloc: where the memory blocks in use were allocated (library reference "tracemalloc").
//
// A listener of the allocator notes size and call stack of every block of the mem and object domains. The raw domain is
// used without the GIL and left out. Stacks are kept once each; the strings with file names are owned. Nothing of
// Python's is allocated while a block is noted.
#include "stdlib/tracemalloc.h"

#include <memory>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "gc/collector.h"
#include "gc/memory.h"
#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/str.h"
#include "runtime/thread_state.h"
#include "runtime/type.h"
#include "vm/frame.h"

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

struct Tracer {
  int limit = 1;
  std::unordered_map<const void*, Block> blocks;
  std::unordered_set<Stack, StackHash> stacks;
  std::unordered_set<Str*> filenames;
  size_t current = 0, peak = 0;
  Stack scratch;
  memory::Listener listener{};
  const memory::Listener* before = nullptr;  // told, too
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

void block_freed(void* context, memory::Domain domain, void* p) {
  Tracer& t = *static_cast<Tracer*>(context);
  if (t.before) t.before->freed(t.before->context, domain, p);
  if (domain == memory::Domain::kRaw) return;
  auto block = t.blocks.find(p);
  if (block == t.blocks.end()) return;
  t.current -= block->second.size;
  t.blocks.erase(block);
}

void block_allocated(void* context, memory::Domain domain, void* p, size_t size) {
  Tracer& t = *static_cast<Tracer*>(context);
  if (t.before) t.before->allocated(t.before->context, domain, p, size);
  if (domain == memory::Domain::kRaw || !p) return;
  t.blocks[p] = {size, stack_now(t)};
  t.current += size;
  if (t.current > t.peak) t.peak = t.current;
}

void forget_blocks(Tracer& t) {
  t.blocks.clear();
  t.stacks.clear();
  t.current = t.peak = 0;
  std::unordered_set<Str*> filenames = std::exchange(t.filenames, {});
  for (Str* filename : filenames) decref(filename);
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
    bytes += tracer->blocks.size() * (sizeof(std::pair<void*, Block>) + 16) + tracer->blocks.bucket_count() * 8;
    bytes += tracer->filenames.size() * 16 + tracer->stacks.bucket_count() * 8;
    for (const Stack& s : tracer->stacks) bytes += sizeof(Stack) + 16 + s.frames.capacity() * sizeof(StackFrame);
  }
  return int_from_size(bytes);
}

Ref<Object> get_object_traceback(Object*, Object* p) {
  if (!tracer) return none_ref();
  const char* block = reinterpret_cast<const char*>(p);
  // As in the reference, objects with a managed dict are not found: their block begins further in front.
  if (object_is_gc(p)) block -= sizeof(GcHeader);
  auto found = tracer->blocks.find(block);
  if (found == tracer->blocks.end()) return none_ref();
  return stack_tuple(*found->second.stack);
}

// One (domain, size, frames, depth) each. The list is made of a copy: making it allocates.
Ref<Object> get_traces(Object*) {
  Ref<List> result = TRY(list_new(0));
  if (!tracer) return result;
  std::vector<Block> blocks;
  blocks.reserve(tracer->blocks.size());
  for (const auto& [p, block] : tracer->blocks) blocks.push_back(block);
  std::unordered_map<const Stack*, Ref<Object>> tuples;
  // Its own work is not traced.
  std::unique_ptr<Tracer> paused = std::move(tracer);
  const memory::Listener* listener = memory::set_listener(paused->before);
  Status made = [&]() -> Status {
    for (const Block& b : blocks) {
      Ref<Object>& frames = tuples[b.stack];
      if (!frames) frames = TRY(stack_tuple(*b.stack));
      Ref<Object> domain = TRY(int_from_ssize(0));
      Ref<Object> size = TRY(int_from_size(b.size));
      Ref<Object> depth = TRY(int_from_ssize(b.stack->depth));
      Ref<Tuple> trace = TRY(tuple_pack(domain.get(), size.get(), frames.get(), depth.get()));
      TRY(list_append(result.get(), as_object(trace.get())));
    }
    return kOk;
  }();
  memory::set_listener(listener);
  tracer = std::move(paused);
  TRY(made);
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
  return kOk;
}

void tracemalloc_stop() {
  if (!tracer) return;
  memory::set_listener(tracer->before);
  forget_blocks(*tracer);
  tracer.reset();
}

constinit NativeModule _tracemalloc_module = {"_tracemalloc", functions, nullptr,
                                              "Debug module to trace memory blocks allocated by Python."};

}  // namespace minipy
