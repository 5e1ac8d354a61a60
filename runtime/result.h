// Small result types for functions that can raise and do not return an object, and the propagation macros (D4).
#pragma once

#include "gc/object.h"

namespace minipy {

// Failed: an exception is pending on the thread.
class [[nodiscard]] Status {
 public:
  static constexpr Status ok() { return Status(true); }
  static constexpr Status failed() { return Status(false); }
  constexpr explicit operator bool() const { return ok_; }

 private:
  constexpr explicit Status(bool ok) : ok_(ok) {}
  bool ok_;
};
inline constexpr Status kOk = Status::ok();

// What `raise(...)` returns: converts to the failure of every result type.
struct Raised {
  template <class T>
  operator Ref<T>() const {
    return nullptr;
  }
  operator Status() const { return Status::failed(); }
  template <class T>
  operator T*() const {
    return nullptr;
  }
};
inline constexpr Raised kRaised{};

// A value or a pending exception.
template <class T>
class [[nodiscard]] Maybe {
 public:
  constexpr Maybe(T value) : value_(value), ok_(true) {}
  constexpr Maybe(Raised) : value_(), ok_(false) {}
  constexpr explicit operator bool() const { return ok_; }
  constexpr T operator*() const { return value_; }
  constexpr T value() const { return value_; }

 private:
  T value_;
  bool ok_;
};

namespace detail {
template <class T>
inline Ref<T> unwrap(Ref<T>& r) {
  return std::move(r);
}
template <class T>
inline T unwrap(Maybe<T>& r) {
  return *r;
}
inline void unwrap(Status&) {}
template <class T>
inline T* unwrap(T*& p) {
  return p;
}
}  // namespace detail

// TRY(expr): the value of expr, or return the failure from this function. Works for Ref<T>, Maybe<T>, Status and T*
// (null means failure).
#define TRY(...)                           \
  ({                                       \
    auto&& try_result_ = (__VA_ARGS__);    \
    if (!try_result_) [[unlikely]]         \
      return ::minipy::kRaised;            \
    ::minipy::detail::unwrap(try_result_); \
  })

[[noreturn]] void must_failed(const char* file, int line, const char* what);

// MUST(expr): states that expr cannot fail here; a failure ends the process with a message.
#define MUST(...)                                              \
  ({                                                           \
    auto&& must_result_ = (__VA_ARGS__);                       \
    if (!must_result_) [[unlikely]]                            \
      ::minipy::must_failed(__FILE__, __LINE__, #__VA_ARGS__); \
    ::minipy::detail::unwrap(must_result_);                    \
  })

}  // namespace minipy
