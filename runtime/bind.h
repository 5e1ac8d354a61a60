// Binding native functions: one declaration gives argument parsing, CPython's error messages and __text_signature__.
//
//   Ref<Object> list_sort(List* self, Object* key, bool reverse);
//   constinit MethodDef list_methods[] = {
//       METHOD(list_sort, "sort(self, /, *, key=None, reverse=False)", "Sort the list in place."),
//       {},
//   };
//
// The signature is Python's. The first name is the receiver: `self` (instance method), `type` (class method), `module`
// (module function); STATIC_METHOD has no receiver and the function gets none. The C++ function takes the receiver and
// then one parameter per name, by type:
//   Object*            the argument (borrowed). Omitted: None's object when the default is None, else nullptr
//   Str*, Bytes*, ...  checked with ArgumentType<T> ("f() argument 1 must be str, not int"); nullptr when omitted or
//   when
//                      None is given and the default is None
//   ssize, int, long, long long, unsigned char: through __index__, with CPython's overflow messages; double; bool
//   (truth);
//                      bool of a parameter whose default is True/False
//   char32_t           a one-character str
//   VarArgs            for *args: a borrowed span
//   Object* for **kw   borrowed dict, nullptr when there are no keywords
// Parameters may only be omitted when the signature gives a default; "<unrepresentable>" or NULL stand for no value.
//
// The calling convention (METH_NOARGS, METH_O, METH_FASTCALL, with keywords) follows from the signature.
#pragma once

#include <array>
#include <string_view>
#include <tuple>

#include "gc/object.h"
#include "runtime/result.h"
#include "runtime/slot.h"
#include "runtime/type.h"

