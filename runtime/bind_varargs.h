// Methods that CPython calls with a tuple of the arguments (METH_VARARGS) and not with an array. The tuple is an
// allocation that the collector counts, so it decides when collections happen (D9): such methods are declared with
// VARARGS_METHOD and its like instead of METHOD (runtime/bind.h), and get the tuple all the same.
#pragma once

#include "runtime/bind.h"
#include "runtime/containers.h"

namespace minipy::bind {

// As parse_tuple_arguments, without the tuple of the keywords' names that most of CPython's constructors keep (D9).
Status parse_varargs(const Signature& sig, Object* args, Object* kwargs, Parsed& out);

template <class B>
Status parse_or_pass(Object* args, Object* kwargs, Parsed& out) {
  if constexpr (B::sig.count == 0 && B::sig.var_args && B::sig.var_kw) {
    // All of it as it is.
    out.var_args = {cast<Tuple>(args)->items, var_size(args)};
    if (kwargs) out.var_kw = share(kwargs);
    return kOk;
  } else {
    return parse_varargs(B::sig, args, kwargs, out);
  }
}

template <auto kFn, class SigText>
struct VarArgsBound {
  using B = Bound<kFn, SigText, true>;
  static constexpr bool kKeywords = !takes_no_keywords(B::sig);
  static constexpr int flags = kMethVarArgs | (kKeywords ? int{kMethKeywords} : 0);

  static Object* call_keywords(Object* self, Object* args, Object* kwargs) {
    Parsed parsed;
    if (!parse_or_pass<B>(args, kwargs, parsed)) return nullptr;
    return B::call_parsed(self, parsed, std::make_index_sequence<static_cast<size_t>(B::kParams)>{});
  }
  static Object* call(Object* self, Object* args) { return call_keywords(self, args, nullptr); }

  static constexpr MethodPointer pointer() {
    if constexpr (kKeywords) return MethodPointer(VarArgsKeywordsMethod(&call_keywords));
    return MethodPointer(VarArgsMethod(&call));
  }
};

// Constructors and __init__ that CPython parses by PyArg_ParseTupleAndKeywords, which keeps no such tuple.
template <auto kFn, class SigText>
struct VarArgsConstructor {
  using B = Bound<kFn, SigText, true>;

  static Object* call(Type* type, Object* args, Object* kwargs) {
    Parsed parsed;
    if (!parse_or_pass<B>(args, kwargs, parsed)) return nullptr;
    return B::call_parsed(reinterpret_cast<Object*>(type), parsed,
                          std::make_index_sequence<static_cast<size_t>(B::kParams)>{});
  }
  static int init(Object* self, Object* args, Object* kwargs) {
    Parsed parsed;
    if (!parse_or_pass<B>(args, kwargs, parsed)) return -1;
    Object* r = B::call_parsed(self, parsed, std::make_index_sequence<static_cast<size_t>(B::kParams)>{});
    if (!r) return -1;
    decref(r);
    return 0;
  }
};
template <auto kFn, class SigText>
constexpr NewFunc make_varargs_new(SigText) {
  return &VarArgsConstructor<kFn, SigText>::call;
}
template <auto kFn, class SigText>
constexpr InitProc make_varargs_init(SigText) {
  return &VarArgsConstructor<kFn, SigText>::init;
}

template <auto kFn, class SigText, class DocText>
constexpr MethodDef make_varargs_method(SigText, DocText) {
  using B = VarArgsBound<kFn, SigText>;
  return MethodDef{name_text<SigText>.data(), B::pointer(), B::flags, doc_text<SigText, DocText, true>.data()};
}
template <auto kFn, class SigText>
constexpr MethodDef make_plain_varargs_method(SigText, const char* doc) {
  using B = VarArgsBound<kFn, SigText>;
  return MethodDef{name_text<SigText>.data(), B::pointer(), B::flags, doc};
}

}  // namespace minipy::bind

#define VARARGS_METHOD(fn, signature, doc)                                            \
  ::minipy::bind::make_varargs_method<fn>([] { return std::string_view(signature); }, \
                                          [] { return std::string_view(doc); })
#define VARARGS_FUNCTION(fn, signature, doc) VARARGS_METHOD(fn, signature, doc)
#define VARARGS_NEW(fn, signature)           ::minipy::bind::make_varargs_new<fn>([] { return std::string_view(signature); })
#define VARARGS_INIT(fn, signature)          ::minipy::bind::make_varargs_init<fn>([] { return std::string_view(signature); })
#define PLAIN_VARARGS_METHOD(fn, signature, doc) \
  ::minipy::bind::make_plain_varargs_method<fn>([] { return std::string_view(signature); }, doc)
