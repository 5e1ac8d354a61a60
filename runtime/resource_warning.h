// ResourceWarnings about objects that were not closed. They carry the object, so that tracemalloc can tell where it was
// made.
#pragma once

#include "runtime/error.h"

namespace minipy {

// Set by the warnings module.
extern Status (*g_warn_unclosed_hook)(Object* source, Str* message);

Status warn_unclosed_args(Object* source, std::string_view format, const FormatArg* args, size_t count);
// Failed: the warning became an exception, which is pending.
template <class... A>
Status warn_unclosed(Object* source, std::string_view format, const A&... a) {
  const FormatArg args[] = {FormatArg(a)...};
  return warn_unclosed_args(source, format, args, sizeof...(A));
}

}  // namespace minipy
