// What libFuzzer calls. The environment variable MINIPY_FUZZ_TARGET names the target.
#include <cstdint>
#include <cstdlib>

#include "tests/fuzz/engine.h"

extern "C" const char* __asan_default_options() {
  // Requests that are too big get a null pointer, as from malloc; leaks are found by the engine.
  return "allocator_may_return_null=1:detect_leaks=0:detect_stack_use_after_return=0";
}

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  if (!minipy::fuzz::start(std::getenv("MINIPY_FUZZ_TARGET"))) std::exit(2);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // A leak shows in most inputs that cause it, so one in some is looked at.
  constexpr unsigned kLeakInterval = 128;
  static unsigned count = 0;
  minipy::fuzz::run_input({reinterpret_cast<const char*>(data), size}, ++count % kLeakInterval == 0);
  return 0;
}
