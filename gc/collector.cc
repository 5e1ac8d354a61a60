// The cycle collector. Garbage Collector Design (CPython developer's guide) describes the algorithm:
//
//  1. Every candidate (an object of the collected generations) gets a copy of its reference count.
//  2. References that candidates hold on each other are subtracted. What is left above zero comes from outside.
//  3. Whatever is reachable from such an object is reachable; the rest is unreachable.
//  4. Of the unreachable: objects with a tp_del, and what they reach, are uncollectable; weak references are cleared
//  and
//     their callbacks called; finalizers are called, once per object (PEP 442).
//  5. Finalizers may have resurrected objects: steps 1 to 3 again on the unreachable ones.
//  6. What is still unreachable is cleared, which breaks its cycles.
//
// The order of objects in the lists is that of CPython: it decides the order of finalizers and callbacks.
#include "gc/collector.h"

#include <time.h>

#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "gc/auditor.h"
#include "gc/counted_object.h"
#include "gc/deep_dealloc.h"
#include "gc/gc_count.h"
#include "gc/gc_events.h"
#include "gc/gc_list.h"
#include "gc/hooks.h"
#include "gc/memory.h"
#include "gc/type_view.h"

namespace minipy {

GcState g_gc;
const GcHooks* g_gc_hooks = nullptr;
long g_gc_references_freed = 0;

GcState::GcState()
    : stats{},
      long_lived_total(0),
      long_lived_pending(0),
      enabled(true),
      collecting(false),
      debug(0),
      listener(nullptr) {
  constexpr int kThresholds[kGcGenerations] = {700, 10, 10};
  for (int i = 0; i < kGcGenerations; i++) {
    gc_list::init(&generations[i].head);
    generations[i].threshold = kThresholds[i];
    generations[i].count = 0;
  }
  gc_list::init(&permanent);
}

bool object_is_gc(const Object* p) {
  const TypeView* type = type_view(p);
  return (type->flags & kViewHaveGc) && (!type->is_gc || type->is_gc(const_cast<Object*>(p)));
}

bool gc_is_finalized(const Object* p) { return gc_header(p)->prev & gc_list::kFinalized; }
void gc_set_finalized(Object* p) { gc_header(p)->prev |= gc_list::kFinalized; }

namespace {

using namespace gc_list;

int64_t now_nanoseconds() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
}

// Why a collection runs. The counts are those before gc.callbacks were called.
struct Cause {
  Cause(int g, GcTrigger t) : generation(g), trigger(t) {
    for (int i = 0; i < kGcGenerations; i++) counts[i] = g_gc.generations[i].count;
  }
  int generation;
  GcTrigger trigger;
  int counts[kGcGenerations];
};

int64_t g_collections = 0;  // of this process

// Those who watch, and what the hub that serves them all looks at: the running collection.
GcWatcher* g_watchers = nullptr;
struct Watched {
  const GcCollection* collection;
  const GcHeader* list;
} g_watched = {};

void tell_watchers(void*, const GcEvent& event) {
  for (GcWatcher* w = g_watchers; w; w = w->next) w->event(w->context, event, *g_watched.collection, g_watched.list);
}
constexpr GcListener kHub = {tell_watchers, nullptr};

// Tells of one collection; does and measures nothing when nobody listens.
class Reporter {
 public:
  explicit Reporter(const Cause& cause);
  bool active() const { return active_; }
  bool detailed() const { return detailed_; }
  void phase(GcPhase phase, ssize objects, const GcHeader* list = nullptr) {
    if (active_) [[unlikely]]
      emit(phase, objects, list);
  }
  void moved_back(Object* object, Object* from);

  GcCollection collection{};

