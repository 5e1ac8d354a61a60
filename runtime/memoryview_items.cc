// Items of memoryviews: native formats, indexing, slicing, assignment, comparison, lists, iteration.
#include <cmath>
#include <cstring>

#include "gc/collector.h"
#include "runtime/bytes.h"
#include "runtime/dict.h"
#include "runtime/float.h"
#include "runtime/int.h"
#include "runtime/memoryview_internal.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/thread_state.h"

namespace minipy {

// ---- Formats
// -------------------------------------------------------------------------------------------------------------------

ssize native_size(char format) {
  switch (format) {
    case 'c':
    case 'b':
    case 'B':
    case '?': return 1;
    case 'h':
    case 'H': return 2;
    case 'i':
    case 'I':
    case 'f': return 4;
    case 'l':
    case 'L':
    case 'q':
    case 'Q':
    case 'n':
    case 'N':
    case 'd':
    case 'P': return 8;
    default: return 0;
  }
}

char native_format(const char* format) {
  if (*format == '@') format++;
  return native_size(*format) && format[1] == 0 ? *format : 0;
}

const char* native_format_text(const char* format) {
  static constexpr char kTexts[] = "@c\0@b\0@B\0@?\0@h\0@H\0@i\0@I\0@l\0@L\0@q\0@Q\0@n\0@N\0@f\0@d\0@P\0";
  bool at = *format == '@';
  for (const char* p = kTexts; *p; p += 3) {
    if (p[1] == format[at]) return at ? p : p + 1;
  }
  return "B";
}

Maybe<char> item_format(const Buffer* view) {
  char c = native_format(view->format);
  if (!c) return raise(NotImplementedError, "memoryview: unsupported format {}", view->format);
  return c;
}

namespace {

template <class T>
T load(const char* p) {
  T v;
  std::memcpy(&v, p, sizeof v);
  return v;
}
template <class T>
void store(char* p, T v) {
  std::memcpy(p, &v, sizeof v);
}

}  // namespace

Ref<Object> unpack_item(const char* p, char format) {
  switch (format) {
    case 'B': return int_from_ssize(load<unsigned char>(p));
    case 'b': return int_from_ssize(load<signed char>(p));
    case 'h': return int_from_ssize(load<short>(p));
    case 'H': return int_from_ssize(load<unsigned short>(p));
    case 'i': return int_from_ssize(load<int>(p));
    case 'I': return int_from_ssize(load<unsigned>(p));
    case 'l':
    case 'q':
    case 'n': return int_from_ssize(load<long>(p));
    case 'L':
    case 'Q':
    case 'N':
    case 'P': return int_from_size(load<size_t>(p));
    case '?': return bool_ref(load<unsigned char>(p) != 0);
    case 'f': return float_from_double(static_cast<double>(load<float>(p)));
    case 'd': return float_from_double(load<double>(p));
    default:  // 'c'
      return bytes_new(p, 1);
  }
}

namespace {

Raised invalid_value(const Buffer* view) {
  return raise(ValueError, "memoryview: invalid value for format '{}'", view->format);
}
Raised invalid_type(const Buffer* view) {
  return raise(TypeError, "memoryview: invalid type for format '{}'", view->format);
}

// TypeErrors and OverflowErrors of converting the value are told in terms of the format.
Raised conversion_failed(const Buffer* view) {
  if (error_clear_if(TypeError)) return invalid_type(view);
  if (error_clear_if(OverflowError) || error_clear_if(ValueError)) return invalid_value(view);
  return kRaised;
}

Status pack_integer(const Buffer* view, char* p, Object* value, char format) {
  Ref<Object> number = number_index(value);
  if (!number) return conversion_failed(view);
  bool is_signed = std::strchr("bhilqn", format) != nullptr;
  int bits = 8 * static_cast<int>(native_size(format));
  if (format == 'P' && int_sign(cast<Int>(number.get())) < 0) is_signed = true;  // addresses may be given as negative
  if (bits == 64 && !is_signed) {
    Maybe<unsigned long long> v = int_to_unsigned_long_long(number.get());
    if (!v) return conversion_failed(view);
    store(p, *v);
    return kOk;
  }
  Maybe<long long> v = int_to_long_long(number.get());
  if (!v) return conversion_failed(view);
  if (bits < 64) {
    long long low = is_signed ? -(1LL << (bits - 1)) : 0;
    long long high = is_signed ? (1LL << (bits - 1)) - 1 : (1LL << bits) - 1;
    if (*v < low || *v > high) return invalid_value(view);
  }
  std::memcpy(p, &(const long long&)*v, static_cast<size_t>(bits / 8));  // little-endian: the low bytes
  return kOk;
}

}  // namespace

Status pack_item(MemoryView* m, char* p, Object* value, char format) {
  const Buffer* view = &m->view;
  switch (format) {
    case 'f':
    case 'd': {
      Maybe<double> d = float_as_double(value);
      if (!d) return conversion_failed(view);
      TRY(memory_check(m));
      if (format == 'd') {
        store(p, *d);
      } else {
        store(p, static_cast<float>(*d));
      }
      return kOk;
    }
    case '?': {
      bool b = TRY(object_is_true(value));
      TRY(memory_check(m));
      *p = b;
      return kOk;
    }
    case 'c':
      if (!is_bytes(value)) return invalid_type(view);
      if (var_size(value) != 1) return invalid_value(view);
      *p = cast<Bytes>(value)->data[0];
      return kOk;
    default: {
      char item[8];
      TRY(pack_integer(view, item, value, format));
      // Converting may have released the view.
      TRY(memory_check(m));
      std::memcpy(p, item, static_cast<size_t>(native_size(format)));
      return kOk;
    }
  }
}

// ---- Indexing
// --------------------------------------------------------------------------------------------------------------------

namespace {

// The address of index `index` in dimension `dim`, starting from p. IndexError.
char* step_into(char* p, const Buffer* view, int dim, ssize index) {
  ssize n = view->shape[dim];
  if (index < 0) index += n;
  if (index < 0 || index >= n) return raise(IndexError, "index out of bounds on dimension {}", dim + 1);
  p += view->strides[dim] * index;
  if (view->suboffsets && view->suboffsets[dim] >= 0) p = *reinterpret_cast<char**>(p) + view->suboffsets[dim];
  return p;
}

bool is_tuple_of(Object* key, bool (*test)(Object*)) {
  if (!is_tuple(key)) return false;
  Tuple* t = cast<Tuple>(key);
  for (ssize i = 0; i < tuple_size(t); i++) {
    if (!test(t->items[i])) return false;
  }
  return true;
}
bool is_multi_index(Object* key) {
  return is_tuple_of(key, [](Object* p) { return has_index(p); });
}
bool is_multi_slice(Object* key) {
  return is_tuple(key) && tuple_size(cast<Tuple>(key)) > 0 &&
         is_tuple_of(key, [](Object* p) { return is_exactly(p, &slice_type); });
}

// The item that a tuple of indices names.
char* item_of_tuple(MemoryView* m, Object* key) {
  Tuple* t = cast<Tuple>(key);
  const Buffer* view = &m->view;
  if (tuple_size(t) < view->ndim) {
    return raise(NotImplementedError, "sub-views are not implemented");
  }
  if (tuple_size(t) > view->ndim) {
    return raise(TypeError, "cannot index {}-dimension view with {}-element tuple", view->ndim, tuple_size(t));
  }
  char* p = static_cast<char*>(view->buf);
  for (int dim = 0; dim < view->ndim; dim++) {
    ssize i = TRY(number_as_ssize(t->items[dim], IndexError));
    TRY(memory_check(m));
    p = TRY(step_into(p, view, dim, i));
  }
  return p;
}

Status apply_slice(Buffer* view, Object* key, int dim) {
  ssize start, stop, step;
  TRY(slice_unpack(key, &start, &stop, &step));
  ssize count = slice_adjust(view->shape[dim], &start, &stop, step);
  bool direct = true;
  if (view->suboffsets) {
    // The slice's start goes to the nearest indirection before it.
    for (int n = dim - 1; n >= 0 && direct; n--) {
      if (view->suboffsets[n] >= 0) {
        view->suboffsets[n] += view->strides[dim] * start;
        direct = false;
      }
    }
  }
  if (direct) view->buf = static_cast<char*>(view->buf) + view->strides[dim] * start;
  view->shape[dim] = count;
  view->strides[dim] *= step;
  return kOk;
}

void set_length(Buffer* view) {
  ssize n = view->itemsize;
  for (int i = 0; i < view->ndim; i++) n *= view->shape[i];
  view->len = n;
}

}  // namespace

Ref<Object> memory_item(MemoryView* m, ssize index) {
  TRY(memory_check(m));
  char format = TRY(item_format(&m->view));
  if (m->view.ndim == 0) return raise(TypeError, "invalid indexing of 0-dim memory");
  if (m->view.ndim != 1) return raise(NotImplementedError, "multi-dimensional sub-views are not implemented");
  char* p = TRY(step_into(static_cast<char*>(m->view.buf), &m->view, 0, index));
  return unpack_item(p, format);
}

Ref<Object> memory_subscript(MemoryView* m, Object* key) {
  TRY(memory_check(m));
  if (m->view.ndim == 0) {
    if (is_tuple(key) && tuple_size(cast<Tuple>(key)) == 0) {
      char format = TRY(item_format(&m->view));
      return unpack_item(static_cast<char*>(m->view.buf), format);
    }
    if (key == py_ellipsis()) return share(as_object(m));
    return raise(TypeError, "invalid indexing of 0-dim memory");
  }
  if (has_index(key)) {
    ssize i = TRY(number_as_ssize(key, IndexError));
    return memory_item(m, i);
  }
  if (is_exactly(key, &slice_type)) {
    Ref<MemoryView> part = TRY(memory_view_of(m->managed, &m->view));
    TRY(apply_slice(&part->view, key, 0));
    set_length(&part->view);
    memory_init_flags(part.get());
    return part;
  }
  if (is_multi_index(key)) {
    char format = TRY(item_format(&m->view));
    char* p = TRY(item_of_tuple(m, key));
    return unpack_item(p, format);
  }
  if (is_multi_slice(key)) return raise(NotImplementedError, "multi-dimensional slicing is not implemented");
  return raise(TypeError, "memoryview: invalid slice key");
}

// ---- Assignment
// --------------------------------------------------------------------------------------------------------------------

namespace {

const char* without_at(const char* format) { return !format ? "B" : *format == '@' ? format + 1 : format; }

bool same_shape(const Buffer* a, const Buffer* b) {
  if (a->ndim != b->ndim) return false;
  for (int i = 0; i < a->ndim; i++) {
    if (a->shape[i] != b->shape[i]) return false;
    if (a->shape[i] == 0) break;
  }
  return true;
}

char* address_in_line(const Buffer* view, ssize i) {
  char* p = static_cast<char*>(view->buf) + i * (view->strides ? view->strides[0] : view->itemsize);
  if (view->suboffsets && view->suboffsets[0] >= 0) p = *reinterpret_cast<char**>(p) + view->suboffsets[0];
  return p;
}

// Copies items of one-dimensional views; the memory may overlap.
Status copy_line(const Buffer* to, const Buffer* from) {
  if (std::strcmp(without_at(to->format), without_at(from->format)) != 0 || to->itemsize != from->itemsize ||
      !same_shape(to, from)) {
    return raise(ValueError, "memoryview assignment: lvalue and rvalue have different structures");
  }
  ssize n = to->shape[0];
  size_t item = static_cast<size_t>(to->itemsize);
  Ref<Bytes> copy = TRY(bytes_new(nullptr, std::max<ssize>(n * to->itemsize, 2)));
  for (ssize i = 0; i < n; i++) std::memcpy(copy->data + i * to->itemsize, address_in_line(from, i), item);
  for (ssize i = 0; i < n; i++) std::memcpy(address_in_line(to, i), copy->data + i * to->itemsize, item);
  return kOk;
}

Status assign_slice(MemoryView* m, Object* key, Object* value) {
  HeldBuffer source;
  TRY(source.get(value, kBufferFullRo));
  Buffer target = m->view;
  ssize shape[1] = {target.shape[0]}, strides[1] = {target.strides[0]}, suboffsets[1];
  target.shape = shape;
  target.strides = strides;
  if (target.suboffsets) {
    suboffsets[0] = target.suboffsets[0];
    target.suboffsets = suboffsets;
  }
  TRY(apply_slice(&target, key, 0));
  // The slice's __index__ methods may have released the view.
  TRY(memory_check(m));
  target.len = target.shape[0] * target.itemsize;
  return copy_line(&target, &source.view);
}

}  // namespace

Status memory_assign(MemoryView* m, Object* key, Object* value) {
  TRY(memory_check(m));
  char format = TRY(item_format(&m->view));
  if (m->view.readonly) return raise(TypeError, "cannot modify read-only memory");
  if (!value) return raise(TypeError, "cannot delete memory");
  if (m->view.ndim == 0) {
    if (key == py_ellipsis() || (is_tuple(key) && tuple_size(cast<Tuple>(key)) == 0)) {
      return pack_item(m, static_cast<char*>(m->view.buf), value, format);
    }
    return raise(TypeError, "invalid indexing of 0-dim memory");
  }
  if (has_index(key)) {
    if (m->view.ndim > 1) return raise(NotImplementedError, "sub-views are not implemented");
    ssize i = TRY(number_as_ssize(key, IndexError));
    TRY(memory_check(m));
    char* p = TRY(step_into(static_cast<char*>(m->view.buf), &m->view, 0, i));
    return pack_item(m, p, value, format);
  }
  if (is_exactly(key, &slice_type) && m->view.ndim == 1) return assign_slice(m, key, value);
  if (is_multi_index(key)) {
    char* p = TRY(item_of_tuple(m, key));
    return pack_item(m, p, value, format);
  }
  if (is_exactly(key, &slice_type) || is_multi_slice(key)) {
    return raise(NotImplementedError, "memoryview slice assignments are currently restricted to ndim = 1");
  }
  return raise(TypeError, "memoryview: invalid slice key");
}

// ---- Walking over all items
// ------------------------------------------------------------------------------------------------------------

namespace {

char* first_of(char* p, const Buffer* view, int dim, ssize i) {
  p += i * view->strides[dim];
  if (view->suboffsets && view->suboffsets[dim] >= 0) p = *reinterpret_cast<char**>(p) + view->suboffsets[dim];
  return p;
}

Ref<Object> list_of_items(char* p, const Buffer* view, int dim, char format) {
  if (dim == view->ndim) return unpack_item(p, format);
  ssize n = view->shape[dim];
  Ref<List> list = TRY(list_new(n));
  for (ssize i = 0; i < n; i++) {
    Ref<Object> item = TRY(list_of_items(first_of(p, view, dim, i), view, dim + 1, format));
    list->items[i] = item.release();
  }
  return list;
}

}  // namespace

Ref<Object> memory_tolist(MemoryView* m) {
  TRY(memory_check(m));
  char format = TRY(item_format(&m->view));
  return list_of_items(static_cast<char*>(m->view.buf), &m->view, 0, format);
}

// ---- Comparison
// ----------------------------------------------------------------------------------------------------------------------------

namespace {

// Reads items for comparison: native formats directly, others through the module struct.
class ItemReader {
 public:
  explicit ItemReader(const Buffer* view) : format_(native_format(without_at(view->format))), size_(view->itemsize) {
    if (view->format && *view->format == '@') format_ = native_format(view->format);
  }
  char format() const { return format_; }

