// The object protocol: text, hash, comparison, truth, dir() (data model 3.3.1).
#include "gc/counted_object.h"
#include "runtime/attribute.h"
#include "runtime/bytes.h"
#include "runtime/error.h"
#include "runtime/float.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/str_methods.h"
#include "runtime/thread_state.h"
#include "runtime/type_internal.h"

namespace minipy {

// ---- Text ---------------------------------------------------------------------------------------------------------

namespace {

Ref<Str> checked_text(Object* result, const char* method) {
  Ref<Object> text = steal(result);
  if (!text) return nullptr;
  if (!is_str(text.get())) {
    return raise(TypeError, "{} returned non-string (type {:.200})", method, type_name(text.get()));
  }
  return std::move(text).cast_to<Str>();
}

}  // namespace

Ref<Str> object_repr(Object* p) {
  TRY(check_signals());
  if (!p) return str_from_ascii("<NULL>");
  ReprFunc repr = type_of(p)->repr;
  if (!repr) return format_message("<{} object at 0x{:x}>", type_name(p), reinterpret_cast<size_t>(p));
  RecursionGuard guard(" while getting the repr of an object");
  if (!guard) return nullptr;
  return checked_text(repr(p), "__repr__");
}

Ref<Str> object_str(Object* p) {
  TRY(check_signals());
  if (!p) return str_from_ascii("<NULL>");
  if (is_exactly(p, &str_type)) return share(cast<Str>(p));
  ReprFunc str = type_of(p)->str;
  if (!str) return object_repr(p);
  RecursionGuard guard(" while getting the str of an object");
  if (!guard) return nullptr;
  return checked_text(str(p), "__str__");
}

Ref<Str> object_ascii(Object* p) {
  Ref<Str> repr = TRY(object_repr(p));
  if (str_is_ascii(repr.get())) return repr;
  StrBuilder out(str_length(repr.get()));
  constexpr char kHex[] = "0123456789abcdef";
  for (ssize i = 0; i < str_length(repr.get()); i++) {
    char32_t c = str_at(repr.get(), i);
    if (c < 0x80) {
      TRY(out.append_char(c));
      continue;
    }
    int digits = c < 0x100 ? 2 : c < 0x10000 ? 4 : 8;
    TRY(out.append_ascii(digits == 2 ? "\\x" : digits == 4 ? "\\u" : "\\U"));
    for (int d = digits - 1; d >= 0; d--) TRY(out.append_char(static_cast<char32_t>(kHex[(c >> (4 * d)) & 15])));
  }
  return out.finish();
}

Ref<Object> object_bytes(Object* p) {
  if (is_exactly(p, &bytes_type)) return share(p);
  if (Ref<Object> method = lookup_special(p, NAME("__bytes__"))) {
    Ref<Object> result = TRY(call(method.get()));
    if (!is_bytes(result.get())) {
      return raise(TypeError, "__bytes__ returned non-bytes (type {:.200})", type_name(result.get()));
    }
    return result;
  }
  if (error_pending()) return nullptr;
  return bytes_from_object(p);
}

Ref<Str> object_format(Object* p, Str* spec) {
  if (spec && !is_str(as_object(spec))) {
    return raise(SystemError, "Format specifier must be a string, not {:.200}", type_name(spec));
  }
  if (!spec || str_length(spec) == 0) {
    if (is_exactly(p, &str_type)) return share(cast<Str>(p));
    if (is_exactly(p, &int_type)) return object_str(p);
  }
  // Static types keep their own __format__: no need to look for it and to bind it.
  if (is_exactly(p, &int_type) || is_exactly(p, &float_type) || is_exactly(p, &str_type)) {
    CountedObject bound;
    if (is_exactly(p, &int_type)) return int_format(p, spec);
    if (is_exactly(p, &float_type)) return float_format(p, spec);
    return str_format_with_spec(cast<Str>(p), spec);
  }
  Ref<Str> empty;
  if (!spec) {
    empty = TRY(str_empty());
    spec = empty.get();
  }
  Ref<Object> method = lookup_special(p, NAME("__format__"));
  if (!method) {
    if (error_pending()) return nullptr;
    return raise(TypeError, "Type {:.100} doesn't define __format__", type_name(p));
  }
  Ref<Object> result = TRY(call(method.get(), spec));
  if (!is_str(result.get())) {
    return raise(TypeError, "__format__ must return a str, not {:.200}", type_name(result.get()));
  }
  return std::move(result).cast_to<Str>();
}

// ---- Hash ---------------------------------------------------------------------------------------------------------

Ref<Object> object_type_error_unhashable(Object* p) {
  return raise(TypeError, "unhashable type: '{:.200}'", type_name(p));
}

hash_t hash_not_implemented(Object* p) {
  (void)object_type_error_unhashable(p);
  return -1;
}

Maybe<hash_t> object_hash(Object* p) {
  Type* type = type_of(p);
  if (!type->hash && !type->dict) TRY(type_ready(type));
  if (!type->hash) {
    (void)object_type_error_unhashable(p);
    return kRaised;
  }
  hash_t h = type->hash(p);
  if (h == -1) [[unlikely]]
    return kRaised;
  return h;
}

// ---- Comparison ---------------------------------------------------------------------------------------------------

namespace {

constexpr CompareOp kSwapped[] = {kGt, kGe, kEq, kNe, kLt, kLe};
constexpr const char* kSigns[] = {"<", "<=", "==", "!=", ">", ">="};

Ref<Object> compare_unguarded(Object* a, Object* b, CompareOp op) {
  Type* type_a = type_of(a);
  Type* type_b = type_of(b);
  bool tried_b = false;
  // The right operand goes first when its type is a subclass of the left's.
  if (type_a != type_b && type_b->richcompare && type_is_subtype(type_b, type_a)) {
    tried_b = true;
    Object* result = type_b->richcompare(b, a, kSwapped[op]);
    if (result != py_not_implemented()) return steal(result);
    decref(result);
  }
  if (type_a->richcompare) {
    Object* result = type_a->richcompare(a, b, op);
    if (result != py_not_implemented()) return steal(result);
    decref(result);
  }
  if (!tried_b && type_b->richcompare) {
    Object* result = type_b->richcompare(b, a, kSwapped[op]);
    if (result != py_not_implemented()) return steal(result);
    decref(result);
  }
  if (op == kEq) return bool_ref(a == b);
  if (op == kNe) return bool_ref(a != b);
  return raise(TypeError, "'{}' not supported between instances of '{:.100}' and '{:.100}'", kSigns[op], type_a->name,
               type_b->name);
}

}  // namespace

Ref<Object> object_compare(Object* a, Object* b, CompareOp op) {
  RecursionGuard guard(" in comparison");
  if (!guard) return nullptr;
  return compare_unguarded(a, b, op);
}

Maybe<bool> object_compare_bool(Object* a, Object* b, CompareOp op) {
  if (a == b) {
    if (op == kEq) return true;
    if (op == kNe) return false;
  }
  Ref<Object> result = TRY(object_compare(a, b, op));
  if (result.get() == py_true()) return true;
  if (result.get() == py_false()) return false;
  return object_is_true(result.get());
}

// ---- Truth --------------------------------------------------------------------------------------------------------

Maybe<bool> object_is_true(Object* p) {
  if (p == py_true()) return true;
  if (p == py_false() || p == py_none()) return false;
  Type* type = type_of(p);
  ssize result;
  if (type->as_number && type->as_number->boolean) {
    result = type->as_number->boolean(p);
  } else if (type->as_mapping && type->as_mapping->length) {
    result = type->as_mapping->length(p);
  } else if (type->as_sequence && type->as_sequence->length) {
    result = type->as_sequence->length(p);
  } else {
    return true;
  }
  if (result < 0) return kRaised;
  return result > 0;
}

// ---- Length hint, dir() -------------------------------------------------------------------------------------------

// PEP 424.
Maybe<ssize> object_length_hint(Object* p, ssize fallback) {
  Type* type = type_of(p);
  if ((type->as_sequence && type->as_sequence->length) || (type->as_mapping && type->as_mapping->length)) {
    Maybe<ssize> length = object_length(p);
    if (length) return length;
    if (!error_clear_if(TypeError)) return kRaised;
  }
  Ref<Object> method = lookup_special(p, NAME("__length_hint__"));
  if (!method) {
    if (error_pending()) return kRaised;
    return fallback;
  }
  Ref<Object> result = call(method.get());
  if (!result) {
    if (error_clear_if(TypeError)) return fallback;
    return kRaised;
  }
  if (result.get() == py_not_implemented()) return fallback;
  if (!is_int(result.get())) {
    return raise(TypeError, "__length_hint__ must be an integer, not {:.100}", type_name(result.get()));
  }
  ssize hint = TRY(int_to_ssize(result.get()));
  if (hint < 0) return raise(ValueError, "__length_hint__() should return >= 0");
  return hint;
}

Ref<Object> (*g_current_locals_hook)() = nullptr;

namespace {

Ref<Object> dir_of_locals() {
  Ref<Object> locals = TRY(g_current_locals_hook ? g_current_locals_hook() : nullptr);
  Ref<Object> names = TRY(mapping_keys(locals.get()));
  if (!is_list(names.get())) {
    return raise(TypeError, "dir(): expected keys() of locals to be a list, not '{:.200}'", type_name(names.get()));
  }
  TRY(list_sort_in_place(cast<List>(names.get())));
  return names;
}

}  // namespace

Ref<Object> object_dir(Object* p) {
  if (!p) return dir_of_locals();
  Ref<Object> method = lookup_special(p, NAME("__dir__"));
  if (!method) {
    if (error_pending()) return nullptr;
    return raise(TypeError, "object does not provide __dir__");
  }
  Ref<Object> names = TRY(call(method.get()));
  method.reset();  // before the list begins, as in CPython (D9)
  Ref<List> sorted = TRY(sequence_list(names.get()));
  TRY(list_sort_in_place(sorted.get()));
  return sorted;
}

}  // namespace minipy
