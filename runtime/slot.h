// Compile-time adapters: the same function seen as a typed minipy function and as a C slot.
//
//   Ref<Object> list_concat(List* self, Object* other);
//   ... .concat = slot<list_concat>
//
// Parameter types may be any layout pointer (the slot caller guarantees the type of self), ssize, int, CompareOp.
// Results: Ref<T> -> Object*; Status -> int 0/-1; Maybe<bool> -> int 0/1/-1; Maybe<ssize> -> ssize or -1;
// void, int, hash_t pass through.
#pragma once

#include "gc/object.h"
#include "runtime/result.h"

namespace minipy {

struct Type;
struct Buffer;
enum CompareOp : int;

namespace detail {

template <class P>
struct SlotParam {
  using type = P;
};
template <class T>
requires(!std::is_void_v<T> && !std::is_same_v<std::remove_cv_t<T>, char> && !std::is_fundamental_v<T> &&
         !std::is_pointer_v<T> && !std::is_function_v<T>) struct SlotParam<T*> {
  using type = Object*;
};

template <>
struct SlotParam<Type*> {
  using type = Type*;
};
template <>
struct SlotParam<Buffer*> {
  using type = Buffer*;
};
template <>
struct SlotParam<CompareOp> {
  using type = int;
};

template <class R>
struct SlotReturn {
  using type = R;
  static R convert(R r) { return r; }
};
template <class T>
struct SlotReturn<Ref<T>> {
  using type = Object*;
  static Object* convert(Ref<T> r) { return as_object(r.release()); }
};
template <>
struct SlotReturn<Status> {
  using type = int;
  static int convert(Status s) { return s ? 0 : -1; }
};
template <>
struct SlotReturn<Maybe<bool>> {
  using type = int;
  static int convert(Maybe<bool> r) { return r ? static_cast<int>(*r) : -1; }
};
template <>
struct SlotReturn<Maybe<ssize>> {
  using type = ssize;
  static ssize convert(Maybe<ssize> r) { return r ? *r : -1; }
};

template <auto kFn, class F = decltype(kFn)>
struct SlotAdapter;
template <auto kFn, class R, class... P>
struct SlotAdapter<kFn, R (*)(P...)> {
  static typename SlotReturn<R>::type call(typename SlotParam<P>::type... p) {
    if constexpr (std::is_void_v<R>) {
      kFn(convert<P>(p)...);
    } else {
      return SlotReturn<R>::convert(kFn(convert<P>(p)...));
    }
  }

 private:
  template <class P1, class Q>
  static P1 convert(Q q) {
    if constexpr (std::is_pointer_v<P1> && std::is_same_v<Q, Object*>) {
      return reinterpret_cast<P1>(q);
    } else {
      return static_cast<P1>(q);
    }
  }
};

}  // namespace detail

template <auto kFn>
inline constexpr auto slot = &detail::SlotAdapter<kFn>::call;

}  // namespace minipy
