// The type object of str: constructor, slots, repr, iterators. Methods: str_methods.cc and its neighbours.
#include <cstring>
#include <limits>

#include "gc/collector.h"
#include "gc/memory.h"
#include "runtime/bind.h"
#include "runtime/buffer.h"
#include "runtime/bytes.h"
#include "runtime/codecs.h"
#include "runtime/container_support.h"
#include "runtime/int.h"
#include "runtime/str_internal.h"
#include "runtime/str_methods.h"
#include "runtime/unicode_data.h"

namespace minipy {
namespace {

// ---- Life
// --------------------------------------------------------------------------------------------------------------

void str_dealloc(Object* self) {
  Str* s = cast<Str>(self);
  if (s->state.interned) str_forget_interned(s);
  if (!s->state.ascii || !s->state.compact) {
    CompactStr* c = reinterpret_cast<CompactStr*>(s);
    void* data = s->state.compact ? nullptr : reinterpret_cast<LegacyStr*>(s)->data;
    if (c->utf8 && c->utf8 != data) memory::object_free(c->utf8);
    if (data) memory::object_free(data);
  }
  self->type->free(self);
}

// str(object), str(buffer, encoding, errors)
Ref<Str> make_str(Object* object, const char* encoding, const char* errors) {
  if (!object) return str_empty();
  if (!encoding && !errors) return object_str(object);
  if (is_bytes(object)) {
    std::string_view b = bytes_view(cast<Bytes>(object));
    return str_decode(b.data(), static_cast<ssize>(b.size()), encoding, errors);
  }
  if (is_str(object)) return raise(TypeError, "decoding str is not supported");
  HeldBuffer buffer;
  if (!buffer.get(object)) {
    return raise(TypeError, "decoding to str: need a bytes-like object, {:.80} found", type_name(object));
  }
  return str_decode(buffer.data(), buffer.size(), encoding, errors);
}

// An instance of a subclass: the characters live in a block of their own.
Ref<Str> make_subclass_instance(Type* type, Str* text) {
  ssize size = text->length * str_kind(text);
  Ref<Object> self = steal(type->alloc(type, 0));
  if (!self) return nullptr;
  LegacyStr* s = cast<LegacyStr>(self.get());
  Str* base = &s->compact.ascii;
  base->length = text->length;
  base->hash = text->hash;
  base->state = text->state;
  base->state.interned = 0;
  base->state.compact = 0;
  base->wstr = nullptr;
  s->compact.utf8 = nullptr;
  s->compact.utf8_length = 0;
  s->compact.wstr_length = 0;
  s->data = memory::object_alloc(static_cast<size_t>(size + str_kind(text)));
  if (!s->data) return raise_no_memory_error();
  std::memcpy(s->data, str_data(text), static_cast<size_t>(size + str_kind(text)));
  if (base->state.ascii) {
    s->compact.utf8 = static_cast<char*>(s->data);
    s->compact.utf8_length = text->length;
  }
  return std::move(self).cast_to<Str>();
}

Ref<Str> str_new_instance(Type* type, Object* object, Str* encoding, Str* errors) {
  const char* encoding_text = nullptr;
  const char* errors_text = nullptr;
  TRY(codec_name_argument("str", "encoding", encoding, &encoding_text));
  TRY(codec_name_argument("str", "errors", errors, &errors_text));
  Ref<Str> s = TRY(make_str(object, encoding_text, errors_text));
  if (type == &str_type) return s;
  return make_subclass_instance(type, s.get());
}

// ---- repr
// ----------------------------------------------------------------------------------------------------------------

// Size of c in a repr; 1 means as it is.
int repr_size(char32_t c, char32_t quote) {
  if (c == quote || c == '\\' || c == '\t' || c == '\n' || c == '\r') return 2;
  if (c < 0x7f) return c < 0x20 ? 4 : 1;
  if (unicode_is_printable(c)) return 1;
  return c < 0x100 ? 4 : c < 0x10000 ? 6 : 10;
}

template <class C>
C* put_repr(C* out, char32_t c, char32_t quote) {
  int size = repr_size(c, quote);
  if (size == 1) {
    *out++ = static_cast<C>(c);
  } else if (size == 2) {
    *out++ = '\\';
    *out++ = static_cast<C>(c == '\t' ? 't' : c == '\n' ? 'n' : c == '\r' ? 'r' : c);
  } else {
    char text[12];
    int n = format_backslash_escape(text, c);
    for (int i = 0; i < n; i++) *out++ = static_cast<C>(text[i]);
  }
  return out;
}

}  // namespace

Ref<Str> str_repr(Str* s) {
  ssize n = s->length;
  char32_t quote = '\'';
  if (str_find_char(s, '\'', 0, n, 1) >= 0 && str_find_char(s, '"', 0, n, 1) < 0) quote = '"';
  ssize size = 2;
  char32_t largest = 0x7f;
  for (ssize i = 0; i < n; i++) {
    char32_t c = str_at(s, i);
    int one = repr_size(c, quote);
    if (size > std::numeric_limits<ssize>::max() - one) {
      return raise(OverflowError, "string is too long to generate repr");
    }
    size += one;
    if (one == 1 && c > largest) largest = c;
  }
  Ref<Str> r = TRY(str_allocate(size, largest));
  with_writable_chars(r.get(), [&](auto* to) {
    *to++ = static_cast<std::remove_reference_t<decltype(*to)>>(quote);
    with_chars(s, [&](auto* from) {
      if (size == n + 2) {
        copy_chars(to, from, n);
        to += n;
      } else {
        for (ssize i = 0; i < n; i++) to = put_repr(to, from[i], quote);
      }
    });
    *to = static_cast<std::remove_reference_t<decltype(*to)>>(quote);
  });
  return r;
}

namespace {

Ref<Str> str_str(Str* s) { return str_exact(s); }

// ---- Comparison
// ------------------------------------------------------------------------------------------------------------

Ref<Object> str_richcompare(Str* a, Object* other, CompareOp op) {
  if (!is_str(as_object(a)) || !is_str(other)) return not_implemented_ref();
  Str* b = cast<Str>(other);
  if (op == kEq) return bool_ref(str_equal(a, b));
  if (op == kNe) return bool_ref(!str_equal(a, b));
  return bool_ref(compare_sizes(str_compare(a, b), 0, op));
}

// ---- Sequence and mapping
// ----------------------------------------------------------------------------------------------------

ssize str_length_slot(Object* self) { return cast<Str>(self)->length; }

Ref<Object> str_concat_slot(Object* a, Object* b) {
  if (!is_str(a)) return raise(TypeError, "must be str, not {:.100}", type_name(a));
  if (!is_str(b)) return raise(TypeError, "can only concatenate str (not \"{:.200}\") to str", type_name(b));
  return str_concat(cast<Str>(a), cast<Str>(b));
}

Ref<Object> str_repeat(Str* s, ssize count) {
  if (count < 1 || s->length == 0) return str_empty();
  if (count == 1) return str_exact(s);
  ssize n = s->length;
  if (n > std::numeric_limits<ssize>::max() / count) return raise(OverflowError, "repeated string is too long");
  Ref<Str> r = TRY(str_allocate(n * count, str_max_char(s)));
  if (n == 1) {
    fill_chars(str_kind(s), str_data(r.get()), 0, count, str_at(s, 0));
    return r;
  }
  size_t bytes = static_cast<size_t>(n * str_kind(s)), total = bytes * static_cast<size_t>(count);
  char* to = static_cast<char*>(str_data(r.get()));
  std::memcpy(to, str_data(s), bytes);
  for (size_t done = bytes; done < total;) {
    size_t step = std::min(done, total - done);
    std::memcpy(to + done, to, step);
    done += step;
  }
  return r;
}

Ref<Object> str_item(Str* s, ssize index) {
  if (index < 0 || index >= s->length) return raise(IndexError, "string index out of range");
  return str_from_char(str_at(s, index));
}

Maybe<bool> str_contains_slot(Str* s, Object* value) {
  if (!is_str(value)) {
    return raise(TypeError, "'in <string>' requires string as left operand, not {:.100}", type_name(value));
  }
  return str_contains_str(s, cast<Str>(value));
}

Ref<Object> str_slice(Str* s, ssize start, ssize step, ssize count) {
  if (count <= 0) return str_empty();
  if (step == 1) return str_substring(s, start, start + count);
  char32_t largest = 0x7f;
  if (!s->state.ascii) {
    with_chars(s, [&](auto* p) {
      char32_t bits = 0;
      for (ssize k = 0, i = start; k < count; k++, i += step) bits |= p[i];
      largest = char_bound(bits);
    });
  }
  Ref<Str> r = TRY(str_allocate(count, largest));
  with_writable_chars(r.get(), [&](auto* to) {
    with_chars(s, [&](auto* p) {
      for (ssize k = 0, i = start; k < count; k++, i += step) {
        to[k] = static_cast<std::remove_reference_t<decltype(*to)>>(p[i]);
      }
    });
  });
  return r;
}

Ref<Object> str_subscript(Str* s, Object* key) {
  if (has_index(key)) {
    ssize i = TRY(number_as_ssize(key, IndexError));
    return str_item(s, i < 0 ? i + s->length : i);
  }
  if (is_exactly(key, &slice_type)) {
    ssize start, stop, step;
    TRY(slice_unpack(key, &start, &stop, &step));
    ssize count = slice_adjust(s->length, &start, &stop, step);
    return str_slice(s, start, step, count);
  }
  return raise(TypeError, "string indices must be integers, not '{:.200}'", type_name(key));
}

Ref<Object> str_remainder(Object* a, Object* b) {
  if (!is_str(a)) return not_implemented_ref();
  return str_format_percent(cast<Str>(a), b);
}

constinit NumberMethods str_as_number = {.remainder = slot<str_remainder>};
constinit SequenceMethods str_as_sequence = {
    .length = str_length_slot,
    .concat = slot<str_concat_slot>,
    .repeat = slot<str_repeat>,
    .item = slot<str_item>,
    .contains = slot<str_contains_slot>,
};
constinit MappingMethods str_as_mapping = {.length = str_length_slot, .subscript = slot<str_subscript>};

// ---- Iterators
// -----------------------------------------------------------------------------------------------------------------

struct StrIterator {
  Object base;
  ssize index;
  Str* text;  // null: exhausted
};

Ref<Object> str_iter(Str* s) {
  StrIterator* it = object_new_gc<StrIterator>(str_is_ascii(s) ? &str_ascii_iterator_type : &str_iterator_type);
  if (!it) return nullptr;
  it->index = 0;
  it->text = s;
  incref(s);
  gc_track(it);
  return steal(as_object(it));
}

void str_iterator_dealloc(Object* self) {
  gc_untrack(self);
  xdecref(cast<StrIterator>(self)->text);
  gc_free(self);
}

int str_iterator_traverse(Object* self, VisitProc visit, void* arg) {
  MINIPY_VISIT(cast<StrIterator>(self)->text);
  return 0;
}

Object* str_iterator_next(Object* self) {
  StrIterator* it = cast<StrIterator>(self);
  if (!it->text) return nullptr;
  if (it->index < it->text->length) return as_object(str_from_char(str_at(it->text, it->index++)).release());
  clear_field(it->text);
  return nullptr;
}

Object* str_ascii_iterator_next(Object* self) {
  StrIterator* it = cast<StrIterator>(self);
  if (!it->text) return nullptr;
  if (it->index < it->text->length) [[likely]] {
    Str* c = latin1_char(static_cast<unsigned char*>(str_data(it->text))[it->index++]);
    incref(c);
    return as_object(c);
  }
  clear_field(it->text);
  return nullptr;
}

Ref<Object> str_iterator_length_hint(StrIterator* it) {
  return int_from_ssize(it->text ? it->text->length - it->index : 0);
}

Ref<Object> str_iterator_reduce(StrIterator* it) {
  return reduce_sequence_iterator(as_object(it->text), it->index, str_empty());
}

Status str_iterator_setstate(StrIterator* it, Object* state) {
  ssize index = TRY(number_as_ssize(state, OverflowError));
  if (it->text) it->index = index < 0 ? 0 : std::min(index, it->text->length);
  return kOk;
}

constinit MethodDef str_iterator_methods[] = {
    PLAIN_METHOD(str_iterator_length_hint, "__length_hint__(self, /)",
                 "Private method returning an estimate of len(list(it))."),
    PLAIN_METHOD(str_iterator_reduce, "__reduce__(self, /)", "Return state information for pickling."),
    PLAIN_METHOD(str_iterator_setstate, "__setstate__(self, state, /)", "Set state information for unpickling."),
    {},
};

}  // namespace

constinit Type str_iterator_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "str_iterator",
    .basicsize = sizeof(StrIterator),
    .dealloc = str_iterator_dealloc,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc,
    .traverse = str_iterator_traverse,
    .iter = iter_self,
    .iternext = str_iterator_next,
    .methods = str_iterator_methods,
};