 private:
  void emit(GcPhase phase, ssize objects, const GcHeader* list);
  bool active_ = false, detailed_ = false;
};

Reporter::Reporter(const Cause& cause) {
  g_collections++;
  if (!kHooks || !g_gc.listener) [[likely]]
    return;
  active_ = true;
  GcCollection& c = collection;
  c.number = g_collections;
  c.generation = cause.generation;
  c.trigger = cause.trigger;
  for (int i = 0; i < kGcGenerations; i++) {
    c.counts[i] = cause.counts[i];
    c.thresholds[i] = g_gc.generations[i].threshold;
  }
  c.long_lived_total = g_gc.long_lived_total;
  c.long_lived_pending = g_gc.long_lived_pending;
  c.heap_blocks = static_cast<ssize>(memory::allocated_blocks());
  for (GcWatcher* w = g_watchers; w; w = w->next) detailed_ |= w->moved_back != nullptr;
  if (detailed_) c.frozen = size(&g_gc.permanent);
  c.start = now_nanoseconds();
}

void Reporter::emit(GcPhase phase, ssize objects, const GcHeader* list) {
  // A finalizer may have taken the last watcher away.
  if (!kHooks || !g_gc.listener) return;
  // Reading the clock costs more than most phases.
  if (detailed_ || phase == GcPhase::kStop) collection.nanoseconds = now_nanoseconds() - collection.start;
  g_watched = {&collection, list};
  GcEvent event{phase, collection.generation, objects, collection.uncollectable, collection.nanoseconds};
  g_gc.listener->event(g_gc.listener->context, event);
}

void Reporter::moved_back(Object* object, Object* from) {
  for (GcWatcher* w = g_watchers; w; w = w->next) {
    if (w->moved_back) w->moved_back(w->context, object, from);
  }
}

// ---- Finding the unreachable (steps 1 to 3) -----------------------------------------------------------------------

void copy_reference_counts(GcHeader* list) {
  for (GcHeader* h = next(list); h != list; h = next(h)) {
    h->prev = (h->prev & kFinalized) | kCollecting | (static_cast<uintptr_t>(gc_object(h)->refcount) << kRefsShift);
  }
}

#ifdef MINIPY_DEBUG
void describe(const char* what, const Object* p) {
  constexpr unsigned long kTypeSubclass = 1ul << 31;
  bool is_type = type_view(p)->flags & kTypeSubclass;
  std::fprintf(stderr, "gc: %s %p of type %s%s%s\n", what, static_cast<const void*>(p), type_view(p)->name,
               is_type ? ": " : "", is_type ? reinterpret_cast<const TypeView*>(p)->name : "");
}
[[noreturn]] void die_of_mismatch(const Object* p, const Object* parent) {
  std::fprintf(stderr, "gc: a reference count of %zd is less than the references to the object\n", p->refcount);
  describe("the object is", p);
  if (parent) describe("found when traversing", parent);
  std::abort();
}
#endif

int visit_subtract(Object* p, void* parent) {
  if (object_is_gc(p)) {
    GcHeader* h = gc_header(p);
    if (is_collecting(h)) {
#ifdef MINIPY_DEBUG
      if (refs_of(h) <= 0) die_of_mismatch(p, static_cast<Object*>(parent));
#endif
      h->prev -= uintptr_t{1} << kRefsShift;
    }
  }
  return 0;
}

void subtract_internal_references(GcHeader* list) {
  for (GcHeader* h = next(list); h != list; h = next(h)) {
    Object* p = gc_object(h);
    traverse(p, visit_subtract, p);
  }
}

struct Examination {
  GcHeader* list;
  Object* from;        // the reachable object whose references are followed
  Reporter* reporter;  // only with details
};

// The object is reachable: if it had been put on the unreachable list, it comes back to the end of the list under
// examination; if it is still to be examined, it must not look unreachable then.
template <bool kDetails>
int visit_reachable(Object* p, void* argument) {
  Examination* examination = static_cast<Examination*>(argument);
  if (!object_is_gc(p)) return 0;
  GcHeader* h = gc_header(p);
  if (!is_collecting(h)) return 0;  // not a candidate, or examined before
  if (h->next & kUnreachableMark) {
    GcHeader* before = prev(h);
    GcHeader* after = reinterpret_cast<GcHeader*>(h->next & ~kUnreachableMark);
    before->next = h->next;  // with the mark: `before` is on the unreachable list as well
    set_prev(after, before);
    append(h, examination->list);
    set_refs(h, 1);
    if constexpr (kDetails) examination->reporter->moved_back(p, examination->from);
  } else if (refs_of(h) == 0) {
    set_refs(h, 1);
  }
  return 0;
}

// Splits `list`: what cannot be reached from outside goes to `unreachable` (its `next` fields keep the mark). `list` is
// doubly linked afterwards, its objects no candidates any more.
template <bool kDetails>
void move_unreachable(GcHeader* list, GcHeader* unreachable, Reporter* reporter) {
  Examination examination{list, nullptr, reporter};
  GcHeader* before = list;
  GcHeader* h = next(list);
  while (h != list) {
    if (refs_of(h) > 0) {
      if constexpr (kDetails) examination.from = gc_object(h);
      traverse(gc_object(h), visit_reachable<kDetails>, &examination);
      set_prev(h, before);
      clear_collecting(h);
      before = h;
    } else {
      before->next = h->next;
      GcHeader* last = prev(unreachable);
      last->next = kUnreachableMark | reinterpret_cast<uintptr_t>(h);
      set_prev(h, last);
      h->next = kUnreachableMark | reinterpret_cast<uintptr_t>(unreachable);
      unreachable->prev = reinterpret_cast<uintptr_t>(h);
    }
    h = next(before);
  }
  list->prev = reinterpret_cast<uintptr_t>(before);
  unreachable->next &= ~kUnreachableMark;
}

void find_unreachable(GcHeader* list, GcHeader* unreachable, Reporter* reporter) {
  copy_reference_counts(list);
  subtract_internal_references(list);
  init(unreachable);
  if (reporter && reporter->detailed()) [[unlikely]] {
    for (GcHeader* h = next(list); h != list; h = next(h)) reporter->collection.explained += refs_of(h) == 0;
    reporter->phase(GcPhase::kSubtractReferences, reporter->collection.explained, list);
    move_unreachable<true>(list, unreachable, reporter);
  } else {
    if (reporter) reporter->phase(GcPhase::kSubtractReferences, 0, list);
    move_unreachable<false>(list, unreachable, nullptr);
  }
}

void clear_unreachable_marks(GcHeader* list) {
  for (GcHeader* h = next(list); h != list; h = next(h)) h->next &= ~kUnreachableMark;
}

// ---- Legacy finalizers (tp_del of extension types) ----------------------------------------------------------------

// Also takes the unreachable mark off everything on the list.
void move_legacy_finalizers(GcHeader* unreachable, GcHeader* finalizers) {
  GcHeader* h = next(unreachable);
  while (h != unreachable) {
    h->next &= ~kUnreachableMark;
    GcHeader* following = next(h);
    if (type_view(gc_object(h))->del) {
      clear_collecting(h);
      move(h, finalizers);
    }
    h = following;
  }
}

int visit_move(Object* p, void* to) {
  if (object_is_gc(p)) {
    GcHeader* h = gc_header(p);
    if (is_collecting(h)) {
      clear_collecting(h);
      move(h, static_cast<GcHeader*>(to));
    }
  }
  return 0;
}

void move_legacy_finalizer_reachable(GcHeader* finalizers) {
  for (GcHeader* h = next(finalizers); h != finalizers; h = next(h)) traverse(gc_object(h), visit_move, finalizers);
}

// Uncollectable: those with a tp_del go to gc.garbage (with DEBUG_SAVEALL all); all of them live on.
void keep_legacy_finalizers(GcHeader* finalizers, GcHeader* old) {
  for (GcHeader* h = next(finalizers); h != finalizers; h = next(h)) {
    Object* p = gc_object(h);
    if ((g_gc.debug & kGcDebugSaveAll) || type_view(p)->del) g_gc_hooks->append_garbage(p);
  }
  merge(finalizers, old);
}

// ---- Finalizers and clearing (steps 4 to 6) -----------------------------------------------------------------------

// An object seen goes to a list aside, since the finalizer of one may free another.
ssize call_finalizers(GcHeader* unreachable) {
  GcHeader seen;
  init(&seen);
  ssize called = 0;
  while (!is_empty(unreachable)) {
    GcHeader* h = next(unreachable);
    Object* p = gc_object(h);
    move(h, &seen);
    Destructor finalize = type_view(p)->finalize;
    if (finalize && !(h->prev & kFinalized)) {
      h->prev |= kFinalized;
      incref(p);
      finalize(p);
      called++;
      decref(p);
    }
  }
  merge(&seen, unreachable);
  return called;
}

// Leaves in `still_unreachable` what the finalizers did not bring back; the others go to `old`.
void move_resurrected(GcHeader* unreachable, GcHeader* still_unreachable, GcHeader* old) {
  for (GcHeader* h = next(unreachable); h != unreachable; h = next(h)) clear_collecting(h);
  find_unreachable(unreachable, still_unreachable, nullptr);
  clear_unreachable_marks(still_unreachable);
  merge(unreachable, old);
}

void clear_garbage(GcHeader* garbage, GcHeader* old) {
  while (!is_empty(garbage)) {
    GcHeader* h = next(garbage);
    Object* p = gc_object(h);
    if (g_gc.debug & kGcDebugSaveAll) {
      g_gc_hooks->append_garbage(p);
    } else if (InquiryProc clear = type_view(p)->clear) {
      incref(p);
      clear(p);
      if (g_gc_hooks->error_pending()) g_gc_hooks->unraisable("in tp_clear of", as_object(p->type));
      decref(p);
    }
    if (next(garbage) == h) {
      // Alive (somebody holds it, or it has nothing to clear): it is like a survivor.
      clear_collecting(h);
      move(h, old);
    }
  }
}

// ---- Debug output -------------------------------------------------------------------------------------------------

template <class... A>
void debug_line(const char* format, A... args) {
  char text[512];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"
  std::snprintf(text, sizeof text, format, args...);
#pragma GCC diagnostic pop
  g_gc_hooks->write_stderr(text);
}

void debug_object(const char* what, Object* p) {
  debug_line("gc: %s <%s %p>\n", what, type_view(p)->name, static_cast<void*>(p));
}

void debug_start(int generation) {
  debug_line("gc: collecting generation %d...\n", generation);
  debug_line("gc: objects in each generation: %zd %zd %zd\n", size(&g_gc.generations[0].head),
             size(&g_gc.generations[1].head), size(&g_gc.generations[2].head));
  debug_line("gc: objects in permanent generation: %zd\n", size(&g_gc.permanent));
}

void debug_stop(ssize collected, ssize uncollectable, int64_t nanoseconds) {
  debug_line("gc: done, %zd unreachable, %zd uncollectable, %.4fs elapsed\n", collected + uncollectable, uncollectable,
             static_cast<double>(nanoseconds) * 1e-9);
}

// ---- One collection -----------------------------------------------------------------------------------------------

// Survivors become one generation older.
ssize promote(int generation, GcHeader* young, GcHeader* old) {
  ssize untracked = g_gc_hooks->untrack_tuples(young);
  if (young != old) {
    if (generation == kGcGenerations - 2) g_gc.long_lived_pending += size(young);
    merge(young, old);
  } else {
    untracked += g_gc_hooks->untrack_dicts(young);
    g_gc.long_lived_pending = 0;
    g_gc.long_lived_total = size(young);
  }
  return untracked;
}

struct Collected {
  ssize collected = 0;
  ssize uncollectable = 0;
};

Collected collect_main(const Cause& cause) {
  const int generation = cause.generation;
  Reporter report(cause);
  GcCollection& numbers = report.collection;
  int64_t debug_start_time = 0;
  if (g_gc.debug & kGcDebugStats) {
    debug_start(generation);
    debug_start_time = now_nanoseconds();
  }

  if (generation + 1 < kGcGenerations) g_gc.generations[generation + 1].count++;
  for (int i = 0; i <= generation; i++) g_gc.generations[i].count = 0;
  GcHeader* young = &g_gc.generations[generation].head;
  for (int i = 0; i < generation; i++) merge(&g_gc.generations[i].head, young);
  GcHeader* old = generation + 1 < kGcGenerations ? &g_gc.generations[generation + 1].head : young;
  if (report.active()) [[unlikely]]
    numbers.examined = size(young);
  report.phase(GcPhase::kStart, numbers.examined, young);

  GcHeader unreachable;
  find_unreachable(young, &unreachable, &report);
  // From here on every object of `unreachable` carries the collecting bit, so that it can be told from others.
  if (report.active()) [[unlikely]] {
    for (GcHeader* h = next(&unreachable); h != &unreachable;
         h = reinterpret_cast<GcHeader*>(h->next & ~kUnreachableMark)) {
      numbers.unreachable++;
    }
    numbers.reachable = numbers.examined - numbers.unreachable;
    report.phase(GcPhase::kMoveUnreachable, numbers.unreachable);
  }
  numbers.untracked = promote(generation, young, old);
  report.phase(GcPhase::kUntrack, numbers.untracked);

  GcHeader finalizers;
  init(&finalizers);
  move_legacy_finalizers(&unreachable, &finalizers);
  move_legacy_finalizer_reachable(&finalizers);
  if (report.active()) [[unlikely]]
    numbers.legacy = size(&finalizers);
  report.phase(GcPhase::kLegacyFinalizers, numbers.legacy, &unreachable);
  if (g_gc.debug & kGcDebugCollectable) {
    for (GcHeader* h = next(&unreachable); h != &unreachable; h = next(h)) debug_object("collectable", gc_object(h));
  }

  g_gc_references_freed = 0;
  numbers.callbacks = g_gc_hooks->handle_weakrefs(&unreachable, old);
  const ssize references_freed = g_gc_references_freed;
  report.phase(GcPhase::kWeakReferences, numbers.callbacks);
  numbers.finalized = call_finalizers(&unreachable);
  report.phase(GcPhase::kFinalizers, numbers.finalized, &unreachable);
  GcHeader garbage;
  ssize before = numbers.unreachable - numbers.legacy;
  // Callbacks and finalizers may have freed some.
  if (report.active() && (numbers.callbacks || numbers.finalized)) [[unlikely]]
    before = size(&unreachable);
  move_resurrected(&unreachable, &garbage, old);

  Collected result;
  const ssize garbage_size = size(&garbage);
  result.collected = garbage_size + references_freed;
  numbers.collected = result.collected;
  numbers.resurrected = before - garbage_size;
  report.phase(GcPhase::kResurrected, numbers.resurrected);
  report.phase(GcPhase::kClear, numbers.collected, &garbage);
  clear_garbage(&garbage, old);

  for (GcHeader* h = next(&finalizers); h != &finalizers; h = next(h)) {
    result.uncollectable++;
    if (g_gc.debug & kGcDebugUncollectable) debug_object("uncollectable", gc_object(h));
  }
  if (g_gc.debug & kGcDebugStats) {
    debug_stop(result.collected, result.uncollectable, now_nanoseconds() - debug_start_time);
  }
  keep_legacy_finalizers(&finalizers, old);

  if (generation == kGcGenerations - 1) g_gc_hooks->clear_free_lists();
  if (g_gc_hooks->error_pending()) {
    g_gc_hooks->unraisable(cause.trigger == GcTrigger::kExit ? nullptr : "in garbage collection", nullptr);
  }

  GcGenerationStats& stats = g_gc.stats[generation];
  stats.collections++;
  stats.collected += result.collected;
  stats.uncollectable += result.uncollectable;
  numbers.uncollectable = result.uncollectable;
  if (report.active()) [[unlikely]]
    numbers.heap_blocks_after = static_cast<ssize>(memory::allocated_blocks());
  report.phase(GcPhase::kStop, numbers.collected);
  return result;
}

ssize collect_with_callbacks(int generation, GcTrigger trigger) {
  Cause cause(generation, trigger);
  g_gc_hooks->notify("start", generation, 0, 0);
  Collected r = collect_main(cause);
  g_gc_hooks->notify("stop", generation, r.collected, r.uncollectable);
  return r.collected + r.uncollectable;
}

// The oldest generation whose count is over its threshold, with the younger ones. A full collection additionally waits
// until the objects that came since the last one are a quarter of those that survived it: total work stays linear.
void collect_generations() {
  for (int i = kGcGenerations - 1; i >= 0; i--) {
    if (g_gc.generations[i].count <= g_gc.generations[i].threshold) continue;
    if (i == kGcGenerations - 1 && g_gc.long_lived_pending < g_gc.long_lived_total / 4) continue;
    collect_with_callbacks(i, GcTrigger::kThreshold);
    return;
  }
}

[[gnu::noinline, gnu::cold]] void collect_if_due() {
  if (!g_gc.enabled || !g_gc.generations[0].threshold || g_gc.collecting || !g_gc_hooks) return;
  if (g_gc_hooks->error_pending()) return;
  g_gc.collecting = true;
  collect_generations();
  g_gc.collecting = false;
  gc_audit_if_due();
}

}  // namespace

