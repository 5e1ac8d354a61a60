// The import system's native side: sys.modules, the bootstrap of the library's importlib, and `import` itself.
#pragma once

#include "gc/object.h"
#include "runtime/result.h"

namespace minipy {

struct Str;
struct Dict;
struct Module;
struct NativeModule;
struct Interpreter;

// __import__ (PEP 328). `name` must be str; globals may be None or null; level >= 0.
Ref<Object> import_module_level(Object* name, Object* globals, Object* locals, Object* fromlist, int level);
// `import a.b.c` as a native caller wants it: the module a.b.c itself, by the `__import__` of the running code's
// builtins.
Ref<Object> import_module(const char* dotted_name);
// The attribute of a module: import_module + getattr.
Ref<Object> import_attribute(const char* dotted_name, const char* attribute);

// The same of a module that is there already: `__import__` is only asked if it is not.
Ref<Object> loaded_attribute(const char* dotted_name, const char* attribute);

// Native modules by name (stdlib/modules.cc); null: no such module. All names for sys.builtin_module_names.
const NativeModule* find_native_module(Str* name);
Ref<Object> native_module_names();
// Makes the module and runs its exec; a spec may be given (None otherwise).
Ref<Object> native_module_create(const NativeModule* def);

// Start-up: importlib._bootstrap, then importlib._bootstrap_external. Called once each.
Status import_bootstrap(Interpreter* interp);
Status import_bootstrap_external(Interpreter* interp);

// The lock that importlib takes for a moment at a time (_imp.acquire_lock); os.fork takes it, so that no thread that
// the child lacks holds it there. Released by its owner only (false: it is not the caller's).
void import_lock_acquire();
bool import_lock_release();

}  // namespace minipy
