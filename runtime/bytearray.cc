// bytearray: a growable block of bytes. `start` may lie behind `bytes` after deletions at the front. While buffers are
// exported the block cannot be moved or resized.
#include <algorithm>
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
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/str_internal.h"
#include "runtime/str_methods.h"
#include "runtime/thread_state.h"

namespace minipy {
namespace {

constexpr ssize kMaxSize = std::numeric_limits<ssize>::max();
constinit char empty_bytes[1] = {};  // what `start` points to when nothing is allocated

ssize size_of(const ByteArray* b) { return b->base.size; }
std::string_view view_of(const ByteArray* b) { return {b->start, static_cast<size_t>(b->base.size)}; }

Status check_resizable(ByteArray* b) {
  if (b->exports > 0) {
    return raise(BufferError, "Existing exports of data: object cannot be re-sized");
  }
  return kOk;
}

}  // namespace

Ref<Object> bytearray_new(const char* data, ssize size) {
  ByteArray* b = object_new<ByteArray>(&bytearray_type);
  if (!b) return nullptr;
  Ref<Object> self = steal(as_object(b));
  b->base.size = 0;
  b->alloc = 0;
  b->bytes = nullptr;
  b->start = empty_bytes;
  b->exports = 0;
  if (size == 0) return self;
  b->bytes = static_cast<char*>(memory::object_alloc(static_cast<size_t>(size) + 1));
  if (!b->bytes) return raise_no_memory_error();
  b->start = b->bytes;
  b->alloc = size + 1;
  b->base.size = size;
  b->bytes[size] = 0;
  if (data) std::memcpy(b->bytes, data, static_cast<size_t>(size));
  return self;
}

// Growth and shrinking follow CPython's rule, which __alloc__() and sys.getsizeof() show.
Status bytearray_resize(ByteArray* b, ssize size) {
  if (size == size_of(b)) return kOk;
  TRY(check_resizable(b));
  ssize offset = b->start - (b->bytes ? b->bytes : b->start);
  ssize alloc = b->alloc;
  if (size + offset + 1 <= alloc) {
    if (size >= alloc / 2) {
      b->base.size = size;
      b->start[size] = 0;
      return kOk;
    }
    alloc = size + 1;
  } else if (size > kMaxSize - size / 8 - 8) {
    return raise_no_memory_error();
  } else if (static_cast<double>(size) <= static_cast<double>(alloc) * 1.125) {
    alloc = size + (size >> 3) + (size < 9 ? 3 : 6);
  } else {
    alloc = size + 1;
  }
  char* block;
  if (offset > 0) {
    block = static_cast<char*>(memory::object_alloc(static_cast<size_t>(alloc)));
    if (!block) return raise_no_memory_error();
    std::memcpy(block, b->start, static_cast<size_t>(std::min(size, size_of(b))));
    memory::object_free(b->bytes);
  } else {
    block = static_cast<char*>(b->bytes ? memory::object_realloc(b->bytes, static_cast<size_t>(alloc))
                                        : memory::object_alloc(static_cast<size_t>(alloc)));
    if (!block) return raise_no_memory_error();
  }
  b->bytes = b->start = block;
  b->base.size = size;
  b->alloc = alloc;
  b->start[size] = 0;
  return kOk;
}

namespace {

// self[low:high] = data. data must not lie in self.
Status replace_range(ByteArray* b, ssize low, ssize high, std::string_view data) {
  ssize added = static_cast<ssize>(data.size());
  ssize growth = added - (high - low);
  ssize n = size_of(b);
  if (growth < 0) {
    TRY(check_resizable(b));
    if (low == 0) {
      b->start -= growth;  // the front is cut off by moving the start
    } else {
      std::memmove(b->start + low + added, b->start + high, static_cast<size_t>(n - high));
    }
    TRY(bytearray_resize(b, n + growth));
  } else if (growth > 0) {
    if (n > kMaxSize - growth) return raise_no_memory_error();
    TRY(bytearray_resize(b, n + growth));
    std::memmove(b->start + low + added, b->start + high, static_cast<size_t>(n - high));
  }
  if (added) std::memcpy(b->start + low, data.data(), data.size());
  return kOk;
}

Status append_byte(ByteArray* b, char byte) {
  ssize n = size_of(b);
  if (n == kMaxSize) return raise(OverflowError, "cannot add more objects to bytearray");
  TRY(bytearray_resize(b, n + 1));
  b->start[n] = byte;
  return kOk;
}

// ---- Construction
// -------------------------------------------------------------------------------------------------------------

Object* bytearray_type_new(Type* type, Object*, Object*) {
  Object* self = type->alloc(type, 0);
  if (self) cast<ByteArray>(self)->start = empty_bytes;
  return self;
}

void bytearray_dealloc(Object* self) {
  ByteArray* b = cast<ByteArray>(self);
  if (b->exports > 0) {
    PreserveError keep;
    (void)raise(SystemError, "deallocated bytearray object has exported buffers");
    error_write_unraisable(nullptr);
  }
  if (b->bytes) memory::object_free(b->bytes);
  self->type->free(self);
}

Status fill_from_iterable(ByteArray* self, Object* source) {
  Ref<Object> iterator = get_iter(source);
  if (!iterator) {
    if (!error_clear_if(TypeError)) return kRaised;
    return raise(TypeError, "cannot convert '{:.200}' object to bytearray", type_name(source));
  }
  while (Ref<Object> item = iter_next(iterator.get())) {
    unsigned char byte = TRY(byte_value(item.get()));
    TRY(append_byte(self, static_cast<char>(byte)));
  }
  return error_pending() ? Status::failed() : kOk;
}

Status fill_from_object(ByteArray* self, Object* source) {
  if (has_index(source)) {
    Maybe<ssize> count = number_as_ssize(source, OverflowError);
    if (count) {
      if (*count < 0) return raise(ValueError, "negative count");
      TRY(bytearray_resize(self, *count));
      std::memset(self->start, 0, static_cast<size_t>(*count));
      return kOk;
    }
    if (!error_clear_if(TypeError)) return kRaised;
  }
  if (object_has_buffer(source)) {
    HeldBuffer buffer;
    TRY(buffer.get(source, kBufferFullRo));
    TRY(bytearray_resize(self, buffer.size()));
    return buffer_to_contiguous(self->start, &buffer.view, buffer.size(), 'C');
  }
  return fill_from_iterable(self, source);
}

Status bytearray_init(ByteArray* self, Object* source, Str* encoding, Str* errors) {
  const char *encoding_name, *error_name;
  TRY(codec_name_argument("bytearray", "encoding", encoding, &encoding_name));
  TRY(codec_name_argument("bytearray", "errors", errors, &error_name));
  if (size_of(self)) TRY(bytearray_resize(self, 0));
  if (source && is_str(source)) {
    if (!encoding_name) return raise(TypeError, "string argument without an encoding");
    Ref<Object> encoded = TRY(str_encode(cast<Str>(source), encoding_name, error_name));
    return replace_range(self, 0, 0, bytes_view(cast<Bytes>(encoded.get())));
  }
  if (encoding_name || error_name) {
    return raise(TypeError, encoding_name ? "encoding without a string argument" : "errors without a string argument");
  }
  return source ? fill_from_object(self, source) : kOk;
}

// ---- Slots
// ---------------------------------------------------------------------------------------------------------------------

Ref<Str> bytearray_repr(ByteArray* self) {
  Ref<Str> name = TRY(str_from_utf8(type_short_name(type_of(self))));
  std::string_view text = str_utf8(name.get());
  if (!text.data()) return nullptr;
  if (str_is_ascii(name.get())) return bytes_repr_text(view_of(self), std::string(text) + "(", ")", true);
  Ref<Str> body = TRY(bytes_repr_text(view_of(self), "(", ")", true));
  return str_concat(name.get(), body.get());
}

Ref<Str> bytearray_str(ByteArray* self) {
  if (current_interpreter()->config.bytes_warning) TRY(warn(BytesWarning, 1, "str() on a bytearray instance"));
  return bytearray_repr(self);
}

ssize bytearray_length(Object* self) { return var_size(self); }

Ref<Object> bytearray_concat(Object* a, Object* b) {
  HeldBuffer x, y;
  if (!object_has_buffer(a) || !object_has_buffer(b) || !x.get(a) || !y.get(b)) {
    error_clear();
    return raise(TypeError, "can't concat {:.100} to {:.100}", type_name(b), type_name(a));
  }
  if (x.size() > kMaxSize - y.size()) return raise_no_memory_error();
  Ref<Object> r = TRY(bytearray_new(nullptr, x.size() + y.size()));
  std::memcpy(cast<ByteArray>(r.get())->start, x.data(), static_cast<size_t>(x.size()));
  std::memcpy(cast<ByteArray>(r.get())->start + x.size(), y.data(), static_cast<size_t>(y.size()));
  return r;
}

Ref<Object> bytearray_inplace_concat(ByteArray* self, Object* other) {
  HeldBuffer buffer;
  if (!object_has_buffer(other) || !buffer.get(other)) {
    error_clear();
    return raise(TypeError, "can't concat {:.100} to {:.100}", type_name(other), type_name(self));
  }
  ssize n = size_of(self), added = buffer.size();
  if (n > kMaxSize - added) return raise_no_memory_error();
  // `b += b` fails here: the array's own buffer is held.
  TRY(bytearray_resize(self, n + added));
  std::memcpy(self->start + n, buffer.data(), static_cast<size_t>(added));
  return share(as_object(self));
}

void fill_repeated(char* data, ssize unit, ssize size) {
  for (ssize done = unit; unit && done < size;) {
    ssize step = std::min(done, size - done);
    std::memcpy(data + done, data, static_cast<size_t>(step));
    done += step;
  }
}

Ref<Object> bytearray_repeat(ByteArray* self, ssize count) {
  count = std::max<ssize>(count, 0);
  ssize n = size_of(self);
  if (count && n > kMaxSize / count) return raise_no_memory_error();
  Ref<Object> r = TRY(bytearray_new(nullptr, n * count));
  if (n > 0 && count > 0) {
    char* data = cast<ByteArray>(r.get())->start;
    std::memcpy(data, self->start, static_cast<size_t>(n));
    fill_repeated(data, n, n * count);
  }
  return r;
}

Ref<Object> bytearray_inplace_repeat(ByteArray* self, ssize count) {
  count = std::max<ssize>(count, 0);
  ssize n = size_of(self);
  if (count && n > kMaxSize / count) return raise_no_memory_error();
  TRY(bytearray_resize(self, n * count));
  fill_repeated(self->start, n, n * count);
  return share(as_object(self));
}

Ref<Object> bytearray_item(ByteArray* self, ssize index) {
  if (index < 0 || index >= size_of(self)) return raise(IndexError, "bytearray index out of range");
  return int_from_ssize(static_cast<unsigned char>(self->start[index]));
}

Status bytearray_set_item(ByteArray* self, ssize index, Object* value) {
  if (index < 0 || index >= size_of(self)) return raise(IndexError, "bytearray index out of range");
  if (!value) return replace_range(self, index, index + 1, {});
  unsigned char byte = TRY(byte_value(value));
  // Converting may have made the array shorter.
  if (index >= size_of(self)) return raise(IndexError, "bytearray index out of range");
  self->start[index] = static_cast<char>(byte);
  return kOk;
}

Maybe<bool> bytearray_contains(ByteArray* self, Object* value) {
  Ref<Object> keep = share(as_object(self));
  self->exports++;
  Maybe<bool> result = bytes_contain(view_of(self), value);
  self->exports--;
  return result;
}

Raised wrong_index(Object* key) {
  return raise(TypeError, "bytearray indices must be integers or slices, not {:.200}", type_name(key));
}

Ref<Object> bytearray_subscript(ByteArray* self, Object* key) {
  if (has_index(key)) {
    ssize i = TRY(number_as_ssize(key, IndexError));
    return bytearray_item(self, i < 0 ? i + size_of(self) : i);
  }
  if (!is_exactly(key, &slice_type)) return wrong_index(key);
  ssize start, stop, step;
  TRY(slice_unpack(key, &start, &stop, &step));
  ssize count = slice_adjust(size_of(self), &start, &stop, step);
  if (count <= 0) return bytearray_new(nullptr, 0);
  if (step == 1) return bytearray_new(self->start + start, count);
  Ref<Object> r = TRY(bytearray_new(nullptr, count));
  char* out = cast<ByteArray>(r.get())->start;
  for (ssize k = 0, i = start; k < count; k++, i += step) out[k] = self->start[i];
  return r;
}

// del self[start:stop:step] for a step other than 1.
Status delete_slice(ByteArray* self, ssize start, ssize stop, ssize step, ssize count) {
  if (count == 0) return kOk;
  TRY(check_resizable(self));
  if (step < 0) {
    start = start + step * (count - 1);
    step = -step;
  }
  ssize out = start;
  for (ssize i = start, k = 0; i < size_of(self); i++) {
    if (k < count && i == start + k * step) {
      k++;
    } else {
      self->start[out++] = self->start[i];
    }
  }
  return bytearray_resize(self, out);
}

Status assign_slice(ByteArray* self, Object* key, Object* value) {
  ssize start, stop, step;
  TRY(slice_unpack(key, &start, &stop, &step));
  HeldBuffer buffer;
  Ref<Object> copy;
  std::string_view data;
  if (value && value == as_object(self)) {
    copy = TRY(bytearray_new(self->start, size_of(self)));
    data = view_of(cast<ByteArray>(copy.get()));
  } else if (value && is_exactly(value, &bytearray_type)) {
    TRY(buffer.get(value));
    data = buffer.text();
  } else if (value) {
    if (is_int(value) || is_str(value)) {
      return raise(TypeError, "can assign only bytes, buffers, or iterables of ints in range(0, 256)");
    }
    copy = TRY(call(as_object(&bytearray_type), value));
    data = view_of(cast<ByteArray>(copy.get()));
  }
  // Only now: making bytes of the value may have changed the array.
  ssize count = slice_adjust(size_of(self), &start, &stop, step);
  if ((step < 0 && start < stop) || (step > 0 && start > stop)) stop = start;
  if (step == 1) return replace_range(self, start, stop, data);
  if (data.empty() && !(value && count == 0)) return delete_slice(self, start, stop, step, count);
  if (static_cast<ssize>(data.size()) != count) {
    return raise(ValueError, "attempt to assign bytes of size {} to extended slice of size {}", data.size(), count);
  }
  for (ssize k = 0, i = start; k < count; k++, i += step) self->start[i] = data[static_cast<size_t>(k)];
  return kOk;
}

Status bytearray_assign(ByteArray* self, Object* key, Object* value /* null: delete */) {
  if (has_index(key)) {
    ssize i = TRY(number_as_ssize(key, IndexError));
    if (i < 0) i += size_of(self);
    return bytearray_set_item(self, i, value);
  }
  if (!is_exactly(key, &slice_type)) return wrong_index(key);
  return assign_slice(self, key, value);
}

Ref<Object> bytearray_richcompare(Object* a, Object* b, CompareOp op) {
  if (is_str(a) || is_str(b)) {
    if (current_interpreter()->config.bytes_warning && (op == kEq || op == kNe)) {
      TRY(warn(BytesWarning, 1, "Comparison between bytearray and string"));
    }
    return not_implemented_ref();
  }
  HeldBuffer x, y;
  if (!object_has_buffer(a) || !object_has_buffer(b) || !x.get(a) || !y.get(b)) {
    error_clear();
    return not_implemented_ref();
  }
  if (op == kEq) return bool_ref(x.text() == y.text());
  if (op == kNe) return bool_ref(x.text() != y.text());
  return bool_ref(compare_sizes(x.text().compare(y.text()), 0, op));
}

int bytearray_get_buffer(Object* self, Buffer* view, int flags) {
  ByteArray* b = cast<ByteArray>(self);
  if (!view) return raise(BufferError, "bytearray_getbuffer: view==NULL argument is obsolete"), -1;
  (void)buffer_fill(view, self, b->start, size_of(b), false, flags);
  b->exports++;
  return 0;
}
void bytearray_release_buffer(Object* self, Buffer*) { cast<ByteArray>(self)->exports--; }

Ref<Object> bytearray_remainder(Object* a, Object* b) {
  if (!is_instance_of(a, &bytearray_type)) return not_implemented_ref();
  ByteArray* format = cast<ByteArray>(a);
  format->exports++;  // the arguments' methods must not move it
  Ref<Object> r = bytes_format_percent(view_of(format), b, true);
  format->exports--;
  return r;
}

constinit NumberMethods bytearray_as_number = {.remainder = slot<bytearray_remainder>};
constinit SequenceMethods bytearray_as_sequence = {
    .length = bytearray_length,
    .concat = slot<bytearray_concat>,
    .repeat = slot<bytearray_repeat>,
    .item = slot<bytearray_item>,
    .ass_item = slot<bytearray_set_item>,
    .contains = slot<bytearray_contains>,
    .inplace_concat = slot<bytearray_inplace_concat>,
    .inplace_repeat = slot<bytearray_inplace_repeat>,
};
constinit MappingMethods bytearray_as_mapping = {
    .length = bytearray_length, .subscript = slot<bytearray_subscript>, .ass_subscript = slot<bytearray_assign>};
constinit BufferProcs bytearray_as_buffer = {.get = bytearray_get_buffer, .release = bytearray_release_buffer};

}  // namespace

// ---- Methods
// --------------------------------------------------------------------------------------------------------------------

Ref<Object> bytearray_method_alloc(ByteArray* self) { return int_from_ssize(self->alloc); }

Ref<Object> bytearray_method_sizeof(ByteArray* self) { return int_from_ssize(type_of(self)->basicsize + self->alloc); }

namespace {

// (type, (what makes the same bytes), state): protocol 2 passes text that Latin-1 decodes, later ones bytes.
Ref<Object> reduce(ByteArray* self, int protocol) {
  Ref<Object> state = TRY(call_method(as_object(self), NAME("__getstate__")));
  Ref<Object> arguments;
  if (size_of(self) == 0) {
    arguments = TRY(tuple_empty());
  } else if (protocol < 3) {
    Ref<Str> text = TRY(str_decode_latin1(self->start, size_of(self)));
    Ref<Str> encoding = TRY(str_from_ascii("latin-1"));
    arguments = TRY(tuple_pack(text.get(), encoding.get()));
  } else {
    Ref<Bytes> data = TRY(bytes_new(self->start, size_of(self)));
    arguments = TRY(tuple_pack(data.get()));
  }
  return tuple_pack(as_object(type_of(self)), arguments.get(), state.get());
}

}  // namespace

Ref<Object> bytearray_method_reduce(ByteArray* self) { return reduce(self, 2); }
Ref<Object> bytearray_method_reduce_ex(ByteArray* self, int protocol) { return reduce(self, protocol); }

Status bytearray_method_append(ByteArray* self, Object* item) {
  unsigned char byte = TRY(byte_value(item));
  return append_byte(self, static_cast<char>(byte));
}

Status bytearray_method_clear(ByteArray* self) { return bytearray_resize(self, 0); }

Ref<Object> bytearray_method_copy(ByteArray* self) { return bytearray_new(self->start, size_of(self)); }

Status bytearray_method_extend(ByteArray* self, Object* iterable) {
  if (iterable == as_object(self)) {
    Ref<Bytes> copy = TRY(bytes_new(self->start, size_of(self)));
    return replace_range(self, size_of(self), size_of(self), bytes_view(copy.get()));
  }
  if (object_has_buffer(iterable)) {
    HeldBuffer buffer;
    TRY(buffer.get(iterable));
    return replace_range(self, size_of(self), size_of(self), buffer.text());
  }
  Ref<Object> iterator = get_iter(iterable);
  if (!iterator) {
    if (!error_clear_if(TypeError)) return kRaised;
    return raise(TypeError, "can't extend bytearray with {:.100}", type_name(iterable));
  }
  BytesBuilder items(TRY(object_length_hint(iterable, 32)));
  while (Ref<Object> item = iter_next(iterator.get())) {
    unsigned char byte = TRY(byte_value(item.get()));
    TRY(items.append_byte(static_cast<char>(byte)));
  }
  if (error_pending()) return kRaised;
  return replace_range(self, size_of(self), size_of(self), {items.data(), static_cast<size_t>(items.length())});
}

Status bytearray_method_insert(ByteArray* self, ssize index, Object* item) {
  unsigned char byte = TRY(byte_value(item));
  ssize n = size_of(self);
  if (n == kMaxSize) return raise(OverflowError, "cannot add more objects to bytearray");
  TRY(bytearray_resize(self, n + 1));
  if (index < 0) index = std::max<ssize>(index + n, 0);
  index = std::min(index, n);
  std::memmove(self->start + index + 1, self->start + index, static_cast<size_t>(n - index));
  self->start[index] = static_cast<char>(byte);
  return kOk;
}

Ref<Object> bytearray_method_pop(ByteArray* self, ssize index) {
  ssize n = size_of(self);
  if (n == 0) return raise(IndexError, "pop from empty bytearray");
  if (index < 0) index += n;
  if (index < 0 || index >= n) return raise(IndexError, "pop index out of range");
  TRY(check_resizable(self));
  unsigned char byte = static_cast<unsigned char>(self->start[index]);
  std::memmove(self->start + index, self->start + index + 1, static_cast<size_t>(n - index - 1));
  TRY(bytearray_resize(self, n - 1));
  return int_from_ssize(byte);
}

Status bytearray_method_remove(ByteArray* self, Object* value) {
  unsigned char byte = TRY(byte_value(value));
  ssize n = size_of(self);
  size_t where = view_of(self).find(static_cast<char>(byte));
  if (where == std::string_view::npos) return raise(ValueError, "value not found in bytearray");
  TRY(check_resizable(self));
  std::memmove(self->start + where, self->start + where + 1, static_cast<size_t>(n) - where - 1);
  return bytearray_resize(self, n - 1);
}

Status bytearray_method_reverse(ByteArray* self) {
  std::reverse(self->start, self->start + size_of(self));
  return kOk;
}

// ---- Iterator
// ---------------------------------------------------------------------------------------------------------------------

namespace {

struct ByteArrayIterator {
  Object base;
  ssize index;
  ByteArray* array;  // null: exhausted
};

Ref<Object> bytearray_iter(ByteArray* self) {
  ByteArrayIterator* it = object_new_gc<ByteArrayIterator>(&bytearray_iterator_type);
  if (!it) return nullptr;
  it->index = 0;
  it->array = self;
  incref(self);
  gc_track(it);
  return steal(as_object(it));
}

void iterator_dealloc(Object* self) {
  gc_untrack(self);
  xdecref(cast<ByteArrayIterator>(self)->array);
  gc_free(self);
}

int iterator_traverse(Object* self, VisitProc visit, void* arg) {
  MINIPY_VISIT(cast<ByteArrayIterator>(self)->array);
  return 0;
}

Object* iterator_next(Object* self) {
  ByteArrayIterator* it = cast<ByteArrayIterator>(self);
  if (!it->array) return nullptr;
  if (it->index < size_of(it->array)) {
    Int* v = small_int(static_cast<unsigned char>(it->array->start[it->index++]));
    incref(v);
    int_cache_hit(as_object(v));
    return as_object(v);
  }
  clear_field(it->array);
  return nullptr;
}

Ref<Object> iterator_length_hint(ByteArrayIterator* it) {
  return int_from_ssize(it->array ? std::max<ssize>(size_of(it->array) - it->index, 0) : 0);
}

Ref<Object> iterator_reduce(ByteArrayIterator* it) {
  return reduce_sequence_iterator(as_object(it->array), it->index, Ref<Object>(tuple_empty()));
}

Status iterator_setstate(ByteArrayIterator* it, Object* state) {
  ssize index = TRY(number_as_ssize(state, OverflowError));
  if (it->array) it->index = index < 0 ? 0 : std::min(index, size_of(it->array));
  return kOk;
}

constinit MethodDef iterator_methods[] = {
    PLAIN_METHOD(iterator_length_hint, "__length_hint__(self, /)",
                 "Private method returning an estimate of len(list(it))."),
    METHOD(iterator_reduce, "__reduce__(self, /)", "Return state information for pickling."),
    PLAIN_METHOD(iterator_setstate, "__setstate__(self, state, /)", "Set state information for unpickling."),
    {},
};

}  // namespace

constinit Type bytearray_iterator_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "bytearray_iterator",
    .basicsize = sizeof(ByteArrayIterator),
    .dealloc = iterator_dealloc,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc,
    .traverse = iterator_traverse,
    .iter = iter_self,
    .iternext = iterator_next,
    .methods = iterator_methods,
};