constinit Type str_ascii_iterator_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "str_ascii_iterator",
    .basicsize = sizeof(StrIterator),
    .dealloc = str_iterator_dealloc,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc,
    .traverse = str_iterator_traverse,
    .iter = iter_self,
    .iternext = str_ascii_iterator_next,
    .methods = str_iterator_methods,
};

constinit Type str_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "str",
    .basicsize = sizeof(LegacyStr),
    .dealloc = str_dealloc,
    .repr = slot<str_repr>,
    .as_number = &str_as_number,
    .as_sequence = &str_as_sequence,
    .as_mapping = &str_as_mapping,
    .hash = slot<str_hash>,
    .str = slot<str_str>,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeBaseType | kTypeStrSubclass | kTypeMatchSelf,
    .doc =
        "str(object='') -> str\n"
        "str(bytes_or_buffer[, encoding[, errors]]) -> str\n\n"
        "Make a string: the text of an object, as its __str__ (or else __repr__) gives it,\n"
        "or, when an encoding or an error handler is named, the text that the bytes\n"
        "of a buffer stand for.  The encoding defaults to sys.getdefaultencoding(),\n"
        "errors to 'strict'.",
    .richcompare = slot<str_richcompare>,
    .iter = slot<str_iter>,
    .methods = str_methods,
    .new_ = NEW(str_new_instance,
                "str(type, object=<unrepresentable>, encoding=<unrepresentable>, errors=<unrepresentable>)"),
    .free = memory::object_free,
};

}  // namespace minipy
