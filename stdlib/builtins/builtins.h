// The builtins module, in files by subject; each file offers its table of functions.
#pragma once

#include "runtime/type.h"

namespace minipy {

extern MethodDef builtins_object_functions[];     // attributes, representation, classes, numbers
extern MethodDef builtins_iteration_functions[];  // iter, next, all, any, min, max, sorted, sum...
extern MethodDef builtins_code_functions[];       // compile, eval, exec, __import__, __build_class__, globals...
extern MethodDef builtins_io_functions[];         // print, input, breakpoint

// Makes the module and the interpreter's builtins dict. Called once at start-up, before any Python code runs.
struct Module;
Ref<Module> builtins_module_new();

}  // namespace minipy
