// The type object of bytes: constructor, slots, iterator.
#include <cstring>
#include <limits>

#include "gc/collector.h"
#include "gc/memory.h"
#include "runtime/abstract.h"
#include "runtime/bytes_methods.h"
#include "runtime/cache_events.h"
#include "runtime/codecs.h"
#include "runtime/container_support.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/str_internal.h"
#include "runtime/str_methods.h"
#include "runtime/thread_state.h"

namespace minipy {

// ---- Making bytes of objects
// ---------------------------------------------------------------------------------------------

Maybe<unsigned char> byte_value(Object* p) {
  Ref<Object> index = TRY(number_index(p));
  int overflow;
  long long v = int_to_long_long_overflow(index.get(), &overflow);
  if (overflow || v < 0 || v > 255) return raise(ValueError, "byte must be in range(0, 256)");
  return static_cast<unsigned char>(v);
}

namespace {

Status append_item(BytesBuilder& out, Object* item) {
  ssize v = TRY(number_as_ssize(item, nullptr));
  if (v < 0 || v > 255) return raise(ValueError, "bytes must be in range(0, 256)");
  return out.append_byte(static_cast<char>(v));
}

// Items of a list may change while they are converted.
Ref<Bytes> from_sequence(Object* sequence) {
  BytesBuilder out(sequence_fast_size(sequence));
  for (ssize i = 0; i < sequence_fast_size(sequence); i++) {
    Ref<Object> item = share(sequence_fast_items(sequence)[i]);
    TRY(append_item(out, item.get()));
  }
  return out.finish();
}

Ref<Bytes> from_iterator(Object* iterator, ssize hint) {
  BytesBuilder out(hint);
  while (Ref<Object> item = iter_next(iterator)) TRY(append_item(out, item.get()));
  if (error_pending()) return nullptr;
  return out.finish();
}

}  // namespace

Ref<Object> bytes_from_object(Object* p) {
  if (is_exactly(p, &bytes_type)) return share(p);
  if (object_has_buffer(p)) {
    HeldBuffer buffer;
    TRY(buffer.get(p, kBufferFullRo));
    Ref<Bytes> b = TRY(bytes_new(nullptr, buffer.size()));
    if (buffer.size() == 1) {
      char one;
      TRY(buffer_to_contiguous(&one, &buffer.view, 1, 'C'));
      return bytes_new(&one, 1);
    }
    if (buffer.size()) TRY(buffer_to_contiguous(b->data, &buffer.view, buffer.size(), 'C'));
    return b;
  }
  if (is_exactly(p, &list_type) || is_exactly(p, &tuple_type)) return from_sequence(p);
  if (!is_str(p)) {
    if (Ref<Object> iterator = get_iter(p)) {
      ssize hint = TRY(object_length_hint(p, 64));
      return from_iterator(iterator.get(), hint);
    }
    if (!error_clear_if(TypeError)) return nullptr;
  }
  return raise(TypeError, "cannot convert '{:.200}' object to bytes", type_name(p));
}

namespace {

// bytes(n): n zeros. Null without an exception: p is not a count.
Ref<Bytes> from_count(Object* p) {
  Maybe<ssize> count = number_as_ssize(p, OverflowError);
  if (!count) {
    error_clear_if(TypeError);
    return nullptr;
  }
  if (*count < 0) return raise(ValueError, "negative count");
  if (*count == 1) return bytes_new("\0", 1);
  Ref<Bytes> b = TRY(bytes_new(nullptr, *count));
  std::memset(b->data, 0, static_cast<size_t>(*count));
  return b;
}

Ref<Object> make_bytes(Object* source, const char* encoding, const char* errors) {
  if (!source) {
    if (encoding || errors) {
      return raise(TypeError, encoding ? "encoding without a string argument" : "errors without a string argument");
    }
    return bytes_new(nullptr, 0);
  }
  if (encoding) {
    if (!is_str(source)) return raise(TypeError, "encoding without a string argument");
    return str_encode(cast<Str>(source), encoding, errors);
  }
  if (errors) {
    return raise(TypeError,
                 is_str(source) ? "string argument without an encoding" : "errors without a string argument");
  }
  if (Ref<Object> method = lookup_special(source, NAME("__bytes__"))) {
    Ref<Object> result = TRY(call(method.get()));
    if (!is_bytes(result.get())) {
      return raise(TypeError, "__bytes__ returned non-bytes (type {:.200})", type_name(result.get()));
    }
    return result;
  }
  if (error_pending()) return nullptr;
  if (is_str(source)) return raise(TypeError, "string argument without an encoding");
  if (has_index(source)) {
    Ref<Bytes> b = from_count(source);
    if (b || error_pending()) return b;
  }
  return bytes_from_object(source);
}

Ref<Object> bytes_new_instance(Type* type, Object* source, Str* encoding, Str* errors) {
  const char *encoding_name, *error_name;
  TRY(codec_name_argument("bytes", "encoding", encoding, &encoding_name));
  TRY(codec_name_argument("bytes", "errors", errors, &error_name));
  Ref<Object> made = TRY(make_bytes(source, encoding_name, error_name));
  if (type == &bytes_type) return made;
  Bytes* b = cast<Bytes>(made.get());
  Ref<Object> self = steal(type->alloc(type, b->base.size));
  if (!self) return nullptr;
  Bytes* copy = cast<Bytes>(self.get());
  copy->hash = b->hash;
  std::memcpy(copy->data, b->data, static_cast<size_t>(b->base.size) + 1);
  return self;
}

// ---- Slots
// -----------------------------------------------------------------------------------------------------------------

void bytes_dealloc(Object* self) { self->type->free(self); }

Ref<Str> bytes_str(Bytes* self) {
  if (current_interpreter()->config.bytes_warning) {
    TRY(warn(BytesWarning, 1, "str() on a bytes instance"));
  }
  return bytes_repr(self);
}

ssize bytes_length(Object* self) { return var_size(self); }

// CPython makes a new object where bytes are repeated no times.
Ref<Object> new_empty() {
  Bytes* b = object_new<Bytes>(&bytes_type, offsetof(Bytes, data) + 1);
  if (!b) return nullptr;
  b->base.size = 0;
  b->hash = -1;
  b->data[0] = 0;
  return steal(as_object(b));
}

Ref<Object> bytes_repeat(Bytes* self, ssize count) {
  count = count < 0 ? 0 : count;
  ssize n = self->base.size;
  if (n && count > std::numeric_limits<ssize>::max() / n) return raise(OverflowError, "repeated bytes are too long");
  ssize size = n * count;
  if (size == n && is_exactly(self, &bytes_type)) return share(as_object(self));
  if (size == 0 && n) return new_empty();
  if (n == 1 && size == 1) return bytes_new(self->data, 1);
  Ref<Bytes> b = TRY(bytes_new(nullptr, size));
  for (ssize done = 0; done < size;) {
    ssize step = done ? std::min(done, size - done) : n;
    std::memcpy(b->data + done, done ? b->data : self->data, static_cast<size_t>(step));
    done += step;
  }
  return b;
}

Ref<Object> bytes_item(Bytes* self, ssize index) {
  if (index < 0 || index >= self->base.size) return raise(IndexError, "index out of range");
  return int_from_ssize(static_cast<unsigned char>(self->data[index]));
}

Ref<Object> bytes_subscript(Bytes* self, Object* key) {
  if (has_index(key)) {
    ssize i = TRY(number_as_ssize(key, IndexError));
    return bytes_item(self, i < 0 ? i + self->base.size : i);
  }
  if (!is_exactly(key, &slice_type)) {
    return raise(TypeError, "byte indices must be integers or slices, not {:.200}", type_name(key));
  }
  ssize start, stop, step;
  TRY(slice_unpack(key, &start, &stop, &step));
  ssize count = slice_adjust(self->base.size, &start, &stop, step);
  if (count <= 0) return bytes_new(nullptr, 0);
  if (step == 1) {
    if (count == self->base.size && is_exactly(self, &bytes_type)) return share(as_object(self));
    return bytes_new(self->data + start, count);
  }
  if (count == 1) return bytes_new(self->data + start, 1);
  Ref<Bytes> b = TRY(bytes_new(nullptr, count));
  for (ssize k = 0, i = start; k < count; k++, i += step) b->data[k] = self->data[i];
  return b;
}

Ref<Object> bytes_richcompare(Object* a, Object* b, CompareOp op) {
  if (!is_bytes(a) || !is_bytes(b)) {
    if (current_interpreter()->config.bytes_warning && (op == kEq || op == kNe)) {
      if (is_str(a) || is_str(b)) TRY(warn(BytesWarning, 1, "Comparison between bytes and string"));
      if (is_exactly(a, &int_type) || is_exactly(b, &int_type)) {
        TRY(warn(BytesWarning, 1, "Comparison between bytes and int"));
      }
    }
    return not_implemented_ref();
  }
  std::string_view x = bytes_view(cast<Bytes>(a)), y = bytes_view(cast<Bytes>(b));
  if (op == kEq) return bool_ref(x == y);
  if (op == kNe) return bool_ref(x != y);
  return bool_ref(compare_sizes(x.compare(y), 0, op));
}

int bytes_get_buffer(Object* self, Buffer* view, int flags) {
  return buffer_fill(view, self, cast<Bytes>(self)->data, var_size(self), true, flags) ? 0 : -1;
}

Ref<Object> bytes_remainder(Object* a, Object* b) {
  if (!is_bytes(a)) return not_implemented_ref();
  return bytes_format_percent(bytes_view(cast<Bytes>(a)), b, false);
}

Maybe<bool> bytes_contains(Bytes* self, Object* value) { return bytes_contain(bytes_view(self), value); }

constinit NumberMethods bytes_as_number = {.remainder = slot<bytes_remainder>};
constinit SequenceMethods bytes_as_sequence = {
    .length = bytes_length,
    .concat = slot<bytes_concat>,
    .repeat = slot<bytes_repeat>,
    .item = slot<bytes_item>,
    .contains = slot<bytes_contains>,
};
constinit MappingMethods bytes_as_mapping = {.length = bytes_length, .subscript = slot<bytes_subscript>};
constinit BufferProcs bytes_as_buffer = {.get = bytes_get_buffer};

// ---- Iterator
// ----------------------------------------------------------------------------------------------------------------

struct BytesIterator {
  Object base;
  ssize index;
  Bytes* bytes;  // null: exhausted
};

Ref<Object> bytes_iter(Bytes* self) {
  BytesIterator* it = object_new_gc<BytesIterator>(&bytes_iterator_type);
  if (!it) return nullptr;
  it->index = 0;
  it->bytes = self;
  incref(self);
  gc_track(it);
  return steal(as_object(it));
}

void bytes_iterator_dealloc(Object* self) {
  gc_untrack(self);
  xdecref(cast<BytesIterator>(self)->bytes);
  gc_free(self);
}

int bytes_iterator_traverse(Object* self, VisitProc visit, void* arg) {
  MINIPY_VISIT(cast<BytesIterator>(self)->bytes);
  return 0;
}

Object* bytes_iterator_next(Object* self) {
  BytesIterator* it = cast<BytesIterator>(self);
  if (!it->bytes) return nullptr;
  if (it->index < it->bytes->base.size) {
    Int* v = small_int(static_cast<unsigned char>(it->bytes->data[it->index++]));
    incref(v);
    int_cache_hit(as_object(v));
    return as_object(v);
  }
  clear_field(it->bytes);
  return nullptr;
}

Ref<Object> bytes_iterator_length_hint(BytesIterator* it) {
  return int_from_ssize(it->bytes ? it->bytes->base.size - it->index : 0);
}

Ref<Object> bytes_iterator_reduce(BytesIterator* it) {
  return reduce_sequence_iterator(as_object(it->bytes), it->index, Ref<Object>(tuple_empty()));
}

Status bytes_iterator_setstate(BytesIterator* it, Object* state) {
  ssize index = TRY(number_as_ssize(state, OverflowError));
  if (it->bytes) it->index = index < 0 ? 0 : std::min(index, it->bytes->base.size);
  return kOk;
}

constinit MethodDef bytes_iterator_methods[] = {
    PLAIN_METHOD(bytes_iterator_length_hint, "__length_hint__(self, /)",
                 "Private method returning an estimate of len(list(it))."),
    PLAIN_METHOD(bytes_iterator_reduce, "__reduce__(self, /)", "Return state information for pickling."),
    PLAIN_METHOD(bytes_iterator_setstate, "__setstate__(self, state, /)", "Set state information for unpickling."),
    {},
};

}  // namespace

Ref<Object> bytes_concat(Object* a, Object* b) {
  HeldBuffer x, y;
  if (!object_has_buffer(a) || !object_has_buffer(b) || !x.get(a) || !y.get(b)) {
    if (error_pending() && !error_clear_if(TypeError)) error_clear();
    return raise(TypeError, "can't concat {:.100} to {:.100}", type_name(b), type_name(a));
  }
  if (x.size() == 0 && is_exactly(b, &bytes_type)) return share(b);
  if (y.size() == 0 && is_exactly(a, &bytes_type)) return share(a);
  if (x.size() > std::numeric_limits<ssize>::max() - y.size()) return raise_no_memory_error();
  ssize size = x.size() + y.size();
  if (size <= 1) return bytes_new(x.size() ? x.data() : y.data(), size);
  Ref<Bytes> r = TRY(bytes_new(nullptr, size));
  std::memcpy(r->data, x.data(), static_cast<size_t>(x.size()));
  std::memcpy(r->data + x.size(), y.data(), static_cast<size_t>(y.size()));
  return r;
}

Maybe<bool> bytes_contain(std::string_view s, Object* value) {
  Maybe<ssize> byte = number_as_ssize(value, nullptr);
  if (byte) {
    if (*byte < 0 || *byte > 255) return raise(ValueError, "byte must be in range(0, 256)");
    return s.find(static_cast<char>(*byte)) != std::string_view::npos;
  }
  error_clear();
  HeldBuffer buffer;
  TRY(buffer.get(value));
  std::string_view text = buffer.text();
  return find_in(reinterpret_cast<const Char1*>(s.data()), static_cast<ssize>(s.size()),
                 reinterpret_cast<const Char1*>(text.data()), static_cast<ssize>(text.size())) >= 0;
}

constinit Type bytes_iterator_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "bytes_iterator",
    .basicsize = sizeof(BytesIterator),
    .dealloc = bytes_iterator_dealloc,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc,
    .traverse = bytes_iterator_traverse,
    .iter = iter_self,
    .iternext = bytes_iterator_next,
    .methods = bytes_iterator_methods,
};

