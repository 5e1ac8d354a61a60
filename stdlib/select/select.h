// Module select, in files by subject.
#pragma once

#include "gc/object.h"
#include "runtime/result.h"
#include "runtime/type.h"

namespace minipy::selecting {

extern Type poll_type, epoll_type;
Ref<Object> poll_new();

// A waiting time as select functions take it, in nanoseconds; None: -1, for ever. `message`: the TypeError for others.
Maybe<long long> timeout_argument(Object* timeout, const char* message, bool milliseconds);
// Nanoseconds of a monotonic clock.
long long monotonic_now();

// Calls wait(timeout) again after a signal until the time is over. Result < 0: errno is set, or an exception is pending
// (*raised).
template <class Wait>
int wait_until(long long timeout, Wait wait, bool* raised);

}  // namespace minipy::selecting

#include "stdlib/select/wait.inc"
