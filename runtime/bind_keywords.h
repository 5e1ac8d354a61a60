// Methods that CPython calls with keywords though all their parameters are positional-only: those that are told the
// class that defines them (METH_METHOD). What is wrong with their arguments is worded as for functions with keyword
// parameters ("flush() takes at most 1 argument (2 given)"). Declared with KEYWORD_METHOD instead of METHOD
// (runtime/bind.h).
#pragma once

#include "runtime/bind.h"

namespace minipy::bind {

// As parse_arguments, whatever the kinds of the parameters.
Status parse_keyword_arguments(const Signature& sig, Object* const* args, ssize nargs, Object* kwnames, Parsed& out);

template <auto kFn, class SigText>
struct KeywordBound {
  using B = Bound<kFn, SigText, true>;

  static Object* call(Object* self, Object* const* args, ssize nargs, Object* kwnames) {
    Parsed parsed;
    if (!parse_keyword_arguments(B::sig, args, nargs, kwnames, parsed)) return nullptr;
    return B::call_parsed(self, parsed, std::make_index_sequence<static_cast<size_t>(B::kParams)>{});
  }
};

template <auto kFn, class SigText, class DocText>
constexpr MethodDef make_keyword_method(SigText, DocText) {
  return MethodDef{name_text<SigText>.data(), MethodPointer(FastcallKeywordsMethod(&KeywordBound<kFn, SigText>::call)),
                   kMethFastcall | kMethKeywords, doc_text<SigText, DocText, true>.data()};
}

}  // namespace minipy::bind

#define KEYWORD_METHOD(fn, signature, doc)                                            \
  ::minipy::bind::make_keyword_method<fn>([] { return std::string_view(signature); }, \
                                          [] { return std::string_view(doc); })
