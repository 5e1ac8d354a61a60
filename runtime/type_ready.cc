// Making a type usable: dict, MRO, descriptors for what it defines, slots inherited from its bases. The rules of slot
// inheritance are those of the C API documentation ("Type Objects", "Inheritance" of each slot), because compiled code
// reads slots directly.
#include "gc/memory.h"
#include "runtime/error.h"
#include "runtime/names.h"
#include "runtime/type_internal.h"

namespace minipy {

namespace {

// ---- What the type itself defines ---------------------------------------------------------------------------------

Ref<Str> def_name(const char* name) { return str_intern_utf8(name); }

Status set_default(Dict* dict, Str* name, Object* value) {
  return dict_set_default(dict, as_object(name), value) ? kOk : Status::failed();
}

Status add_methods(Type* type) {
  for (MethodDef* def = type->methods; def && def->name; def++) {
    Ref<Object> descriptor;
    if (def->flags & kMethClass) {
      if (def->flags & kMethStatic) return raise(ValueError, "method cannot be both class and static");
      descriptor = TRY(descriptor_new_class_method(type, def));
    } else if (def->flags & kMethStatic) {
      Ref<Object> function = TRY(builtin_function_new(def, as_object(type), nullptr));
      descriptor = TRY(staticmethod_new(function.get()));
    } else {
      descriptor = TRY(descriptor_new_method(type, def));
    }
    Ref<Str> name = TRY(def_name(def->name));
    if (def->flags & kMethCoexist) {
      TRY(dict_set(type_dict(type), as_object(name.get()), descriptor.get()));
    } else {
      TRY(set_default(type_dict(type), name.get(), descriptor.get()));
    }
  }
  return kOk;
}

Status add_members(Type* type) {
  for (MemberDef* def = type->members; def && def->name; def++) {
    Ref<Object> descriptor = TRY(descriptor_new_member(type, def));
    Ref<Str> name = TRY(def_name(def->name));
    TRY(set_default(type_dict(type), name.get(), descriptor.get()));
  }
  return kOk;
}

Status add_getsets(Type* type) {
  for (GetSetDef* def = type->getset; def && def->name; def++) {
    Ref<Object> descriptor = TRY(descriptor_new_getset(type, def));
    Ref<Str> name = TRY(def_name(def->name));
    TRY(set_default(type_dict(type), name.get(), descriptor.get()));
  }
  return kOk;
}

Status add_doc(Type* type) {
  if (dict_get_str(type_dict(type), NAME("__doc__"))) return kOk;
  Ref<Object> doc = type->doc ? doc_without_signature(type_short_name(type), type->doc) : none_ref();
  if (!doc) return Status::failed();
  return dict_set(type_dict(type), as_object(NAME("__doc__")), doc.get());
}

// `__new__` of a native type, and who inherits tp_new: not the native types directly below object, which would make
// instances of types that were not written for it.
Status set_new(Type* type) {
  Type* base = type->base_type;
  if (!type->new_ && base == &object_type && !is_heap(type)) type->flags |= kTypeDisallowInstantiation;
  if (type_has(type, kTypeDisallowInstantiation)) {
    type->new_ = nullptr;
    return kOk;
  }
  if (!type->new_) {
    type->new_ = base ? base->new_ : nullptr;
    return kOk;
  }
  Str* name = NAME("__new__");
  if (dict_get_str(type_dict(type), name)) return kOk;
  Ref<Object> wrapper = TRY(builtin_function_new(&g_new_wrapper_def, as_object(type), nullptr));
  return dict_set(type_dict(type), as_object(name), wrapper.get());
}

// ---- Inheritance --------------------------------------------------------------------------------------------------

template <class T>
void inherit_value(T Type::*field, Type* type, const Type* base) {
  if (!(type->*field)) type->*field = base->*field;
}

// What comes from the only base that determines the layout.
void inherit_layout(Type* type, Type* base) {
  if (!type_has(type, kTypeHaveGc) && type_has(base, kTypeHaveGc) && !type->traverse && !type->clear) {
    type->flags |= kTypeHaveGc;
    type->traverse = base->traverse;
    type->clear = base->clear;
  }
  type->flags |= base->flags & kTypeManagedDict;
  inherit_value(&Type::basicsize, type, base);
  inherit_value(&Type::itemsize, type, base);
  inherit_value(&Type::weaklistoffset, type, base);
  inherit_value(&Type::dictoffset, type, base);
  constexpr unsigned long kKinds = kTypeIntSubclass | kTypeListSubclass | kTypeTupleSubclass | kTypeBytesSubclass |
                                   kTypeStrSubclass | kTypeDictSubclass | kTypeExceptionSubclass | kTypeTypeSubclass |
                                   kTypeMatchSelf;
  type->flags |= base->flags & kKinds;
}

bool defines_comparison(const Type* type) {
  return dict_get_str(type_dict(type), NAME("__eq__")) || dict_get_str(type_dict(type), NAME("__hash__"));
}

// Copies what the type lacks and `base` defines itself, which is to say, has otherwise than its own base; without a
// base_base everything that `base` has.
template <class Suite>
class SuiteInheritance {
 public:
  SuiteInheritance(Suite* type, Suite* base, Suite* base_base) : type_(type), base_(base), base_base_(base_base) {}
  template <class... F>
  void copy(F Suite::*... fields) {
    (copy_one(fields), ...);
  }

