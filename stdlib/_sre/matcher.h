// The backtracking matcher. Its own stack holds choice points and what backtracking must restore, so that neither long
// subjects nor nested patterns use native recursion.
#pragma once

#include <cstdint>

#include "runtime/buffer.h"
#include "stdlib/_sre/program.h"

namespace minipy::sre {

struct Entry;
struct Change;
struct RepeatNode;

// A growing array in raw memory; push() returns null when memory is out.
template <class T>
class Stack {
 public:
  Stack() = default;
  ~Stack();
  Stack(const Stack&) = delete;
  T* push() {
    if (size_ == capacity_ && !grow()) return nullptr;
    return &data_[size_++];
  }
  T& operator[](size_t i) { return data_[i]; }
  T& top() { return data_[size_ - 1]; }
  void pop() { size_--; }
  void resize_down(size_t n) { size_ = n; }
  size_t size() const { return size_; }

 private:
  bool grow();
  T* data_ = nullptr;
  size_t size_ = 0, capacity_ = 0;
};

enum class Outcome { kError = -1, kNo = 0, kYes = 1 };

// A subject and the state of matching a pattern on it. Positions count characters from the subject's beginning.
class State {
 public:
  State() = default;
  State(const State&) = delete;
  // Takes the subject (str or bytes-like). TypeError, also when the pattern is of the other kind.
  Status init(const Program* program, ssize groups, bool pattern_is_text, bool pattern_is_bytes, Object* string,
              ssize start, ssize end);

  // Matches at `start`, or searches from there. Afterwards: start, at (the match's end), marks.
  Outcome match(bool whole);
  Outcome search();
  // Continues behind the match just found: the next one may not be empty where this one ended empty.
  void advance() {
    must_advance = at == start;
    start = at;
  }

  // The group's span; -1, -1 when it did not take part.
  void group_span(ssize group, ssize* from, ssize* to) const;

  Ref<Object> string;
  HeldBuffer buffer;
  const void* data = nullptr;
  int width = 1;  // bytes per character
  bool is_bytes = false;
  ssize pos = 0, endpos = 0;
  ssize start = 0, at = 0;
  bool must_advance = false;
  int lastindex = -1;

  // For the matcher.
  const Program* program = nullptr;
  ssize* marks = nullptr;
  int lastmark = -1;
  Stack<Entry> stack;
  Stack<RepeatNode> repeats;
  Stack<Change> changes;  // of marks that had been set before

  ~State();

 private:
  template <class C>
  Outcome match_at(ssize where, bool whole);
  template <class C>
  Outcome search_from();
  void reset_marks() { lastmark = lastindex = -1; }
};

}  // namespace minipy::sre
