// Taking text apart, the same for strings of each width and for bytes: split, rsplit, splitlines.
//
// A text is its units p[0..n). `piece(start, end)` makes a part: a new reference, or null with the error pending. It
// must neither run Python code nor move the units. `max` is the largest number of cuts; it is not negative.
#pragma once

#include <utility>

#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/list_internal.h"

namespace minipy::splitting {

// The room of the list from the start, which sys.getsizeof shows: one item for each possible part, but no more than 12.
inline Ref<List> list_for_parts(ssize max) { return list_new_room(max < 12 ? max + 1 : 12); }

// The whole object as the only part.
inline Ref<List> only_part(Object* whole) { return list_from_array(&whole, 1); }

// Between runs of units for which space(unit) is true; what is left after `max` cuts goes in one piece, spaces
// included.
template <class C, class Space, class Piece>
Ref<List> by_space(const C* p, ssize n, ssize max, Space space, Piece piece) {
  Ref<List> list = TRY(list_for_parts(max));
  ssize i = 0;
  while (true) {
    while (i < n && space(p[i])) i++;
    if (i == n) return list;
    ssize start = i;
    bool last = max-- <= 0;
    if (last) i = n;
    while (i < n && !space(p[i])) i++;
    TRY(list_append_steal(list.get(), TRY(piece(start, i))));
    if (last) return list;
  }
}

template <class C, class Space, class Piece>
Ref<List> by_space_from_right(const C* p, ssize n, ssize max, Space space, Piece piece) {
  Ref<List> list = TRY(list_for_parts(max));
  ssize i = n;
  while (true) {
    while (i > 0 && space(p[i - 1])) i--;
    if (i == 0) break;
    ssize end = i;
    if (max-- <= 0) i = 0;
    while (i > 0 && !space(p[i - 1])) i--;
    TRY(list_append_steal(list.get(), TRY(piece(i, end))));
  }
  if (!list_reverse_in_place(list.get())) return nullptr;
  return list;
}

// find(start, end): the first index of the separator, of m units, in that range, or -1.
template <class Find, class Piece>
Ref<List> by_separator(ssize n, ssize m, ssize max, Find find, Piece piece) {
  Ref<List> list = TRY(list_for_parts(max));
  ssize at = 0;
  while (max-- > 0) {
    ssize i = find(at, n);
    if (i < 0) break;
    TRY(list_append_steal(list.get(), TRY(piece(at, i))));
    at = i + m;
  }
  TRY(list_append_steal(list.get(), TRY(piece(at, n))));
  return list;
}

// find(start, end): the last index of the separator in that range, or -1.
template <class Find, class Piece>
Ref<List> by_separator_from_right(ssize n, ssize m, ssize max, Find find, Piece piece) {
  Ref<List> list = TRY(list_for_parts(max));
  ssize end = n;
  while (max-- > 0) {
    ssize i = find(0, end);
    if (i < 0) break;
    TRY(list_append_steal(list.get(), TRY(piece(i + m, end))));
    end = i;
  }
  TRY(list_append_steal(list.get(), TRY(piece(0, end))));
  if (!list_reverse_in_place(list.get())) return nullptr;
  return list;
}

// After each unit for which line_break(unit) is true; "\r\n" is one break.
template <class C, class LineBreak, class Piece>
Ref<List> lines(const C* p, ssize n, bool keep_ends, LineBreak line_break, Piece piece) {
  Ref<List> list = TRY(list_new());
  ssize i = 0;
  while (i < n) {
    ssize start = i;
    while (i < n && !line_break(p[i])) i++;
    ssize end = i;
    if (i < n) {
      i += p[i] == '\r' && i + 1 < n && p[i + 1] == '\n' ? 2 : 1;
      if (keep_ends) end = i;
    }
    TRY(list_append_steal(list.get(), TRY(piece(start, end))));
  }
  return list;
}

}  // namespace minipy::splitting
