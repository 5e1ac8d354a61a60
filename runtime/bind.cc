// The part of argument binding that does not depend on the bound function.
#include "runtime/bind.h"

#include <unordered_map>

#include <climits>

#include "runtime/abstract.h"
#include "runtime/bind_keywords.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/float.h"
#include "runtime/int.h"
#include "runtime/str.h"

namespace minipy::bind {

Object* none_object() { return py_none(); }

namespace {

const char* plural(ssize n) { return n == 1 ? "" : "s"; }

// Functions without keyword parameters word their count errors as "f expected at most 2 arguments, got 3".
Raised wrong_positional_count(const Signature& sig, ssize given) {
  int least = sig.required_positional, most = sig.positional;
  if (given < least) {
    bool fixed = least == most && !sig.var_args;
    return raise(TypeError, "{} expected {}{} argument{}, got {}", sig.name, fixed ? "" : "at least ", least,
                 plural(least), given);
  }
  return raise(TypeError, "{} expected {}{} argument{}, got {}", sig.name, least == most ? "" : "at most ", most,
               plural(most), given);
}

// Functions with keyword parameters: first all arguments are counted ("f() takes at most 2 arguments (3 given)"), then
// the positional ones.
Status check_counts(const Signature& sig, ssize given_positional, ssize given_total) {
  if (given_total > sig.count && !sig.var_args && !sig.var_kw) {
    return raise(TypeError, "{}() takes at most {} {}argument{} ({} given)", sig.name, sig.count,
                 given_positional == 0 ? "keyword " : "", plural(sig.count), given_total);
  }
  if (given_positional > sig.positional && !sig.var_args) {
    if (sig.positional == 0) return raise(TypeError, "{}() takes no positional arguments", sig.name);
    return raise(TypeError, "{}() takes {} {} positional argument{} ({} given)", sig.name,
                 sig.required_positional == sig.positional ? "exactly" : "at most", sig.positional,
                 plural(sig.positional), given_positional);
  }
  int least = sig.positional_only < sig.required_positional ? sig.positional_only : sig.required_positional;
  if (given_positional < least) {
    if (sig.var_args && sig.var_kw) return wrong_positional_count(sig, given_positional);
    return raise(TypeError, "{}() takes {} {} positional argument{} ({} given)", sig.name,
                 least == sig.positional && !sig.var_args ? "exactly" : "at least", least, plural(least),
                 given_positional);
  }
  return kOk;
}

int find_parameter(const Signature& sig, Str* name) {
  for (int i = sig.positional_only; i < sig.count; i++) {
    if (str_equals_ascii(name, sig.params[i].name)) return i;
  }
  return -1;
}

// Binds the keywords one after the other. What is wrong with one is reported when all have been seen: missing arguments
// come first, then those given twice, then unknown names.
class KeywordBinder {
 public:
  KeywordBinder(const Signature& sig, Parsed& out) : sig_(sig), out_(out) {}

  Status bind(Object* key, Object* value) {
    if (!is_str(key)) return raise(TypeError, "keywords must be strings");
    int index = find_parameter(sig_, cast<Str>(key));
    if (index >= 0) {
      if (!out_.values[index]) {
        out_.values[index] = value;
      } else if (!twice_ || index < twice_index_) {
        twice_ = key;
        twice_index_ = index;
      }
      return kOk;
    }
    if (!sig_.var_kw) {
      if (!unknown_) unknown_ = key;
      return kOk;
    }
    if (!out_.var_kw) {
      out_.var_kw = dict_new();
      if (!out_.var_kw) return Status::failed();
    }
    return dict_set(cast<Dict>(out_.var_kw.get()), key, value);
  }

