// The frame stack, the end of frames, and variables as a mapping.
#include "vm/frame.h"

#include "gc/collector.h"
#include "gc/memory_watch.h"
#include "runtime/abstract.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"

namespace minipy {

// ---- The stack -----------------------------------------------------------------------------------------------------

Object** frame_stack_grow(ThreadState* t, size_t words) {
  constexpr size_t kFirstChunkWords = 4096 - 8, kChunkWords = 32768 - 8;
  StackChunk* current = t->stack_chunk;
  StackChunk* chunk = current ? current->next : nullptr;
  if (chunk && chunk->words < words) {
    // Too small for this frame: drop the kept chunks and get one that is large enough.
    while (chunk) {
      StackChunk* following = chunk->next;
      memory::untold_free(chunk);
      chunk = following;
    }
    current->next = nullptr;
  }
  if (!chunk) {
    size_t size = current ? kChunkWords : kFirstChunkWords;
    if (size < words) size = words;
    chunk = static_cast<StackChunk*>(memory::untold_alloc(offsetof(StackChunk, data) + size * sizeof(Object*)));
    if (!chunk) {
      raise_no_memory();
      return nullptr;
    }
    chunk->previous = current;
    chunk->next = nullptr;
    chunk->words = size;
    if (current) current->next = chunk;
  }
  chunk->previous_top = t->stack_top;
  t->stack_chunk = chunk;
  t->stack_limit = chunk->data + chunk->words;
  return chunk->data;
}

void frame_stack_shrink(ThreadState* t, Object** base) {
  StackChunk* chunk = t->stack_chunk;
  if (!chunk->previous) {
    t->stack_top = base;
    return;
  }
  // One chunk is kept for the next time, not a chain of them.
  if (StackChunk* spare = std::exchange(chunk->next, nullptr)) memory::untold_free(spare);
  t->stack_chunk = chunk->previous;
  t->stack_top = chunk->previous_top;
  t->stack_limit = t->stack_chunk->data + t->stack_chunk->words;
}

void frame_stack_free(ThreadState* t) {
  StackChunk* chunk = t->stack_chunk;
  while (chunk && chunk->next) chunk = chunk->next;
  while (chunk) {
    StackChunk* previous = chunk->previous;
    memory::untold_free(chunk);
    chunk = previous;
  }
  t->stack_chunk = nullptr;
  t->stack_top = t->stack_limit = nullptr;
}

// ---- The end of a frame --------------------------------------------------------------------------------------------

namespace {

// Moves a finished frame's contents into its frame object, which somebody still holds.
void frame_object_take_over(FrameObject* fo, InterpreterFrame* f) {
  size_t size = offsetof(InterpreterFrame, localsplus) + static_cast<size_t>(f->stacktop) * sizeof(Value);
  InterpreterFrame* own = reinterpret_cast<InterpreterFrame*>(fo->frame_data);
  std::memcpy(static_cast<void*>(own), f, size);
  fo->frame = own;
  own->owner = FrameOwner::kFrameObject;
  if (frame_is_incomplete(own)) own->prev_instr = own->code->runtime->code + own->code->first_traceable;
  if (InterpreterFrame* previous = frame_visible(own->previous)) {
    PreserveError keep;
    if (FrameObject* back = frame_get_object(previous)) {
      incref(back);
      fo->back = back;
    } else {
      error_clear();
    }
  }
  own->previous = nullptr;
  gc_track(fo);
}

}  // namespace

void frame_clear(InterpreterFrame* f) {
  if (FrameObject* fo = std::exchange(f->frame_object, nullptr)) {
    if (fo->base.refcount > 1) {
      frame_object_take_over(fo, f);
      decref(fo);
      return;
    }
    decref(fo);
  }
  int count = f->stacktop;
  f->stacktop = 0;
  for (int i = 0; i < count; i++) xdecref(f->localsplus[i]);
  xdecref(f->locals);
  decref(f->func);
  decref(f->code);
}

int frame_traverse(InterpreterFrame* f, VisitProc visit, void* arg) {
  MINIPY_VISIT(f->frame_object);
  MINIPY_VISIT(f->locals);
  MINIPY_VISIT(f->func);
  MINIPY_VISIT(f->code);
  for (int i = 0; i < f->stacktop; i++) MINIPY_VISIT(f->localsplus[i]);
  return 0;
}

void frame_pop(ThreadState* t, InterpreterFrame* f) {
  frame_clear(f);
  frame_stack_pop(t, f);
}

FrameObject* frame_make_object(InterpreterFrame* f) {
  size_t size = offsetof(FrameObject, frame_data) + static_cast<size_t>(f->code->runtime->frame_words) * sizeof(Value);
  PreserveError keep;
  FrameObject* fo = object_new_gc<FrameObject>(&frame_type, size);
  if (!fo) return nullptr;
  if (f->frame_object) [[unlikely]] {
    // The allocation has started a collection, whose callbacks asked for the same frame.
    gc_free(as_object(fo));
    return f->frame_object;
  }
  fo->back = nullptr;
  fo->frame = f;
  fo->trace = nullptr;
  fo->lineno = 0;
  fo->trace_lines = 1;
  fo->trace_opcodes = 0;
  fo->fast_as_locals = 0;
  f->frame_object = fo;
  return fo;
}

// ---- Variables as a mapping ----------------------------------------------------------------------------------------

namespace {

// The frame's i-th variable; cells are looked through. Borrowed, null: unbound.
Object* variable_value(InterpreterFrame* f, int i, int kind) {
  Object* value = f->localsplus[i];
  if (!value) return nullptr;
  if ((kind & (kLocalFree | kLocalCell)) && is_exactly(value, &cell_type)) return cast<Cell>(value)->value;
  return value;
}

// Class bodies: their free variables are not theirs.
bool shown_in_locals(const Code* code, int kind) { return !(kind & kLocalFree) || (code->flags & kCoOptimized); }

}  // namespace

Object* frame_locals_mapping(InterpreterFrame* f) {
  if (!f->locals) {
    Ref<Dict> made = dict_new();
    if (!made) return nullptr;
    f->locals = as_object(made.release());
  }
  Code* code = f->code;
  Object* mapping = f->locals;
  int visible = f->stacktop == 0 ? 0 : code->nlocalsplus;  // a cleared frame has no variables any more
  for (int i = 0; i < code->nlocalsplus; i++) {
    int kind = static_cast<unsigned char>(code->localspluskinds->data[i]);
    if (!shown_in_locals(code, kind)) continue;
    Object* name = code->localsplusnames->items[i];
    Ref<Object> value = i < visible ? share(variable_value(f, i, kind)) : nullptr;
    if (value) {
      if (!object_set_item(mapping, name, value.get())) return nullptr;
    } else if (!object_delete_item(mapping, name)) {
      if (!error_clear_if(KeyError)) return nullptr;
    }
  }
  return mapping;
}

void frame_locals_write_back(InterpreterFrame* f, bool clear) {
  if (!f->locals || f->stacktop == 0) return;
  PreserveError keep;
  Ref<Object> mapping = share(f->locals);
  Code* code = f->code;
  for (int i = 0; i < code->nlocalsplus; i++) {
    int kind = static_cast<unsigned char>(code->localspluskinds->data[i]);
    if (!shown_in_locals(code, kind)) continue;
    Ref<Object> value = object_get_item(mapping.get(), code->localsplusnames->items[i]);
    if (!value) {
      error_clear();
      if (!clear) continue;
    }
    Object* old = f->localsplus[i];
    if (old && (kind & (kLocalFree | kLocalCell)) && is_exactly(old, &cell_type)) {
      if (cast<Cell>(old)->value != value.get()) replace_field(cast<Cell>(old)->value, std::move(value));
    } else if (old != value.get()) {
      replace_field(f->localsplus[i], std::move(value));
    }
  }
}

}  // namespace minipy