constinit Type bytes_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "bytes",
    .basicsize = offsetof(Bytes, data) + 1,
    .itemsize = 1,
    .dealloc = bytes_dealloc,
    .repr = slot<bytes_repr>,
    .as_number = &bytes_as_number,
    .as_sequence = &bytes_as_sequence,
    .as_mapping = &bytes_as_mapping,
    .hash = slot<bytes_hash>,
    .str = slot<bytes_str>,
    .getattro = object_generic_getattro,
    .as_buffer = &bytes_as_buffer,
    .flags = kTypeDefault | kTypeBaseType | kTypeBytesSubclass | kTypeMatchSelf,
    .doc =
        "bytes(iterable_of_ints) -> bytes\n"
        "bytes(string, encoding[, errors]) -> bytes\n"
        "bytes(bytes_or_buffer) -> immutable copy of bytes_or_buffer\n"
        "bytes(int) -> bytes object of size given by the parameter initialized with null bytes\n"
        "bytes() -> empty bytes object\n\n"
        "Make an immutable sequence of bytes from integers in range(256), from text and\n"
        "an encoding, or from an object that has a buffer.",
    .richcompare = slot<bytes_richcompare>,
    .iter = slot<bytes_iter>,
    .methods = bytes_methods,
    .new_ = NEW(bytes_new_instance,
                "bytes(type, source=<unrepresentable>, encoding=<unrepresentable>, errors=<unrepresentable>)"),
    .free = memory::object_free,
};

}  // namespace minipy
