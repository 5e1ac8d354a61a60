#include "stdlib/minipy/step_recorder.h"

#include <sys/mman.h>

#include <cstdlib>
#include <cstring>

#include "compiler/opcode.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/dict_keys.h"
#include "runtime/float.h"
#include "runtime/int.h"
#include "runtime/str.h"
#include "stdlib/minipy/safe_text.h"
#include "vm/vm_opcodes.h"

namespace minipy::step {

Shared* shared_new(uint64_t history) {
  uint64_t slots = history / kStepsPerChunk + 8;
  void* p =
      mmap(nullptr, shared_size(slots), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (p == MAP_FAILED) return nullptr;
  Shared* s = static_cast<Shared*>(p);
  s->history = history;
  s->chunk_slots = slots;
  return s;
}

// ---- Arena ---------------------------------------------------------------------------------------------------------

Arena::~Arena() {
  clear();
  for (char* block : blocks_) std::free(block);
}

void Arena::clear() {
  for (char* block : large_) std::free(block);
  large_.clear();
  block_ = used_ = 0;
}

void* Arena::take(size_t size) {
  size = (size + 7) & ~size_t{7};
  if (size > kBlock / 4) {
    large_.push_back(static_cast<char*>(std::malloc(size)));
    return large_.back();
  }
  if (blocks_.empty() || used_ + size > kBlock) {
    if (!blocks_.empty()) block_++;
    if (block_ >= blocks_.size()) blocks_.push_back(static_cast<char*>(std::malloc(kBlock)));
    used_ = 0;
  }
  void* p = blocks_[block_] + used_;
  used_ += size;
  return p;
}

// ---- Chunks --------------------------------------------------------------------------------------------------------

namespace {

// A step needs less: kMaxObjectsPerStep objects, and whatever frames are entered.
constexpr size_t kStepReserve = size_t{160} << 10;
// Frames whose values a chunk's beginning tells; those in the middle of a deep recursion are told without.
constexpr size_t kFullFrames = 100;

}  // namespace

Recorder::Recorder(Shared* shared, std::string library, std::string program)
    : StepListener(kStepInstructions | kStepFrames | kStepExceptions | kStepGeneralForms),
      shared_(shared),
      library_(std::move(library)),
      program_(std::move(program)) {
  table_.resize(1 << 12);
}

void Recorder::put_text(std::string_view s) {
  put(s.size());
  s.copy(reinterpret_cast<char*>(p_), s.size());
  p_ += s.size();
}

void Recorder::start_chunk() {
  if (chunk_) {
    *p_ = kEnd;
    chunk_->bytes = static_cast<uint64_t>(p_ - chunk_begin_);
  }
  uint64_t steps = shared_->steps.load(std::memory_order_relaxed);
  uint64_t first = shared_->first_chunk.load(std::memory_order_relaxed);
  // Chunks that are not needed for `history` steps, and the one whose place is used again.
  while (first < next_chunk_) {
    Chunk* oldest = chunk_entry(shared_, first);
    bool needed = steps - (oldest->first_step + oldest->steps) < shared_->history;
    if (needed && next_chunk_ - first < shared_->chunk_slots) break;
    if (shared_->lossless && shared_->chunks_read.load(std::memory_order_acquire) <= first) {
      if (next_chunk_ - first < shared_->chunk_slots) break;
      if (!wait_for_reader()) {
        off_ = true;
        return;
      }
      continue;
    }
    shared_->first_chunk.store(++first, std::memory_order_release);
  }
  chunk_ = chunk_entry(shared_, next_chunk_);
  *chunk_ = {steps, 0, 0, next_chunk_ % shared_->chunk_slots};
  p_ = chunk_begin_ = chunk_data(shared_, chunk_);
  soft_end_ = p_ + kChunkBytes - kStepReserve;
  next_object_ = 1;
  tell_everything();
  chunk_->bytes = static_cast<uint64_t>(p_ - chunk_begin_);
  shared_->chunk_count.store(++next_chunk_, std::memory_order_release);
}

// The chunk's own copy of an object told in an earlier one, with all that it leads to. Nothing is read from the objects
// themselves, which may be gone.
Entry* Recorder::tell_again(Entry* old) {
  if (!old) return nullptr;
  Entry* e = find_entry(old->object);
  if (e->number) return e;
  if (p_ >= soft_end_) return nullptr;
  Entry copy = *old;
  copy.number = next_object_++;
  copy.seen = 0;
  char* text = static_cast<char*>(arena_->take(old->text_size));
  if (old->text_size) std::memcpy(text, old->text, old->text_size);
  copy.text = text;
  copy.fields = static_cast<Field*>(arena_->take(old->field_count * sizeof(Field)));
  *e = copy;
  for (uint32_t i = 0; i < old->field_count; i++) {
    e->fields[i] = {old->fields[i].object, tell_again(old->fields[i].entry), old->fields[i].name};
  }
  put_object(e);
  return e;
}

void Recorder::tell_everything() {
  arena_ = arena_ == &arenas_[0] ? &arenas_[1] : &arenas_[0];
  arena_->clear();
  std::fill(table_.begin(), table_.end(), nullptr);
  entry_count_ = 0;
  for (auto& t : threads_) {
    event(kThread);
    put(t->number);
    size_t depth = t->frames.size();
    for (size_t i = 0; i < depth; i++) {
      FrameShadow& f = t->frames[i];
      bool full = i < kFullFrames || i + kFullFrames >= depth;
      if (!full && p_ >= soft_end_) continue;
      event(kPush);
      put(f.number);
      put(f.code->number);
      put_signed(f.unit);
      put(f.flags);
      if (!full) continue;
      for (size_t k = 0; k < f.slots.size(); k++) {
        Slot& slot = f.slots[k];
        if (!slot.object && k < static_cast<size_t>(f.code->local_count)) continue;
        slot.entry = tell_again(slot.entry);
        event(kSlot);
        put(k);
        put(number_of(slot.entry));
      }
      for (size_t k = 0; k < f.names.size(); k++) {
        NameSlot& n = f.names[k];
        n.entry = tell_again(n.entry);
        event(kName);
        put(k);
        put(n.name);
        put(number_of(n.entry));
      }
    }
    if (t->handled_object) {
      t->handled = tell_again(t->handled);
      event(kHandled);
      put(number_of(t->handled));
    }
    // What was not told again must not be looked at: it is told when it is met.
    for (FrameShadow& f : t->frames) {
      for (Slot& slot : f.slots) {
        if (slot.entry && find_entry(slot.entry->object) != slot.entry) slot = {nullptr, nullptr};
      }
      for (NameSlot& n : f.names) {
        if (n.entry && find_entry(n.entry->object) != n.entry) {
          n = {};
          f.namespace_version = 0;
        }
      }
    }
  }
  if (current_ && !threads_.empty()) {
    event(kThread);
    put(current_->number);
  }
  event(kTold);
}

// ---- Threads and frames --------------------------------------------------------------------------------------------

ThreadShadow& Recorder::thread_of(ThreadState* t) {
  if (current_ && current_->thread == t) return *current_;
  for (auto& shadow : threads_) {
    if (shadow->thread == t) return *shadow;
  }
  threads_.push_back(std::make_unique<ThreadShadow>(ThreadShadow{t, next_thread_++, {}, nullptr, nullptr}));
  define(kDefineThread, std::string(reinterpret_cast<const char*>(&t->native_thread_id), sizeof t->native_thread_id));
  return *threads_.back();
}

void Recorder::switch_to(ThreadShadow& t) {
  if (current_ == &t) return;
  current_ = &t;
  disturbed_ = true;
  event(kThread);
  put(t.number);
}

FrameShadow& Recorder::push(ThreadShadow& t, InterpreterFrame* frame, CodeShadow* code, int unit, uint8_t flags) {
  t.frames.emplace_back();
  FrameShadow& f = t.frames.back();
  f.frame = frame;
  f.code = code;
  f.flags = flags;
  f.unit = unit;
  if (frame->owner == FrameOwner::kGenerator) {
    f.flags |= kGenerator;
    uint64_t& number = generator_frames_[frame];
    // Before its first instruction behind the one that made it, it is the frame that was called.
    if (!number) number = next_frame_++;
    if (unit > frame->code->first_traceable) f.flags |= kResumed;
    f.number = number;
  } else {
    f.number = next_frame_++;
  }
  f.slots.resize(static_cast<size_t>(code->local_count));
  event(kPush);
  put(f.number);
  put(code->number);
  put_signed(unit);
  put(f.flags);
  return f;
}

void Recorder::pop(ThreadShadow& t, PopHow how, Entry* value) {
  event(kPop);
  put(how);
  put(number_of(value));
  t.frames.pop_back();
}

// Pushes what is between the innermost frame that was told and this one.
FrameShadow* Recorder::enter(ThreadShadow& t, InterpreterFrame* frame, CodeShadow* code, int unit) {
  InterpreterFrame* outside[32];
  int count = 0;
  InterpreterFrame* told = t.frames.empty() ? nullptr : t.frames.back().frame;
  InterpreterFrame* f = frame->previous;
  for (; f && f != told; f = f->previous) {
    if (count < 32) outside[count++] = f;
  }
  if (!f && told) {
    // Frames left unseen: back to one that is still running.
    while (!t.frames.empty()) {
      InterpreterFrame* running = frame->previous;
      while (running && running != t.frames.back().frame) running = running->previous;
      if (running) break;
      pop(t, kLost, nullptr);
    }
    told = t.frames.empty() ? nullptr : t.frames.back().frame;
    count = 0;
    for (f = frame->previous; f && f != told; f = f->previous) {
      if (count < 32) outside[count++] = f;
    }
  }
  for (; count > 0; count--) {
    InterpreterFrame* o = outside[count - 1];
    if (!o->code->runtime) continue;
    push(t, o, code_of(o->code, o->previous), frame_lasti(o), kOutside);
  }
  return &push(t, frame, code, unit, 0);
}

void Recorder::compare_handled(ThreadShadow& t) {
  Object* handled = nullptr;
  for (HandledException* h = t.thread->exc_info; h && !handled; h = h->previous) {
    if (h->value && h->value->type != &none_type) handled = h->value;
  }
  if (handled == t.handled_object) return;
  t.handled_object = handled;
  t.handled = handled ? see(handled, kMaxDepth) : nullptr;
  event(kHandled);
  put(number_of(t.handled));
}

// ---- Values --------------------------------------------------------------------------------------------------------

void Recorder::compare_values(FrameShadow& f, InterpreterFrame* frame, Value* sp, bool quick) {
  Value* values = frame->localsplus;
  size_t count = static_cast<size_t>(sp - values);
  if (count < f.slots.size()) {
    event(kDepth);
    put(count - static_cast<size_t>(f.code->local_count));
  }
  size_t before = f.slots.size();
  f.slots.resize(count);
  for (size_t i = 0; i < count; i++) {
    Object* p = values[i];
    Slot& slot = f.slots[i];
    if (slot.object == p && i < before) {
      if (!p) continue;
      if (!slot.entry) continue;
      if (quick) {
        look_quickly(slot.entry, p);
      } else {
        look(slot.entry, p, kMaxDepth);
      }
      continue;
    }
    slot.object = p;
    slot.entry = p ? see(p, kMaxDepth) : nullptr;
    event(kSlot);
    put(i);
    put(number_of(slot.entry));
  }
  f.depth = static_cast<int>(count) - f.code->local_count;
}

namespace {

// Names of the module's own machinery are not shown.
bool is_shown_name(const Str* key) {
  ssize n = str_length(key);
  return n > 0 && !(n > 4 && str_at(key, 0) == '_' && str_at(key, 1) == '_' && str_at(key, n - 1) == '_' &&
                    str_at(key, n - 2) == '_');
}

}  // namespace

void Recorder::compare_namespace(FrameShadow& f, InterpreterFrame* frame, bool quick) {
  if (!frame->locals || (frame->code->flags & kCoOptimized)) return;
  if (!(frame->locals->type->flags & kTypeDictSubclass)) return;
  Dict* d = cast<Dict>(frame->locals);
  if (d->version_tag == f.namespace_version) {
    for (NameSlot& n : f.names) {
      if (!n.entry) continue;
      if (quick) {
        look_quickly(n.entry, n.object);
      } else {
        look(n.entry, n.object, kMaxDepth);
      }
    }
    return;
  }
  f.namespace_version = d->version_tag;
  ssize position = 0;
  Object *key, *value;
  size_t count = 0;
  while (count < kMaxNames && dict_next(d, &position, &key, &value)) {
    if (key->type != &str_type || !is_shown_name(reinterpret_cast<Str*>(key))) continue;
    if (count == f.names.size()) f.names.emplace_back();
    NameSlot& n = f.names[count];
    Str* name = reinterpret_cast<Str*>(key);
    if (n.key == name && n.object == value && n.entry) {
      if (quick) {
        look_quickly(n.entry, value);
      } else {
        look(n.entry, value, kMaxDepth);
      }
    } else {
      if (n.key != name) n.name = name_of_str(name);
      n.key = name;
      n.object = value;
      n.entry = see(value, kMaxDepth);
      event(kName);
      put(count);
      put(n.name);
      put(number_of(n.entry));
    }
    count++;
  }
  if (count < f.names.size()) {
    f.names.resize(count);
    event(kNameCount);
    put(count);
  }
}

const Entry* Recorder::variable(const FrameShadow& frame, std::string_view name) {
  for (const NameSlot& n : frame.names) {
    if (n.key && str_equals_ascii(n.key, name)) return n.entry;
  }
  const Code* code = frame.frame->code;
  for (int i = 0; i < code->nlocalsplus; i++) {
    if (!str_equals_ascii(reinterpret_cast<Str*>(code->localsplusnames->items[i]), name)) continue;
    const Entry* e = frame.slots[static_cast<size_t>(i)].entry;
    // A cell stands for what is in it.
    if (e && e->repr == static_cast<uint8_t>(ReprKind::kCell) && e->field_count) return e->fields[0].entry;
    return e;
  }
  return nullptr;
}

bool Recorder::has_variable(const FrameShadow& frame, std::string_view name) {
  if (frame.frame->locals && !(frame.frame->code->flags & kCoOptimized)) return true;
  const Code* code = frame.frame->code;
  for (int i = 0; i < code->nlocalsplus; i++) {
    if (str_equals_ascii(reinterpret_cast<Str*>(code->localsplusnames->items[i]), name)) return true;
  }
  return false;
}

// ---- Instructions --------------------------------------------------------------------------------------------------

namespace {

bool is_plain_value(const Object* p) {
  const Type* t = p->type;
  return t == &int_type || t == &float_type || t == &str_type || t == &bool_type || t == &none_type;
}

}  // namespace

// Whether an instruction changes nothing that can be seen but the stack, plain variables, and counts of values there.
bool Recorder::is_quick(const FrameShadow& f, const InterpreterFrame* frame, int opcode, Value* sp) {
  (void)f;
  (void)frame;
  switch (opcode) {
    case OP_NOP:
    case OP_LOAD_CONST:
    case OP_LOAD_FAST:
    case OP_PUSH_NULL:
    case OP_COPY:
    case OP_SWAP:
    case OP_JUMP_FORWARD:
    case OP_JUMP_BACKWARD:
    case OP_JUMP_BACKWARD_NO_INTERRUPT:
    case OP_KW_NAMES:
    case OP_PRECALL:
    case OP_EXTENDED_ARG:
    case OP_LOAD_CLOSURE:
    case OP_LOAD_DEREF:
    case OP_LOAD_GLOBAL:
    case OP_IS_OP:
    case OP_RESUME: return true;
    case OP_BINARY_OP:
    case OP_COMPARE_OP: return is_plain_value(sp[-1]) && is_plain_value(sp[-2]);
    case OP_UNARY_NOT:
    case OP_UNARY_NEGATIVE:
    case OP_POP_TOP: return sp[-1] && is_plain_value(sp[-1]);
    case OP_POP_JUMP_FORWARD_IF_FALSE:
    case OP_POP_JUMP_FORWARD_IF_TRUE:
    case OP_POP_JUMP_BACKWARD_IF_FALSE:
    case OP_POP_JUMP_BACKWARD_IF_TRUE:
    case OP_JUMP_IF_FALSE_OR_POP:
    case OP_JUMP_IF_TRUE_OR_POP:
    case OP_POP_JUMP_FORWARD_IF_NONE:
    case OP_POP_JUMP_FORWARD_IF_NOT_NONE:
    case OP_POP_JUMP_BACKWARD_IF_NONE:
    case OP_POP_JUMP_BACKWARD_IF_NOT_NONE: return is_plain_value(sp[-1]);
    case OP_FOR_ITER: return sp[-1]->type == &range_iterator_type;
    default: return false;
  }
}

void Recorder::before_instruction(ThreadState* t, InterpreterFrame* frame, const CodeUnit* pc, Value* sp) {
  if (off_) return;
  CodeRuntime* runtime = frame->code->runtime;
  int unit = static_cast<int>(pc - runtime->code);
  ThreadShadow* thread = current_ && current_->thread == t ? current_ : nullptr;
  FrameShadow* f = thread ? top_frame(*thread) : nullptr;
  if (!f || f->frame != frame) {
    CodeShadow* code = code_of(frame->code, frame->previous);
    if (!code->program && !shared_->library) {
      bool wanted = into_thread_ && thread && thread->number == into_thread_ && thread->frames.size() >= into_depth_;
      if (!wanted) {
        disturbed_ = true;
        return;
      }
    }
    if (!chunk_) start_chunk();
    if (off_) return;
    thread = &thread_of(t);
    objects_left_ = kMaxObjectsPerStep;
    serial_++;
    disturbed_ = true;
    switch_to(*thread);
    f = top_frame(*thread);
    if (!f || f->frame != frame) f = enter(*thread, frame, code, unit);
  } else {
    objects_left_ = kMaxObjectsPerStep;
    serial_++;
  }
  if (f->flags & kOutside) {
    disturbed_ = true;
    return;
  }
  bool quick = f->quick && !disturbed_;
  disturbed_ = false;
  compare_values(*f, frame, sp, quick);
  compare_namespace(*f, frame, quick);
  if (!quick) compare_handled(*thread);
  int ahead = unit - f->unit;
  if (ahead >= 0 && ahead < 0x80) {
    *p_++ = static_cast<uint8_t>(kStepAhead | ahead);
  } else {
    event(kStepAt);
    put(static_cast<uint64_t>(unit));
  }
  f->unit = unit;
  int opcode = kGeneralForm[*pc & 0xff];
  f->quick = is_quick(*f, frame, opcode, sp);
  if (opcode == OP_STORE_FAST) {
    // Quick unless the value that it replaces may be destroyed with consequences.
    size_t variable = static_cast<size_t>(*pc >> 8);
    Object* old = variable < f->slots.size() ? f->slots[variable].object : nullptr;
    f->quick = !old || is_plain_value(old);
  }
  chunk_->steps++;
  chunk_->bytes = static_cast<uint64_t>(p_ - chunk_begin_);
  shared_->steps.store(chunk_->first_step + chunk_->steps, std::memory_order_release);
  size_t frames = thread->frames.size();
  if (into_thread_ == thread->number && frames <= into_depth_) into_thread_ = 0;
  recorded(*thread, *f, unit);
  if (chunk_->steps >= kStepsPerChunk || p_ >= soft_end_) {
    *p_ = kEnd;
    start_chunk();
  }
}

void Recorder::frame_left(ThreadState* t, InterpreterFrame* frame, FrameLeft how, Object* value) {
  if (off_) return;
  disturbed_ = true;
  if (!chunk_) return;
  ThreadShadow* thread = nullptr;
  for (auto& shadow : threads_) {
    if (shadow->thread == t) thread = shadow.get();
  }
  if (!thread || thread->frames.empty() || thread->frames.back().frame != frame) return;
  switch_to(*thread);
  FrameShadow& f = thread->frames.back();
  objects_left_ = kMaxObjectsPerStep;
  serial_++;
  if (how == FrameLeft::kBecameGenerator) {
    generator_frames_[generator_frame(reinterpret_cast<Generator*>(value))] = f.number;
  } else if ((f.flags & kGenerator) && how != FrameLeft::kYielded) {
    generator_frames_.erase(frame);
  }
  static constexpr PopHow kHow[] = {kReturned, kYielded, kBecameGenerator, kRaisedOut};
  bool outside = f.flags & kOutside;
  Entry* shown = value && !outside ? see(value, kMaxDepth) : nullptr;
  pop(*thread, kHow[static_cast<int>(how)], shown);
  if (thread->frames.empty() && thread->number != 1) {
    event(kThreadEnd);
    put(thread->number);
  }
  chunk_->bytes = static_cast<uint64_t>(p_ - chunk_begin_);
  if (p_ >= soft_end_) start_chunk();
}

void Recorder::raised(ThreadState* t, InterpreterFrame* frame) {
  if (off_ || !chunk_) return;
  disturbed_ = true;
  ThreadShadow* thread = &thread_of(t);
  switch_to(*thread);
  objects_left_ = kMaxObjectsPerStep;
  serial_++;
  if (thread->frames.empty() || thread->frames.back().frame != frame) {
    // A generator that throw() or close() goes on with.
    if (frame->owner != FrameOwner::kGenerator) return;
    CodeShadow* code = code_of(frame->code, frame->previous);
    if (!code->program && !shared_->library) return;
    enter(*thread, frame, code, frame_lasti(frame));
  }
  // Without an instance yet, the class says what it is.
  Object* exception =
      t->curexc_value && (t->curexc_value->type->flags & kTypeExceptionSubclass) ? t->curexc_value : t->curexc_type;
  Entry* e = exception ? see(exception, kMaxDepth) : nullptr;
  Entry* value =
      exception && exception == t->curexc_type && t->curexc_value ? see(t->curexc_value, kMaxDepth) : nullptr;
  event(kRaised);
  put(number_of(e));
  put(number_of(value));
  chunk_->bytes = static_cast<uint64_t>(p_ - chunk_begin_);
  if (p_ >= soft_end_) start_chunk();
}

void Recorder::code_freed(CodeRuntime* runtime) { codes_.erase(runtime); }

void Recorder::put_breakpoint(uint32_t number) {
  event(kBreakpoint);
  put(number);
  chunk_->bytes = static_cast<uint64_t>(p_ - chunk_begin_);
}

}  // namespace minipy::step
