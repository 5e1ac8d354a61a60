// Native modules that CPython has as compiled files in the library's folder lib-dynload.
#pragma once

namespace minipy {

struct Str;

// True: the module is not built in but found as such a file, and created by _imp.create_dynamic().
bool is_extension_file_module(Str* name);

}  // namespace minipy
