// Cells: the boxes through which nested functions share variables.
#include "gc/collector.h"
#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/error.h"
#include "runtime/function.h"
#include "runtime/int.h"
#include "runtime/slot.h"
#include "runtime/str.h"

namespace minipy {

Ref<Cell> cell_new(Object* value) {
  Cell* cell = object_new_gc<Cell>(&cell_type);
  if (!cell) return nullptr;
  xincref(value);
  cell->value = value;
  gc_track(cell);
  return Ref<Cell>::steal(cell);
}

namespace {

Ref<Object> cell_create(Type*, VarArgs args) {
  if (args.size > 1) return raise(TypeError, "cell expected at most 1 argument, got {}", args.size);
  return cell_new(args.size ? args[0] : nullptr);
}

void cell_dealloc(Object* self) {
  gc_untrack(self);
  clear_field(cast<Cell>(self)->value);
  gc_free(self);
}

int cell_traverse(Object* self, VisitProc visit, void* arg) {
  MINIPY_VISIT(cast<Cell>(self)->value);
  return 0;
}

int cell_clear(Object* self) {
  clear_field(cast<Cell>(self)->value);
  return 0;
}

Ref<Str> cell_repr(Cell* self) {
  if (!self->value) return format_message("<cell at 0x{:x}: empty>", reinterpret_cast<uintptr_t>(self));
  return format_message("<cell at 0x{:x}: {:.80} object at 0x{:x}>", reinterpret_cast<uintptr_t>(self),
                        type_name(self->value), reinterpret_cast<uintptr_t>(self->value));
}

// Empty cells are smaller than any other.
Ref<Object> cell_compare(Object* a, Object* b, CompareOp op) {
  if (!is_exactly(a, &cell_type) || !is_exactly(b, &cell_type)) return not_implemented_ref();
  Ref<Object> left = share(cast<Cell>(a)->value), right = share(cast<Cell>(b)->value);
  if (left && right) return object_compare(left.get(), right.get(), op);
  int l = left ? 1 : 0, r = right ? 1 : 0;
  bool result = false;
  switch (op) {
    case kLt: result = l < r; break;
    case kLe: result = l <= r; break;
    case kEq: result = l == r; break;
    case kNe: result = l != r; break;
    case kGt: result = l > r; break;
    case kGe: result = l >= r; break;
  }
  return bool_ref(result);
}

Ref<Object> cell_get_contents(Cell* self) {
  if (!self->value) return raise(ValueError, "Cell is empty");
  return share(self->value);
}

Status cell_set_contents(Cell* self, Object* value) {
  replace_field(self->value, share(value));
  return kOk;
}

constinit GetSetDef cell_getset[] = {
    {"cell_contents", getter<cell_get_contents>, setter<cell_set_contents>, nullptr, nullptr},
    {},
};

}  // namespace

constinit Type cell_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "cell",
    .basicsize = sizeof(Cell),
    .dealloc = cell_dealloc,
    .repr = slot<cell_repr>,
    .getattro = slot<object_generic_get_attr>,
    .flags = kTypeDefault | kTypeHaveGc,
    .doc = "cell([contents])\n--\n\nA variable shared between functions, empty without contents.",
    .traverse = cell_traverse,
    .clear = cell_clear,
    .richcompare = slot<cell_compare>,
    .getset = cell_getset,
    .new_ = NEW(cell_create, "cell(type, /, *args)"),
};

}  // namespace minipy