  // Failed without an exception: struct does not know the format.
  Status prepare(const char* text) {
    if (format_) return kOk;
    Object* import = dict_get_ascii(current_interpreter()->builtins, "__import__");
    Ref<Str> name = TRY(str_from_ascii("struct"));
    Ref<Object> module = TRY(call(import, as_object(name.get())));
    Ref<Object> type = TRY(object_get_attr_ascii(module.get(), "Struct"));
    Ref<Str> format = TRY(str_from_utf8(text));
    struct_ = call(type.get(), as_object(format.get()));
    if (!struct_) {
      Ref<Object> error_type = TRY(object_get_attr_ascii_keeping_error(module.get(), "error"));
      if (is_type(error_type.get())) error_clear_if(cast<Type>(error_type.get()));
      return Status::failed();
    }
    Ref<Object> size = TRY(object_get_attr_ascii(struct_.get(), "size"));
    if (TRY(number_as_ssize(size.get(), nullptr)) != size_) return Status::failed();
    return kOk;
  }

  Ref<Object> read(const char* p) {
    if (format_) return unpack_item(p, format_);
    Ref<Bytes> item = TRY(bytes_new(p, size_));
    Ref<Object> values = TRY(call_method(struct_.get(), NAME("unpack"), as_object(item.get())));
    if (is_tuple(values.get()) && tuple_size(cast<Tuple>(values.get())) == 1) {
      return share(cast<Tuple>(values.get())->items[0]);
    }
    return values;
  }