namespace minipy {

struct Str;
struct Bytes;
struct ByteArray;
struct List;
struct Tuple;
struct Dict;
struct Int;
struct Float;
struct Code;

struct VarArgs {
  Object* const* items;
  ssize size;
  Object* operator[](ssize i) const { return items[i]; }
  Object* const* begin() const { return items; }
  Object* const* end() const { return items + size; }
};

// The type an argument of layout T must be an instance of (subclasses pass). Specialise beside the layout.
template <class T>
struct ArgumentType;
extern Type str_type, bytes_type, bytearray_type, list_type, tuple_type, dict_type, int_type, float_type, code_type;
#define MINIPY_ARGUMENT_TYPE(T, type_object)               \
  template <>                                              \
  struct ArgumentType<T> {                                 \
    static constexpr Type* type() { return &type_object; } \
  }
MINIPY_ARGUMENT_TYPE(Str, str_type);
MINIPY_ARGUMENT_TYPE(Bytes, bytes_type);
MINIPY_ARGUMENT_TYPE(ByteArray, bytearray_type);
MINIPY_ARGUMENT_TYPE(List, list_type);
MINIPY_ARGUMENT_TYPE(Tuple, tuple_type);
MINIPY_ARGUMENT_TYPE(Dict, dict_type);
MINIPY_ARGUMENT_TYPE(Int, int_type);
MINIPY_ARGUMENT_TYPE(Float, float_type);
MINIPY_ARGUMENT_TYPE(Type, type_type);
MINIPY_ARGUMENT_TYPE(Code, code_type);

namespace bind {

inline constexpr int kMaxParams = 20;

struct Param {
  std::string_view name;
  std::string_view default_text;
  bool has_default = false;
};

// A parsed signature; receiver excluded from params.
struct Signature {
  std::string_view name;
  std::string_view receiver;
  std::array<Param, kMaxParams> params{};
  int count = 0;            // named parameters, without *args and **kw
  int positional_only = 0;  // the first ones
  int positional = 0;       // that may be passed by position (positional-only included)
  int required_positional = 0;
  bool var_args = false;
  bool var_kw = false;
};

constexpr std::string_view trim(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\n')) s.remove_prefix(1);
  while (!s.empty() && s.back() == ' ') s.remove_suffix(1);
  return s;
}

// Position of the comma or closing parenthesis that ends the first parameter of s (quotes and brackets respected).
constexpr size_t parameter_end(std::string_view s) {
  int depth = 0;
  char quote = 0;
  for (size_t i = 0; i < s.size(); i++) {
    char c = s[i];
    if (quote) {
      if (c == quote) quote = 0;
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == '(' || c == '[') {
      depth++;
    } else if (depth && (c == ')' || c == ']')) {
      depth--;
    } else if (!depth && (c == ',' || c == ')')) {
      return i;
    }
  }
  return s.size();
}

constexpr Signature parse_signature(std::string_view text, bool has_receiver) {
  Signature sig;
  size_t open = text.find('(');
  sig.name = text.substr(0, open);
  std::string_view rest = text.substr(open + 1);
  bool keyword_only = false;
  bool first = has_receiver;
  while (true) {
    size_t end = parameter_end(rest);
    std::string_view p = trim(rest.substr(0, end));
    if (!p.empty()) {
      if (first) {
        sig.receiver = p;
        first = false;
      } else if (p == "/") {
        sig.positional_only = sig.count;
      } else if (p == "*") {
        keyword_only = true;
      } else if (p.substr(0, 2) == "**") {
        sig.var_kw = true;
      } else if (p[0] == '*') {
        sig.var_args = true;
        keyword_only = true;
      } else {
        Param& param = sig.params[sig.count++];
        size_t eq = p.find('=');
        param.name = trim(p.substr(0, eq));
        if (eq != std::string_view::npos) {
          param.has_default = true;
          param.default_text = trim(p.substr(eq + 1));
        }
        if (!keyword_only) {
          sig.positional = sig.count;
          if (!param.has_default) sig.required_positional = sig.count;
        }
      }
    }
    if (end >= rest.size() || rest[end] == ')') break;
    rest = rest.substr(end + 1);
  }
  return sig;
}

constexpr bool takes_no_keywords(const Signature& s) { return !s.var_kw && s.positional_only == s.count; }
constexpr int method_flags(const Signature& s) {
  if (s.count == 0 && !s.var_args && !s.var_kw) return kMethNoArgs;
  if (s.count == 1 && s.required_positional == 1 && s.positional_only == 1 && !s.var_args && !s.var_kw) return kMethO;
  return takes_no_keywords(s) ? kMethFastcall : (kMethFastcall | kMethKeywords);
}

// Fills out[0..count) with borrowed arguments (nullptr: omitted), then the VarArgs span and keyword dict. Failed:
// TypeError.
struct Parsed {
  Object* values[kMaxParams];
  VarArgs var_args{nullptr, 0};
  Ref<Object> var_kw;
};
Status parse_arguments(const Signature& sig, Object* const* args, ssize nargs, Object* kwnames, Parsed& out);

// Converters; `index` is 0-based, `single` when the function takes exactly one positional-only argument (METH_O).
Raised wrong_argument_type(const Signature& sig, int index, Object* given, const Type* expected);
Maybe<ssize> to_ssize(Object* p);
Maybe<int> to_int(Object* p);
Maybe<long> to_long(Object* p);
Maybe<long long> to_long_long(Object* p);
Maybe<unsigned char> to_byte(Object* p);
Maybe<double> to_double(Object* p);
Maybe<bool> to_bool(Object* p);
Maybe<char32_t> to_char(const Signature& sig, int index, Object* p);
Object* none_object();

constexpr long long parse_integer_default(std::string_view t) {
  if (t == "sys.maxsize" || t == "maxsize") return 0x7fffffffffffffffLL;
  bool negative = !t.empty() && t[0] == '-';
  if (negative) t.remove_prefix(1);
  long long v = 0;
  for (char c : t) {
    if (c < '0' || c > '9') return 0;
    v = v * 10 + (c - '0');
  }
  return negative ? -v : v;
}
constexpr double parse_double_default(std::string_view t) {
  double v = 0, scale = 1;
  bool fraction = false, negative = false;
  for (char c : t) {
    if (c == '-') negative = true;
    if (c == '.') fraction = true;
    if (c >= '0' && c <= '9') {
      v = v * 10 + (c - '0');
      if (fraction) scale *= 10;
    }
  }
  return (negative ? -v : v) / scale;
}

template <class P>
struct Convert;  // P convert(sig, index, Object*, P& out) -> Status

template <>
struct Convert<Object*> {
  static Status run(const Signature& sig, int index, Object* p, Object*& out) {
    out = p ? p : (sig.params[index].default_text == "None" ? none_object() : nullptr);
    return kOk;
  }
};
template <class T>
struct Convert<T*> {
  static Status run(const Signature& sig, int index, Object* p, T*& out) {
    out = nullptr;
    if (!p || (sig.params[index].default_text == "None" && p == none_object())) return kOk;
    if (!is_instance_of(p, ArgumentType<T>::type())) return wrong_argument_type(sig, index, p, ArgumentType<T>::type());
    out = reinterpret_cast<T*>(p);
    return kOk;
  }
};
#define MINIPY_CONVERT_NUMBER(P, function, parse)                           \
  template <>                                                               \
  struct Convert<P> {                                                       \
    static Status run(const Signature& sig, int index, Object* p, P& out) { \
      if (!p) {                                                             \
        out = static_cast<P>(parse(sig.params[index].default_text));        \
        return kOk;                                                         \
      }                                                                     \
      Maybe<P> v = function(p);                                             \
      if (!v) return Status::failed();                                      \
      out = *v;                                                             \
      return kOk;                                                           \
    }                                                                       \
  }
MINIPY_CONVERT_NUMBER(ssize, to_ssize, parse_integer_default);
MINIPY_CONVERT_NUMBER(int, to_int, parse_integer_default);
MINIPY_CONVERT_NUMBER(long long, to_long_long, parse_integer_default);
MINIPY_CONVERT_NUMBER(unsigned char, to_byte, parse_integer_default);
MINIPY_CONVERT_NUMBER(double, to_double, parse_double_default);
#undef MINIPY_CONVERT_NUMBER
template <>
struct Convert<bool> {
  static Status run(const Signature& sig, int index, Object* p, bool& out) {
    if (!p) {
      out = sig.params[index].default_text == "True" || sig.params[index].default_text == "1";
      return kOk;
    }
    Maybe<bool> v = to_bool(p);
    if (!v) return Status::failed();
    out = *v;
    return kOk;
  }
};
template <>
struct Convert<char32_t> {
  static Status run(const Signature& sig, int index, Object* p, char32_t& out) {
    if (!p) {
      out = sig.params[index].default_text.size() == 3 ? static_cast<unsigned char>(sig.params[index].default_text[1])
                                                       : 0;
      return kOk;
    }
    Maybe<char32_t> v = to_char(sig, index, p);
    if (!v) return Status::failed();
    out = *v;
    return kOk;
  }
};

// The text "name($self, a, /)\n--\n\ndoc" in static storage.
template <class SigText, class DocText>
struct DocHolder {
  static constexpr std::string_view sig = SigText{}();
  static constexpr std::string_view doc = DocText{}();
  static constexpr size_t open = sig.find('(');
  static constexpr auto make(bool has_receiver) {
    std::array<char, sig.size() + doc.size() + 8> out{};
    size_t n = 0;
    for (size_t i = 0; i <= open; i++) out[n++] = sig[i];
    if (has_receiver) out[n++] = '$';
    for (size_t i = open + 1; i < sig.size(); i++) out[n++] = sig[i];
    for (char c : std::string_view("\n--\n\n")) out[n++] = c;
    for (char c : doc) out[n++] = c;
    return out;
  }
};
template <class SigText, class DocText, bool kReceiver>
inline constexpr auto doc_text = DocHolder<SigText, DocText>::make(kReceiver);

template <auto kFn, class SigText, bool kReceiver, class F = decltype(kFn)>
struct Bound;

template <auto kFn, class SigText, bool kReceiver, class R, class... P>
struct Bound<kFn, SigText, kReceiver, R (*)(P...)> {
  static constexpr Signature sig = parse_signature(SigText{}(), kReceiver);
  static constexpr int flags = method_flags(sig);
  static constexpr int kParams = static_cast<int>(sizeof...(P)) - (kReceiver ? 1 : 0);
  static_assert(kParams == sig.count + (sig.var_args ? 1 : 0) + (sig.var_kw ? 1 : 0),
                "the C++ function must take the receiver and one parameter per name of the signature");
  template <int I>
  using ParamType = std::tuple_element_t<I, std::tuple<P...>>;

