// Handlers of calls, iteration, membership and context managers. Inputs are borrowed, results are new references; null
// or Failed: an exception is pending.
#pragma once

#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/exception_group.h"
#include "runtime/int.h"
#include "vm/frame.h"
#include "vm/specialize.h"

namespace minipy {

// CALL_FUNCTION_EX: makes the arguments at the top of the stack an exact tuple (and an exact dict), in place.
Status prepare_spread_call(Value* sp, bool has_keywords);
// `with`: the result of __enter__ (__aenter__); the bound __exit__ (__aexit__) takes the manager's place before it is
// called.
Ref<Object> enter_context(Value* manager_place, bool async);
Ref<Object> call_exit_with_exception(Object* exit_method, Object* exception);
// SEND: next(receiver) or receiver.send(value).
SendResult send_to(Object* receiver, Object* value, Object** result);
SendResult send_traced(ThreadState* t, InterpreterFrame* frame, Object* receiver, Object* value, Object** result);

inline Maybe<bool> contains(Object* container, Object* item) {
  Type* type = type_of(container);
  if (type == &dict_type) return dict_contains(cast<Dict>(container), item);
  return sequence_contains(container, item);
}

// Null without exception: exhausted.
inline Object* range_iterator_next(RangeIterator* it) {
  if (it->index >= it->length) return nullptr;
  return new_int(static_cast<long>(static_cast<unsigned long>(it->start) +
                                   static_cast<unsigned long>(it->index++) * static_cast<unsigned long>(it->step)));
}

// Takes the item over. False: MemoryError pending.
// A bound method that is about to be called: its function and self take the two words' places.
inline void unpack_bound_method(Value* base) {
  Value bound = base[1];
  base[0] = share(cast<Method>(bound)->function).release();
  base[1] = share(cast<Method>(bound)->self).release();
  decref(bound);
}
inline bool append_owned(List* list, Object* item) {
  if (list->base.size < list->allocated) [[likely]] {
    list->items[list->base.size++] = item;
    return true;
  }
  return static_cast<bool>(list_append_steal(list, Ref<Object>::steal(item)));
}

inline Str* empty_string() {
  static Str* empty = str_empty().release();
  return empty;
}

}  // namespace minipy
