// re.Pattern: compiling, matching, searching, splitting and substituting.
#include <fmt/format.h>

#include <cstring>
#include <vector>

#include "gc/collector.h"
#include "runtime/abstract.h"
#include "runtime/bytes.h"
#include "runtime/counted.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/weakref.h"
#include "stdlib/_sre/objects.h"
#include "stdlib/import.h"

namespace minipy::sre {

Status state_init(State& state, Pattern* p, Object* string, ssize start, ssize end) {
  return state.init(p->program, p->groups, p->is_text, p->is_bytes, string, start, end);
}

Ref<Object> slice_of(const State& state, ssize start, ssize end) {
  Object* string = state.string.get();
  if (!state.is_bytes) return str_substring(cast<Str>(string), start, end);
  if (is_exactly(string, &bytes_type) && start == 0 && end == var_size(string)) return share(string);
  return bytes_new(static_cast<const char*>(state.data) + start, end - start);
}

Ref<Object> slice_of_subject(Object* string, ssize start, ssize end) {
  if (is_str(string)) return str_substring(cast<Str>(string), start, end);
  if (is_exactly(string, &bytes_type) && start == 0 && end == var_size(string)) return share(string);
  HeldBuffer buffer;
  TRY(buffer.get(string));
  // A bytearray may have shrunk since the match.
  end = std::min(end, buffer.size());
  start = std::min(start, end);
  return bytes_new(buffer.data() + start, end - start);
}

// ---- Making
// -------------------------------------------------------------------------------------------------------------------

Ref<Object> pattern_compile(Object* pattern, int flags, List* code, ssize groups, Dict* groupindex, Tuple* indexgroup) {
  ssize n = list_size(code);
  Pattern* self =
      object_new_gc<Pattern>(&pattern_type, offsetof(Pattern, code) + static_cast<size_t>(n + 1) * sizeof(Code));
  if (!self) return nullptr;
  self->base.size = n;
  self->groupindex = self->indexgroup = self->pattern = self->weakreflist = nullptr;
  self->program = nullptr;
  gc_track(self);
  Ref<Object> result = steal(as_object(self));
  for (ssize i = 0; i < n; i++) {
    Object* word = code->items[i];
    if (!is_int(word)) return raise(TypeError, "an integer is required");
    int overflow;
    long long v = int_to_long_long_overflow(word, &overflow);
    if (overflow || v < 0 || v > 0xffffffffLL) {
      return raise(OverflowError, "regular expression code size limit exceeded");
    }
    self->code[i] = static_cast<Code>(v);
  }
  self->is_text = is_str(pattern);
  self->is_bytes = false;
  if (!is_none(pattern) && !self->is_text) {
    HeldBuffer buffer;
    if (!object_has_buffer(pattern) || !buffer.get(pattern)) {
      error_clear();
      return raise(TypeError, "expected string or bytes-like object, got '{:.200}'", type_name(pattern));
    }
    self->is_bytes = true;
  }
  self->pattern = share(pattern).release();
  self->flags = flags;
  self->groups = groups;
  // Without named groups the two are not kept.
  if (dict_size(groupindex)) {
    self->groupindex = share(as_object(groupindex)).release();
    self->indexgroup = share(as_object(indexgroup)).release();
  }
  if (groups < 0 || groups > kMaxGroups) return raise(RuntimeError, "invalid SRE code");
  self->program = TRY(translate(self->code, static_cast<size_t>(n), static_cast<size_t>(groups)));
  return result;
}

std::string pattern_flags_text(const Pattern* self) {
  static constexpr struct {
    const char* name;
    int flag;
  } kNames[] = {
      {"re.TEMPLATE", kFlagTemplate},   {"re.IGNORECASE", kFlagIgnoreCase}, {"re.LOCALE", kFlagLocale},
      {"re.MULTILINE", kFlagMultiline}, {"re.DOTALL", kFlagDotAll},         {"re.UNICODE", kFlagUnicode},
      {"re.VERBOSE", kFlagVerbose},     {"re.DEBUG", kFlagDebug},           {"re.ASCII", kFlagAscii},
  };
  int flags = self->flags;
  // What every pattern of text has is not told.
  if (self->is_text && (flags & (kFlagLocale | kFlagUnicode | kFlagAscii)) == kFlagUnicode) flags &= ~kFlagUnicode;
  std::string text;
  for (const auto& f : kNames) {
    if (!(flags & f.flag)) continue;
    text += (text.empty() ? "" : "|") + std::string(f.name);
    flags &= ~f.flag;
  }
  if (flags) text += fmt::format("{}0x{:x}", text.empty() ? "" : "|", flags);
  return text;
}

namespace {

int pattern_traverse(Object* self, VisitProc visit, void* arg) {
  Pattern* p = cast<Pattern>(self);
  MINIPY_VISIT(p->groupindex);
  MINIPY_VISIT(p->indexgroup);
  MINIPY_VISIT(p->pattern);
  return 0;
}

int pattern_clear(Object* self) {
  Pattern* p = cast<Pattern>(self);
  clear_field(p->groupindex);
  clear_field(p->indexgroup);
  clear_field(p->pattern);
  return 0;
}

void pattern_dealloc(Object* self) {
  gc_untrack(self);
  Pattern* p = cast<Pattern>(self);
  if (p->weakreflist) weakref_clear_all(self);
  pattern_clear(self);
  delete p->program;
  gc_free(self);
}

// ---- Matching
// ------------------------------------------------------------------------------------------------------------------

Ref<Object> result_of(Pattern* self, const State& state, Outcome outcome) {
  if (outcome == Outcome::kError) return nullptr;
  if (outcome == Outcome::kNo) return none_ref();
  return match_new(self, state);
}

template <bool kWhole>
Ref<Object> pattern_match(Pattern* self, Object* string, ssize pos, ssize endpos) {
  State state;
  TRY(state_init(state, self, string, pos, endpos));
  return result_of(self, state, state.match(kWhole));
}

Ref<Object> pattern_search(Pattern* self, Object* string, ssize pos, ssize endpos) {
  State state;
  TRY(state_init(state, self, string, pos, endpos));
  return result_of(self, state, state.search());
}

// A group's text; `fallback` when it did not take part.
Ref<Object> group_text(const State& state, ssize group, Object* fallback) {
  ssize from, to;
  state.group_span(group, &from, &to);
  if (from < 0) return fallback ? share(fallback) : slice_of(state, 0, 0);
  if (from > to) return raise_wrong_span();
  return slice_of(state, from, to);
}

// What findall() and split() take of a match: with no group its text, with one that group, with more a tuple.
Ref<Object> findall_item(Pattern* self, const State& state) {
  if (self->groups == 0) return slice_of(state, state.start, state.at);
  if (self->groups == 1) return group_text(state, 1, nullptr);
  Ref<Tuple> t = TRY(tuple_new(self->groups));
  for (ssize i = 0; i < self->groups; i++) {
    Ref<Object> item = TRY(group_text(state, i + 1, nullptr));
    t->items[i] = item.release();
  }
  return t;
}

// Calls f for each match from the state's start on, as long as f says true. Failed: exception.
template <class F>
Status each_match(State& state, F&& f) {
  while (state.start <= state.endpos) {
    Outcome outcome = state.search();
    if (outcome == Outcome::kError) return kRaised;
    if (outcome == Outcome::kNo) break;
    if (!TRY(f())) break;
    state.advance();
  }
  return kOk;
}

Ref<Object> pattern_findall(Pattern* self, Object* string, ssize pos, ssize endpos) {
  State state;
  TRY(state_init(state, self, string, pos, endpos));
  Ref<List> list = TRY(list_new());
  TRY(each_match(state, [&]() -> Maybe<bool> {
    Ref<Object> item = TRY(findall_item(self, state));
    TRY(list_append_steal(list.get(), std::move(item)));
    return true;
  }));
  return list;
}

Ref<Object> pattern_scanner(Pattern* self, Object* string, ssize pos, ssize endpos) {
  return scanner_new(self, string, pos, endpos);
}

Ref<Object> pattern_finditer(Pattern* self, Object* string, ssize pos, ssize endpos) {
  Ref<Object> scanner = TRY(scanner_new(self, string, pos, endpos));
  Ref<Object> search = TRY(object_get_attr(scanner.get(), NAME("search")));
  return call_iterator_new(search.get(), py_none());
}

Ref<Object> pattern_split(Pattern* self, Object* string, ssize maxsplit) {
  State state;
  TRY(state_init(state, self, string, 0, PTRDIFF_MAX));
  Ref<List> list = TRY(list_new());
  ssize last = 0, n = 0;
  if (maxsplit >= 0) {
    TRY(each_match(state, [&]() -> Maybe<bool> {
      Ref<Object> item = TRY(slice_of(state, last, state.start));
      TRY(list_append_steal(list.get(), std::move(item)));
      for (ssize i = 0; i < self->groups; i++) {
        item = TRY(group_text(state, i + 1, py_none()));
        TRY(list_append_steal(list.get(), std::move(item)));
      }
      last = state.at;
      n++;
      return maxsplit == 0 || n < maxsplit;
    }));
  }
  Ref<Object> rest = TRY(slice_of(state, last, state.endpos));
  TRY(list_append_steal(list.get(), std::move(rest)));
  return list;
}

// ---- Substitution
// ----------------------------------------------------------------------------------------------------------------

bool contains_backslash(Object* p) {
  if (is_str(p)) return str_find_char(cast<Str>(p), '\\', 0, str_length(cast<Str>(p)), 1) >= 0;
  HeldBuffer buffer;
  if (!object_has_buffer(p) || !buffer.get(p)) {
    error_clear();
    return true;  // not text at all: for the template parser to tell
  }
  return buffer.text().find('\\') != std::string_view::npos;
}

// The replacement: a callable, or the literal text.
Ref<Object> replacement_of(Pattern* self, Object* repl, bool* callable) {
  *callable = is_callable(repl);
  if (*callable || !contains_backslash(repl)) return share(repl);
  Ref<Object> function = TRY(import_attribute("re", "_subx"));
  Ref<Tuple> args = TRY(tuple_pack(as_object(self), repl));
  Ref<Object> filter = TRY(call_tuple_dict(function.get(), as_object(args.get()), nullptr));
  *callable = is_callable(filter.get());
  return filter;
}

Ref<Object> join_pieces(const State& state, List* pieces) {
  Ref<Object> empty = TRY(slice_of(state, 0, 0));
  if (list_size(pieces) == 0) return empty;
  if (!state.is_bytes) return str_join(cast<Str>(empty.get()), as_object(pieces));
  return call_method(empty.get(), NAME("join"), as_object(pieces));
}

// Literal text replaces text: no list of pieces is needed.
Status substitute_literally(State& state, Str* replacement, ssize count, Ref<Object>& out, ssize& n) {
  StrBuilder text(state.endpos);
  Ref<Object> counted_pieces = counted_list();
  ssize last = 0;
  Str* s = cast<Str>(state.string.get());
  TRY(each_match(state, [&]() -> Maybe<bool> {
    TRY(text.append(s, last, state.start));
    TRY(text.append(replacement));
    last = state.at;
    n++;
    return count == 0 || n < count;
  }));
  if (n == 0 && type_of(s) == &str_type && state.endpos == str_length(s)) {
    out = share(as_object(s));
    return kOk;
  }
  TRY(text.append(s, last, state.endpos));
  out = text.finish();
  return out ? kOk : kRaised;
}

Status substitute_pieces(Pattern* self, State& state, Object* filter, bool callable, ssize count, Ref<Object>& out,
                         ssize& n) {
  Ref<List> pieces = TRY(list_new());
  ssize last = 0;
  TRY(each_match(state, [&]() -> Maybe<bool> {
    if (last < state.start) {
      Ref<Object> between = TRY(slice_of(state, last, state.start));
      TRY(list_append_steal(pieces.get(), std::move(between)));
    }
    Ref<Object> item = share(filter);
    if (callable) {
      Ref<Object> match = TRY(match_new(self, state));
      item = TRY(call(filter, match.get()));
    }
    if (!is_none(item.get())) TRY(list_append_steal(pieces.get(), std::move(item)));
    last = state.at;
    n++;
    return count == 0 || n < count;
  }));
  if (last < state.endpos) {
    Ref<Object> rest = TRY(slice_of(state, last, state.endpos));
    TRY(list_append_steal(pieces.get(), std::move(rest)));
  }
  out = join_pieces(state, pieces.get());
  return out ? kOk : kRaised;
}

Status substitute(Pattern* self, Object* repl, Object* string, ssize count, Ref<Object>& out, ssize& n) {
  bool callable = false;
  Ref<Object> filter = TRY(replacement_of(self, repl, &callable));
  State state;
  TRY(state_init(state, self, string, 0, PTRDIFF_MAX));
  n = 0;
  if (count < 0) {
    // No match is looked for.
    Ref<Object> counted_pieces = counted_list();
    out = slice_of(state, 0, state.endpos);
    return out ? kOk : kRaised;
  }
  if (!callable && !state.is_bytes && is_str(filter.get())) {
    return substitute_literally(state, cast<Str>(filter.get()), count, out, n);
  }
  return substitute_pieces(self, state, filter.get(), callable, count, out, n);
}

Ref<Object> pattern_sub(Pattern* self, Object* repl, Object* string, ssize count) {
  Ref<Object> out;
  ssize n;
  TRY(substitute(self, repl, string, count, out, n));
  return out;
}
Ref<Object> pattern_subn(Pattern* self, Object* repl, Object* string, ssize count) {
  Ref<Object> out;
  ssize n;
  TRY(substitute(self, repl, string, count, out, n));
  Ref<Int> number = TRY(int_from_ssize(n));
  return tuple_pack(out.get(), as_object(number.get()));
}

// ---- The rest
// ----------------------------------------------------------------------------------------------------------------------

Ref<Object> pattern_copy(Pattern* self) { return share(as_object(self)); }
Ref<Object> pattern_deepcopy(Pattern* self, Object*) { return share(as_object(self)); }

Ref<Object> pattern_groupindex(Pattern* self) {
  if (!self->groupindex) return dict_new();
  return mappingproxy_new(self->groupindex);
}

Ref<Str> pattern_repr(Pattern* self) {
  StrBuilder out;
  Ref<Object> counted_names = counted_list();
  TRY(out.append_ascii("re.compile("));
  Ref<Str> pattern = TRY(object_repr(self->pattern));
  TRY(out.append(pattern.get(), 0, std::min<ssize>(200, str_length(pattern.get()))));
  if (std::string flags = pattern_flags_text(self); !flags.empty()) TRY(out.append_ascii((", " + flags).c_str()));
  TRY(out.append_char(')'));
  return out.finish();
}

Maybe<hash_t> pattern_hash_value(Pattern* self) {
  hash_t pattern = TRY(object_hash(self->pattern));
  hash_t code = hash_bytes(self->code, self->base.size * static_cast<ssize>(sizeof(Code)));
  hash_t h = pattern ^ code ^ self->flags ^ self->is_bytes ^ self->base.size;
  return h == -1 ? -2 : h;
}
hash_t pattern_hash(Object* self) {
  Maybe<hash_t> h = pattern_hash_value(cast<Pattern>(self));
  return h ? *h : -1;
}

Ref<Object> pattern_richcompare(Pattern* a, Object* other, CompareOp op) {
  if ((op != kEq && op != kNe) || !is_exactly(other, &pattern_type)) return not_implemented_ref();
  Pattern* b = cast<Pattern>(other);
  if (a == b) return bool_ref(op == kEq);
  bool equal = a->flags == b->flags && a->is_bytes == b->is_bytes && a->base.size == b->base.size &&
               std::memcmp(a->code, b->code, static_cast<size_t>(a->base.size) * sizeof(Code)) == 0;
  // Compared last, and only for equal code: the patterns may be of types whose comparison warns.
  if (equal) equal = TRY(object_compare_bool(a->pattern, b->pattern, kEq));
  return bool_ref(equal == (op == kEq));
}

constinit MethodDef pattern_methods[] = {
    METHOD(pattern_match<false>, "match(self, /, string, pos=0, endpos=sys.maxsize)",
           "Matches zero or more characters at the beginning of the string."),
    METHOD(pattern_match<true>, "fullmatch(self, /, string, pos=0, endpos=sys.maxsize)",
           "Matches against all of the string."),
    METHOD(pattern_search, "search(self, /, string, pos=0, endpos=sys.maxsize)",
           "Scan through the string for the first match; None when there is none."),
    METHOD(pattern_sub, "sub(self, /, repl, string, count=0)",
           "Return the string with the leftmost matches that do not overlap replaced by repl."),
    METHOD(pattern_subn, "subn(self, /, repl, string, count=0)",
           "Return (new string, number of replacements); see sub()."),
    METHOD(pattern_findall, "findall(self, /, string, pos=0, endpos=sys.maxsize)",
           "Return a list of all matches in the string that do not overlap."),
    METHOD(pattern_split, "split(self, /, string, maxsplit=0)", "Split the string by the matches."),
    METHOD(pattern_finditer, "finditer(self, /, string, pos=0, endpos=sys.maxsize)",
           "Return an iterator over all matches that do not overlap, as Match objects."),
    METHOD(pattern_scanner, "scanner(self, /, string, pos=0, endpos=sys.maxsize)", ""),
    METHOD(pattern_copy, "__copy__(self, /)", ""),
    METHOD(pattern_deepcopy, "__deepcopy__(self, memo, /)", ""),
    CLASS_METHOD(class_getitem_generic_alias, "__class_getitem__(type, item, /)", "See PEP 585"),
    {},
};
constinit MemberDef pattern_members[] = {
    {"pattern", kMemberObject, offsetof(Pattern, pattern), kMemberReadonly,
     "The pattern string from which the RE object was compiled."},
    {"flags", kMemberInt, offsetof(Pattern, flags), kMemberReadonly, "The regex matching flags."},
    {"groups", kMemberSsize, offsetof(Pattern, groups), kMemberReadonly,
     "The number of capturing groups in the pattern."},
    {},
};
constinit GetSetDef pattern_getset[] = {
    {"groupindex", getter<pattern_groupindex>, nullptr, "A dictionary mapping group names to group numbers.", nullptr},
    {},
};

}  // namespace

constinit Type pattern_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "re.Pattern",
    .basicsize = 96,
    .itemsize = sizeof(Code),
    .dealloc = pattern_dealloc,
    .repr = slot<pattern_repr>,
    .hash = pattern_hash,
    .flags = kTypeDefault | kTypeHaveGc | kTypeDisallowInstantiation | kTypeImmutable,
    .doc = "Compiled regular expression object.",
    .traverse = pattern_traverse,
    .clear = pattern_clear,
    .richcompare = slot<pattern_richcompare>,
    .weaklistoffset = offsetof(Pattern, weakreflist),
    .methods = pattern_methods,
    .members = pattern_members,
    .getset = pattern_getset,
};

}  // namespace minipy::sre
