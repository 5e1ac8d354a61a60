#include "runtime/heap_types.h"

#include <string_view>

#include "gc/gc_count.h"
#include "runtime/dict.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/type.h"

namespace minipy {

Status heap_type_ready(Type* type) {
  gc_count_allocation();
  {
    OffsetDescriptors dropped(type);
    TRY(type_ready(type));
  }
  std::string_view name = type->name;
  Ref<Str> module = TRY(str_intern_utf8(name.substr(0, name.rfind('.'))));
  return dict_set(cast<Dict>(type->dict), as_object(NAME("__module__")), as_object(module.get()));
}

Status module_add_heap_type(Module* m, Type* type) {
  TRY(heap_type_ready(type));
  return module_add_type(m, type);
}

}  // namespace minipy
