// The heap auditor at work: gc_audit() (gc/collector.h) after collections and at the end of a run.
#pragma once

namespace minipy {

// Audits after every n-th collection from now on (0: never). A mismatch is written to standard error and ends the
// process by abort(). -X minipy.audit=N, MINIPY_AUDIT=N.
void gc_set_audit_interval(int n);
// The same, now, where an interval is set; `when` tells the reader at what point.
void gc_audit_or_abort(const char* when);

// Called when a collection is over.
extern int g_gc_audit_interval;
void gc_audit_after_collection();
inline void gc_audit_if_due() {
  if (g_gc_audit_interval) [[unlikely]]
    gc_audit_after_collection();
}

}  // namespace minipy
