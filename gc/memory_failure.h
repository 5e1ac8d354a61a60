// Making allocations fail, for tests of what happens when memory is exhausted.
#pragma once

namespace minipy::memory {

// Of the allocations to come, those numbered from `first` on and below `last` fail (the next one is number 0). Takes
// the listener's place.
void fail_allocations(unsigned long first, unsigned long last);
// How many allocations there have been since.
unsigned long allocations_counted();

}  // namespace minipy::memory
