// Frame objects: a frame as programs see it. The frame itself: vm/frame.h; assignment to f_lineno: vm/frame_jump.cc.
#include "gc/collector.h"
#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/slot.h"
#include "vm/frame.h"
#include "vm/frame_jump.h"
#include "vm/generator.h"

namespace minipy {

int frame_object_line(FrameObject* fo) { return fo->lineno ? fo->lineno : frame_line(fo->frame); }

namespace {

Ref<Object> frame_get_back(FrameObject* fo) {
  if (fo->back) return share(as_object(fo->back));
  InterpreterFrame* previous = frame_visible(fo->frame->previous);
  if (!previous) return none_ref();
  FrameObject* back = frame_get_object(previous);
  return back ? share(as_object(back)) : nullptr;
}
Ref<Object> frame_get_locals(FrameObject* fo) {
  Object* locals = TRY(frame_locals_mapping(fo->frame));
  fo->fast_as_locals = 1;
  return share(locals);
}
Ref<Object> frame_get_lineno(FrameObject* fo) {
  int line = frame_object_line(fo);
  return line < 0 ? none_ref() : Ref<Object>(int_from(line));
}
Ref<Object> frame_get_lasti(FrameObject* fo) {
  int lasti = frame_lasti(fo->frame);
  return int_from(lasti < 0 ? -1 : lasti * 2);
}
Ref<Object> frame_get_globals(FrameObject* fo) { return share(as_object(fo->frame->globals)); }
Ref<Object> frame_get_builtins(FrameObject* fo) { return share(fo->frame->builtins); }
Ref<Object> frame_get_code(FrameObject* fo) { return share(as_object(fo->frame->code)); }
Ref<Object> frame_get_trace(FrameObject* fo) { return fo->trace ? share(fo->trace) : none_ref(); }
Status frame_set_trace(FrameObject* fo, Object* value) {
  if (value && is_none(value)) value = nullptr;
  replace_field(fo->trace, share(value));
  return kOk;
}
Status frame_set_trace_opcodes(FrameObject* fo, Object* value) {
  if (!value) return raise(TypeError, "can't delete numeric/char attribute");
  if (type_of(value) != &bool_type) return raise(TypeError, "attribute value type must be bool");
  fo->trace_opcodes = value == py_true();
  return kOk;
}
Ref<Object> frame_get_trace_opcodes(FrameObject* fo) { return bool_ref(fo->trace_opcodes); }

int frame_object_clear(Object* self) {
  FrameObject* fo = cast<FrameObject>(self);
  clear_field(fo->trace);
  InterpreterFrame* f = fo->frame;
  if (f->owner != FrameOwner::kFrameObject) return 0;
  int count = f->stacktop;
  f->stacktop = 0;
  for (int i = 0; i < count; i++) clear_field(f->localsplus[i]);
  return 0;
}

int frame_object_traverse(Object* self, VisitProc visit, void* arg) {
  FrameObject* fo = cast<FrameObject>(self);
  MINIPY_VISIT(fo->back);
  MINIPY_VISIT(fo->trace);
  if (fo->frame->owner != FrameOwner::kFrameObject) return 0;
  return frame_traverse(fo->frame, visit, arg);
}

void frame_object_dealloc(Object* self) {
  FrameObject* fo = cast<FrameObject>(self);
  gc_untrack(self);
  TRASHCAN_GUARD(self, frame_object_dealloc);
  clear_field(fo->trace);
  InterpreterFrame* f = fo->frame;
  if (f->owner == FrameOwner::kFrameObject) {
    int count = f->stacktop;
    f->stacktop = 0;
    for (int i = 0; i < count; i++) xdecref(f->localsplus[i]);
    clear_field(f->locals);
    clear_field(f->func);
    clear_field(f->code);
  }
  clear_field(fo->back);
  gc_free(self);
}

Ref<Object> frame_clear_method(FrameObject* fo) {
  InterpreterFrame* f = fo->frame;
  if (f->owner == FrameOwner::kGenerator) {
    Generator* g = frame_generator(f);
    if (g->state == GeneratorState::kExecuting) return raise(RuntimeError, "cannot clear an executing frame");
    generator_finalize(as_object(g));
  } else if (f->owner == FrameOwner::kThread) {
    return raise(RuntimeError, "cannot clear an executing frame");
  } else {
    frame_object_clear(as_object(fo));
  }
  return none_ref();
}

Ref<Object> frame_sizeof(FrameObject* fo) {
  Code* code = fo->frame->code;
  size_t words = static_cast<size_t>(code->nlocalsplus + code->stacksize);
  return int_from_size(offsetof(FrameObject, frame_data) + offsetof(InterpreterFrame, localsplus) +
                       words * sizeof(Value));
}

Ref<Str> frame_repr(FrameObject* fo) {
  Code* code = fo->frame->code;
  return format_message("<frame at 0x{:x}, file {}, line {}, code {}>", reinterpret_cast<uintptr_t>(fo),
                        repr_of(code->filename), frame_object_line(fo), code->name);
}

constinit MemberDef frame_members[] = {
    {"f_trace_lines", kMemberBool, offsetof(FrameObject, trace_lines), 0, nullptr},
    {},
};
constinit GetSetDef frame_getset[] = {
    {"f_back", getter<frame_get_back>, nullptr, nullptr, nullptr},
    {"f_locals", getter<frame_get_locals>, nullptr, nullptr, nullptr},
    {"f_lineno", getter<frame_get_lineno>, setter<frame_set_lineno>, nullptr, nullptr},
    {"f_trace", getter<frame_get_trace>, setter<frame_set_trace>, nullptr, nullptr},
    {"f_lasti", getter<frame_get_lasti>, nullptr, nullptr, nullptr},
    {"f_globals", getter<frame_get_globals>, nullptr, nullptr, nullptr},
    {"f_builtins", getter<frame_get_builtins>, nullptr, nullptr, nullptr},
    {"f_code", getter<frame_get_code>, nullptr, nullptr, nullptr},
    {"f_trace_opcodes", getter<frame_get_trace_opcodes>, setter<frame_set_trace_opcodes>, nullptr, nullptr},
    {},
};
constinit MethodDef frame_methods[] = {
    PLAIN_METHOD(frame_clear_method, "clear(self, /)", "Drops what the frame's variables refer to."),
    PLAIN_METHOD(frame_sizeof, "__sizeof__(self, /)", "Size in memory, in bytes."),
    {},
};

}  // namespace

constinit Type frame_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "frame",
    .basicsize = offsetof(FrameObject, frame_data) + offsetof(InterpreterFrame, localsplus),
    .itemsize = sizeof(Value),
    .dealloc = frame_object_dealloc,
    .repr = slot<frame_repr>,
    .getattro = slot<object_generic_get_attr>,
    .setattro = slot<object_generic_set_attr>,
    .flags = kTypeDefault | kTypeHaveGc,
    .traverse = frame_object_traverse,
    .clear = frame_object_clear,
    .methods = frame_methods,
    .members = frame_members,
    .getset = frame_getset,
};

}  // namespace minipy
