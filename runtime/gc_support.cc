#include "runtime/gc_support.h"

#include "gc/gc_list.h"
#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/free_list.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/thread_state.h"

namespace minipy {

namespace {

// The interpreter's lists that the gc module shows.
constinit List* g_callbacks = nullptr;
constinit List* g_garbage = nullptr;

List* made_on_demand(List*& list) {
  if (!list) list = list_new().release();
  return list;
}

bool pending() { return g_current_thread && error_pending(); }

Ref<Object> callback_info(int generation, ssize collected, ssize uncollectable) {
  Ref<Dict> info = TRY(dict_new());
  const std::pair<const char*, ssize> items[] = {
      {"generation", generation}, {"collected", collected}, {"uncollectable", uncollectable}};
  for (auto [name, value] : items) {
    Ref<Int> number = TRY(int_from_ssize(value));
    TRY(dict_set_ascii(info.get(), name, as_object(number.get())));
  }
  return info;
}

void notify(const char* phase, int generation, ssize collected, ssize uncollectable) {
  if (!g_callbacks || list_size(g_callbacks) == 0) return;
  Ref<Object> info = callback_info(generation, collected, uncollectable);
  Ref<Str> name = info ? str_from_ascii(phase) : nullptr;
  if (!name) {
    error_write_unraisable(nullptr);
    return;
  }
  // A callback may change the list.
  for (ssize i = 0; i < list_size(g_callbacks); i++) {
    Ref<Object> callback = share(g_callbacks->items[i]);
    if (!call(callback.get(), name.get(), info.get())) error_write_unraisable(callback.get());
  }
}

ssize untrack_tuples(GcHeader* list) {
  ssize n = 0;
  for (GcHeader* h = gc_list::next(list); h != list;) {
    Object* p = gc_object(h);
    h = gc_list::next(h);
    if (is_exactly(p, &tuple_type)) n += tuple_maybe_untrack(p);
  }
  return n;
}

ssize untrack_dicts(GcHeader* list) {
  ssize n = 0;
  for (GcHeader* h = gc_list::next(list); h != list;) {
    Object* p = gc_object(h);
    h = gc_list::next(h);
    if (!is_exactly(p, &dict_type)) continue;
    dict_maybe_untrack(p);
    n += !gc_is_tracked(p);
  }
  return n;
}

void append_garbage(Object* p) {
  List* garbage = gc_garbage();
  if (!garbage || !list_append(garbage, p)) error_clear();
}

void unraisable(const char* where, Object* object) {
  if (!where) {
    error_clear();
  } else {
    error_write_unraisable_message(where, object);
  }
}

void write_stderr(const char* text) {
  PreserveError saved;
  Object* file =
      current_interpreter()->sysdict ? dict_get_str(current_interpreter()->sysdict, NAME("stderr")) : nullptr;
  if (!file || is_none(file)) return;
  Ref<Object> kept = share(file);
  Ref<Str> line = str_from_utf8(text);
  if (!line || !call_method(kept.get(), NAME("write"), line.get())) error_clear();
}

void save_error(Object* saved[3]) {
  ErrorState state = error_fetch();
  saved[0] = state.type.release();
  saved[1] = state.value.release();
  saved[2] = state.traceback.release();
}

void restore_error(Object* saved[3]) { error_restore_state({steal(saved[0]), steal(saved[1]), steal(saved[2])}); }

constexpr GcHooks kGcHooks = {
    .error_pending = pending,
    .notify = notify,
    .handle_weakrefs = weakref_handle_unreachable,
    .untrack_tuples = untrack_tuples,
    .untrack_dicts = untrack_dicts,
    .append_garbage = append_garbage,
    .clear_free_lists = free_lists_clear,
    .unraisable = unraisable,
    .write_stderr = write_stderr,
    .save_error = save_error,
    .restore_error = restore_error,
};

// Could this value be part of a cycle, as far as tracking shows? A tuple that is untracked cannot.
bool may_be_tracked(Object* p) { return object_is_gc(p) && (!is_exactly(p, &tuple_type) || gc_is_tracked(p)); }

}  // namespace

void gc_support_init() { g_gc_hooks = &kGcHooks; }

List* gc_callbacks() { return made_on_demand(g_callbacks); }
List* gc_garbage() { return made_on_demand(g_garbage); }

void gc_report_at_exit() {
  if ((g_gc.debug & kGcDebugSaveAll) || !g_garbage || list_size(g_garbage) == 0) return;
  const bool listed = g_gc.debug & kGcDebugUncollectable;
  Ref<Str> message = format_message("gc: {} uncollectable objects at shutdown{}", list_size(g_garbage),
                                    listed ? "" : "; use gc.set_debug(gc.DEBUG_UNCOLLECTABLE) to list them");
  Ref<Str> place = str_from_ascii("gc");
  if (!message || !place || !warn_explicit(ResourceWarning, message.get(), place.get(), 0)) {
    error_write_unraisable(nullptr);
  }
  if (!listed) return;
  Ref<Str> objects = object_repr(as_object(g_garbage));
  Ref<Str> line = objects ? format_message("      {}\n", objects) : nullptr;
  const char* text = line ? str_utf8_cstr(line.get()) : nullptr;
  if (text) {
    write_stderr(text);
  } else {
    error_write_unraisable(as_object(g_garbage));
  }
}

bool tuple_maybe_untrack(Object* p) {
  if (!is_exactly(p, &tuple_type) || !gc_is_tracked(p)) return false;
  Tuple* t = cast<Tuple>(p);
  for (ssize i = 0; i < tuple_size(t); i++) {
    // A null item: the tuple is still being filled.
    if (!t->items[i] || may_be_tracked(t->items[i])) return false;
  }
  gc_untrack(t);
  return true;
}

}  // namespace minipy
