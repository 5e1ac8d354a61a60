// memoryview (PEP 3118): views of another object's memory; making, casting and releasing them, and their attributes.
//
// A ManagedBuffer holds the exporter's buffer; views of it (slices, casts, copies of views) share it, each with its own
// shape, strides and suboffsets behind the object.
#include <cstring>

#include "gc/collector.h"
#include "runtime/abstract.h"
#include "runtime/bind_varargs.h"
#include "runtime/bytes.h"
#include "runtime/bytes_methods.h"
#include "runtime/codecs.h"
#include "runtime/int.h"
#include "runtime/memoryview_internal.h"
#include "runtime/str.h"
#include "runtime/weakref.h"

namespace minipy {

// ---- ManagedBuffer
// ---------------------------------------------------------------------------------------------------------

namespace {

Ref<ManagedBuffer> managed_new() {
  ManagedBuffer* m = object_new_gc<ManagedBuffer>(&managed_buffer_type);
  if (!m) return nullptr;
  m->flags = 0;
  m->exports = 0;
  m->master = Buffer{};
  gc_track(m);
  return steal(m);
}

Ref<ManagedBuffer> managed_from_object(Object* exporter) {
  Ref<ManagedBuffer> m = TRY(managed_new());
  TRY(buffer_get(exporter, &m->master, kBufferFullRo));
  return m;
}

void managed_release(ManagedBuffer* m) {
  if (m->flags & kManagedReleased) return;
  m->flags |= kManagedReleased;
  gc_untrack(m);
  buffer_release(&m->master);
}

void managed_dealloc(Object* self) {
  managed_release(cast<ManagedBuffer>(self));
  gc_untrack(self);
  gc_free(self);
}

int managed_traverse(Object* self, VisitProc visit, void* arg) {
  MINIPY_VISIT(cast<ManagedBuffer>(self)->master.obj);
  return 0;
}

int managed_clear(Object* self) {
  ManagedBuffer* m = cast<ManagedBuffer>(self);
  if (m->exports == 0) managed_release(m);
  return 0;
}

}  // namespace

constinit Type managed_buffer_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "managedbuffer",
    .basicsize = sizeof(ManagedBuffer),
    .dealloc = managed_dealloc,
    .flags = kTypeDefault | kTypeHaveGc,
    .traverse = managed_traverse,
    .clear = managed_clear,
};

// ---- Making views
// ------------------------------------------------------------------------------------------------------------

namespace {

// An untracked view for `ndim` dimensions; the buffer's geometry is not set.
MemoryView* memory_alloc(int ndim) {
  size_t size = offsetof(MemoryView, arrays) + 3 * static_cast<size_t>(ndim) * sizeof(ssize);
  MemoryView* m = object_new_gc<MemoryView>(&memoryview_type, size);
  if (!m) return nullptr;
  m->base.size = 3 * ndim;
  m->managed = nullptr;
  m->hash = -1;
  m->flags = 0;
  m->exports = 0;
  m->view = Buffer{};
  m->view.ndim = ndim;
  m->view.shape = m->arrays;
  m->view.strides = m->arrays + ndim;
  m->view.suboffsets = m->arrays + 2 * ndim;
  m->weakreflist = nullptr;
  return m;
}

void copy_shared_values(Buffer* to, const Buffer* from) {
  to->obj = from->obj;
  to->buf = from->buf;
  to->len = from->len;
  to->itemsize = from->itemsize ? from->itemsize : 1;
  to->readonly = from->readonly;
  to->format = from->format ? from->format : const_cast<char*>("B");
  to->internal = from->internal;
}

void set_c_strides(Buffer* view) {
  ssize stride = view->itemsize;
  for (int i = view->ndim - 1; i >= 0; i--) {
    view->strides[i] = stride;
    stride *= view->shape[i];
  }
}

void copy_geometry(Buffer* to, const Buffer* from) {
  if (from->ndim == 0) {
    to->shape = to->strides = to->suboffsets = nullptr;
    return;
  }
  for (int i = 0; i < from->ndim; i++) {
    to->shape[i] = from->shape ? from->shape[i] : from->len / from->itemsize;
  }
  if (from->strides) {
    for (int i = 0; i < from->ndim; i++) to->strides[i] = from->strides[i];
  } else {
    set_c_strides(to);
  }
  if (from->suboffsets) {
    for (int i = 0; i < from->ndim; i++) to->suboffsets[i] = from->suboffsets[i];
  } else {
    to->suboffsets = nullptr;
  }
}

Status check_managed(ManagedBuffer* m) {
  if (m->flags & kManagedReleased) return raise(ValueError, "operation forbidden on released memoryview object");
  return kOk;
}

Ref<MemoryView> register_view(MemoryView* m, ManagedBuffer* managed) {
  m->managed = managed;
  incref(managed);
  managed->exports++;
  gc_track(m);
  return steal(m);
}

}  // namespace

