// Where the library is: PYTHONHOME, MINIPY_STDLIB, or the directory found at configure time.
#pragma once

namespace minipy {

// The directory with the pure-Python library (e.g. /usr/lib/python3.11). Valid for the life of the process.
const char* stdlib_directory();
// Decides it. `use_environment` false with -E and -I. False: there is no library; *message names what to install.
bool find_stdlib(bool use_environment, const char** message);

}  // namespace minipy
