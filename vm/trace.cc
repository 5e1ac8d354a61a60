#include "vm/trace.h"

#include "gc/memory.h"
#include "runtime/abstract.h"
#include "runtime/code_tables.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "vm/gil.h"
#include "vm/step_listener.h"
#include "vm/unwind.h"
#include "vm/vm.h"
#include "vm/vm_opcodes.h"

namespace minipy {

namespace {

void update_use_tracing(ThreadState* t) {
  t->use_tracing = tracing_wanted(t);
  eval_breaker_update(t->interp);
}

// Lines by code unit; null: MemoryError pending.
const int* line_array(Code* code) {
  CodeRuntime* r = code->runtime;
  if (r->lines) return r->lines;
  int* lines = static_cast<int*>(memory::mem_alloc(static_cast<size_t>(r->units + 1) * sizeof(int)));
  if (!lines) {
    raise_no_memory();
    return nullptr;
  }
  int filled = 0;
  LocationReader reader(code);
  while (reader.next()) {
    for (; filled < reader.end() / 2 && filled < r->units; filled++) lines[filled] = reader.position().line;
  }
  for (; filled <= r->units; filled++) lines[filled] = -1;
  return r->lines = lines;
}

Status call_trace(ThreadState* t, InterpreterFrame* frame, TraceFunc function, Object* object, int what, Object* arg) {
  if (t->tracing) return kOk;
  FrameObject* fo = frame_get_object(frame);
  if (!fo) return Status::failed();
  const int* lines = line_array(frame->code);
  if (!lines) return Status::failed();
  int old_what = t->tracing_what;
  t->tracing_what = what;
  t->tracing++;
  t->use_tracing = tracing_wanted(t);
  Ref<Object> alive_object = share(object);
  int lasti = frame_lasti(frame);
  fo->lineno = lasti >= 0 ? lines[lasti] : frame->code->firstlineno;
  int result = function(object, as_object(fo), what, arg);
  fo->lineno = 0;
  t->tracing--;
  t->use_tracing = tracing_wanted(t);
  t->tracing_what = old_what;
  return result == 0 ? kOk : Status::failed();
}

// With an exception pending, which stays unless the function raises.
Status call_trace_protected(ThreadState* t, InterpreterFrame* frame, TraceFunc function, Object* object, int what,
                            Object* arg) {
  ErrorState saved = error_fetch();
  Status called = call_trace(t, frame, function, object, what, arg);
  if (called) error_restore_state(std::move(saved));
  return called;
}

}  // namespace

Status trace_function_entry(ThreadState* t, InterpreterFrame* frame) {
  // A generator may be entered by an exception.
  if (t->c_tracefunc) TRY(call_trace_protected(t, frame, t->c_tracefunc, t->c_traceobj, kTraceCall, py_none()));
  if (t->c_profilefunc) TRY(call_trace_protected(t, frame, t->c_profilefunc, t->c_profileobj, kTraceCall, py_none()));
  return kOk;
}

Status trace_function_exit(ThreadState* t, InterpreterFrame* frame, Object* value) {
  if (t->c_tracefunc) TRY(call_trace(t, frame, t->c_tracefunc, t->c_traceobj, kTraceReturn, value));
  if (t->c_profilefunc) TRY(call_trace(t, frame, t->c_profilefunc, t->c_profileobj, kTraceReturn, value));
  return kOk;
}

void trace_function_unwind(ThreadState* t, InterpreterFrame* frame) {
  if (t->c_tracefunc) {
    (void)call_trace_protected(t, frame, t->c_tracefunc, t->c_traceobj, kTraceReturn, py_none());
  }
  if (t->c_profilefunc) {
    (void)call_trace_protected(t, frame, t->c_profilefunc, t->c_profileobj, kTraceReturn, py_none());
  }
}

void trace_exception(ThreadState* t, InterpreterFrame* frame) {
  if (t->tracing) return;
  ErrorState state = error_fetch();
  error_normalize(state);
  Object* value = state.value ? state.value.get() : py_none();
  Object* traceback = state.traceback ? state.traceback.get() : py_none();
  Ref<Tuple> arg = tuple_pack(state.type.get(), value, traceback);
  if (!arg) {
    error_restore_state(std::move(state));
    return;
  }
  if (call_trace(t, frame, t->c_tracefunc, t->c_traceobj, kTraceException, as_object(arg.get()))) {
    error_restore_state(std::move(state));
  }
}

Status trace_instruction(ThreadState* t, InterpreterFrame* frame, int previous) {
  if (!t->c_tracefunc || t->tracing) return kOk;
  const int* lines = line_array(frame->code);
  if (!lines) return Status::failed();
  int now = frame_lasti(frame);
  int last_line = previous <= frame->code->first_traceable ? -1 : lines[previous];
  int line = lines[now];
  FrameObject* fo = frame_get_object(frame);
  if (!fo) return Status::failed();
  if (line != -1 && fo->trace_lines) {
    // A new line, or a jump backwards (but not the loop of `yield from`).
    bool event = line != last_line;
    if (!event && now < previous) event = kGeneralForm[frame->code->runtime->code[now] & 0xff] != OP_SEND;
    if (event) TRY(call_trace(t, frame, t->c_tracefunc, t->c_traceobj, kTraceLine, py_none()));
  }
  if (fo->trace_opcodes && t->c_tracefunc) {
    TRY(call_trace(t, frame, t->c_tracefunc, t->c_traceobj, kTraceOpcode, py_none()));
  }
  return kOk;
}

namespace {

// A call between its events. `shown` is what they name.
template <class F>
Object* call_with_events(ThreadState* t, InterpreterFrame* frame, Object* shown, F&& do_call) {
  if (!call_trace(t, frame, t->c_profilefunc, t->c_profileobj, kTraceCCall, shown)) return nullptr;
  Ref<Object> result = do_call();
  if (t->c_profilefunc) {
    if (!result) {
      (void)call_trace_protected(t, frame, t->c_profilefunc, t->c_profileobj, kTraceCException, shown);
    } else if (!call_trace(t, frame, t->c_profilefunc, t->c_profileobj, kTraceCReturn, shown)) {
      return nullptr;
    }
  }
  return result.release();
}

// What the events name for a call of a native function; null (no exception): not one, or nobody listens.
Ref<Object> shown_callable(ThreadState* t, Object* callable, Object* const* args, ssize nargs) {
  if (t->tracing || !t->c_profilefunc) return nullptr;
  if (is_exactly(callable, &builtin_function_type) || is_exactly(callable, &builtin_method_type)) {
    return share(callable);
  }
  if (is_exactly(callable, &method_descriptor_type) && nargs > 0) {
    Ref<Object> bound =
        Ref<Object>::steal(type_of(callable)->descr_get(callable, args[0], as_object(type_of(args[0]))));
    if (!bound) error_clear();
    return bound;
  }
  return nullptr;
}

// Listeners are told of its frame.
bool runs_python_function(Object* callable) {
  if (type_of(callable) == &method_type) callable = cast<Method>(callable)->function;
  return type_of(callable) == &function_type;
}

// The call as listeners are told of it, with the profiler's events around.
template <class F>
Object* call_told(ThreadState* t, InterpreterFrame* frame, Object* callable, Object* const* args, ssize nargs,
                  F&& do_call) {
  Ref<Object> shown = shown_callable(t, callable, args, nargs);
  bool told = (g_step_events & kStepNativeCalls) && !runs_python_function(callable);
  if (told) step_tell_native_called(t, frame, callable);
  Object* result = shown ? call_with_events(t, frame, shown.get(), do_call) : do_call().release();
  if (told) step_tell_native_left(t, frame, callable, result);
  return result;
}

}  // namespace

Object* trace_call(ThreadState* t, InterpreterFrame* frame, Object* callable, Object* const* args, size_t nargsf,
                   Object* kwnames) {
  return call_told(t, frame, callable, args, vectorcall_nargs(nargsf),
                   [&] { return call_vector(callable, args, nargsf, kwnames); });
}

Object* trace_call_spread(ThreadState* t, InterpreterFrame* frame, Object* callable, Object* args, Object* kwargs) {
  Tuple* tuple = cast<Tuple>(args);
  return call_told(t, frame, callable, tuple->items, tuple_size(tuple),
                   [&] { return call_tuple_dict(callable, args, kwargs); });
}

// ---- Python-level functions ---------------------------------------------------------------------------------------

namespace {

// One string for each event, which, as in CPython, is not an interned one.
#define EVENT(text)                                                         \
  ([]() -> Object* {                                                        \
    static Object* name_ = as_object(MUST(str_from_ascii(text)).release()); \
    return name_;                                                           \
  }())
Object* event_name(int what) {
  switch (what) {
    case kTraceCall: return EVENT("call");
    case kTraceException: return EVENT("exception");
    case kTraceLine: return EVENT("line");
    case kTraceReturn: return EVENT("return");
    case kTraceCCall: return EVENT("c_call");
    case kTraceCException: return EVENT("c_exception");
    case kTraceCReturn: return EVENT("c_return");
    default: return EVENT("opcode");
  }
}
#undef EVENT

Ref<Object> call_python_function(Object* function, FrameObject* fo, int what, Object* arg) {
  // What somebody has changed in f_locals since the last event is dropped now; what the function changes is kept.
  if (fo->fast_as_locals) TRY(frame_locals_mapping(fo->frame));
  Ref<Object> held = share(function);
  Ref<Object> result = call(held.get(), fo, event_name(what), arg ? arg : py_none());
  if (std::exchange(fo->fast_as_locals, 0)) frame_locals_write_back(fo->frame, true);
  if (!result) traceback_here(fo->frame);
  return result;
}

int trace_trampoline(Object* self, Object* frame, int what, Object* arg) {
  FrameObject* fo = cast<FrameObject>(frame);
  Object* callback = what == kTraceCall ? self : fo->trace;
  if (!callback) return 0;
  Ref<Object> result = call_python_function(callback, fo, what, arg);
  if (!result) {
    (void)vm_set_c_trace(current_thread(), nullptr, nullptr);
    clear_field(fo->trace);
    return -1;
  }
  if (!is_none(result.get())) replace_field(fo->trace, std::move(result));
  return 0;
}

int profile_trampoline(Object* self, Object* frame, int what, Object* arg) {
  Ref<Object> result = call_python_function(self, cast<FrameObject>(frame), what, arg);
  if (!result) {
    (void)vm_set_c_profile(current_thread(), nullptr, nullptr);
    return -1;
  }
  return 0;
}

}  // namespace

Status vm_set_c_trace(ThreadState* t, TraceFunc function, Object* object) {
  // Giving up the former object may run Python code that comes back here.
  static bool installing = false;
  if (installing) {
    installing = false;
    return raise(RuntimeError, "Cannot install a trace function while another trace function is being installed");
  }
  installing = true;
  Ref<Object> old = take_field(t->c_traceobj);
  t->c_tracefunc = nullptr;
  update_use_tracing(t);
  old.reset();
  t->c_traceobj = share(object).release();
  t->c_tracefunc = function;
  update_use_tracing(t);
  installing = false;
  return kOk;
}

Status vm_set_c_profile(ThreadState* t, TraceFunc function, Object* object) {
  // Giving up the former object may run Python code that comes back here.
  static bool installing = false;
  if (installing) {
    installing = false;
    return raise(RuntimeError, "Cannot install a profile function while another profile function is being installed");
  }
  installing = true;
  Ref<Object> old = take_field(t->c_profileobj);
  t->c_profilefunc = nullptr;
  update_use_tracing(t);
  old.reset();
  t->c_profileobj = share(object).release();
  t->c_profilefunc = function;
  update_use_tracing(t);
  installing = false;
  return kOk;
}

Status vm_set_trace(Object* function) {
  return vm_set_c_trace(current_thread(), function ? trace_trampoline : nullptr, function);
}
Status vm_set_profile(Object* function) {
  return vm_set_c_profile(current_thread(), function ? profile_trampoline : nullptr, function);
}
Ref<Object> vm_get_trace() {
  Object* f = current_thread()->c_traceobj;
  return f ? share(f) : none_ref();
}
Ref<Object> vm_get_profile() {
  Object* f = current_thread()->c_profileobj;
  return f ? share(f) : none_ref();
}

Ref<Object> vm_call_tracing(Object* function, Object* args) {
  ThreadState* t = current_thread();
  int tracing = t->tracing;
  t->tracing = 0;
  update_use_tracing(t);
  Ref<Object> result = call_tuple_dict(function, args, nullptr);
  t->tracing = tracing;
  update_use_tracing(t);
  return result;
}

}  // namespace minipy
