#include "stdlib/compare_digest.h"

#include <string_view>

#include "runtime/abstract.h"
#include "runtime/buffer.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/str.h"

namespace minipy {
namespace {

// Looks at all bytes whatever they are, so that the time tells nothing about where they differ.
bool equal_in_constant_time(std::string_view a, std::string_view b) {
  volatile unsigned char difference = a.size() != b.size();
  std::string_view left = a.size() == b.size() ? a : b;
  for (size_t i = 0; i < b.size(); i++) {
    difference = static_cast<unsigned char>(difference | (left[i] ^ b[i]));
  }
  return difference == 0;
}

std::string_view ascii_text(Object* p) {
  Str* s = cast<Str>(p);
  return {static_cast<const char*>(str_data(s)), static_cast<size_t>(str_length(s))};
}

}  // namespace

Ref<Object> compare_digest(Object*, Object* a, Object* b) {
  if (is_str(a) && is_str(b)) {
    if (!str_is_ascii(cast<Str>(a)) || !str_is_ascii(cast<Str>(b))) {
      return raise(TypeError, "comparing strings with non-ASCII characters is not supported");
    }
    return bool_ref(equal_in_constant_time(ascii_text(a), ascii_text(b)));
  }
  if (!object_has_buffer(a) && !object_has_buffer(b)) {
    return raise(TypeError, "unsupported operand types(s) or combination of types: '{:.100}' and '{:.100}'",
                 type_name(a), type_name(b));
  }
  HeldBuffer x, y;
  TRY(x.get(a));
  if (x.view.ndim > 1) return raise(BufferError, "Buffer must be single dimension");
  TRY(y.get(b));
  if (y.view.ndim > 1) return raise(BufferError, "Buffer must be single dimension");
  return bool_ref(equal_in_constant_time(x.text(), y.text()));
}

}  // namespace minipy
