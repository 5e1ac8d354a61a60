// The heap auditor: recomputes reference counts from what traverse functions show.
//
// A reference that is missing from a count (somebody gave up one that was not theirs) shows here as soon as a
// collection is over, not when the object is freed too early and its memory used by another. References from outside
// the tracked objects (stacks, native structures) are not known, so a count that is too high is no mismatch; leaks are
// what sys.gettotalrefcount() is for.
#include <cstdio>
#include <cstdlib>

#include "gc/auditor.h"
#include "gc/collector.h"
#include "gc/deep_dealloc.h"
#include "gc/gc_list.h"
#include "gc/type_view.h"

namespace minipy {

using namespace gc_list;

int g_gc_audit_interval = 0;

namespace {

constinit int collections_since_audit = 0;

struct Audit {
  void (*report)(void*, const Object*, ssize, ssize);
  void* context;
  ssize mismatches = 0;

  void mismatch(const Object* p, ssize found) {
    mismatches++;
    report(context, p, p->refcount, found);
  }
};

int visit_count(Object* p, void* audit) {
  if (p->refcount <= 0 || !p->type) {
    static_cast<Audit*>(audit)->mismatch(p, -1);
  } else if (object_is_gc(p)) {
    GcHeader* h = gc_header(p);
    if (is_collecting(h)) h->prev += uintptr_t{1} << kRefsShift;
  }
  return 0;
}

template <class F>
void for_each_list(F f) {
  for (GcGeneration& generation : g_gc.generations) f(&generation.head);
  f(&g_gc.permanent);
}

template <class F>
void for_each_header(F f) {
  for_each_list([&](GcHeader* list) {
    for (GcHeader* h = next(list); h != list; h = next(h)) f(h);
  });
}

void write_mismatch(void* when, const Object* p, ssize refcount, ssize found) {
  const char* moment = static_cast<const char*>(when);
  const void* address = p;
  if (found < 0) {
    std::fprintf(stderr, "gc audit %s: freed object or broken list at %p (count %zd)\n", moment, address, refcount);
    return;
  }
  constexpr unsigned long kTypeSubclass = 1ul << 31;
  bool is_type = type_view(p)->flags & kTypeSubclass;
  std::fprintf(stderr, "gc audit %s: %p of type %s%s%s has count %zd, but %zd references lead to it\n", moment, address,
               type_view(p)->name, is_type ? ": " : "", is_type ? reinterpret_cast<const TypeView*>(p)->name : "",
               refcount, found);
}

}  // namespace

ssize gc_audit(void (*report)(void*, const Object*, ssize, ssize), void* context) {
  if (g_gc.collecting) return 0;
  Audit audit{report, context};
  for_each_header([&](GcHeader* h) {
    const Object* p = gc_object(h);
    if (prev(next(h)) != h || (p->refcount <= 0 && !is_put_aside(p))) audit.mismatch(p, -1);
  });
  if (audit.mismatches) return audit.mismatches;  // nothing below is safe on broken lists
  // `prev` counts the references found (from 0 up), and is rebuilt at the end.
  for_each_header([](GcHeader* h) { h->prev = (h->prev & kFinalized) | kCollecting; });
  for_each_header([&](GcHeader* h) { traverse(gc_object(h), visit_count, &audit); });
  for_each_header([&](GcHeader* h) {
    ssize count = is_put_aside(gc_object(h)) ? 0 : gc_object(h)->refcount;
    if (refs_of(h) > count) audit.mismatch(gc_object(h), refs_of(h));
  });
  for_each_list([](GcHeader* list) {
    GcHeader* before = list;
    for (GcHeader* h = next(list); h != list; h = next(h)) {
      h->prev = (h->prev & kFinalized) | reinterpret_cast<uintptr_t>(before);
      before = h;
    }
  });
  return audit.mismatches;
}

void gc_set_audit_interval(int n) { g_gc_audit_interval = n; }

void gc_audit_or_abort(const char* when) {
  if (!g_gc_audit_interval) return;
  collections_since_audit = 0;
  if (gc_audit(write_mismatch, const_cast<char*>(when)) != 0) std::abort();
}

void gc_audit_after_collection() {
  if (++collections_since_audit >= g_gc_audit_interval) gc_audit_or_abort("after a collection");
}

}  // namespace minipy
