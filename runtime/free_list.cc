#include "runtime/free_list.h"

namespace minipy {

const ReuseListener* g_reuse_listener = nullptr;

namespace {
constinit FreeListInfo* g_first = nullptr;
constinit FreeListInfo** g_end = &g_first;
}  // namespace

FreeListInfo* free_lists() { return g_first; }

void free_lists_add(FreeListInfo& list) {
  list.registered = true;
  *g_end = &list;
  g_end = &list.next;
  if (g_reuse_listener && list.put_aside) list.put_aside(list, true);
}

void free_lists_clear() {
  for (FreeListInfo* list = g_first; list; list = list->next) {
    if (list->clear) list->clear(*list);
  }
}

const ReuseListener* free_lists_set_listener(const ReuseListener* listener) {
  const ReuseListener* previous = g_reuse_listener;
  g_reuse_listener = listener;
  if (!previous == !listener) return previous;
  for (FreeListInfo* list = g_first; list; list = list->next) {
    if (list->put_aside) list->put_aside(*list, listener != nullptr);
  }
  return previous;
}

}  // namespace minipy