// ---- Allocation ---------------------------------------------------------------------------------------------------

namespace {
size_t pre_size_of(const Object* p) {
  return (type_view(p)->flags & kViewManagedDict) ? 2 * sizeof(GcHeader) : sizeof(GcHeader);
}
}  // namespace

void* gc_alloc(size_t size, size_t pre_size) {
  char* block = static_cast<char*>(memory::object_alloc(size + pre_size));
  if (!block) [[unlikely]]
    return nullptr;
  uintptr_t* words = reinterpret_cast<uintptr_t*>(block);
  words[0] = words[1] = 0;
  if (pre_size > sizeof(GcHeader)) words[2] = words[3] = 0;
  assert(pre_size == sizeof(GcHeader) || pre_size == 2 * sizeof(GcHeader));
  GcGeneration& young = g_gc.generations[0];
  if (++young.count > young.threshold) [[unlikely]]
    collect_if_due();
  return block + pre_size;
}

void gc_count_allocation() {
  GcGeneration& young = g_gc.generations[0];
  if (++young.count > young.threshold) [[unlikely]]
    collect_if_due();
}

CountedObject::CountedObject() { gc_count_allocation(); }
CountedObject::~CountedObject() {
  GcGeneration& young = g_gc.generations[0];
  if (young.count > 0) young.count--;
}