void memory_init_flags(MemoryView* m) {
  const Buffer* v = &m->view;
  int flags = 0;
  if (v->ndim == 0) {
    flags = kMemoryScalar | kMemoryC | kMemoryFortran;
  } else if (v->ndim == 1) {
    if (v->shape[0] == 1 || v->strides[0] == v->itemsize) flags = kMemoryC | kMemoryFortran;
  } else {
    if (buffer_is_contiguous(v, 'C')) flags |= kMemoryC;
    if (buffer_is_contiguous(v, 'F')) flags |= kMemoryFortran;
  }
  if (v->suboffsets) flags = (flags | kMemoryIndirect) & ~(kMemoryC | kMemoryFortran);
  m->flags = (m->flags & kMemoryReleased) | flags;
}

Status memory_check(MemoryView* m) {
  if ((m->flags & kMemoryReleased) || (m->managed->flags & kManagedReleased)) {
    return raise(ValueError, "operation forbidden on released memoryview object");
  }
  return kOk;
}

Ref<MemoryView> memory_view_of(ManagedBuffer* managed, const Buffer* src) {
  TRY(check_managed(managed));
  if (src->ndim > kMaxDimensions) {
    return raise(ValueError, "memoryview: number of dimensions must not exceed {}", kMaxDimensions);
  }
  MemoryView* m = TRY(memory_alloc(src->ndim));
  copy_shared_values(&m->view, src);
  copy_geometry(&m->view, src);
  memory_init_flags(m);
  return register_view(m, managed);
}

Ref<Object> memoryview_from_object(Object* p) {
  if (is_memoryview(p)) {
    MemoryView* m = cast<MemoryView>(p);
    TRY(memory_check(m));
    return memory_view_of(m->managed, &m->view);
  }
  if (!object_has_buffer(p)) {
    return raise(TypeError, "memoryview: a bytes-like object is required, not '{:.200}'", type_name(p));
  }
  Ref<ManagedBuffer> managed = TRY(managed_from_object(p));
  return memory_view_of(managed.get(), &managed->master);
}

Ref<Object> memoryview_from_memory(char* data, ssize size, bool writable) {
  Ref<ManagedBuffer> managed = TRY(managed_new());
  TRY(buffer_fill(&managed->master, nullptr, data, size, !writable, writable ? kBufferWritable : kBufferSimple));
  // The geometry points into this struct, not into a view of it.
  managed->master.shape = managed->master.strides = nullptr;
  return memory_view_of(managed.get(), &managed->master);
}

// ---- Casting
// --------------------------------------------------------------------------------------------------------------------

