// Auditing events (PEP 578), raised by any room. `sys` sets the listener; where nobody listens an event costs one test.
//
//   TRY(audit("open", path, mode, flags));
//
// Arguments are objects, references, numbers or text; nullptr stands for None. They are converted only when somebody
// listens. Failed: what a hook raised, which ends the audited operation.
#pragma once

#include <concepts>

#include "runtime/abstract.h"
#include "runtime/int.h"
#include "runtime/str.h"

namespace minipy {

// Receives the events; null: nobody listens.
extern Status (*g_audit_hook)(const char* event, Object* const* args, ssize count);
inline bool is_audited() { return g_audit_hook != nullptr; }

namespace detail {
template <class T>
Ref<Object> audit_value(const T& value) {
  if constexpr (std::is_same_v<T, std::nullptr_t>) {
    return none_ref();
  } else if constexpr (std::is_same_v<T, bool>) {
    return Ref<Object>::share(py_bool(value));
  } else if constexpr (std::integral<T>) {
    return int_from(static_cast<long long>(value));
  } else if constexpr (std::is_convertible_v<T, std::string_view>) {
    return str_from_utf8(std::string_view(value));
  } else if constexpr (std::is_pointer_v<T>) {
    return value ? Ref<Object>::share(reinterpret_cast<Object*>(value)) : none_ref();
  } else {
    return value ? Ref<Object>::share(as_object(value.get())) : none_ref();
  }
}
}  // namespace detail

template <class... A>
[[nodiscard]] Status audit(const char* event, const A&... arguments) {
  if (!is_audited()) [[likely]]
    return kOk;
  Ref<Object> values[sizeof...(A) + 1] = {detail::audit_value(arguments)...};
  Object* borrowed[sizeof...(A) + 1] = {};
  for (size_t i = 0; i < sizeof...(A); i++) {
    if (!values[i]) return Status::failed();
    borrowed[i] = values[i].get();
  }
  return g_audit_hook(event, borrowed, static_cast<ssize>(sizeof...(A)));
}

}  // namespace minipy
