// Start-up of the runtime: every built-in static type is made ready. A new static type of this room or of vm/ gets its
// line here.
#include "gc/collector.h"
#include "gc/memory.h"
#include "runtime/container_support.h"
#include "runtime/error.h"
#include "runtime/exceptions.h"
#include "runtime/type_internal.h"

namespace minipy {

// In the order of CPython's own table: object.__subclasses__() shows it. object and type come before everything.
#define BUILTIN_TYPES(X)           \
  X(object)                        \
  X(type)                          \
  X(async_generator)               \
  X(bytearray_iterator)            \
  X(bytearray)                     \
  X(bytes_iterator)                \
  X(bytes)                         \
  X(builtin_function)              \
  X(call_iterator)                 \
  X(cell)                          \
  X(classmethod_descriptor)        \
  X(classmethod)                   \
  X(code)                          \
  X(complex)                       \
  X(coroutine)                     \
  X(dict_items)                    \
  X(dict_item_iterator)            \
  X(dict_key_iterator)             \
  X(dict_value_iterator)           \
  X(dict_keys)                     \
  X(mappingproxy)                  \
  X(dict_reverse_item_iterator)    \
  X(dict_reverse_key_iterator)     \
  X(dict_reverse_value_iterator)   \
  X(dict_values)                   \
  X(dict)                          \
  X(ellipsis)                      \
  X(enumerate)                     \
  X(filter)                        \
  X(float)                         \
  X(frame)                         \
  X(frozenset)                     \
  X(function)                      \
  X(generator)                     \
  X(getset_descriptor)             \
  X(list_iterator)                 \
  X(list_reverse_iterator)         \
  X(list)                          \
  X(long_range_iterator)           \
  X(int)                           \
  X(map)                           \
  X(member_descriptor)             \
  X(memoryview)                    \
  X(method_descriptor)             \
  X(method)                        \
  X(module)                        \
  X(property)                      \
  X(range_iterator)                \
  X(range)                         \
  X(reversed)                      \
  X(sequence_iterator)             \
  X(set_iterator)                  \
  X(set)                           \
  X(slice)                         \
  X(staticmethod)                  \
  X(super)                         \
  X(traceback)                     \
  X(tuple_iterator)                \
  X(tuple)                         \
  X(str_iterator)                  \
  X(str)                           \
  X(wrapper_descriptor)            \
  X(zip)                           \
  X(generic_alias)                 \
  X(anext_awaitable)               \
  X(async_generator_asend)         \
  X(async_generator_athrow)        \
  X(async_generator_wrapped_value) \
  X(coroutine_wrapper)             \
  X(generic_alias_iterator)        \
  X(line_iterator)                 \
  X(positions_iterator)            \
  X(managed_buffer)                \
  X(memory_iterator)               \
  X(method_wrapper)                \
  X(simple_namespace)              \
  X(none)                          \
  X(not_implemented)               \
  X(str_ascii_iterator)            \
  X(union)                         \
  X(weakcallableproxy)             \
  X(weakproxy)                     \
  X(weakref)                       \
  X(encoding_map)                  \
  X(field_name_iterator)           \
  X(formatter_iterator)            \
  X(bool)                          \
  X(builtin_method)

#define DECLARE(name) extern Type name##_type;
BUILTIN_TYPES(DECLARE)
#undef DECLARE

namespace {

Type* const builtin_types[] = {
#define ENTRY(name) &name##_type,
    BUILTIN_TYPES(ENTRY)
#undef ENTRY
};

Type* const exception_type_list[] = {&exception_types::BaseException,
#define ENTRY(Name, Base) &exception_types::Name,
                                     MINIPY_EXCEPTIONS(ENTRY)
#undef ENTRY
};

template <class F>
Status for_each_type(F f) {
  for (Type* type : builtin_types) TRY(f(type));
  for (Type* type : exception_type_list) TRY(f(type));
  return kOk;
}

}  // namespace

Status runtime_ready_types() {
  // Making a type ready makes strings, tuples, dicts... and frees some, before the types of those have had their turn.
  TRY(for_each_type([](Type* type) {
    if (!type->free) type->free = type_has(type, kTypeHaveGc) ? gc_free_slot : memory::object_free;
    return kOk;
  }));
  TRY(for_each_type(type_ready));
  containers_init();
  return kOk;
}

}  // namespace minipy
