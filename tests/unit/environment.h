// A runtime without library or Python code, started once per process: enough for types, containers and the collector.
#pragma once

#include <gtest/gtest.h>

#include "gc/collector.h"
#include "stdlib/lifecycle.h"

namespace minipy::test {

// After each test the reference counts of all tracked objects must agree with what their traverse functions show.
class AuditHeap : public ::testing::EmptyTestEventListener {
  void OnTestEnd(const ::testing::TestInfo&) override {
    gc_audit(
        [](void*, const Object* p, ssize count, ssize found) {
          ADD_FAILURE() << "heap auditor: object " << p << ": count " << count << ", references found " << found;
        },
        nullptr);
  }
};

inline bool start_runtime() {
  static bool started = [] {
    ::testing::UnitTest::GetInstance()->listeners().Append(new AuditHeap);
    return start_compiler_only();
  }();
  return started;
}

}  // namespace minipy::test