void* gc_realloc(Object* p, size_t new_size) {
  assert(!gc_is_tracked(p));
  size_t pre_size = pre_size_of(p);
  char* block = static_cast<char*>(memory::object_realloc(reinterpret_cast<char*>(p) - pre_size, new_size + pre_size));
  return block ? block + pre_size : nullptr;
}

void gc_free(void* object) {
  Object* p = static_cast<Object*>(object);
  gc_untrack_object(p);
  GcGeneration& young = g_gc.generations[0];
  if (young.count > 0) young.count--;
  memory::object_free(reinterpret_cast<char*>(p) - pre_size_of(p));
}

// ---- Watchers -----------------------------------------------------------------------------------------------------

void gc_add_watcher(GcWatcher* watcher) {
  GcWatcher** end = &g_watchers;
  while (*end && *end != watcher) end = &(*end)->next;
  if (!*end) watcher->next = nullptr;
  *end = watcher;
  g_gc.listener = &kHub;
}

void gc_remove_watcher(GcWatcher* watcher) {
  for (GcWatcher** p = &g_watchers; *p; p = &(*p)->next) {
    if (*p != watcher) continue;
    *p = watcher->next;
    break;
  }
  if (!g_watchers && g_gc.listener == &kHub) g_gc.listener = nullptr;
}

