// The places that tell listeners (D8) outside the instrumented loop: where memory is allocated, a string interned, a
// collection run, the GIL taken. Each tests a pointer that is null while nobody listens. In a build with
// MINIPY_WITHOUT_HOOKS (the preset `nohooks`) even these tests are gone, and such events cannot be watched: it is there
// to measure what they cost (benchmarks/instructions.py).
#pragma once

namespace minipy {

#ifdef MINIPY_WITHOUT_HOOKS
inline constexpr bool kHooks = false;
#else
inline constexpr bool kHooks = true;
#endif

}  // namespace minipy
