#include "runtime/free_list.h"

namespace minipy {

const ReuseListener* g_reuse_listener = nullptr;

namespace {
constinit FreeListInfo* g_first = nullptr;
constinit FreeListInfo** g_end = &g_first;
constinit bool g_untouched = false;
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

namespace {
// The lists from the first to the one whose link is `end`; `own_too`: also those that CPython does not have.
void put_aside_until(FreeListInfo** end, bool aside, bool own_too) {
  for (FreeListInfo** list = &g_first; list != end; list = &(*list)->next) {
    if ((*list)->put_aside && (own_too || !(*list)->own)) (*list)->put_aside(**list, aside);
  }
}
}  // namespace

// (Where somebody listens to reuse, the lists are aside already; the listener's are then used as ever.)
FreeListsUntouched::FreeListsUntouched() : end_(g_reuse_listener || g_untouched ? nullptr : g_end) {
  if (!end_) return;
  g_untouched = true;
  put_aside_until(end_, true, false);
}
FreeListsUntouched::~FreeListsUntouched() {
  if (!end_) return;
  put_aside_until(end_, false, false);
  g_untouched = false;
}

const ReuseListener* free_lists_set_listener(const ReuseListener* listener) {
  const ReuseListener* previous = g_reuse_listener;
  g_reuse_listener = listener;
  if (!previous == !listener) return previous;
  put_aside_until(g_end, listener != nullptr, true);
  return previous;
}

}  // namespace minipy