 private:
  template <class F>
  void copy_one(F Suite::*field) {
    bool defined = base_->*field && (!base_base_ || base_->*field != base_base_->*field);
    if (!(type_->*field) && defined) type_->*field = base_->*field;
  }
  Suite* type_;
  Suite* base_;
  Suite* base_base_;
};

template <class Suite, class F>
void inherit_suite(Suite* Type::*suite, Type* type, Type* base, Type* base_base, F copy) {
  if (!(type->*suite) || !(base->*suite)) return;
  copy(SuiteInheritance<Suite>(type->*suite, base->*suite, base_base ? base_base->*suite : nullptr));
}

void inherit_suites(Type* type, Type* base, Type* base_base) {
  inherit_suite(&Type::as_number, type, base, base_base, [](auto s) {
    using N = NumberMethods;
    s.copy(&N::add, &N::subtract, &N::multiply, &N::remainder, &N::divmod, &N::power, &N::negative, &N::positive,
           &N::absolute, &N::boolean, &N::invert, &N::lshift, &N::rshift, &N::and_, &N::xor_, &N::or_, &N::int_,
           &N::float_, &N::inplace_add, &N::inplace_subtract, &N::inplace_multiply, &N::inplace_remainder,
           &N::inplace_power, &N::inplace_lshift, &N::inplace_rshift, &N::inplace_and, &N::inplace_xor, &N::inplace_or,
           &N::true_divide, &N::floor_divide, &N::inplace_true_divide, &N::inplace_floor_divide, &N::index,
           &N::matrix_multiply, &N::inplace_matrix_multiply);
  });
  inherit_suite(&Type::as_async, type, base, base_base, [](auto s) {
    using A = AsyncMethods;
    s.copy(&A::await, &A::aiter, &A::anext, &A::send);
  });
  inherit_suite(&Type::as_sequence, type, base, base_base, [](auto s) {
    using S = SequenceMethods;
    s.copy(&S::length, &S::concat, &S::repeat, &S::item, &S::ass_item, &S::contains, &S::inplace_concat,
           &S::inplace_repeat);
  });
  inherit_suite(&Type::as_mapping, type, base, base_base, [](auto s) {
    using M = MappingMethods;
    s.copy(&M::length, &M::subscript, &M::ass_subscript);
  });
  inherit_suite(&Type::as_buffer, type, base, base_base, [](auto s) {
    using B = BufferProcs;
    s.copy(&B::get, &B::release);
  });
}

void inherit_call(Type* type, Type* base) {
  // Instances keep the vectorcall protocol only where __call__ cannot be assigned to.
  if (!type->call && type_has(base, kTypeHaveVectorcall) && type_has(type, kTypeImmutable)) {
    type->flags |= kTypeHaveVectorcall;
  }
}

void inherit_free(Type* type, Type* base) {
  bool gc = type_has(type, kTypeHaveGc);
  bool base_gc = type_has(base, kTypeHaveGc);
  FreeFunc plain = memory::object_free;
  if (gc == base_gc) {
    inherit_value(&Type::free, type, base);
  } else if (gc && !type->free && base->free == plain) {
    // The type adds garbage collection to a base without: a block with a header must not go to the plain function.
    type->free = gc_free_slot;
  }
}

// `base_base`: see SuiteInheritance.
void inherit_slots(Type* type, Type* base, Type* base_base) {
  inherit_suites(type, base, base_base);
  SuiteInheritance<Type> slots(type, base, base_base);
  slots.copy(&Type::dealloc);
  if (!type->getattr && !type->getattro) {
    type->getattr = base->getattr;
    type->getattro = base->getattro;
  }
  if (!type->setattr && !type->setattro) {
    type->setattr = base->setattr;
    type->setattro = base->setattro;
  }
  slots.copy(&Type::repr);
  inherit_call(type, base);
  slots.copy(&Type::vectorcall_offset, &Type::call, &Type::str);
  // Comparison and hash come together or not at all (data model, __hash__).
  if (!type->richcompare && !type->hash && !defines_comparison(type)) {
    type->richcompare = base->richcompare;
    type->hash = base->hash;
  }
  slots.copy(&Type::iter, &Type::iternext);
  if (!type->descr_get && base->descr_get && type_has(type, kTypeImmutable)) {
    type->flags |= base->flags & kTypeMethodDescriptor;
  }
  slots.copy(&Type::descr_get, &Type::descr_set, &Type::dictoffset, &Type::init, &Type::alloc, &Type::is_gc,
             &Type::finalize);
  inherit_free(type, base);
}

void inherit_suite_pointers(Type* type, const Type* base) {
  inherit_value(&Type::as_async, type, base);
  inherit_value(&Type::as_number, type, base);
  inherit_value(&Type::as_sequence, type, base);
  inherit_value(&Type::as_mapping, type, base);
  inherit_value(&Type::as_buffer, type, base);
}

void inherit_all(Type* type) {
  Type* base = type->base_type;
  if (base) inherit_layout(type, base);
  Tuple* mro = type_mro(type);
  if (base && tuple_size(type_bases(type)) == 1 && type_extends_mro_of(type, base)) {
    inherit_slots(type, base, nullptr);  // it has everything that comes after it in the MRO
  } else {
    for (ssize i = 1; i < tuple_size(mro); i++) {
      Type* ancestor = as_type(mro->items[i]);
      inherit_slots(type, ancestor, ancestor->base_type);
    }
  }
  if (base) inherit_suite_pointers(type, base);
  constexpr unsigned long kCollection = kTypeSequence | kTypeMapping;
  for (ssize i = 1; i < tuple_size(mro) && !(type->flags & kCollection); i++) {
    type->flags |= as_type(mro->items[i])->flags & kCollection;
  }
}

// A type with a comparison of its own and no hash is unhashable.
Status set_hash(Type* type) {
  if (type->hash) return kOk;
  if (dict_get_str(type_dict(type), NAME("__hash__"))) return kOk;
  TRY(dict_set(type_dict(type), as_object(NAME("__hash__")), py_none()));
  type->hash = hash_not_implemented;
  return kOk;
}

Status set_base(Type* type) {
  if (!type->base_type && type != &object_type) {
    type->base_type = &object_type;
    if (is_heap(type)) incref(&object_type);
  }
  Type* base = type->base_type;
  if (base && !base->dict) TRY(type_ready(base));
  if (!type->base.base.type && base) {
    type->base.base.type = type_of(base);
    if (is_heap(type)) incref(type_of(type));
  }
  if (!type->bases) {
    Ref<Tuple> bases = TRY(base ? tuple_pack(base) : tuple_empty());
    type->bases = as_object(bases.release());
  }
  return kOk;
}

Status make_ready(Type* type, bool new_class) {
  TRY(set_base(type));
  if (!type->dict) type->dict = as_object(TRY(dict_new()).release());
  // A second interpretation of "incomplete": bases filled by hand by extension modules may not be ready yet.
  Tuple* bases = type_bases(type);
  for (ssize i = 0; i < tuple_size(bases); i++) {
    Type* base = as_type(bases->items[i]);
    if (is_type(as_object(base)) && !base->dict) TRY(type_ready(base));
  }
  TRY(type_update_mro(type, nullptr));
  TRY(set_new(type));
  if (!new_class) TRY(slots_add_wrappers(type));
  TRY(add_methods(type));
  TRY(add_members(type));
  TRY(add_getsets(type));
  TRY(add_doc(type));
  inherit_all(type);
  TRY(set_hash(type));
  for (ssize i = 0; i < tuple_size(bases); i++) {
    if (is_type(bases->items[i])) TRY(type_add_subclass(as_type(bases->items[i]), type));
  }
  return kOk;
}

Status ready(Type* type, bool new_class) {
  if (type_has(type, kTypeReady)) return kOk;
  slots_init();
  type->flags |= kTypeReadying;
  if (!is_heap(type)) type->flags |= kTypeImmutable;
  Status ok = make_ready(type, new_class);
  type->flags &= ~kTypeReadying;
  if (ok) type->flags |= kTypeReady;
  return ok;
}

}  // namespace

Status type_ready(Type* type) { return ready(type, false); }
Status type_ready_new_class(Type* type) { return ready(type, true); }

}  // namespace minipy