  static Object* finish(auto&& call) {
    if constexpr (std::is_void_v<R>) {
      call();
      Object* none = none_object();
      incref(none);
      return none;
    } else if constexpr (std::is_same_v<R, Status>) {
      if (!call()) return nullptr;
      Object* none = none_object();
      incref(none);
      return none;
    } else {
      return as_object(call().release());
    }
  }

  static Object* no_args(Object* self, Object*) {
    if constexpr (kReceiver) {
      return finish([&] { return kFn(reinterpret_cast<ParamType<0>>(self)); });
    } else {
      return finish([&] { return kFn(); });
    }
  }

  template <class Q>
  static bool convert_one(int index, Object* p, Q& out) {
    return static_cast<bool>(Convert<Q>::run(sig, index, p, out));
  }

  static Object* one(Object* self, Object* argument) {
    constexpr int first = kReceiver ? 1 : 0;
    ParamType<first> value;
    if (!convert_one(0, argument, value)) return nullptr;
    if constexpr (kReceiver) {
      return finish([&] { return kFn(reinterpret_cast<ParamType<0>>(self), value); });
    } else {
      return finish([&] { return kFn(value); });
    }
  }

  template <class Q>
  static bool convert_at(int index, Parsed& parsed, Q& out) {
    if constexpr (std::is_same_v<Q, VarArgs>) {
      out = parsed.var_args;
      return true;
    } else {
      if (sig.var_kw && index == kParams - 1) {
        if constexpr (std::is_pointer_v<Q>) out = reinterpret_cast<Q>(parsed.var_kw.get());
        return true;
      }
      // *args stands in the C++ list where it stands in the signature: after the positional parameters.
      int named = (sig.var_args && index > sig.positional) ? index - 1 : index;
      return convert_one(named, parsed.values[named], out);
    }
  }

