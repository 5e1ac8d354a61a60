#include "gc/object.h"

#include "gc/type_view.h"

namespace minipy {

void dealloc_object(Object* p) { type_view(p)->dealloc(p); }

}  // namespace minipy