namespace {

constexpr bool is_byte_format(char c) { return c == 'b' || c == 'B' || c == 'c'; }

Status cast_to_one_dimension(MemoryView* m, const char* format) {
  Buffer* v = &m->view;
  char to = native_format(format);
  if (!to) {
    return raise(
        ValueError,
        "memoryview: destination format must be a native single character format prefixed with an optional '@'");
  }
  char from = native_format(v->format);
  if (!from) {
    return raise(ValueError,
                 "memoryview: source format must be a native single character format prefixed with an optional '@'");
  }
  if (!is_byte_format(from) && !is_byte_format(to)) {
    return raise(TypeError, "memoryview: cannot cast between two non-byte formats");
  }
  ssize itemsize = native_size(to);
  if (v->len % itemsize) return raise(TypeError, "memoryview: length is not a multiple of itemsize");
  v->format = const_cast<char*>(native_format_text(format));
  v->itemsize = itemsize;
  v->ndim = 1;
  v->shape = m->arrays;
  v->strides = m->arrays + m->base.size / 3;
  v->shape[0] = v->len / itemsize;
  v->strides[0] = itemsize;
  v->suboffsets = nullptr;
  memory_init_flags(m);
  return kOk;
}

Status cast_to_shape(MemoryView* m, Object* shape, int ndim) {
  Buffer* v = &m->view;
  ssize size = v->itemsize;
  v->ndim = ndim;
  if (ndim == 0) {
    v->shape = v->strides = nullptr;
  } else {
    for (int i = 0; i < ndim; i++) {
      Object* item = sequence_fast_items(shape)[i];
      if (!is_int(item)) return raise(TypeError, "memoryview.cast(): elements of shape must be integers");
      ssize x = TRY(int_to_ssize(item));
      if (x <= 0) return raise(ValueError, "memoryview.cast(): elements of shape must be integers > 0");
      if (x > PTRDIFF_MAX / size) return raise(ValueError, "memoryview.cast(): product(shape) > SSIZE_MAX");
      size *= x;
      v->shape[i] = x;
    }
    set_c_strides(v);
  }
  if (size != v->len) return raise(TypeError, "memoryview: product(shape) * itemsize != buffer size");
  memory_init_flags(m);
  return kOk;
}

bool has_zero_in_shape(const Buffer* v) {
  for (int i = 0; i < v->ndim; i++) {
    if (v->shape[i] == 0) return true;
  }
  return false;
}

Ref<Object> memory_cast(MemoryView* self, Str* format, Object* shape) {
  TRY(memory_check(self));
  if (!(self->flags & kMemoryC)) {
    return raise(TypeError, "memoryview: casts are restricted to C-contiguous views");
  }
  if ((shape || self->view.ndim != 1) && has_zero_in_shape(&self->view)) {
    return raise(TypeError, "memoryview: cannot cast view with zeros in shape or strides");
  }
  ssize ndim = 1;
  if (shape) {
    if (!is_list(shape) && !is_tuple(shape)) return raise(TypeError, "shape must be a list or a tuple");
    ndim = sequence_fast_size(shape);
    if (ndim > kMaxDimensions) {
      return raise(ValueError, "memoryview: number of dimensions must not exceed {}", kMaxDimensions);
    }
    if (self->view.ndim != 1 && ndim != 1) {
      return raise(TypeError, "memoryview: cast must be 1D -> ND or ND -> 1D");
    }
  }
  Ref<Object> ascii = TRY(str_encode_ascii(format, nullptr));
  TRY(check_managed(self->managed));
  MemoryView* m = TRY(memory_alloc(ndim == 0 ? 1 : static_cast<int>(ndim)));
  copy_shared_values(&m->view, &self->view);
  Ref<MemoryView> result = register_view(m, self->managed);
  TRY(cast_to_one_dimension(m, cast<Bytes>(ascii.get())->data));
  if (shape) TRY(cast_to_shape(m, shape, static_cast<int>(ndim)));
  return result;
}

Ref<Object> memory_toreadonly(MemoryView* self) {
  TRY(memory_check(self));
  Ref<MemoryView> m = TRY(memory_view_of(self->managed, &self->view));
  m->view.readonly = 1;
  return m;
}

// ---- Releasing
// --------------------------------------------------------------------------------------------------------------------

Status release_view(MemoryView* self) {
  if (self->flags & kMemoryReleased) return kOk;
  if (self->exports > 0) {
    return raise(BufferError, "memoryview has {} exported buffer{}", self->exports, self->exports == 1 ? "" : "s");
  }
  self->flags |= kMemoryReleased;
  if (--self->managed->exports == 0) managed_release(self->managed);
  return kOk;
}

Status memory_release(MemoryView* self) { return release_view(self); }
Ref<Object> memory_enter(MemoryView* self) {
  TRY(memory_check(self));
  return share(as_object(self));
}
Status memory_exit(MemoryView* self, VarArgs) { return release_view(self); }

void memory_dealloc(Object* self) {
  MemoryView* m = cast<MemoryView>(self);
  gc_untrack(m);
  if (m->managed) MUST(release_view(m));
  clear_field(m->managed);
  if (m->weakreflist) weakref_clear_all(self);
  gc_free(self);
}

int memory_traverse(Object* self, VisitProc visit, void* arg) {
  MINIPY_VISIT(cast<MemoryView>(self)->managed);
  return 0;
}

int memory_clear(Object* self) {
  // The managed buffer stays: only its release can break a cycle, and a view with exports is not released.
  MemoryView* m = cast<MemoryView>(self);
  if (!m->managed || m->exports > 0) return 0;
  MUST(release_view(m));
  return 0;
}

// ---- Buffer protocol
// ----------------------------------------------------------------------------------------------------------------

Status memory_export(MemoryView* self, Buffer* view, int flags) {
  TRY(memory_check(self));
  auto has = [flags](int wanted) { return (flags & wanted) == wanted; };
  *view = self->view;
  view->obj = nullptr;
  if (has(kBufferWritable) && self->view.readonly) {
    return raise(BufferError, "memoryview: underlying buffer is not writable");
  }
  if (!has(kBufferFormat)) view->format = nullptr;
  bool c = self->flags & kMemoryC, fortran = self->flags & kMemoryFortran;
  if (has(kBufferCContiguous) && !c) {
    return raise(BufferError, "memoryview: underlying buffer is not C-contiguous");
  }
  if (has(kBufferFContiguous) && !fortran) {
    return raise(BufferError, "memoryview: underlying buffer is not Fortran contiguous");
  }
  if (has(kBufferAnyContiguous) && !c && !fortran) {
    return raise(BufferError, "memoryview: underlying buffer is not contiguous");
  }
  if (!has(kBufferIndirect) && (self->flags & kMemoryIndirect)) {
    return raise(BufferError, "memoryview: underlying buffer requires suboffsets");
  }
  if (!has(kBufferStrides)) {
    if (!c) return raise(BufferError, "memoryview: underlying buffer is not C-contiguous");
    view->strides = nullptr;
  }
  if (!has(kBufferNd)) {
    if (view->format) {
      return raise(BufferError, "memoryview: cannot cast to unsigned bytes if the format flag is present");
    }
    view->ndim = 1;
    view->shape = nullptr;
  }
  view->obj = share(as_object(self)).release();
  self->exports++;
  return kOk;
}

int memory_get_buffer(Object* self, Buffer* view, int flags) {
  return memory_export(cast<MemoryView>(self), view, flags) ? 0 : -1;
}
void memory_release_buffer(Object* self, Buffer*) { cast<MemoryView>(self)->exports--; }

// ---- Contents
// -------------------------------------------------------------------------------------------------------------------------

Ref<Bytes> contents(MemoryView* self, char order) {
  Ref<Bytes> b = TRY(bytes_new(nullptr, self->view.len));
  if (self->view.len == 1) {
    char one;
    TRY(buffer_to_contiguous(&one, &self->view, 1, order));
    return bytes_new(&one, 1);
  }
  if (self->view.len) TRY(buffer_to_contiguous(b->data, &self->view, self->view.len, order));
  return b;
}

Ref<Object> memory_tobytes(MemoryView* self, Object* order) {
  TRY(memory_check(self));
  char kind = 'C';
  if (!is_none(order)) {
    if (!is_str(order)) {
      return raise(TypeError, "tobytes() argument 'order' must be str or None, not {}", type_name(order));
    }
    Str* s = cast<Str>(order);
    kind = str_length(s) == 1 && str_at(s, 0) < 128 ? static_cast<char>(str_at(s, 0)) : 0;
    if (kind != 'C' && kind != 'F' && kind != 'A') return raise(ValueError, "order must be 'C', 'F' or 'A'");
  }
  return contents(self, kind);
}

Ref<Str> memory_hex(MemoryView* self, Object* separator, int bytes_per_separator) {
  TRY(memory_check(self));
  Ref<Bytes> b = TRY(contents(self, 'C'));
  return bytes_to_hex(bytes_view(b.get()), separator, bytes_per_separator);
}

Maybe<hash_t> compute_hash(MemoryView* self) {
  TRY(memory_check(self));
  if (!self->view.readonly) return raise(ValueError, "cannot hash writable memoryview object");
  if (!is_byte_format(native_format(self->view.format))) {
    return raise(ValueError, "memoryview: hashing is restricted to formats 'B', 'b' or 'c'");
  }
  // The exporter must be hashable, too.
  if (self->view.obj) TRY(object_hash(self->view.obj));
  if (self->flags & kMemoryC) return hash_bytes(self->view.buf, self->view.len);
  Ref<Bytes> b = TRY(contents(self, 'C'));
  return hash_bytes(b->data, b->base.size);
}

hash_t memory_hash(Object* p) {
  MemoryView* self = cast<MemoryView>(p);
  if (self->hash == -1) {
    Maybe<hash_t> h = compute_hash(self);
    if (!h) return -1;
    self->hash = *h;
  }
  return self->hash;
}

Ref<Str> memory_repr(MemoryView* self) {
  return format_message(self->flags & kMemoryReleased ? "<released memory at 0x{:x}>" : "<memory at 0x{:x}>",
                        reinterpret_cast<uintptr_t>(self));
}

ssize memory_length(Object* p) {
  MemoryView* self = cast<MemoryView>(p);
  if (!memory_check(self)) return -1;
  return self->view.ndim == 0 ? 1 : self->view.shape[0];
}

// ---- Attributes
// -------------------------------------------------------------------------------------------------------------------------

Ref<Object> tuple_of(MemoryView* self, const ssize* values) {
  if (!values) return tuple_empty();
  Ref<Tuple> t = TRY(tuple_new(self->view.ndim));
  for (int i = 0; i < self->view.ndim; i++) {
    Ref<Int> v = TRY(int_from_ssize(values[i]));
    t->items[i] = as_object(v.release());
  }
  return t;
}

Ref<Object> get_obj(MemoryView* self) {
  TRY(memory_check(self));
  return self->view.obj ? share(self->view.obj) : none_ref();
}
Ref<Object> get_nbytes(MemoryView* self) {
  TRY(memory_check(self));
  return int_from_ssize(self->view.len);
}
Ref<Object> get_readonly(MemoryView* self) {
  TRY(memory_check(self));
  return bool_ref(self->view.readonly);
}
Ref<Object> get_itemsize(MemoryView* self) {
  TRY(memory_check(self));
  return int_from_ssize(self->view.itemsize);
}
Ref<Object> get_format(MemoryView* self) {
  TRY(memory_check(self));
  return str_from_utf8(self->view.format);
}
Ref<Object> get_ndim(MemoryView* self) {
  TRY(memory_check(self));
  return int_from_ssize(self->view.ndim);
}
Ref<Object> get_shape(MemoryView* self) {
  TRY(memory_check(self));
  return tuple_of(self, self->view.shape);
}
Ref<Object> get_strides(MemoryView* self) {
  TRY(memory_check(self));
  return tuple_of(self, self->view.strides);
}
Ref<Object> get_suboffsets(MemoryView* self) {
  TRY(memory_check(self));
  return tuple_of(self, self->view.suboffsets);
}
template <int kFlags>
Ref<Object> get_contiguous(MemoryView* self) {
  TRY(memory_check(self));
  return bool_ref(self->flags & kFlags);
}

constinit GetSetDef memory_getset[] = {
    {"obj", getter<get_obj>, nullptr, "The underlying object of the memoryview.", nullptr},
    {"nbytes", getter<get_nbytes>, nullptr, "Size of the items together, in bytes.", nullptr},
    {"readonly", getter<get_readonly>, nullptr, "Is the memory read only?", nullptr},
    {"itemsize", getter<get_itemsize>, nullptr, "Size of an item in bytes.", nullptr},
    {"format", getter<get_format>, nullptr, "The format of the items, in the style of the struct module.", nullptr},
    {"ndim", getter<get_ndim>, nullptr, "How many dimensions the memory has.", nullptr},
    {"shape", getter<get_shape>, nullptr, "Tuple of the sizes of the dimensions.", nullptr},
    {"strides", getter<get_strides>, nullptr, "Tuple of the bytes between items of each dimension.", nullptr},
    {"suboffsets", getter<get_suboffsets>, nullptr, "Used internally for PIL-style arrays.", nullptr},
    {"c_contiguous", getter<get_contiguous<kMemoryC>>, nullptr, "Is the memory C contiguous?", nullptr},
    {"f_contiguous", getter<get_contiguous<kMemoryFortran>>, nullptr, "Is the memory Fortran contiguous?", nullptr},
    {"contiguous", getter<get_contiguous<kMemoryC | kMemoryFortran>>, nullptr, "Is the memory contiguous?", nullptr},
    {},
};

constinit MethodDef memory_methods[] = {
    METHOD(memory_release, "release(self, /)", "Release the underlying buffer."),
    METHOD(memory_tobytes, "tobytes(self, /, order=None)",
           "Return the data as bytes.\n\n"
           "order 'C' or 'F': in the order of C or Fortran; 'A': Fortran order if the memory has it, else C."),
    METHOD(memory_hex, "hex(self, /, sep=<unrepresentable>, bytes_per_sep=1)",
           "Return the data as a string of hexadecimal numbers.\n\n"
           "sep is put between groups of bytes_per_sep bytes, counted from the right (negative: from the left)."),
    METHOD(memory_tolist, "tolist(self, /)", "Return the items as a list (of lists)."),
    METHOD(memory_cast, "cast(self, /, format, shape=<unrepresentable>)", "Cast to another format or shape."),
    METHOD(memory_toreadonly, "toreadonly(self, /)", "Return a read-only view of the same memory."),
    METHOD(memory_enter, "__enter__(self, /)", ""),
    VARARGS_METHOD(memory_exit, "__exit__(self, *args)", ""),
    {},
};

Ref<Object> memory_type_new(Type*, Object* object) { return memoryview_from_object(object); }

constinit SequenceMethods memory_as_sequence = {.length = memory_length, .item = slot<memory_item>};
constinit MappingMethods memory_as_mapping = {
    .length = memory_length, .subscript = slot<memory_subscript>, .ass_subscript = slot<memory_assign>};
constinit BufferProcs memory_as_buffer = {.get = memory_get_buffer, .release = memory_release_buffer};

}  // namespace

constinit Type memoryview_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "memoryview",
    .basicsize = offsetof(MemoryView, arrays),
    .itemsize = sizeof(ssize),
    .dealloc = memory_dealloc,
    .repr = slot<memory_repr>,
    .as_sequence = &memory_as_sequence,
    .as_mapping = &memory_as_mapping,
    .hash = memory_hash,
    .getattro = object_generic_getattro,
    .as_buffer = &memory_as_buffer,
    .flags = kTypeDefault | kTypeHaveGc | kTypeSequence,
    .doc = "memoryview(object)\n--\n\nMake a memoryview of an object that has a buffer.",
    .traverse = memory_traverse,
    .clear = memory_clear,
    .richcompare = slot<memory_richcompare>,
    .weaklistoffset = offsetof(MemoryView, weakreflist),
    .iter = slot<memory_iter>,
    .methods = memory_methods,
    .getset = memory_getset,
    .new_ = NEW(memory_type_new, "memoryview(type, object)"),
};

}  // namespace minipy