  Status finish() const {
    for (int i = 0; i < sig_.count; i++) {
      const Param& p = sig_.params[i];
      if (out_.values[i] || p.has_default) continue;
      return raise(TypeError, "{}() missing required argument '{}' (pos {})", sig_.name, p.name, i + 1);
    }
    if (twice_) {
      return raise(TypeError, "argument for {}() given by name ('{}') and position ({})", sig_.name, twice_,
                   twice_index_ + 1);
    }
    if (unknown_) return raise(TypeError, "'{}' is an invalid keyword argument for {}()", unknown_, sig_.name);
    return kOk;
  }

 private:
  const Signature& sig_;
  Parsed& out_;
  Object* twice_ = nullptr;
  int twice_index_ = 0;
  Object* unknown_ = nullptr;
};

// What both entry forms do before keywords are looked at.
Status bind_positional(const Signature& sig, Object* const* args, ssize nargs, ssize nkeywords, Parsed& out) {
  for (int i = 0; i < sig.count; i++) out.values[i] = nullptr;
  if (takes_no_keywords(sig)) {
    if (nkeywords && !sig.var_kw) return raise(TypeError, "{}() takes no keyword arguments", sig.name);
    if (nargs < sig.required_positional || (nargs > sig.positional && !sig.var_args)) {
      return wrong_positional_count(sig, nargs);
    }
  } else {
    TRY(check_counts(sig, nargs, nargs + nkeywords));
  }
  ssize direct = nargs < sig.positional ? nargs : sig.positional;
  for (ssize i = 0; i < direct; i++) out.values[i] = args[i];
  if (sig.var_args) out.var_args = {args + direct, nargs - direct};
  return kOk;
}

// CPython's parser of a function with keywords makes a tuple of their names the first time that it is needed, and keeps
// it. Where the arguments are by position and their number is right, it is not.
Status count_keyword_names(const Signature& sig) {
  static auto& kept = *new std::unordered_map<const Signature*, Tuple*>;
  if (takes_no_keywords(sig) || sig.var_kw) return kOk;
  auto [entry, is_new] = kept.try_emplace(&sig, nullptr);
  if (!is_new) return kOk;
  Ref<Tuple> names = TRY(tuple_new(sig.count - sig.positional_only));
  for (ssize i = 0; i < tuple_size(names.get()); i++) names->items[i] = none_ref().release();
  entry->second = names.release();
  return kOk;
}

Status bind_keywords(const Signature& sig, Object* const* values, ssize count, Object* names, Parsed& out) {
  KeywordBinder keywords(sig, out);
  for (ssize i = 0; i < count; i++) TRY(keywords.bind(cast<Tuple>(names)->items[i], values[i]));
  return keywords.finish();
}

bool positions_suffice(const Signature& sig, ssize nargs) {
  for (int i = sig.positional; i < sig.count; i++) {
    if (!sig.params[i].has_default) return false;
  }
  return nargs >= sig.required_positional && nargs <= sig.positional;
}

}  // namespace

Status parse_arguments(const Signature& sig, Object* const* args, ssize nargs, Object* kwnames, Parsed& out) {
  ssize nkeywords = kwnames ? tuple_size(cast<Tuple>(kwnames)) : 0;
  TRY(count_keyword_names(sig));
  TRY(bind_positional(sig, args, nargs, nkeywords, out));
  if (takes_no_keywords(sig)) return kOk;
  return bind_keywords(sig, args + nargs, nkeywords, kwnames, out);
}

Status parse_keyword_arguments(const Signature& sig, Object* const* args, ssize nargs, Object* kwnames, Parsed& out) {
  // CPython looks no further where there is nothing to take.
  if (sig.count == 0) return nargs ? Status(raise(TypeError, "{}() takes no arguments", sig.name)) : kOk;
  ssize nkeywords = kwnames ? tuple_size(cast<Tuple>(kwnames)) : 0;
  TRY(count_keyword_names(sig));
  TRY(check_counts(sig, nargs, nargs + nkeywords));
  for (ssize i = 0; i < sig.count; i++) out.values[i] = i < nargs ? args[i] : nullptr;
  return bind_keywords(sig, args + nargs, nkeywords, kwnames, out);
}

Status parse_varargs(const Signature& sig, Object* args, Object* kwargs, Parsed& out) {
  Tuple* t = cast<Tuple>(args);
  ssize nkeywords = kwargs ? dict_size(cast<Dict>(kwargs)) : 0;
  TRY(bind_positional(sig, t->items, tuple_size(t), nkeywords, out));
  if (takes_no_keywords(sig)) return kOk;
  KeywordBinder keywords(sig, out);
  if (nkeywords) {
    ssize position = 0;
    Object *key, *value;
    while (dict_next(cast<Dict>(kwargs), &position, &key, &value)) TRY(keywords.bind(key, value));
  }
  return keywords.finish();
}

// For constructors and __init__.
Status parse_tuple_arguments(const Signature& sig, Object* args, Object* kwargs, Parsed& out) {
  if (kwargs || !positions_suffice(sig, tuple_size(cast<Tuple>(args)))) TRY(count_keyword_names(sig));
  return parse_varargs(sig, args, kwargs, out);
}

// ---- Converters ----------------------------------------------------------------------------------------------------

namespace {

// "f() argument 2" or, for a function of one positional-only argument, "f() argument"; keyword parameters by name.
Raised argument_error(const Signature& sig, int index, std::string_view wanted, Object* given) {
  std::string_view given_name = is_none(given) ? std::string_view("None") : std::string_view(type_name(given));
  const Param& p = sig.params[index];
  if (method_flags(sig) == kMethO) {
    return raise(TypeError, "{}() argument must be {}, not {}", sig.name, wanted, given_name);
  }
  if (index < sig.positional_only) {
    return raise(TypeError, "{}() argument {} must be {}, not {}", sig.name, index + 1, wanted, given_name);
  }
  return raise(TypeError, "{}() argument '{}' must be {}, not {}", sig.name, p.name, wanted, given_name);
}

}  // namespace

Raised wrong_argument_type(const Signature& sig, int index, Object* given, const Type* expected) {
  bool or_none = expected == &str_type && sig.params[index].default_text == "None";
  return argument_error(sig, index, or_none ? "str or None" : expected->name, given);
}

Maybe<ssize> to_ssize(Object* p) {
  if (is_int(p)) return int_to_ssize(p);
  Ref<Object> index = number_index(p);
  if (!index) return kRaised;
  return int_to_ssize(index.get());
}

Maybe<long long> to_long_long(Object* p) {
  Ref<Object> index = number_index(p);
  if (!index) return kRaised;
  return int_to_long_long(index.get());
}
Maybe<long> to_long(Object* p) {
  Ref<Object> index = number_index(p);
  if (!index) return kRaised;
  return int_to_long(index.get());
}

Maybe<int> to_int(Object* p) {
  Ref<Object> index = number_index(p);
  if (!index) return kRaised;
  int overflow;
  long long v = int_to_long_long_overflow(index.get(), &overflow);
  if (overflow || v > INT_MAX || v < INT_MIN) {
    return raise(OverflowError, "Python int too large to convert to C int");
  }
  return static_cast<int>(v);
}

Maybe<unsigned char> to_byte(Object* p) {
  Maybe<long> v = to_long(p);
  if (!v) return kRaised;
  if (*v < 0) return raise(OverflowError, "unsigned byte integer is less than minimum");
  if (*v > UCHAR_MAX) return raise(OverflowError, "unsigned byte integer is greater than maximum");
  return static_cast<unsigned char>(*v);
}

Maybe<double> to_double(Object* p) { return float_as_double(p); }
Maybe<bool> to_bool(Object* p) { return object_is_true(p); }

Maybe<char32_t> to_char(const Signature& sig, int index, Object* p) {
  if (!is_str(p) || str_length(cast<Str>(p)) != 1) return argument_error(sig, index, "a unicode character", p);
  return str_at(cast<Str>(p), 0);
}

}  // namespace minipy::bind
