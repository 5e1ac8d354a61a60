# The reference: CPython 3.11 as Debian packages it. Its library is run as it is (D3); its interpreter is what the tests
# compare with. Another `python3.11` may come first on PATH, so the interpreter is asked for by its place.

find_path(MINIPY_STDLIB_DIR os.py PATHS /usr/lib/python3.11 NO_DEFAULT_PATH
          DOC "The pure-Python standard library (package libpython3.11-stdlib)")
if(MINIPY_STDLIB_DIR)
  set(MINIPY_STDLIB_FOUND true)
else()
  set(MINIPY_STDLIB_FOUND false)
  message(WARNING "No /usr/lib/python3.11: minipy needs the package libpython3.11-stdlib to run programs")
endif()
find_program(MINIPY_REFERENCE python3.11 PATHS /usr/bin NO_DEFAULT_PATH DOC "The reference interpreter (python3.11)")
if(MINIPY_TESTS AND NOT MINIPY_REFERENCE)
  message(FATAL_ERROR "The tests need /usr/bin/python3.11 (package python3.11)")
endif()

set(MINIPY_CONFIG_STDLIB_DIR "/usr/lib/python3.11")
if(MINIPY_STDLIB_DIR)
  set(MINIPY_CONFIG_STDLIB_DIR "${MINIPY_STDLIB_DIR}")
endif()
if(CMAKE_LIBRARY_ARCHITECTURE)
  set(MINIPY_MULTIARCH "${CMAKE_LIBRARY_ARCHITECTURE}")
else()
  set(MINIPY_MULTIARCH "x86_64-linux-gnu")
endif()
configure_file(cmake/config.h.in "${CMAKE_BINARY_DIR}/include/generated/config.h" @ONLY)
