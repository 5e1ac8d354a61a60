// What the container types share: indices of slices, recursive repr, sizes, pickling of iterators.
#pragma once

#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/thread_state.h"

namespace minipy {

// A bound of list.index() and the like: p through __index__, clipped; `fallback` when p is null. TypeError "slice
// indices must be integers or have an __index__ method".
Maybe<ssize> slice_bound(Object* p, ssize fallback);
// As start/stop of a slice may be: None gives the fallback too.
Maybe<ssize> slice_bound_or_none(Object* p, ssize fallback);

// The index that an iterator's __setstate__ gets. TypeError "an integer is required".
Maybe<ssize> state_index(Object* p);

// Holds a container's mark "its repr is being made" (repr_enter).
class ReprGuard {
 public:
  explicit ReprGuard(Object* p) : object_(p), state_(repr_enter(p)) {}
  ~ReprGuard() {
    if (state_ == 0) repr_leave(object_);
  }
  ReprGuard(const ReprGuard&) = delete;
  bool failed() const { return state_ < 0; }
  bool recursive() const { return state_ > 0; }

 private:
  Object* object_;
  int state_;
};

// (iter, (sequence,), index), or (iter, (empty,)) when the iterator is exhausted: `sequence` null.
Ref<Object> reduce_sequence_iterator(Object* sequence, ssize index, Ref<Object> empty);
// (builtins.name, (argument,)).
Ref<Object> reduce_builtin(const char* name, Ref<Object> argument);

// Compares two lengths as the operator says.
inline bool compare_sizes(ssize a, ssize b, CompareOp op) {
  switch (op) {
    case kLt: return a < b;
    case kLe: return a <= b;
    case kEq: return a == b;
    case kNe: return a != b;
    case kGt: return a > b;
    default: return a >= b;
  }
}

// The exact type makes no instances with keyword arguments: TypeError "list() takes no keyword arguments".
Status check_no_keywords(const char* name, Object* kwargs /* dict or null */);

// Registers the container types' free lists with the collector. Called once at start-up.
void containers_init();

}  // namespace minipy
