#include "vm/handlers_call.h"

#include "runtime/error.h"
#include "runtime/names.h"
#include "vm/generator.h"
#include "vm/trace.h"

namespace minipy {

Status prepare_spread_call(Value* sp, bool has_keywords) {
  Value& args = has_keywords ? sp[-2] : sp[-1];
  Value callable = has_keywords ? sp[-3] : sp[-2];
  if (has_keywords && !is_exactly(sp[-1], &dict_type)) {
    Ref<Dict> copy = TRY(dict_new());
    if (!dict_merge(copy.get(), sp[-1], 2)) {
      if (!error_matches(AttributeError)) return Status::failed();
      error_clear();
      Ref<Str> what = TRY(callable_description(callable));
      return raise(TypeError, "{} argument after ** must be a mapping, not {:.200}", what, type_name(sp[-1]));
    }
    replace_field(sp[-1], Ref<Object>(std::move(copy)));
  }
  if (!is_exactly(args, &tuple_type)) {
    if (!type_of(args)->iter && !is_sequence(args)) {
      Ref<Str> what = TRY(callable_description(callable));
      return raise(TypeError, "{} argument after * must be an iterable, not {:.200}", what, type_name(args));
    }
    Ref<Tuple> tuple = TRY(tuple_from_iterable(args));
    replace_field(args, Ref<Object>(std::move(tuple)));
  }
  return kOk;
}

Ref<Object> enter_context(Value* manager_place, bool async) {
  Object* manager = *manager_place;
  const char* protocol = async ? "asynchronous context manager" : "context manager";
  Ref<Object> enter = lookup_special(manager, async ? NAME("__aenter__") : NAME("__enter__"));
  if (!enter) {
    if (error_pending()) return nullptr;
    return raise(TypeError, "'{:.200}' object does not support the {} protocol", type_name(manager), protocol);
  }
  Ref<Object> exit = lookup_special(manager, async ? NAME("__aexit__") : NAME("__exit__"));
  if (!exit) {
    if (error_pending()) return nullptr;
    return raise(TypeError, "'{:.200}' object does not support the {} protocol (missed {} method)", type_name(manager),
                 protocol, async ? "__aexit__" : "__exit__");
  }
  replace_field(*manager_place, std::move(exit));
  return call(enter.get());
}

Ref<Object> call_exit_with_exception(Object* exit_method, Object* exception) {
  Object* traceback = exception_traceback(exception);
  Object* args[] = {nullptr, as_object(type_of(exception)), exception, traceback ? traceback : py_none()};
  return call_vector(exit_method, args + 1, 3 | kVectorcallArgumentsOffset);
}

namespace {

SendResult send_result_of(Ref<Object> value, Object** result) {
  if (value) {
    *result = value.release();
    return SendResult::kNext;
  }
  Ref<Object> returned;
  if (!fetch_stop_iteration_value(returned)) return SendResult::kError;
  *result = returned.release();
  return SendResult::kReturn;
}

}  // namespace

SendResult send_to(Object* receiver, Object* value, Object** result) {
  Type* type = type_of(receiver);
  if (type->as_async && type->as_async->send) return type->as_async->send(receiver, value, result);
  Ref<Object> sent = is_none(value) && is_iterator(receiver) ? Ref<Object>::steal(type->iternext(receiver))
                                                             : call_method(receiver, NAME("send"), value);
  return send_result_of(std::move(sent), result);
}

SendResult send_traced(ThreadState* t, InterpreterFrame* frame, Object* receiver, Object* value, Object** result) {
  Ref<Object> sent = is_none(value) && is_iterator(receiver) ? Ref<Object>::steal(type_of(receiver)->iternext(receiver))
                                                             : call_method(receiver, NAME("send"), value);
  if (!sent && t->c_tracefunc && t->curexc_type && error_matches(StopIteration)) trace_exception(t, frame);
  return send_result_of(std::move(sent), result);
}

}  // namespace minipy
