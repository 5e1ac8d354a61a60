// Module gc: the collector's switches, statistics and views of the heap.
#include "gc/collector.h"

#include "gc/gc_list.h"
#include "runtime/abstract.h"
#include "runtime/audit.h"
#include "runtime/bind_varargs.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/gc_support.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/str.h"

namespace minipy {
namespace {

// ---- Switches -----------------------------------------------------------------------------------------------------

void gc_enable(Object*) { g_gc.enabled = true; }
void gc_disable(Object*) { g_gc.enabled = false; }
Ref<Object> gc_isenabled(Object*) { return bool_ref(g_gc.enabled); }

void gc_set_debug(Object*, int flags) { g_gc.debug = flags; }
Ref<Object> gc_get_debug(Object*) { return int_from(g_gc.debug); }

Ref<Object> triple(long a, long b, long c) {
  Ref<Int> x = TRY(int_from(a))
  , y = TRY(int_from(b))
  , z = TRY(int_from(c));
  return tuple_pack(x.get(), y.get(), z.get());
}

Ref<Object> gc_get_count(Object*) {
  return triple(g_gc.generations[0].count, g_gc.generations[1].count, g_gc.generations[2].count);
}
Ref<Object> gc_get_threshold(Object*) {
  return triple(g_gc.generations[0].threshold, g_gc.generations[1].threshold, g_gc.generations[2].threshold);
}
Status gc_set_threshold(Object*, VarArgs args) {
  if (args.size < 1) return raise(TypeError, "set_threshold() takes at least 1 argument ({} given)", args.size);
  if (args.size > kGcGenerations) {
    return raise(TypeError, "set_threshold() takes at most 3 arguments ({} given)", args.size);
  }
  int values[kGcGenerations];
  for (ssize i = 0; i < args.size; i++) values[i] = TRY(bind::to_int(args[i]));
  for (ssize i = 0; i < args.size; i++) g_gc.generations[i].threshold = values[i];
  return kOk;
}

// ---- Collecting ---------------------------------------------------------------------------------------------------

Ref<Object> gc_collect_function(Object*, int generation) {
  if (generation < 0 || generation >= kGcGenerations) return raise(ValueError, "invalid generation");
  return int_from_ssize(gc_collect(generation));
}

Ref<Object> stats_of(const GcGenerationStats& stats) {
  Ref<Dict> d = TRY(dict_new());
  const std::pair<const char*, ssize> items[] = {
      {"collections", stats.collections}, {"collected", stats.collected}, {"uncollectable", stats.uncollectable}};
  for (auto [name, value] : items) {
    Ref<Int> number = TRY(int_from_ssize(value));
    TRY(dict_set_ascii(d.get(), name, as_object(number.get())));
  }
  return d;
}
Ref<Object> gc_get_stats(Object*) {
  // Copied first: making the result may collect.
  GcGenerationStats stats[kGcGenerations];
  for (int i = 0; i < kGcGenerations; i++) stats[i] = g_gc.stats[i];
  Ref<List> list = TRY(list_new());
  for (const GcGenerationStats& s : stats) {
    Ref<Object> d = TRY(stats_of(s));
    TRY(list_append(list.get(), d.get()));
  }
  return list;
}

void gc_freeze_function(Object*) { gc_freeze(); }
void gc_unfreeze_function(Object*) { gc_unfreeze(); }
Ref<Object> gc_get_freeze_count(Object*) { return int_from_ssize(gc_list::size(&g_gc.permanent)); }

// ---- Looking at objects -------------------------------------------------------------------------------------------

Ref<Object> gc_is_tracked_function(Object*, Object* obj) { return bool_ref(object_is_gc(obj) && gc_is_tracked(obj)); }
Ref<Object> gc_is_finalized_function(Object*, Object* obj) {
  return bool_ref(object_is_gc(obj) && gc_is_finalized(obj));
}

Status append_all(List* result, const GcHeader* list) {
  for (const GcHeader* h = gc_list::next(list); h != list; h = gc_list::next(h)) {
    Object* p = gc_object(const_cast<GcHeader*>(h));
    if (p != as_object(result)) TRY(list_append(result, p));
  }
  return kOk;
}

constexpr ssize kAllGenerations = -1;

Ref<Object> gc_get_objects(Object*, Object* generation) {
  ssize g = kAllGenerations;
  if (!is_none(generation)) {
    if (!has_index(generation)) {
      return raise(TypeError, "argument should be integer or None, not '{:.200}'", type_name(generation));
    }
    g = TRY(number_as_ssize(generation, OverflowError));
  }
  TRY(audit("gc.get_objects", g));
  Ref<List> result = TRY(list_new());
  if (g == kAllGenerations) {
    for (const GcGeneration& each : g_gc.generations) TRY(append_all(result.get(), &each.head));
    return result;
  }
  if (g >= kGcGenerations) {
    return raise(ValueError, "generation parameter must be less than the number of available generations ({})",
                 kGcGenerations);
  }
  if (g < 0) return raise(ValueError, "generation parameter cannot be negative");
  TRY(append_all(result.get(), &g_gc.generations[g].head));
  return result;
}

Status audit_objects(const char* event, VarArgs objs) {
  if (!is_audited()) return kOk;
  Ref<Tuple> audited = TRY(tuple_from_array(objs.items, objs.size));
  return audit(event, audited);
}

// The caller's tuple of arguments, which refers to the objects, too, is left out.
bool is_argument_tuple(Object* p, VarArgs objs) {
  return is_exactly(p, &tuple_type) && cast<Tuple>(p)->items == objs.items;
}

int visit_is_wanted(Object* p, void* wanted) {
  for (Object* each : *static_cast<VarArgs*>(wanted)) {
    if (each == p) return 1;
  }
  return 0;
}

Ref<Object> gc_get_referrers(Object*, VarArgs objs) {
  TRY(audit_objects("gc.get_referrers", objs));
  Ref<List> result = TRY(list_new());
  for (const GcGeneration& generation : g_gc.generations) {
    for (GcHeader* h = gc_list::next(&generation.head); h != &generation.head; h = gc_list::next(h)) {
      Object* p = gc_object(h);
      if (p == as_object(result.get()) || is_argument_tuple(p, objs)) continue;
      if (type_of(p)->traverse(p, visit_is_wanted, &objs)) TRY(list_append(result.get(), p));
    }
  }
  return result;
}

int visit_append(Object* p, void* list) { return list_append(static_cast<List*>(list), p) ? 0 : 1; }

Ref<Object> gc_get_referents(Object*, VarArgs objs) {
  TRY(audit_objects("gc.get_referents", objs));
  Ref<List> result = TRY(list_new());
  for (Object* p : objs) {
    if (!object_is_gc(p) || !type_of(p)->traverse) continue;
    if (type_of(p)->traverse(p, visit_append, result.get())) return nullptr;
  }
  return result;
}

// Functions that have no text signature in CPython.
constexpr MethodDef with_doc(MethodDef def, const char* doc) {
  def.doc = doc;
  return def;
}

constinit MethodDef gc_functions[] = {
    FUNCTION(gc_enable, "enable(module, /)", "Switch automatic collection on."),
    FUNCTION(gc_disable, "disable(module, /)", "Switch automatic collection off."),
    FUNCTION(gc_isenabled, "isenabled(module, /)", "Tell whether automatic collection is on."),
    FUNCTION(gc_set_debug, "set_debug(module, flags, /)", "Set the debugging flags, a sum of the DEBUG_ constants."),
    FUNCTION(gc_get_debug, "get_debug(module, /)", "Return the debugging flags."),
    FUNCTION(gc_get_count, "get_count(module, /)", "Return the current counts of the three generations."),
    with_doc(VARARGS_FUNCTION(gc_set_threshold, "set_threshold(module, *args)", ""),
             "set_threshold(threshold0, [threshold1, threshold2]) -> None\nsets the thresholds; 0 as the first one "
             "switches automatic collection off"),
    FUNCTION(gc_get_threshold, "get_threshold(module, /)", "Return the thresholds of the three generations."),
    FUNCTION(gc_collect_function, "collect(module, /, generation=2)",
             "Collect a generation and the younger ones; return the number of unreachable objects."),
    FUNCTION(gc_get_objects, "get_objects(module, /, generation=None)",
             "List the objects that the collector tracks, of one generation or all."),
    FUNCTION(gc_get_stats, "get_stats(module, /)", "List three dicts of statistics, one per generation."),
    FUNCTION(gc_is_tracked_function, "is_tracked(module, obj, /)", "Tell whether the collector tracks the object."),
    FUNCTION(gc_is_finalized_function, "is_finalized(module, obj, /)",
             "Tell whether the object's finalizer has been called by the collector."),
    with_doc(VARARGS_FUNCTION(gc_get_referrers, "get_referrers(module, *objs)", ""),
             "get_referrers(*objs) -> list\nlists the tracked objects that refer to any of objs"),
    with_doc(VARARGS_FUNCTION(gc_get_referents, "get_referents(module, *objs)", ""),
             "get_referents(*objs) -> list\nlists the objects that objs refer to"),
    FUNCTION(gc_freeze_function, "freeze(module, /)", "Move all tracked objects where collections ignore them."),
    FUNCTION(gc_unfreeze_function, "unfreeze(module, /)", "Move the frozen objects to the oldest generation."),
    FUNCTION(gc_get_freeze_count, "get_freeze_count(module, /)", "Return the number of frozen objects."),
    {},
};

Status gc_exec(Module* m) {
  List* garbage = TRY(gc_garbage());
  List* callbacks = TRY(gc_callbacks());
  TRY(module_add(m, "garbage", share(as_object(garbage))));
  TRY(module_add(m, "callbacks", share(as_object(callbacks))));
  TRY(module_add_int(m, "DEBUG_STATS", kGcDebugStats));
  TRY(module_add_int(m, "DEBUG_COLLECTABLE", kGcDebugCollectable));
  TRY(module_add_int(m, "DEBUG_UNCOLLECTABLE", kGcDebugUncollectable));
  TRY(module_add_int(m, "DEBUG_SAVEALL", kGcDebugSaveAll));
  return module_add_int(m, "DEBUG_LEAK", kGcDebugLeak);
}

}  // namespace

constinit NativeModule gc_module = {
    "gc", gc_functions, gc_exec,
    "The garbage collector for reference cycles: switches, statistics, views of the heap."};

}  // namespace minipy
