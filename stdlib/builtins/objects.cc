// builtins: attributes, representation, classes and numbers. Source: library reference "Built-in Functions".
#include "runtime/abstract.h"
#include "runtime/bind_varargs.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "stdlib/builtins/builtins.h"
#include "vm/vm.h"

namespace minipy {
namespace {

Ref<Object> builtin_abs(Object*, Object* x) { return number_absolute(x); }
Ref<Object> builtin_ascii(Object*, Object* x) { return object_ascii(x); }
Ref<Object> builtin_repr(Object*, Object* x) { return object_repr(x); }
Ref<Object> builtin_callable(Object*, Object* x) { return bool_ref(is_callable(x)); }
Ref<Object> builtin_divmod(Object*, Object* x, Object* y) { return number_divmod(x, y); }
Ref<Object> builtin_id(Object*, Object* x) { return int_from_size(reinterpret_cast<size_t>(x)); }
Ref<Object> builtin_hash(Object*, Object* x) { return int_from_ssize(TRY(object_hash(x))); }
Ref<Object> builtin_len(Object*, Object* x) { return int_from_ssize(TRY(object_length(x))); }
Ref<Object> builtin_dir(Object*, Object* x) { return object_dir(x); }
Ref<Object> builtin_format(Object*, Object* value, Str* spec) { return object_format(value, spec); }

Ref<Object> in_base(Object* number, int base) {
  Ref<Object> index = TRY(number_index(number));
  return int_to_str(cast<Int>(index.get()), base, true);
}
Ref<Object> builtin_bin(Object*, Object* x) { return in_base(x, 2); }
Ref<Object> builtin_oct(Object*, Object* x) { return in_base(x, 8); }
Ref<Object> builtin_hex(Object*, Object* x) { return in_base(x, 16); }

Ref<Object> builtin_chr(Object*, int code) {
  if (code < 0 || code > 0x10ffff) return raise(ValueError, "chr() arg not in range(0x110000)");
  return str_from_char(static_cast<char32_t>(code));
}
Ref<Object> builtin_ord(Object*, Object* c) {
  ssize size;
  if (is_str(c)) {
    size = str_length(cast<Str>(c));
    if (size == 1) return int_from_ssize(static_cast<ssize>(str_at(cast<Str>(c), 0)));
  } else if (is_bytes(c)) {
    size = var_size(c);
    if (size == 1) return int_from_ssize(static_cast<unsigned char>(cast<Bytes>(c)->data[0]));
  } else if (is_instance_of(c, &bytearray_type)) {
    size = var_size(c);
    if (size == 1) return int_from_ssize(static_cast<unsigned char>(cast<ByteArray>(c)->start[0]));
  } else {
    return raise(TypeError, "ord() expected string of length 1, but {:.200} found", type_name(c));
  }
  return raise(TypeError, "ord() expected a character, but string of length {} found", size);
}

Ref<Object> builtin_pow(Object*, Object* base, Object* exponent, Object* mod) {
  return number_power(base, exponent, mod);
}
Ref<Object> builtin_round(Object*, Object* number, Object* ndigits) {
  Ref<Object> round = lookup_special(number, NAME("__round__"));
  if (!round && error_pending()) return nullptr;
  if (!round) return raise(TypeError, "type {:.100} doesn't define __round__ method", type_name(number));
  if (is_none(ndigits)) return call_vector(round.get(), nullptr, 0);
  return call(round.get(), ndigits);
}

// ---- Attributes ----------------------------------------------------------------------------------------------------

Status check_attribute_name(Object* name) {
  if (is_str(name)) return kOk;
  return raise(TypeError, "attribute name must be string, not '{:.200}'", type_name(name));
}
Ref<Object> builtin_getattr(Object*, Object* object, Object* name, Object* fallback) {
  TRY(check_attribute_name(name));
  if (!fallback) return object_get_attr(object, cast<Str>(name));
  Ref<Object> found;
  TRY(object_find_attr(object, cast<Str>(name), found));
  return found ? std::move(found) : Ref<Object>::share(fallback);
}
Ref<Object> builtin_hasattr(Object*, Object* object, Object* name) {
  TRY(check_attribute_name(name));
  Ref<Object> found;
  TRY(object_find_attr(object, cast<Str>(name), found));
  return bool_ref(static_cast<bool>(found));
}
Status builtin_setattr(Object*, Object* object, Object* name, Object* value) {
  TRY(check_attribute_name(name));
  return object_set_attr(object, cast<Str>(name), value);
}
Status builtin_delattr(Object*, Object* object, Object* name) {
  TRY(check_attribute_name(name));
  return object_set_attr(object, cast<Str>(name), nullptr);
}

Ref<Object> builtin_vars(Object*, Object* object) {
  if (!object) {
    Object* locals = vm_current_locals();
    if (!locals) return nullptr;
    return Ref<Object>::share(locals);
  }
  Ref<Object> dict;
  TRY(object_find_attr(object, NAME("__dict__"), dict));
  if (!dict) return raise(TypeError, "vars() argument must have __dict__ attribute");
  return dict;
}

Ref<Object> builtin_isinstance(Object*, Object* object, Object* classinfo) {
  return bool_ref(TRY(object_is_instance(object, classinfo)));
}
Ref<Object> builtin_issubclass(Object*, Object* cls, Object* classinfo) {
  return bool_ref(TRY(object_is_subclass(cls, classinfo)));
}

}  // namespace

constinit MethodDef builtins_object_functions[] = {
    FUNCTION(builtin_abs, "abs(module, x, /)", "Return the absolute value of the argument."),
    FUNCTION(builtin_ascii, "ascii(module, obj, /)", "Return an ASCII-only representation of an object."),
    FUNCTION(builtin_bin, "bin(module, number, /)", "Return the binary representation of an integer."),
    FUNCTION(builtin_callable, "callable(module, obj, /)", "Return whether the object is callable."),
    FUNCTION(builtin_chr, "chr(module, i, /)", "Return a one-character string with the given code point."),
    FUNCTION(builtin_delattr, "delattr(module, obj, name, /)", "Delete the named attribute of the object."),
    PLAIN_VARARGS_METHOD(builtin_dir, "dir(module, object=<unrepresentable>, /)", "dir([object]) -> list of strings"),
    FUNCTION(builtin_divmod, "divmod(module, x, y, /)", "Return the tuple (x//y, x%y)."),
    FUNCTION(builtin_format, "format(module, value, format_spec='', /)", "Return value.__format__(format_spec)."),
    PLAIN_METHOD(builtin_getattr, "getattr(module, object, name, default=<unrepresentable>, /)",
                 "getattr(object, name[, default]) -> value"),
    FUNCTION(builtin_hasattr, "hasattr(module, obj, name, /)", "Return whether the object has the named attribute."),
    FUNCTION(builtin_hash, "hash(module, obj, /)", "Return the hash value of the object."),
    FUNCTION(builtin_hex, "hex(module, number, /)", "Return the hexadecimal representation of an integer."),
    FUNCTION(builtin_id, "id(module, obj, /)", "Return the identity of an object (its address)."),
    FUNCTION(builtin_isinstance, "isinstance(module, obj, class_or_tuple, /)",
             "Return whether an object is an instance of a class or of a subclass thereof."),
    FUNCTION(builtin_issubclass, "issubclass(module, cls, class_or_tuple, /)",
             "Return whether a class is derived from another class."),
    FUNCTION(builtin_len, "len(module, obj, /)", "Return the number of items in a container."),
    FUNCTION(builtin_oct, "oct(module, number, /)", "Return the octal representation of an integer."),
    FUNCTION(builtin_ord, "ord(module, c, /)", "Return the code point of a one-character string."),
    FUNCTION(builtin_pow, "pow(module, /, base, exp, mod=None)", "base**exp, or base**exp % mod."),
    FUNCTION(builtin_repr, "repr(module, obj, /)", "Return the canonical string representation of the object."),
    FUNCTION(builtin_round, "round(module, /, number, ndigits=None)",
             "Round a number to a given precision in decimal digits."),
    FUNCTION(builtin_setattr, "setattr(module, obj, name, value, /)", "Set the named attribute of the object."),
    PLAIN_VARARGS_METHOD(builtin_vars, "vars(module, object=<unrepresentable>, /)", "vars([object]) -> dictionary"),
    {},
};

}  // namespace minipy
