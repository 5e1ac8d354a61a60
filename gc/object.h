// The object header, reference counting and the owning pointer.
//
// Layout is CPython 3.11's C ABI (docs/architecture.md, D1): every object starts with a reference count and its
// type; variable-size objects add a signed size. Layout structs hold fields only; behaviour lives with each type.
//
// Ownership (D4): `Ref<T>` owns one count, `T*` borrows. Taking over a count is `Ref<T>::steal(p)`, adding one is
// `Ref<T>::share(p)` (also `share(p)`), giving the count up is `.release()`. A function that can raise returns a
// `Ref<T>` that is null when an exception is pending on the thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

namespace minipy {

struct Type;

using ssize = std::ptrdiff_t;
using hash_t = std::ptrdiff_t;

struct Object {
  ssize refcount;
  Type* type;
};

struct VarObject {
  Object base;
  ssize size;
};

// Every layout struct names its first member `base` (an Object or VarObject), so any of them is an Object.
template <class T>
concept ObjectLayout = std::is_same_v<T, Object> || std::is_standard_layout_v<T>;

template <class T>
inline Object* as_object(T* p) {
  return reinterpret_cast<Object*>(p);
}
template <class T>
inline const Object* as_object(const T* p) {
  return reinterpret_cast<const Object*>(p);
}
// Unchecked view of an object as layout T; the caller knows the type.
template <class T>
inline T* cast(Object* p) {
  return reinterpret_cast<T*>(p);
}

template <class T>
inline Type* type_of(const T* p) {
  return as_object(p)->type;
}
template <class T>
inline ssize var_size(const T* p) {
  return reinterpret_cast<const VarObject*>(p)->size;
}

// Calls the type's dealloc slot. May run arbitrary Python code (finalizers, weak reference callbacks).
[[gnu::noinline]] void dealloc_object(Object* p);

// Every change of a count goes through the functions below, so that special builds can see it: debug builds keep the
// total (sys.gettotalrefcount()), the executable behind `minipy refs` (MINIPY_WATCH_COUNTS) tells a listener. The plain
// build has nothing here.
#if defined(MINIPY_WATCH_COUNTS)
struct CountListener {
  void (*changed)(void* context, Object* p, ssize change);  // behind the change; must not change counts itself
  void (*died)(void* context, const void* address);         // the dealloc slot has returned
  void* context;
};
extern const CountListener* g_count_listener;  // null: nobody watches
[[gnu::always_inline]] inline void count_changed(Object* p, ssize change) {
  if (g_count_listener) [[unlikely]]
    g_count_listener->changed(g_count_listener->context, p, change);
}
#elif defined(MINIPY_DEBUG)
extern ssize g_total_references;
inline void count_changed(Object*, ssize change) { g_total_references += change; }
#else
[[gnu::always_inline]] inline void count_changed(Object*, ssize) {}
#endif

// The count of an object that comes to life (or back to life, for its finalizer).
template <class T>
[[gnu::always_inline]] inline void first_reference(T* p) {
  as_object(p)->refcount = 1;
  count_changed(as_object(p), 1);
}
template <class T>
[[gnu::always_inline]] inline void add_references(T* p, ssize count) {
  as_object(p)->refcount += count;
  count_changed(as_object(p), count);
}
template <class T>
[[gnu::always_inline]] inline void incref(T* p) {
  add_references(p, 1);
}
// Gives a reference up without the end of the object's life; returns what is left.
template <class T>
[[gnu::always_inline]] inline ssize drop_reference(T* p) {
  ssize left = --as_object(p)->refcount;
  count_changed(as_object(p), -1);
  return left;
}
template <class T>
[[gnu::always_inline]] inline void decref(T* p) {
  if (drop_reference(p) == 0) [[unlikely]]
    dealloc_object(as_object(p));
}
template <class T>
[[gnu::always_inline]] inline void xincref(T* p) {
  if (p) incref(p);
}
template <class T>
[[gnu::always_inline]] inline void xdecref(T* p) {
  if (p) decref(p);
}

template <class T = Object>
class [[nodiscard]] Ref {
 public:
  constexpr Ref() = default;
  constexpr Ref(std::nullptr_t) {}
  Ref(const Ref& other) : p_(other.p_) { xincref(p_); }
  Ref(Ref&& other) noexcept : p_(other.release()) {}
  // Upcast: any layout converts to Object.
  template <class U>
  requires(std::is_same_v<T, Object> && !std::is_same_v<U, Object>) Ref(Ref<U>&& other)
  noexcept : p_(as_object(other.release())) {}
  ~Ref() { xdecref(p_); }

  Ref& operator=(Ref other) noexcept {
    std::swap(p_, other.p_);
    return *this;
  }

  static Ref steal(T* p) {
    Ref r;
    r.p_ = p;
    return r;
  }
  static Ref share(T* p) {
    xincref(p);
    return steal(p);
  }

  T* get() const { return p_; }
  T* operator->() const { return p_; }
  T& operator*() const { return *p_; }
  explicit operator bool() const { return p_ != nullptr; }

  // Gives up the count.
  [[nodiscard]] T* release() { return std::exchange(p_, nullptr); }
  // Drops the count now; null afterwards.
  void reset() { xdecref(std::exchange(p_, nullptr)); }
  // Unchecked downcast that keeps the count.
  template <class U>
  Ref<U> cast_to() && {
    return Ref<U>::steal(reinterpret_cast<U*>(release()));
  }

 private:
  T* p_ = nullptr;
};

template <class T>
inline Ref<T> share(T* p) {
  return Ref<T>::share(p);
}
template <class T>
inline Ref<T> steal(T* p) {
  return Ref<T>::steal(p);
}

// "Make it empty first": the field is in its new state before the old value's destructor may run Python code.
template <class T>
inline void clear_field(T*& field) {
  T* old = std::exchange(field, nullptr);
  xdecref(old);
}
template <class T>
inline void replace_field(T*& field, Ref<T> value) {
  T* old = std::exchange(field, value.release());
  xdecref(old);
}
template <class T>
inline Ref<T> take_field(T*& field) {
  return Ref<T>::steal(std::exchange(field, nullptr));
}

// Slot function types, exactly CPython's C signatures (extension modules fill types with them).
using VisitProc = int (*)(Object*, void*);
using TraverseProc = int (*)(Object*, VisitProc, void*);
using InquiryProc = int (*)(Object*);
using Destructor = void (*)(Object*);

// In a traverse function: visits one owned field; returns from the traverse when the visitor says stop.
#define MINIPY_VISIT(field)                                                 \
  do {                                                                      \
    if (field) {                                                            \
      if (int stop_ = visit(::minipy::as_object(field), arg)) return stop_; \
    }                                                                       \
  } while (0)

}  // namespace minipy
