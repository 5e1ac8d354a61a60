// The buffer protocol (PEP 3118): asking for, filling, releasing and copying buffers.
#include "runtime/buffer.h"

#include <cstring>
#include <vector>

#include "runtime/error.h"

namespace minipy {

bool object_has_buffer(const Object* p) { return p->type->as_buffer && p->type->as_buffer->get; }

Status buffer_get(Object* p, Buffer* view, int flags) {
  if (!object_has_buffer(p)) return raise(TypeError, "a bytes-like object is required, not '{:.100}'", type_name(p));
  return type_of(p)->as_buffer->get(p, view, flags) < 0 ? Status::failed() : kOk;
}

void buffer_release(Buffer* view) {
  Object* exporter = view->obj;
  if (!exporter) return;
  BufferProcs* procs = type_of(exporter)->as_buffer;
  if (procs && procs->release) procs->release(exporter, view);
  view->obj = nullptr;
  decref(exporter);
}

Status HeldBuffer::get(Object* p, int flags) {
  release();
  if (!buffer_get(p, &view, flags)) {
    view = Buffer{};
    return Status::failed();
  }
  return kOk;
}

void HeldBuffer::release() {
  if (view.obj) buffer_release(&view);
  view = Buffer{};
}

Status buffer_fill(Buffer* view, Object* exporter, void* data, ssize size, bool readonly, int flags) {
  if (!view) return raise(BufferError, "PyBuffer_FillInfo: view==NULL argument is obsolete");
  if (readonly && (flags & kBufferWritable)) return raise(BufferError, "Object is not writable.");
  xincref(exporter);
  view->obj = exporter;
  view->buf = data;
  view->len = size;
  view->readonly = readonly;
  view->itemsize = 1;
  view->format = (flags & kBufferFormat) ? const_cast<char*>("B") : nullptr;
  view->ndim = 1;
  view->shape = (flags & kBufferNd) ? &view->len : nullptr;
  view->strides = (flags & kBufferStrides) == kBufferStrides ? &view->itemsize : nullptr;
  view->suboffsets = nullptr;
  view->internal = nullptr;
  return kOk;
}

namespace {

// Do the strides describe items that lie side by side, the last (C) or first (Fortran) index running fastest?
bool strides_match(const Buffer* view, bool fortran) {
  if (view->len == 0) return true;
  if (!view->strides) {
    // C-contiguous by definition. It is Fortran-contiguous too when at most one dimension has more than one item.
    if (!fortran || view->ndim <= 1) return true;
    int large = 0;
    for (int i = 0; i < view->ndim; i++) large += view->shape[i] > 1;
    return large <= 1;
  }
  ssize expected = view->itemsize;
  for (int k = 0; k < view->ndim; k++) {
    int i = fortran ? k : view->ndim - 1 - k;
    if (view->shape[i] > 1 && view->strides[i] != expected) return false;
    expected *= view->shape[i];
  }
  return true;
}

}  // namespace

bool buffer_is_contiguous(const Buffer* view, char order) {
  if (view->suboffsets) return false;
  switch (order) {
    case 'C': return strides_match(view, false);
    case 'F': return strides_match(view, true);
    case 'A': return strides_match(view, false) || strides_match(view, true);
    default: return false;
  }
}

namespace {

// Copies items of dimension `dim` on, the last index (or, for Fortran, the first) running fastest in the output.
void copy_out(char*& out, const char* from, const Buffer* view, int dim) {
  if (dim == view->ndim) {
    std::memcpy(out, from, static_cast<size_t>(view->itemsize));
    out += view->itemsize;
    return;
  }
  for (ssize i = 0; i < view->shape[dim]; i++) {
    const char* p = from + i * view->strides[dim];
    if (view->suboffsets && view->suboffsets[dim] >= 0) {
      p = *reinterpret_cast<const char* const*>(p) + view->suboffsets[dim];
    }
    copy_out(out, p, view, dim + 1);
  }
}

const char* item_address(const Buffer* view, const std::vector<ssize>& index) {
  const char* p = static_cast<const char*>(view->buf);
  for (int d = 0; d < view->ndim; d++) {
    p += index[static_cast<size_t>(d)] * view->strides[d];
    if (view->suboffsets && view->suboffsets[d] >= 0) {
      p = *reinterpret_cast<const char* const*>(p) + view->suboffsets[d];
    }
  }
  return p;
}

void copy_out_fortran(char* out, const Buffer* view) {
  std::vector<ssize> index(static_cast<size_t>(view->ndim), 0);
  ssize items = view->len / view->itemsize;
  for (ssize n = 0; n < items; n++) {
    std::memcpy(out, item_address(view, index), static_cast<size_t>(view->itemsize));
    out += view->itemsize;
    for (int d = 0; d < view->ndim; d++) {
      if (++index[static_cast<size_t>(d)] < view->shape[d]) break;
      index[static_cast<size_t>(d)] = 0;
    }
  }
}

}  // namespace

Status buffer_to_contiguous(void* out, const Buffer* view, ssize size, char order) {
  if (size != view->len) return raise(ValueError, "PyBuffer_ToContiguous: len != view->len");
  if (buffer_is_contiguous(view, order)) {
    std::memcpy(out, view->buf, static_cast<size_t>(size));
    return kOk;
  }
  // 'A' keeps Fortran order where the buffer has it, which the test above has caught; everything else goes out in C
  // order.
  if (order == 'F') {
    copy_out_fortran(static_cast<char*>(out), view);
  } else {
    char* to = static_cast<char*>(out);
    copy_out(to, static_cast<const char*>(view->buf), view, 0);
  }
  return kOk;
}

}  // namespace minipy