  template <size_t... I>
  static Object* call_parsed(Object* self, Parsed& parsed, std::index_sequence<I...>) {
    constexpr int first = kReceiver ? 1 : 0;
    std::tuple<ParamType<static_cast<int>(I) + first>...> values;
    if (!(convert_at(static_cast<int>(I), parsed, std::get<I>(values)) && ...)) return nullptr;
    if constexpr (kReceiver) {
      return finish([&] { return kFn(reinterpret_cast<ParamType<0>>(self), std::get<I>(values)...); });
    } else {
      return finish([&] { return kFn(std::get<I>(values)...); });
    }
  }

  // The commonest call: all arguments by position, none missing. Nothing to sort out, so the general parser is passed
  // by.
  static constexpr bool positions_suffice() {
    for (int i = sig.positional; i < sig.count; i++) {
      if (!sig.params[i].has_default) return false;
    }
    return !sig.var_args && !sig.var_kw;
  }
  template <size_t... I>
  static Object* call_positional(Object* self, Object* const* args, ssize nargs, std::index_sequence<I...>) {
    constexpr int first = kReceiver ? 1 : 0;
    std::tuple<ParamType<static_cast<int>(I) + first>...> values;
    bool converted =
        (convert_one(static_cast<int>(I), static_cast<ssize>(I) < nargs ? args[I] : nullptr, std::get<I>(values)) &&
         ...);
    if (!converted) return nullptr;
    if constexpr (kReceiver) {
      return finish([&] { return kFn(reinterpret_cast<ParamType<0>>(self), std::get<I>(values)...); });
    } else {
      return finish([&] { return kFn(std::get<I>(values)...); });
    }
  }

  static Object* fastcall_keywords(Object* self, Object* const* args, ssize nargs, Object* kwnames) {
    if constexpr (positions_suffice()) {
      bool no_keywords = !kwnames || var_size(kwnames) == 0;
      if (no_keywords && nargs >= sig.required_positional && nargs <= sig.positional) [[likely]] {
        return call_positional(self, args, nargs, std::make_index_sequence<static_cast<size_t>(kParams)>{});
      }
    }
    Parsed parsed;
    if (!parse_arguments(sig, args, nargs, kwnames, parsed)) return nullptr;
    return call_parsed(self, parsed, std::make_index_sequence<static_cast<size_t>(kParams)>{});
  }
  static Object* fastcall(Object* self, Object* const* args, ssize nargs) {
    return fastcall_keywords(self, args, nargs, nullptr);
  }

