// Keeping slots and special methods in step (data model 3.3): descriptors are made for the slots of native types, and
// the slots of Python classes are filled from the special methods that are found along the MRO.
#include <cassert>
#include <iterator>

#include "runtime/descriptor.h"
#include "runtime/error.h"
#include "runtime/names.h"
#include "runtime/type_internal.h"

namespace minipy {

namespace {

// Index in g_slot_table by interned name: open addressing over the address. Filled once by slots_init().
constexpr size_t kNameTableSize = 512;
struct NameEntry {
  const Str* name;
  short first;  // index of the first slot of this name
};
constinit NameEntry g_slot_names[kNameTableSize] = {};
// The next slot of the same name, or -1; the first slot with the same offset.
constinit short g_next_of_name[128] = {};
constinit short g_group_start[128] = {};

size_t name_bucket(const Str* name) { return (reinterpret_cast<uintptr_t>(name) >> 4) % kNameTableSize; }

int first_slot_of_name(const Str* name) {
  for (size_t i = name_bucket(name); g_slot_names[i].name; i = (i + 1) % kNameTableSize) {
    if (g_slot_names[i].name == name) return g_slot_names[i].first;
  }
  return -1;
}

void add_slot_name(int index) {
  const Str* name = g_slot_table[index].name_str;
  g_next_of_name[index] = -1;
  int other = first_slot_of_name(name);
  if (other >= 0) {
    while (g_next_of_name[other] >= 0) other = g_next_of_name[other];
    g_next_of_name[other] = static_cast<short>(index);
    return;
  }
  size_t i = name_bucket(name);
  while (g_slot_names[i].name) i = (i + 1) % kNameTableSize;
  g_slot_names[i] = {name, static_cast<short>(index)};
}

}  // namespace

void slots_init() {
  static bool done = false;
  if (done) return;
  done = true;
  assert(kSlotCount < static_cast<int>(std::size(g_next_of_name)));
  for (int i = 0; i < kSlotCount; i++) {
    g_slot_table[i].name_str = str_intern_ascii(g_slot_table[i].name).release();
    bool same = i > 0 && g_slot_table[i].offset == g_slot_table[i - 1].offset;
    g_group_start[i] = same ? g_group_start[i - 1] : static_cast<short>(i);
    add_slot_name(i);
  }
}

bool slots_is_special(const Str* name) { return first_slot_of_name(name) >= 0; }

void** slot_address(Type* type, int offset) {
  auto in = [offset](void* suite, size_t start) -> void** {
    if (!suite) return nullptr;
    return reinterpret_cast<void**>(static_cast<char*>(suite) + (static_cast<size_t>(offset) - start));
  };
  size_t o = static_cast<size_t>(offset);
  if (o >= offsetof(HeapType, as_sequence)) return in(type->as_sequence, offsetof(HeapType, as_sequence));
  if (o >= offsetof(HeapType, as_mapping)) return in(type->as_mapping, offsetof(HeapType, as_mapping));
  if (o >= offsetof(HeapType, as_number)) return in(type->as_number, offsetof(HeapType, as_number));
  if (o >= offsetof(HeapType, as_async)) return in(type->as_async, offsetof(HeapType, as_async));
  return in(type, 0);
}

namespace {

// A name may fill several slots (__len__: of the sequence and of the mapping). When the type has exactly one of them
// filled, that one; null otherwise.
void** only_filled_slot(Type* type, int index) {
  void** found = nullptr;
  for (int i = first_slot_of_name(g_slot_table[index].name_str); i >= 0; i = g_next_of_name[i]) {
    void** address = slot_address(type, g_slot_table[i].offset);
    if (!address || !*address) continue;
    if (found) return nullptr;
    found = address;
  }
  return found;
}

// What the methods of one slot say it should be.
struct SlotChoice {
  void* specific = nullptr;  // the C function that a native base has there
  void* generic = nullptr;   // the function that calls the Python method
  bool use_generic = false;
};

void consider(Type* type, const SlotDef& slot, int index, void** address, Object* attribute, SlotChoice& choice) {
  if (is_exactly(attribute, &wrapper_descriptor_type)) {
    auto* descriptor = cast<WrapperDescriptor>(attribute);
    if (descriptor->slot->name_str == slot.name_str) {
      void** filled = only_filled_slot(type, index);
      if (!filled || filled == address) choice.generic = slot.function;
      bool same_wrapper =
          descriptor->slot->wrapper == slot.wrapper && descriptor->slot->keyword_wrapper == slot.keyword_wrapper;
      if ((!choice.specific || choice.specific == descriptor->wrapped) && same_wrapper &&
          type_is_subtype(type, descriptor->common.owner)) {
        choice.specific = descriptor->wrapped;
      } else {
        // Several methods disagree, or the descriptor wraps another kind of slot, or that of an unrelated type.
        choice.use_generic = true;
      }
      return;
    }
  } else if (is_exactly(attribute, &method_descriptor_type) &&
             (cast<MethodDescriptor>(attribute)->def->flags & kMethCoexist)) {
    // A native type's method that stands for its slot (list.__getitem__) without the detour of a wrapper.
    void** native = slot_address(cast<Descriptor>(attribute)->owner, slot.offset);
    if (native && *native && (!choice.specific || choice.specific == *native)) {
      choice.specific = *native;
      return;
    }
  } else if (is_new_wrapper(attribute) && slot.offset == offsetof(Type, new_)) {
    // The `__new__` of a native base: the slot inherited from it is right (tp_new is always inherited from base_type).
    choice.specific = reinterpret_cast<void*>(type->new_);
    return;
  } else if (is_none(attribute) && slot.offset == offsetof(Type, hash)) {
    choice.specific = reinterpret_cast<void*>(hash_not_implemented);
    return;
  }
  choice.use_generic = true;
  choice.generic = slot.function;
}

// Updates the slot whose methods begin at `first`; returns the index behind them.
int update_group(Type* type, int first) {
  const int offset = g_slot_table[first].offset;
  int end = first;
  while (end < kSlotCount && g_slot_table[end].offset == offset) end++;
  void** address = slot_address(type, offset);
  if (!address) return end;
  SlotChoice choice;
  for (int i = first; i < end; i++) {
    Object* attribute = type_find_in_mro(type, g_slot_table[i].name_str);
    if (attribute) {
      consider(type, g_slot_table[i], i, address, attribute, choice);
    } else if (offset == offsetof(Type, iternext)) {
      choice.specific = reinterpret_cast<void*>(iternext_not_implemented);
    }
  }
  *address = choice.specific && !choice.use_generic ? choice.specific : choice.generic;
  return end;
}

void update_slots_of_name(Type* type, Str* name) {
  for (int i = first_slot_of_name(name); i >= 0; i = g_next_of_name[i]) update_group(type, g_group_start[i]);
}

void update_recursively(Type* type, Str* name) {
  update_slots_of_name(type, name);
  type_for_each_subclass(type, [name](Type* subclass) {
    // A subclass with an attribute of its own does not inherit the change.
    if (!subclass->dict || !dict_get_str(type_dict(subclass), name)) update_recursively(subclass, name);
    return true;
  });
}

}  // namespace

void slots_update_all(Type* type) {
  for (int i = 0; i < kSlotCount;) i = update_group(type, i);
}

namespace {

// The interned special name equal to a class attribute's; null: it is none.
Str* special_name(Object* key) {
  if (!is_exactly(key, &str_type)) return nullptr;
  Str* name = cast<Str>(key);
  if (str_is_interned(name)) return first_slot_of_name(name) >= 0 ? name : nullptr;
  for (int i = 0; i < kSlotCount; i++) {
    if (str_equal(name, g_slot_table[i].name_str)) return g_slot_table[i].name_str;
  }
  return nullptr;
}

}  // namespace

// Slots of an only base that is itself a Python class (or object) were already chosen from the same attributes, and
// have been inherited. So only what the class itself defines needs a look.
void slots_update_new_class(Type* type) {
  Type* base = type->base_type;
  bool simple = tuple_size(type_bases(type)) == 1 && (is_heap(base) || base == &object_type);
  if (!simple || !type_extends_mro_of(type, base)) {
    slots_update_all(type);
    return;
  }
  if (!type->iternext) type->iternext = iternext_not_implemented;
  ssize position = 0;
  Object *key, *value;
  bool compares = false;
  while (dict_next(type_dict(type), &position, &key, &value)) {
    Str* name = special_name(key);
    if (!name) continue;
    // __eq__ and __hash__ stop the inheritance of each other's slot (type_ready.cc).
    if (name == NAME("__eq__") || name == NAME("__hash__")) compares = true;
    update_slots_of_name(type, name);
  }
  if (compares) {
    update_slots_of_name(type, NAME("__eq__"));
    update_slots_of_name(type, NAME("__hash__"));
  }
}

void slots_update_after_change(Type* type, Str* name) {
  if (first_slot_of_name(name) >= 0) update_recursively(type, name);
}

Status slots_add_wrappers(Type* type) {
  Dict* dict = type_dict(type);
  for (int i = 0; i < kSlotCount; i++) {
    SlotDef& slot = g_slot_table[i];
    if (!slot.has_wrapper()) continue;
    void** address = slot_address(type, slot.offset);
    if (!address || !*address || dict_get_str(dict, slot.name_str)) continue;
    if (*address == reinterpret_cast<void*>(hash_not_implemented)) {
      TRY(dict_set(dict, as_object(slot.name_str), py_none()));
      continue;
    }
    Ref<Object> descriptor = TRY(descriptor_new_wrapper(type, &slot, *address));
    TRY(dict_set(dict, as_object(slot.name_str), descriptor.get()));
  }
  return kOk;
}

}  // namespace minipy
