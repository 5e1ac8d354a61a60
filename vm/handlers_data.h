// Handlers that build, unpack and convert data. Inputs are borrowed unless said otherwise; null or Failed: an exception
// is pending.
#pragma once

#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/str.h"
#include "vm/frame.h"

namespace minipy {

// UNPACK_SEQUENCE / UNPACK_EX: writes `before + after` items (and a list between them when after >= 0) so that the
// first one is at top[-1]... i.e. at the end of the array. `sp_end` points behind the room. New references.
Status unpack_iterable(Object* iterable, int before, int after, Value* sp_end);

Ref<Object> build_map(Value* pairs, unsigned count);
Ref<Object> build_const_key_map(Object* keys, Value* values, unsigned count);
Ref<Object> build_set(Value* items, unsigned count);  // does not take the items over
Ref<Object> format_value(Object* value, Object* spec /* may be null */, int conversion);
Status list_extend_from(Object* list, Object* iterable);                      // LIST_EXTEND with its message
Status dict_update_from(Object* dict, Object* mapping);                       // DICT_UPDATE
Status dict_merge_keywords(Object* callable, Object* dict, Object* mapping);  // DICT_MERGE
Ref<Object> make_function(InterpreterFrame* frame, Object* code, unsigned flags, Value* operands_end);
Status print_expression(Object* value);  // through sys.displayhook
Ref<Object> get_yield_from_iter(InterpreterFrame* frame, Object* iterable);

}  // namespace minipy
