// A runtime without library or Python code, started once per process: enough for types, containers and the collector.
#pragma once

#include "stdlib/lifecycle.h"

namespace minipy::test {

inline bool start_runtime() {
  static bool started = start_compiler_only();
  return started;
}

}  // namespace minipy::test
