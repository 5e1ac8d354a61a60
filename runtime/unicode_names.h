// When the names of characters may be used. The tables are the runtime's own, but in CPython they belong to module
// unicodedata: \N{...} and the error handler "namereplace" import it, and fail where it cannot be imported.
#pragma once

#include "runtime/result.h"

namespace minipy {

// Imports module unicodedata; set by the library. Null: there is no library, and nothing to import.
extern Status (*g_import_unicodedata_hook)();

// For \N{...}; asks until it has succeeded once. UnicodeError: the module cannot be loaded.
Status unicode_names_for_escapes();
// For "namereplace". ImportError or AttributeError.
Status unicode_names_for_replacing();

}  // namespace minipy
