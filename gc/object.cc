#include "gc/object.h"

#include "gc/type_view.h"

namespace minipy {

#if defined(MINIPY_WATCH_COUNTS)
const CountListener* g_count_listener = nullptr;
#elif defined(MINIPY_DEBUG)
ssize g_total_references = 0;
#endif

void dealloc_object(Object* p) { type_view(p)->dealloc(p); }

}  // namespace minipy
