// os.fspath() (PEP 519).
#include "runtime/abstract.h"
#include "runtime/error.h"
#include "runtime/names.h"
#include "runtime/str.h"

namespace minipy {

Ref<Object> object_fspath(Object* p) {
  if (is_str(p) || is_bytes(p)) return share(p);
  auto method = lookup_special(p, NAME("__fspath__"));
  if (!method) {
    if (error_pending()) return kRaised;
    return raise(TypeError, "expected str, bytes or os.PathLike object, not {:.200}", type_name(p));
  }
  auto r = TRY(call(method.get()));
  if (!is_str(r.get()) && !is_bytes(r.get())) {
    return raise(TypeError, "expected {:.200}.__fspath__() to return str or bytes, not {:.200}", type_name(p),
                 type_name(r.get()));
  }
  return r;
}

}  // namespace minipy
