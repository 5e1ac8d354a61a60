#include "stdlib/os_arguments.h"

#include <climits>

#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/names.h"

namespace minipy {

Maybe<int> file_descriptor_argument(Object* p) {
  Ref<Object> number;
  if (is_int(p)) {
    number = share(p);
  } else {
    Ref<Object> method;
    TRY(object_find_attr(p, NAME("fileno"), method));
    if (!method) return raise(TypeError, "argument must be an int, or have a fileno() method.");
    number = TRY(call(method.get()));
    if (!is_int(number.get())) return raise(TypeError, "fileno() returned a non-integer");
  }
  int fd = TRY(bind::to_int(number.get()));
  if (fd < 0) return raise(ValueError, "file descriptor cannot be a negative integer ({})", fd);
  return fd;
}

Maybe<unsigned> id_argument(Object* p, const char* what) {
  if (!has_index(p)) return raise(TypeError, "{} should be integer, not {:.200}", what, type_name(p));
  Ref<Object> index = TRY(number_index(p));
  int overflow;
  long long v = int_to_long_long_overflow(index.get(), &overflow);
  if (overflow > 0) return raise(OverflowError, "{} is greater than maximum", what);
  // CPython says "less" of whatever fits a long and not an id.
  if (overflow < 0 || v < -1 || v > UINT_MAX) return raise(OverflowError, "{} is less than minimum", what);
  return static_cast<unsigned>(v);
}

Ref<Int> id_object(unsigned id) { return int_from(id == UINT_MAX ? -1 : static_cast<long long>(id)); }

}  // namespace minipy