  static constexpr MethodPointer pointer() {
    if constexpr (flags == kMethNoArgs) {
      return MethodPointer(&no_args);
    } else if constexpr (flags == kMethO) {
      return MethodPointer(&one);
    } else if constexpr (flags == kMethFastcall) {
      return MethodPointer(&fastcall);
    } else {
      return MethodPointer(&fastcall_keywords);
    }
  }
};

template <class SigText>
struct NameHolder {
  static constexpr auto make() {
    constexpr std::string_view sig = SigText{}();
    constexpr size_t n = sig.find('(');
    std::array<char, n + 1> out{};
    for (size_t i = 0; i < n; i++) out[i] = sig[i];
    return out;
  }
};
template <class SigText>
inline constexpr auto name_text = NameHolder<SigText>::make();

template <auto kFn, bool kReceiver, class SigText, class DocText>
constexpr MethodDef make_method(SigText, DocText, int extra_flags) {
  using B = Bound<kFn, SigText, kReceiver>;
  return MethodDef{name_text<SigText>.data(), B::pointer(), B::flags | extra_flags,
                   doc_text<SigText, DocText, kReceiver>.data()};
}

// The same without __text_signature__ (functions whose signature CPython does not publish): the doc stands alone.
template <auto kFn, bool kReceiver, class SigText>
constexpr MethodDef make_plain_method(SigText, const char* doc, int extra_flags) {
  using B = Bound<kFn, SigText, kReceiver>;
  return MethodDef{name_text<SigText>.data(), B::pointer(), B::flags | extra_flags, doc};
}

}  // namespace bind

// METHOD without a published __text_signature__.
#define PLAIN_METHOD(fn, signature, doc) \
  ::minipy::bind::make_plain_method<fn, true>([] { return std::string_view(signature); }, doc, 0)
#define PLAIN_CLASS_METHOD(fn, signature, doc) \
  ::minipy::bind::make_plain_method<fn, true>([] { return std::string_view(signature); }, doc, ::minipy::kMethClass)
#define PLAIN_COEXIST_METHOD(fn, signature, doc) \
  ::minipy::bind::make_plain_method<fn, true>([] { return std::string_view(signature); }, doc, ::minipy::kMethCoexist)
#define MINIPY_METHOD(fn, receiver, extra, signature, doc)                              \
  ::minipy::bind::make_method<fn, receiver>([] { return std::string_view(signature); }, \
                                            [] { return std::string_view(doc); }, extra)
#define METHOD(fn, signature, doc)         MINIPY_METHOD(fn, true, 0, signature, doc)
#define CLASS_METHOD(fn, signature, doc)   MINIPY_METHOD(fn, true, ::minipy::kMethClass, signature, doc)
#define STATIC_METHOD(fn, signature, doc)  MINIPY_METHOD(fn, false, ::minipy::kMethStatic, signature, doc)
#define COEXIST_METHOD(fn, signature, doc) MINIPY_METHOD(fn, true, ::minipy::kMethCoexist, signature, doc)
// Functions of a module: the receiver is the module.
#define FUNCTION(fn, signature, doc) MINIPY_METHOD(fn, true, 0, signature, doc)

// Constructors and __init__ share the parser: binds (args tuple, kwargs dict) to a typed function.
//   Ref<Object> enumerate_new(Type* type, Object* iterable, Object* start);
//   .new_ = NEW(enumerate_new, "enumerate(type, iterable, start=0)")
//   Status foo_init(Foo* self, Object* a);   .init = INIT(foo_init, "foo(self, a)")
namespace bind {

// Spreads a tuple and a dict (may be null) into vectorcall form and parses.
Status parse_tuple_arguments(const Signature& sig, Object* args, Object* kwargs, Parsed& out);

template <auto kFn, class SigText>
struct Constructor {
  static Object* call(Type* type, Object* args, Object* kwargs) {
    using B = Bound<kFn, SigText, true>;
    Parsed parsed;
    if (!parse_tuple_arguments(B::sig, args, kwargs, parsed)) return nullptr;
    return B::call_parsed(reinterpret_cast<Object*>(type), parsed,
                          std::make_index_sequence<static_cast<size_t>(B::kParams)>{});
  }
  static int init(Object* self, Object* args, Object* kwargs) {
    using B = Bound<kFn, SigText, true>;
    Parsed parsed;
    if (!parse_tuple_arguments(B::sig, args, kwargs, parsed)) return -1;
    Object* r = B::call_parsed(self, parsed, std::make_index_sequence<static_cast<size_t>(B::kParams)>{});
    if (!r) return -1;
    decref(r);
    return 0;
  }
};
template <auto kFn, class SigText>
constexpr NewFunc make_new(SigText) {
  return &Constructor<kFn, SigText>::call;
}
template <auto kFn, class SigText>
constexpr InitProc make_init(SigText) {
  return &Constructor<kFn, SigText>::init;
}

}  // namespace bind
#define NEW(fn, signature)  ::minipy::bind::make_new<fn>([] { return std::string_view(signature); })
#define INIT(fn, signature) ::minipy::bind::make_init<fn>([] { return std::string_view(signature); })

// Attribute accessors: GETTER(fn) adapts `Ref<Object> fn(T* self)`, SETTER(fn) `Status fn(T* self, Object* value)`
// (value null: delete).
namespace detail {
template <auto kFn, class F = decltype(kFn)>
struct GetterAdapter;
template <auto kFn, class R, class T>
struct GetterAdapter<kFn, R (*)(T*)> {
  static Object* call(Object* self, void*) { return as_object(kFn(reinterpret_cast<T*>(self)).release()); }
};
template <auto kFn, class F = decltype(kFn)>
struct SetterAdapter;
template <auto kFn, class T>
struct SetterAdapter<kFn, Status (*)(T*, Object*)> {
  static int call(Object* self, Object* value, void*) { return kFn(reinterpret_cast<T*>(self), value) ? 0 : -1; }
};
}  // namespace detail
template <auto kFn>
inline constexpr Getter getter = &detail::GetterAdapter<kFn>::call;
template <auto kFn>
inline constexpr Setter setter = &detail::SetterAdapter<kFn>::call;

}  // namespace minipy
