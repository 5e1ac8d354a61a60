// re.Match.
#include "gc/collector.h"
#include "runtime/abstract.h"
#include "runtime/bind_varargs.h"
#include "runtime/bytes.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/weakref.h"
#include "stdlib/_sre/objects.h"
#include "stdlib/import.h"

namespace minipy::sre {

Raised raise_wrong_span() {
  return raise(SystemError, "The span of capturing group is wrong, please report a bug for the re module.");
}

Ref<Object> match_new(Pattern* pattern, const State& state) {
  ssize groups = pattern->groups + 1;
  Match* m = object_new_gc<Match>(&match_type, 88 + static_cast<size_t>(2 * groups) * sizeof(ssize));
  if (!m) return nullptr;
  m->base.size = 2 * groups;
  m->pattern = share(pattern).release();
  m->string = share(state.string.get()).release();
  m->regs = nullptr;
  m->groups = groups;
  m->marks[0] = state.start;
  m->marks[1] = state.at;
  bool swapped = false;
  for (ssize i = 1; i < groups; i++) {
    state.group_span(i, &m->marks[2 * i], &m->marks[2 * i + 1]);
    swapped = swapped || m->marks[2 * i] > m->marks[2 * i + 1];
  }
  m->pos = state.pos;
  m->endpos = state.endpos;
  m->lastindex = state.lastindex;
  gc_track(m);
  Ref<Object> result = steal(as_object(m));
  if (swapped) return raise_wrong_span();
  return result;
}

namespace {

int match_traverse(Object* self, VisitProc visit, void* arg) {
  Match* m = cast<Match>(self);
  MINIPY_VISIT(m->string);
  MINIPY_VISIT(m->regs);
  MINIPY_VISIT(m->pattern);
  return 0;
}
int match_clear(Object* self) {
  Match* m = cast<Match>(self);
  clear_field(m->string);
  clear_field(m->regs);
  clear_field(m->pattern);
  return 0;
}
void match_dealloc(Object* self) {
  gc_untrack(self);
  match_clear(self);
  gc_free(self);
}

Ref<Object> text_of(Match* m, ssize group, Object* fallback) {
  ssize from = m->marks[2 * group], to = m->marks[2 * group + 1];
  if (m->string == py_none() || from < 0) return share(fallback);
  return slice_of_subject(m->string, from, to);
}

// The number of a group given by number or name. IndexError "no such group".
Maybe<ssize> group_number(Match* m, Object* key) {
  ssize i = -1;
  if (!key) return ssize{0};
  if (has_index(key)) {
    i = TRY(number_as_ssize(key, nullptr));
  } else {
    Ref<Object> found;
    if (m->pattern->groupindex && !dict_get_ref(cast<Dict>(m->pattern->groupindex), key, found)) error_clear();
    if (found && is_int(found.get())) i = TRY(int_to_ssize(found.get()));
  }
  if (i < 0 || i >= m->groups) return raise(IndexError, "no such group");
  return i;
}

Ref<Object> match_group(Match* m, VarArgs keys) {
  if (keys.size == 0) return text_of(m, 0, py_none());
  if (keys.size == 1) {
    ssize i = TRY(group_number(m, keys[0]));
    return text_of(m, i, py_none());
  }
  Ref<Tuple> t = TRY(tuple_new(keys.size));
  for (ssize k = 0; k < keys.size; k++) {
    ssize i = TRY(group_number(m, keys[k]));
    Ref<Object> item = TRY(text_of(m, i, py_none()));
    t->items[k] = item.release();
  }
  return t;
}

Ref<Object> match_subscript(Match* m, Object* key) {
  ssize i = TRY(group_number(m, key));
  return text_of(m, i, py_none());
}

template <int kSide>
Ref<Object> match_bound(Match* m, Object* group) {
  ssize i = TRY(group_number(m, group));
  return int_from_ssize(m->marks[2 * i + kSide]);
}

Ref<Object> span_tuple(Match* m, ssize i) {
  Ref<Int> from = TRY(int_from_ssize(m->marks[2 * i]));
  Ref<Int> to = TRY(int_from_ssize(m->marks[2 * i + 1]));
  return tuple_pack(from.get(), to.get());
}
Ref<Object> match_span(Match* m, Object* group) {
  ssize i = TRY(group_number(m, group));
  return span_tuple(m, i);
}

Ref<Object> match_groups(Match* m, Object* fallback) {
  Ref<Tuple> t = TRY(tuple_new(m->groups - 1));
  for (ssize i = 1; i < m->groups; i++) {
    Ref<Object> item = TRY(text_of(m, i, fallback));
    t->items[i - 1] = item.release();
  }
  return t;
}

Ref<Object> match_groupdict(Match* m, Object* fallback) {
  Ref<Dict> result = TRY(dict_new());
  ssize position = 0;
  Object *key, *value;
  Dict* names = m->pattern->groupindex ? cast<Dict>(m->pattern->groupindex) : nullptr;
  while (names && dict_next(names, &position, &key, &value)) {
    Ref<Object> name = share(key);
    ssize i = TRY(group_number(m, name.get()));
    Ref<Object> text = TRY(text_of(m, i, fallback));
    TRY(dict_set(result.get(), name.get(), text.get()));
  }
  return result;
}

Ref<Object> match_expand(Match* m, Object* templ) {
  Ref<Object> function = TRY(import_attribute("re", "_expand"));
  Ref<Tuple> args = TRY(tuple_pack(as_object(m->pattern), as_object(m), templ));
  return call_tuple_dict(function.get(), as_object(args.get()), nullptr);
}

Ref<Object> match_copy(Match* m) { return share(as_object(m)); }
Ref<Object> match_deepcopy(Match* m, Object*) { return share(as_object(m)); }

Ref<Object> match_lastindex(Match* m) {
  if (m->lastindex < 0) return none_ref();
  return int_from_ssize(m->lastindex);
}
Ref<Object> match_lastgroup(Match* m) {
  Tuple* names = cast<Tuple>(m->pattern->indexgroup);
  if (!names || m->lastindex < 0 || !is_tuple(as_object(names)) || m->lastindex >= tuple_size(names)) return none_ref();
  return share(names->items[m->lastindex]);
}
Ref<Object> match_regs(Match* m) {
  if (!m->regs) {
    Ref<Tuple> t = TRY(tuple_new(m->groups));
    for (ssize i = 0; i < m->groups; i++) {
      Ref<Object> item = TRY(span_tuple(m, i));
      t->items[i] = item.release();
    }
    replace_field(m->regs, Ref<Object>(std::move(t)));
  }
  return share(m->regs);
}

Ref<Str> match_repr(Match* m) {
  Ref<Object> text = TRY(text_of(m, 0, py_none()));
  return format_message("<{} object; span=({}, {}), match={:.50}>", type_name(m), m->marks[0], m->marks[1],
                        repr_of(text.get()));
}

constexpr MethodDef with_doc(MethodDef m, const char* doc) {
  m.doc = doc;
  return m;
}

constinit MethodDef match_methods[] = {
    with_doc(
        VARARGS_METHOD(match_group, "group(self, *args)", ""),
        "group([group1, ...]) -> str or tuple.\n\nThe text of a group, or a tuple of several; 0 is the whole match."),
    METHOD(match_bound<0>, "start(self, group=0, /)", "Return index of the start of the substring matched by group."),
    METHOD(match_bound<1>, "end(self, group=0, /)", "Return index of the end of the substring matched by group."),
    METHOD(match_span, "span(self, group=0, /)",
           "For match object m, return the 2-tuple (m.start(group), m.end(group))."),
    METHOD(match_groups, "groups(self, /, default=None)",
           "Return a tuple with all groups' texts; default stands for groups that did not take part."),
    METHOD(match_groupdict, "groupdict(self, /, default=None)",
           "Return a dict of the named groups' texts; default stands for groups that did not take part."),
    METHOD(match_expand, "expand(self, /, template)", "Return the template with its group references filled in."),
    METHOD(match_copy, "__copy__(self, /)", ""),
    METHOD(match_deepcopy, "__deepcopy__(self, memo, /)", ""),
    CLASS_METHOD(class_getitem_generic_alias, "__class_getitem__(type, item, /)", "See PEP 585"),
    {},
};
constinit MemberDef match_members[] = {
    {"string", kMemberObject, offsetof(Match, string), kMemberReadonly, "The string passed to match() or search()."},
    {"re", kMemberObject, offsetof(Match, pattern), kMemberReadonly, "The regular expression object."},
    {"pos", kMemberSsize, offsetof(Match, pos), kMemberReadonly,
     "The index into the string at which the RE engine started looking for a match."},
    {"endpos", kMemberSsize, offsetof(Match, endpos), kMemberReadonly,
     "The index into the string beyond which the RE engine will not go."},
    {},
};
constinit GetSetDef match_getset[] = {
    {"lastindex", getter<match_lastindex>, nullptr, "The integer index of the last matched capturing group.", nullptr},
    {"lastgroup", getter<match_lastgroup>, nullptr, "The name of the last matched capturing group.", nullptr},
    {"regs", getter<match_regs>, nullptr, nullptr, nullptr},
    {},
};
constinit MappingMethods match_as_mapping = {.subscript = slot<match_subscript>};

}  // namespace

constinit Type match_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "re.Match",
    .basicsize = 88,
    .itemsize = sizeof(ssize),
    .dealloc = match_dealloc,
    .repr = slot<match_repr>,
    .as_mapping = &match_as_mapping,
    .flags = kTypeDefault | kTypeHaveGc | kTypeDisallowInstantiation | kTypeImmutable,
    .doc = "The result of re.match() and re.search().\nMatch objects always have a boolean value of True.",
    .traverse = match_traverse,
    .clear = match_clear,
    .methods = match_methods,
    .members = match_members,
    .getset = match_getset,
};

}  // namespace minipy::sre
