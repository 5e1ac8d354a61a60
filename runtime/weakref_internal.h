// Slots that references and proxies share.
#pragma once

#include "runtime/weakref.h"

namespace minipy {

void weakref_dealloc(Object* p);
int weakref_traverse(Object* p, VisitProc visit, void* arg);
int weakref_clear_slot(Object* p);

}  // namespace minipy