 private:
  static Ref<Object> object_get_attr_ascii_keeping_error(Object* p, const char* name) {
    PreserveError keep;
    return object_get_attr_ascii(p, name);
  }

  char format_;
  ssize size_;
  Ref<Object> struct_;
};

template <class T>
bool equal_as(const char* a, const char* b) {
  return load<T>(a) == load<T>(b);
}

// Both of the same native format.
bool equal_native(const char* a, const char* b, char format) {
  switch (format) {
    case 'f': return equal_as<float>(a, b);
    case 'd': return equal_as<double>(a, b);
    case '?': return (*a != 0) == (*b != 0);
    default: return std::memcmp(a, b, static_cast<size_t>(native_size(format))) == 0;
  }
}

class Comparison {
 public:
  Comparison(const Buffer* a, const Buffer* b) : a_(a), b_(b), read_a_(a), read_b_(b) {}

  Maybe<bool> run() {
    if (!same_shape(a_, b_)) return false;
    native_ = read_a_.format() && read_a_.format() == read_b_.format();
    if (!native_) {
      if (!read_a_.prepare(a_->format ? a_->format : "B") || !read_b_.prepare(b_->format ? b_->format : "B")) {
        if (error_pending()) return kRaised;
        return false;
      }
    }
    return compare(static_cast<char*>(a_->buf), static_cast<char*>(b_->buf), 0);
  }