constinit Type bytearray_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "bytearray",
    .basicsize = sizeof(ByteArray),
    .dealloc = bytearray_dealloc,
    .repr = slot<bytearray_repr>,
    .as_number = &bytearray_as_number,
    .as_sequence = &bytearray_as_sequence,
    .as_mapping = &bytearray_as_mapping,
    .str = slot<bytearray_str>,
    .getattro = object_generic_getattro,
    .as_buffer = &bytearray_as_buffer,
    .flags = kTypeDefault | kTypeBaseType | kTypeMatchSelf,
    .doc =
        "bytearray(iterable_of_ints) -> bytearray\n"
        "bytearray(string, encoding[, errors]) -> bytearray\n"
        "bytearray(bytes_or_buffer) -> mutable copy of bytes_or_buffer\n"
        "bytearray(int) -> bytes array of size given by the parameter initialized with null bytes\n"
        "bytearray() -> empty bytes array\n\n"
        "Make a mutable sequence of bytes from integers in range(256), from text and an\n"
        "encoding, or from an object that has a buffer.",
    .richcompare = slot<bytearray_richcompare>,
    .iter = slot<bytearray_iter>,
    .methods = bytearray_methods,
    .init = INIT(bytearray_init,
                 "bytearray(self, source=<unrepresentable>, encoding=<unrepresentable>, errors=<unrepresentable>)"),
    .alloc = type_generic_alloc,
    .new_ = bytearray_type_new,
    .free = memory::object_free,
};

}  // namespace minipy
