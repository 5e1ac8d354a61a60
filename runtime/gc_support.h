// What the collector needs from Python's objects: gc.callbacks and gc.garbage, weak references, free lists, reports.
#pragma once

#include "gc/collector.h"

namespace minipy {

struct List;

// Installs the hooks; called first at start-up, before any object is made.
void gc_support_init();

// gc.callbacks and gc.garbage, made on first use. Borrowed; null with MemoryError pending.
List* gc_callbacks();
List* gc_garbage();

// At exit, while warnings can still be issued: a ResourceWarning when gc.garbage is not empty; with DEBUG_UNCOLLECTABLE
// also what is in it.
void gc_report_at_exit();

// weakref.cc: the collector's view of weak references (see GcHooks::handle_weakrefs).
ssize weakref_handle_unreachable(GcHeader* unreachable, GcHeader* old);

// Untracks the tuple when nothing in it can be part of a cycle; true when it did. (dict_maybe_untrack: runtime/dict.h)
bool tuple_maybe_untrack(Object* p);

}  // namespace minipy