 private:
  static char* step(char* p, const Buffer* v, int dim, ssize i) {
    ssize stride = v->strides ? v->strides[dim] : c_stride(v, dim);
    p += i * stride;
    if (v->suboffsets && v->suboffsets[dim] >= 0) p = *reinterpret_cast<char**>(p) + v->suboffsets[dim];
    return p;
  }
  static ssize c_stride(const Buffer* v, int dim) {
    ssize stride = v->itemsize;
    for (int i = v->ndim - 1; i > dim; i--) stride *= v->shape[i];
    return stride;
  }

  Maybe<bool> compare(char* p, char* q, int dim) {
    if (dim == a_->ndim) return compare_item(p, q);
    for (ssize i = 0; i < a_->shape[dim]; i++) {
      if (!TRY(compare(step(p, a_, dim, i), step(q, b_, dim, i), dim + 1))) return false;
    }
    return true;
  }

  Maybe<bool> compare_item(const char* p, const char* q) {
    if (native_) return equal_native(p, q, read_a_.format());
    Ref<Object> x = TRY(read_a_.read(p));
    Ref<Object> y = TRY(read_b_.read(q));
    return object_compare_bool(x.get(), y.get(), kEq);
  }

  const Buffer* a_;
  const Buffer* b_;
  ItemReader read_a_, read_b_;
  bool native_ = false;
};

}  // namespace

Ref<Object> memory_richcompare(Object* a, Object* b, CompareOp op) {
  if (op != kEq && op != kNe) return not_implemented_ref();
  MemoryView* m = cast<MemoryView>(a);
  bool equal;
  if ((m->flags & kMemoryReleased) || (m->managed->flags & kManagedReleased)) {
    equal = a == b;
  } else {
    HeldBuffer held;
    const Buffer* other;
    if (is_memoryview(b)) {
      MemoryView* w = cast<MemoryView>(b);
      if ((w->flags & kMemoryReleased) || (w->managed->flags & kManagedReleased)) return bool_ref(op == kNe);
      other = &w->view;
    } else {
      if (!object_has_buffer(b)) return not_implemented_ref();
      if (!held.get(b, kBufferFullRo)) {
        error_clear();
        return not_implemented_ref();
      }
      other = &held.view;
    }
    equal = TRY(Comparison(&m->view, other).run());
  }
  return bool_ref(equal == (op == kEq));
}

// ---- Iterator
// --------------------------------------------------------------------------------------------------------------------------------

namespace {

struct MemoryIterator {
  Object base;
  ssize index;
  MemoryView* view;  // null: exhausted
  ssize length;
  char format;
};

void iterator_dealloc(Object* self) {
  gc_untrack(self);
  xdecref(cast<MemoryIterator>(self)->view);
  gc_free(self);
}

int iterator_traverse(Object* self, VisitProc visit, void* arg) {
  MINIPY_VISIT(cast<MemoryIterator>(self)->view);
  return 0;
}

Object* iterator_next(Object* self) {
  MemoryIterator* it = cast<MemoryIterator>(self);
  if (!it->view) return nullptr;
  if (it->index < it->length) {
    if (!memory_check(it->view)) return nullptr;
    const Buffer* v = &it->view->view;
    return unpack_item(first_of(static_cast<char*>(v->buf), v, 0, it->index++), it->format).release();
  }
  clear_field(it->view);
  return nullptr;
}

}  // namespace

constinit Type memory_iterator_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "memory_iterator",
    .basicsize = sizeof(MemoryIterator),
    .dealloc = iterator_dealloc,
    .flags = kTypeDefault | kTypeHaveGc,
    .traverse = iterator_traverse,
    .iter = iter_self,
    .iternext = iterator_next,
};

Ref<Object> memory_iter(MemoryView* m) {
  TRY(memory_check(m));
  if (m->view.ndim == 0) return raise(TypeError, "invalid indexing of 0-dim memory");
  if (m->view.ndim != 1) return raise(NotImplementedError, "multi-dimensional sub-views are not implemented");
  char format = TRY(item_format(&m->view));
  MemoryIterator* it = TRY(object_new_gc<MemoryIterator>(&memory_iterator_type));
  it->index = 0;
  it->view = m;
  incref(m);
  it->length = m->view.shape[0];
  it->format = format;
  gc_track(it);
  return steal(as_object(it));
}

}  // namespace minipy