ssize gc_remaining_references(const Object* candidate) { return refs_of(gc_header(candidate)); }
bool gc_is_candidate(const Object* p) { return object_is_gc(p) && is_collecting(gc_header(p)); }

// ---- Entry points -------------------------------------------------------------------------------------------------

ssize gc_collect(int generation) {
  if (g_gc.collecting) return 0;
  Object* saved[3];
  g_gc_hooks->save_error(saved);
  free_objects_put_aside();
  g_gc.collecting = true;
  ssize n = collect_with_callbacks(generation, GcTrigger::kExplicit);
  g_gc.collecting = false;
  g_gc_hooks->restore_error(saved);
  gc_audit_if_due();
  return n;
}

ssize gc_collect_at_exit() {
  if (g_gc.collecting) return 0;
  g_gc.collecting = true;
  Collected r = collect_main(Cause(kGcGenerations - 1, GcTrigger::kExit));
  g_gc.collecting = false;
  return r.collected + r.uncollectable;
}

void gc_freeze() {
  for (GcGeneration& generation : g_gc.generations) {
    merge(&generation.head, &g_gc.permanent);
    generation.count = 0;
  }
}

void gc_unfreeze() { merge(&g_gc.permanent, &g_gc.generations[kGcGenerations - 1].head); }

}  // namespace minipy
