// What belongs to a thread by name: attributes of thread-local objects, containers whose repr is being made.
#pragma once

#include "runtime/dict.h"
#include "runtime/thread_state.h"

namespace minipy {

// Made on first use. Borrowed; null: MemoryError pending.
Dict* thread_dict(ThreadState* t);

}  // namespace minipy
