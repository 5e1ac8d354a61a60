// The import statement's instructions (language reference 5.2, 7.11).
#pragma once

#include "runtime/result.h"
#include "vm/frame.h"

namespace minipy {

struct Str;

Ref<Object> import_name(InterpreterFrame* frame, Str* name, Object* fromlist, Object* level);
Ref<Object> import_from(Object* module, Str* name);
Status import_star(InterpreterFrame* frame, Object* module);

}  // namespace minipy
