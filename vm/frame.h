// Frames of execution (D6). A frame lives on the thread's chunked stack, inside a generator, or, when its frame object
// outlives the call, inside that frame object. No heap object is made for a call.
//
// A frame's words are its locals (arguments, variables, cells, free variables) followed by the value stack. While a
// frame runs, the eval loop keeps its stack pointer and `stacktop` is -1; whoever stops running it saves the depth.
#pragma once

#include <cstring>

#include "runtime/frame_objects.h"
#include "runtime/function.h"
#include "runtime/thread_state.h"

namespace minipy {

// What the operand stack and the locals hold (D5): today an owned object or null.
using Value = Object*;

// A code unit of the executable copy: opcode in the low byte, argument in the high one, or a word of inline cache.
using CodeUnit = uint16_t;

enum class FrameOwner : char { kThread, kGenerator, kFrameObject };

// Who waits for the frame's result, and how it is handed over.
enum class FrameReturn : char {
  kEntry,    // a C++ caller of eval_frame
  kCall,     // the caller's CALL: the result is pushed
  kInit,     // a class's CALL: the new instance is already on the caller's stack; __init__ must return None
  kForIter,  // FOR_ITER over a generator: a yielded value is pushed, a return ends the loop
  kSend,  // SEND to a generator or coroutine: a yielded value replaces the top, a return ends the loop with its value
};

struct InterpreterFrame {
  Function* func;             // owned
  Dict* globals;              // borrowed from func
  Object* builtins;           // borrowed from func
  Object* locals;             // owned; null: a function's variables only
  Code* code;                 // owned
  FrameObject* frame_object;  // owned; null: nobody asked
  InterpreterFrame* previous;
  CodeUnit* prev_instr;  // the last started instruction; before the first: one unit in front
  int stacktop;          // words in use when not running (locals included), else -1
  FrameReturn returns_to;
  FrameOwner owner;
  unsigned short resume_jump;  // kForIter, kSend: how far the caller jumps when the generator has returned
  Value localsplus[1];
};
static_assert(offsetof(InterpreterFrame, localsplus) == 72);  // sys.getsizeof of frames and generators shows it
// On the frame stack (not in generators) each frame has room for one word more than its code asks for; see
// PRECALL_CLASS_INIT.
inline constexpr size_t kSpareWords = 1;
inline constexpr size_t kFrameHeaderWords = offsetof(InterpreterFrame, localsplus) / sizeof(Value);

// What the VM knows about a code object beyond its bytes: the executable copy, whose inline caches and specialised
// opcodes live in it, and tables decoded once.
struct CodeRuntime {
  int units;        // length of the executable copy
  int frame_words;  // header, locals and stack
  // Neither *args, **kwargs nor keyword-only parameters: `argcount` positional arguments fill the locals.
  bool plain_arguments;
  bool is_generator_like;
  int handler_count;
  struct Handler {
    int start, end, target, depth;  // in code units
    bool push_lasti;
  } * handlers;
  int* lines;  // by code unit, decoded for tracing; null until needed
  CodeUnit code[1];
};
// Made on first use. Null: MemoryError pending.
CodeRuntime* code_prepare(Code* code);
inline CodeRuntime* code_runtime(Code* code) {
  if (code->runtime) [[likely]]
    return code->runtime;
  return code_prepare(code);
}

inline int frame_lasti(const InterpreterFrame* f) {  // in code units; -1 before the first instruction
  return static_cast<int>(f->prev_instr - f->code->runtime->code);
}
inline int frame_line(const InterpreterFrame* f) { return code_line_of(f->code, frame_lasti(f) * 2); }
inline Value* frame_stack_base(InterpreterFrame* f) { return f->localsplus + f->code->nlocalsplus; }
// Still in the prologue (cells being made): not shown to programs.
inline bool frame_is_incomplete(const InterpreterFrame* f) {
  return f->owner != FrameOwner::kGenerator && frame_lasti(f) < f->code->first_traceable;
}
// The next frame outwards that programs may see; null: none.
inline InterpreterFrame* frame_visible(InterpreterFrame* f) {
  while (f && frame_is_incomplete(f)) f = f->previous;
  return f;
}

inline Generator* frame_generator(InterpreterFrame* f) {
  return reinterpret_cast<Generator*>(reinterpret_cast<char*>(f) - sizeof(Generator));
}
inline InterpreterFrame* generator_frame(Generator* g) { return reinterpret_cast<InterpreterFrame*>(g + 1); }

// ---- The thread's stack --------------------------------------------------------------------------------------------

struct StackChunk {
  StackChunk* previous;
  StackChunk* next;       // kept for the next time the stack grows
  Object** previous_top;  // of the previous chunk, when this one was entered
  size_t words;
  Object* data[1];
};
// Slow path: goes to a chunk with room. Null: MemoryError pending.
Object** frame_stack_grow(ThreadState* t, size_t words);
void frame_stack_shrink(ThreadState* t, Object** base);
void frame_stack_free(ThreadState* t);

inline InterpreterFrame* frame_stack_push(ThreadState* t, size_t words) {
  Object** base = t->stack_top;
  // Both null before the first push.
  if (static_cast<size_t>(t->stack_limit - base) < words) [[unlikely]] {
    base = frame_stack_grow(t, words);
    if (!base) return nullptr;
  }
  t->stack_top = base + words;
  return reinterpret_cast<InterpreterFrame*>(base);
}
inline void frame_stack_pop(ThreadState* t, InterpreterFrame* f) {
  Object** base = reinterpret_cast<Object**>(f);
  if (base == t->stack_chunk->data) [[unlikely]] {
    frame_stack_shrink(t, base);
  } else {
    t->stack_top = base;
  }
}

// Fills the header; takes over the counts of func and locals. The words from `filled` up to the last local are set
// null; the caller fills the first ones.
inline void frame_init(InterpreterFrame* f, Function* func, Object* locals, Code* code, int filled) {
  f->func = func;
  f->globals = func->globals;
  f->builtins = func->builtins;
  f->locals = locals;
  incref(code);
  f->code = code;
  f->frame_object = nullptr;
  f->prev_instr = code->runtime->code - 1;
  f->stacktop = code->nlocalsplus;
  f->returns_to = FrameReturn::kCall;
  f->owner = FrameOwner::kThread;
  f->resume_jump = 0;
  for (int i = filled; i < code->nlocalsplus; i++) f->localsplus[i] = nullptr;
}

// Drops everything the frame owns; a frame object that outlives it takes the contents over. May run Python code.
void frame_clear(InterpreterFrame* f);
int frame_traverse(InterpreterFrame* f, VisitProc visit, void* arg);
// Releases a finished frame's contents and its stack space.
void frame_pop(ThreadState* t, InterpreterFrame* f);

// The same where the frame is on the thread's stack and has just returned: only locals are left.
[[gnu::always_inline]] inline void frame_pop_returned(ThreadState* t, InterpreterFrame* f) {
  if (f->frame_object) [[unlikely]]
    return frame_pop(t, f);
  Code* code = f->code;
  Function* func = f->func;
  Value* end = f->localsplus + code->nlocalsplus;
  for (Value* p = f->localsplus; p < end; p++) xdecref(*p);
  if (f->locals) [[unlikely]]
    decref(f->locals);
  decref(func);
  decref(code);
  frame_stack_pop(t, f);
}

// The frame object, made on demand. Borrowed; null: MemoryError pending.
FrameObject* frame_make_object(InterpreterFrame* f);
inline FrameObject* frame_get_object(InterpreterFrame* f) {
  return f->frame_object ? f->frame_object : frame_make_object(f);
}
// The mapping that locals() returns: a function's variables are copied into it. Borrowed; null: exception pending.
Object* frame_locals_mapping(InterpreterFrame* f);
// Variables out of the mapping back into the frame (after a trace function ran). `clear`: absent ones become unbound.
void frame_locals_write_back(InterpreterFrame* f, bool clear);
int frame_object_line(FrameObject* fo);

}  // namespace minipy
