// The table of special methods and slots (data model 3.3), and the wrappers that make a native slot callable as a
// method.
#include <iterator>

#include "runtime/descriptor.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/type_slot_functions.h"

namespace minipy {

namespace {

// ---- Wrappers
// ---------------------------------------------------------------------------------------------------------- Each takes
// the slot's function as `f` and checks the number of arguments.

template <class F>
F as(void* wrapped) {
  return reinterpret_cast<F>(wrapped);
}

bool check_count(ssize nargs, ssize wanted) {
  if (nargs == wanted) [[likely]]
    return true;
  (void)raise(TypeError, "expected {} argument{}, got {}", wanted, wanted == 1 ? "" : "s", nargs);
  return false;
}
// (CPython's messages of these begin with an empty function name.)
bool check_count_unnamed(ssize nargs, ssize wanted) {
  if (nargs == wanted) [[likely]]
    return true;
  (void)raise(TypeError, " expected {} argument{}, got {}", wanted, wanted == 1 ? "" : "s", nargs);
  return false;
}
bool check_count_between(ssize nargs, ssize least, ssize most) {
  if (nargs < least) {
    (void)raise(TypeError, " expected at least {} argument{}, got {}", least, least == 1 ? "" : "s", nargs);
    return false;
  }
  if (nargs > most) {
    (void)raise(TypeError, " expected at most {} argument{}, got {}", most, most == 1 ? "" : "s", nargs);
    return false;
  }
  return true;
}
Object* none_or_failure(int result) { return result < 0 ? nullptr : none_ref().release(); }

Object* wrap_unary(Object* self, Object* const*, ssize n, void* f) {
  return check_count(n, 0) ? as<UnaryFunc>(f)(self) : nullptr;
}
Object* wrap_binary(Object* self, Object* const* args, ssize n, void* f) {
  return check_count(n, 1) ? as<BinaryFunc>(f)(self, args[0]) : nullptr;
}
// A function of its own, since a wrapper's identity tells the left operand's method from a container's (see
// update_group).
Object* wrap_binary_left(Object* self, Object* const* args, ssize n, void* f) {
  if (!check_count(n, 1)) [[unlikely]]
    return nullptr;
  Object* other = args[0];
  return as<BinaryFunc>(f)(self, other);
}
Object* wrap_binary_right(Object* self, Object* const* args, ssize n, void* f) {
  return check_count(n, 1) ? as<BinaryFunc>(f)(args[0], self) : nullptr;
}
Object* wrap_ternary(Object* self, Object* const* args, ssize n, void* f) {
  if (!check_count_between(n, 1, 2)) return nullptr;
  return as<TernaryFunc>(f)(self, args[0], n == 2 ? args[1] : py_none());
}
Object* wrap_ternary_right(Object* self, Object* const* args, ssize n, void* f) {
  if (!check_count_between(n, 1, 2)) return nullptr;
  return as<TernaryFunc>(f)(args[0], self, n == 2 ? args[1] : py_none());
}
Object* wrap_truth(Object* self, Object* const*, ssize n, void* f) {
  if (!check_count(n, 0)) return nullptr;
  int r = as<InquiryProc>(f)(self);
  return r < 0 ? nullptr : bool_ref(r).release();
}
Object* wrap_length(Object* self, Object* const*, ssize n, void* f) {
  if (!check_count(n, 0)) return nullptr;
  ssize r = as<LenFunc>(f)(self);
  if (r == -1 && error_pending()) return nullptr;
  return as_object(int_from_ssize(r).release());
}
Object* wrap_hash(Object* self, Object* const*, ssize n, void* f) {
  if (!check_count(n, 0)) return nullptr;
  hash_t r = as<HashFunc>(f)(self);
  if (r == -1 && error_pending()) return nullptr;
  return as_object(int_from_ssize(r).release());
}
Object* wrap_repeat(Object* self, Object* const* args, ssize n, void* f) {
  if (!check_count_unnamed(n, 1)) return nullptr;
  Maybe<ssize> count = number_as_ssize(args[0], OverflowError);
  return count ? as<SsizeArgFunc>(f)(self, *count) : nullptr;
}

// An index as the sequence slots want it: negative ones count from the end.
Maybe<ssize> sequence_index(Object* self, Object* arg) {
  ssize i = TRY(number_as_ssize(arg, OverflowError));
  if (i < 0) {
    SequenceMethods* sequence = type_of(self)->as_sequence;
    if (sequence && sequence->length) {
      ssize length = sequence->length(self);
      if (length < 0) return kRaised;
      i += length;
    }
  }
  return i;
}
Object* wrap_item(Object* self, Object* const* args, ssize n, void* f) {
  if (!check_count(n, 1)) return nullptr;
  Maybe<ssize> i = sequence_index(self, args[0]);
  return i ? as<SsizeArgFunc>(f)(self, *i) : nullptr;
}
Object* wrap_set_item(Object* self, Object* const* args, ssize n, void* f) {
  if (!check_count_unnamed(n, 2)) return nullptr;
  Maybe<ssize> i = sequence_index(self, args[0]);
  return i ? none_or_failure(as<SsizeObjArgProc>(f)(self, *i, args[1])) : nullptr;
}
Object* wrap_delete_item(Object* self, Object* const* args, ssize n, void* f) {
  if (!check_count(n, 1)) return nullptr;
  Maybe<ssize> i = sequence_index(self, args[0]);
  return i ? none_or_failure(as<SsizeObjArgProc>(f)(self, *i, nullptr)) : nullptr;
}
Object* wrap_contains(Object* self, Object* const* args, ssize n, void* f) {
  if (!check_count(n, 1)) return nullptr;
  int r = as<ObjObjProc>(f)(self, args[0]);
  return r < 0 ? nullptr : bool_ref(r).release();
}
Object* wrap_set_subscript(Object* self, Object* const* args, ssize n, void* f) {
  return check_count_unnamed(n, 2) ? none_or_failure(as<ObjObjArgProc>(f)(self, args[0], args[1])) : nullptr;
}
Object* wrap_delete_subscript(Object* self, Object* const* args, ssize n, void* f) {
  return check_count(n, 1) ? none_or_failure(as<ObjObjArgProc>(f)(self, args[0], nullptr)) : nullptr;
}

// object.__setattr__(x, ...) must not go behind the back of a native type between object and type(x) that has its own
// setattro: the first native type, from the one that defined x's slot on upwards, must be the one of `f`.
bool check_setattr_applies(Object* self, SetAttroFunc f, const char* what) {
  Type* type = type_of(self);
  if (!type->mro) return true;
  Type* defining = type;
  Tuple* mro = type_mro(type);
  for (ssize i = tuple_size(mro) - 1; i >= 0; i--) {
    Type* base = as_type(mro->items[i]);
    if (base->setattro != slot_tp_setattro && base->setattro == type->setattro) {
      defining = base;
      break;
    }
  }
  for (Type* base = defining; base; base = base->base_type) {
    if (base->setattro == f) return true;
    if (base->setattro != slot_tp_setattro) {
      (void)raise(TypeError, "can't apply this {} to {} object", what, type->name);
      return false;
    }
  }
  return true;
}
Object* wrap_setattr(Object* self, Object* const* args, ssize n, void* f) {
  if (!check_count_unnamed(n, 2) || !check_setattr_applies(self, as<SetAttroFunc>(f), "__setattr__")) return nullptr;
  return none_or_failure(as<SetAttroFunc>(f)(self, args[0], args[1]));
}
Object* wrap_delattr(Object* self, Object* const* args, ssize n, void* f) {
  if (!check_count(n, 1) || !check_setattr_applies(self, as<SetAttroFunc>(f), "__delattr__")) return nullptr;
  return none_or_failure(as<SetAttroFunc>(f)(self, args[0], nullptr));
}

template <CompareOp kOp>
Object* wrap_compare(Object* self, Object* const* args, ssize n, void* f) {
  return check_count(n, 1) ? as<RichCompareFunc>(f)(self, args[0], kOp) : nullptr;
}
Object* wrap_next(Object* self, Object* const*, ssize n, void* f) {
  if (!check_count(n, 0)) return nullptr;
  Object* r = as<IterNextFunc>(f)(self);
  if (!r && !error_pending()) (void)raise_none(StopIteration);
  return r;
}
Object* wrap_descr_get(Object* self, Object* const* args, ssize n, void* f) {
  if (!check_count_between(n, 1, 2)) return nullptr;
  Object* instance = is_none(args[0]) ? nullptr : args[0];
  Object* owner = n < 2 || is_none(args[1]) ? nullptr : args[1];
  if (!instance && !owner) {
    (void)raise(TypeError, "__get__(None, None) is invalid");
    return nullptr;
  }
  return as<DescrGetFunc>(f)(self, instance, owner);
}
Object* wrap_descr_set(Object* self, Object* const* args, ssize n, void* f) {
  return check_count_unnamed(n, 2) ? none_or_failure(as<DescrSetFunc>(f)(self, args[0], args[1])) : nullptr;
}
Object* wrap_descr_delete(Object* self, Object* const* args, ssize n, void* f) {
  return check_count(n, 1) ? none_or_failure(as<DescrSetFunc>(f)(self, args[0], nullptr)) : nullptr;
}
Object* wrap_del(Object* self, Object* const*, ssize n, void* f) {
  if (!check_count(n, 0)) return nullptr;
  as<Destructor>(f)(self);
  return none_ref().release();
}
Object* wrap_call(Object* self, Object* args, Object* kwargs, void* f) {
  return as<TernaryFunc>(f)(self, args, kwargs);
}
Object* wrap_init(Object* self, Object* args, Object* kwargs, void* f) {
  return none_or_failure(as<InitProc>(f)(self, args, kwargs));
}

template <class F>
void* erased(F f) {
  if constexpr (std::is_null_pointer_v<F>) {
    return nullptr;
  } else {
    return reinterpret_cast<void*>(f);
  }
}

}  // namespace

// ---- The table ----------------------------------------------------------------------------------------------------

// How a line reads: the special method, the slot, the function for Python classes, the wrapper for native ones, the
// signature and documentation of the latter.
#define SLOT(name, field, function, wrapper, signature, text)                              \
  {                                                                                        \
    name, static_cast<int>(offsetof(HeapType, field)), erased(function), wrapper, nullptr, \
        name signature "\n--\n\n" text, nullptr                                            \
  }
#define TYPE_SLOT(name, field, function, wrapper, signature, text) \
  SLOT(name, base.field, function, wrapper, signature, text)
#define KEYWORD_SLOT(name, field, function, wrapper, signature, text)                           \
  {                                                                                             \
    name, static_cast<int>(offsetof(HeapType, base.field)), erased(function), nullptr, wrapper, \
        name signature "\n--\n\n" text, nullptr                                                 \
  }
#define BARE_SLOT(name, field, function, wrapper) \
  { name, static_cast<int>(offsetof(HeapType, field)), erased(function), wrapper, nullptr, nullptr, nullptr }
#define COMPARE_SLOT(name, op, sign)                                                       \
  TYPE_SLOT(name, richcompare, slot_tp_richcompare, wrap_compare<op>, "($self, value, /)", \
            "Tell whether self " sign " value.")
#define UNARY_SLOT(name, field, text) SLOT(name, as_number.field, (slot_unary<name>), wrap_unary, "($self, /)", text)
#define BINARY_SLOT(method, field, sign)                                                                             \
  SLOT("__" method "__", as_number.field, (slot_binary<&NumberMethods::field, "__" method "__", "__r" method "__">), \
       wrap_binary_left, "($self, value, /)", "Return self " sign " value.")                                         \
  , SLOT("__r" method "__", as_number.field,                                                                         \
         (slot_binary<&NumberMethods::field, "__" method "__", "__r" method "__">), wrap_binary_right,               \
         "($self, value, /)", "Return value " sign " self.")
#define INPLACE_SLOT(name, field, sign) \
  SLOT(name, as_number.field, (slot_inplace<name>), wrap_binary, "($self, value, /)", "Return self " sign " value.")

SlotDef g_slot_table[] = {
    TYPE_SLOT("__repr__", repr, slot_tp_repr, wrap_unary, "($self, /)", "Return repr(self)."),
    TYPE_SLOT("__hash__", hash, slot_tp_hash, wrap_hash, "($self, /)", "Return hash(self)."),
    KEYWORD_SLOT("__call__", call, slot_tp_call, wrap_call, "($self, /, *args, **kwargs)", "Call self."),
    TYPE_SLOT("__str__", str, slot_tp_str, wrap_unary, "($self, /)", "Return str(self)."),
    TYPE_SLOT("__getattribute__", getattro, slot_tp_getattr_hook, wrap_binary, "($self, name, /)",
              "Return the attribute of self with this name."),
    BARE_SLOT("__getattr__", base.getattro, slot_tp_getattr_hook, nullptr),
    TYPE_SLOT("__setattr__", setattro, slot_tp_setattro, wrap_setattr, "($self, name, value, /)",
              "Set the attribute of self with this name."),
    TYPE_SLOT("__delattr__", setattro, slot_tp_setattro, wrap_delattr, "($self, name, /)",
              "Delete the attribute of self with this name."),
    COMPARE_SLOT("__lt__", kLt, "<"),
    COMPARE_SLOT("__le__", kLe, "<="),
    COMPARE_SLOT("__eq__", kEq, "=="),
    COMPARE_SLOT("__ne__", kNe, "!="),
    COMPARE_SLOT("__gt__", kGt, ">"),
    COMPARE_SLOT("__ge__", kGe, ">="),
    TYPE_SLOT("__iter__", iter, slot_tp_iter, wrap_unary, "($self, /)", "Return an iterator over self."),
    TYPE_SLOT("__next__", iternext, slot_tp_iternext, wrap_next, "($self, /)", "Return the next item of self."),
    TYPE_SLOT("__get__", descr_get, slot_tp_descr_get, wrap_descr_get, "($self, instance, owner=None, /)",
              "Return what self is as an attribute of the instance, or of the class owner."),
    TYPE_SLOT("__set__", descr_set, slot_tp_descr_set, wrap_descr_set, "($self, instance, value, /)",
              "Set the attribute that self is on the instance."),
    TYPE_SLOT("__delete__", descr_set, slot_tp_descr_set, wrap_descr_delete, "($self, instance, /)",
              "Delete the attribute that self is from the instance."),
    KEYWORD_SLOT("__init__", init, slot_tp_init, wrap_init, "($self, /, *args, **kwargs)",
                 "Initialise self; help(type(self)) shows the arguments."),
    BARE_SLOT("__new__", base.new_, slot_tp_new, nullptr),
    BARE_SLOT("__del__", base.finalize, slot_tp_finalize, wrap_del),

    SLOT("__await__", as_async.await, slot_am_await, wrap_unary, "($self, /)", "Return the iterator that awaits self."),
    SLOT("__aiter__", as_async.aiter, slot_am_aiter, wrap_unary, "($self, /)",
         "Return an asynchronous iterator over self."),
    SLOT("__anext__", as_async.anext, slot_am_anext, wrap_unary, "($self, /)",
         "Return an awaitable for the next item of self."),

    BINARY_SLOT("add", add, "+"),
    BINARY_SLOT("sub", subtract, "-"),
    BINARY_SLOT("mul", multiply, "*"),
    BINARY_SLOT("mod", remainder, "%"),
    SLOT("__divmod__", as_number.divmod, (slot_binary<&NumberMethods::divmod, "__divmod__", "__rdivmod__">),
         wrap_binary_left, "($self, value, /)", "Return divmod(self, value)."),
    SLOT("__rdivmod__", as_number.divmod, (slot_binary<&NumberMethods::divmod, "__divmod__", "__rdivmod__">),
         wrap_binary_right, "($self, value, /)", "Return divmod(value, self)."),
    SLOT("__pow__", as_number.power, slot_nb_power, wrap_ternary, "($self, value, mod=None, /)",
         "Return pow(self, value, mod)."),
    SLOT("__rpow__", as_number.power, slot_nb_power, wrap_ternary_right, "($self, value, mod=None, /)",
         "Return pow(value, self, mod)."),
    UNARY_SLOT("__neg__", negative, "Return -self."),
    UNARY_SLOT("__pos__", positive, "Return +self."),
    UNARY_SLOT("__abs__", absolute, "Return abs(self)."),
    SLOT("__bool__", as_number.boolean, slot_nb_bool, wrap_truth, "($self, /)", "Tell whether self is true."),
    UNARY_SLOT("__invert__", invert, "Return ~self."),
    BINARY_SLOT("lshift", lshift, "<<"),
    BINARY_SLOT("rshift", rshift, ">>"),
    BINARY_SLOT("and", and_, "&"),
    BINARY_SLOT("xor", xor_, "^"),
    BINARY_SLOT("or", or_, "|"),
    UNARY_SLOT("__int__", int_, "Return int(self)."),
    UNARY_SLOT("__float__", float_, "Return float(self)."),
    INPLACE_SLOT("__iadd__", inplace_add, "+="),
    INPLACE_SLOT("__isub__", inplace_subtract, "-="),
    INPLACE_SLOT("__imul__", inplace_multiply, "*="),
    INPLACE_SLOT("__imod__", inplace_remainder, "%="),
    SLOT("__ipow__", as_number.inplace_power, slot_nb_inplace_power, wrap_ternary, "($self, value, /)",
         "Return self **= value."),
    INPLACE_SLOT("__ilshift__", inplace_lshift, "<<="),
    INPLACE_SLOT("__irshift__", inplace_rshift, ">>="),
    INPLACE_SLOT("__iand__", inplace_and, "&="),
    INPLACE_SLOT("__ixor__", inplace_xor, "^="),
    INPLACE_SLOT("__ior__", inplace_or, "|="),
    BINARY_SLOT("floordiv", floor_divide, "//"),
    BINARY_SLOT("truediv", true_divide, "/"),
    INPLACE_SLOT("__ifloordiv__", inplace_floor_divide, "//="),
    INPLACE_SLOT("__itruediv__", inplace_true_divide, "/="),
    SLOT("__index__", as_number.index, slot_nb_index, wrap_unary, "($self, /)",
         "Return self as an int, for use as an index."),
    BINARY_SLOT("matmul", matrix_multiply, "@"),
    INPLACE_SLOT("__imatmul__", inplace_matrix_multiply, "@="),

    SLOT("__len__", as_mapping.length, slot_sq_length, wrap_length, "($self, /)", "Return len(self)."),
    SLOT("__getitem__", as_mapping.subscript, slot_mp_subscript, wrap_binary, "($self, key, /)", "Return self[key]."),
    SLOT("__setitem__", as_mapping.ass_subscript, slot_mp_ass_subscript, wrap_set_subscript, "($self, key, value, /)",
         "Set self[key] to value."),
    SLOT("__delitem__", as_mapping.ass_subscript, slot_mp_ass_subscript, wrap_delete_subscript, "($self, key, /)",
         "Delete self[key]."),

    SLOT("__len__", as_sequence.length, slot_sq_length, wrap_length, "($self, /)", "Return len(self)."),
    // + and * of Python classes go through the number slots alone; these two stay empty in them.
    SLOT("__add__", as_sequence.concat, nullptr, wrap_binary, "($self, value, /)", "Return self + value."),
    SLOT("__mul__", as_sequence.repeat, nullptr, wrap_repeat, "($self, value, /)", "Return self * value."),
    SLOT("__rmul__", as_sequence.repeat, nullptr, wrap_repeat, "($self, value, /)", "Return value * self."),
    SLOT("__getitem__", as_sequence.item, slot_sq_item, wrap_item, "($self, key, /)", "Return self[key]."),
    SLOT("__setitem__", as_sequence.ass_item, slot_sq_ass_item, wrap_set_item, "($self, key, value, /)",
         "Set self[key] to value."),
    SLOT("__delitem__", as_sequence.ass_item, slot_sq_ass_item, wrap_delete_item, "($self, key, /)",
         "Delete self[key]."),
    SLOT("__contains__", as_sequence.contains, slot_sq_contains, wrap_contains, "($self, key, /)",
         "Tell whether key is in self."),
    SLOT("__iadd__", as_sequence.inplace_concat, nullptr, wrap_binary, "($self, value, /)", "Return self += value."),
    SLOT("__imul__", as_sequence.inplace_repeat, nullptr, wrap_repeat, "($self, value, /)", "Return self *= value."),
};
const int kSlotCount = static_cast<int>(std::size(g_slot_table));

}  // namespace minipy
