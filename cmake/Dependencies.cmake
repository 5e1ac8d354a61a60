# The libraries that minipy takes from Debian (D10). The packages are listed in packages.txt.

set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_path(MINIPY_FMT_INCLUDE fmt/format-inl.h REQUIRED)
find_package(Boost 1.74 REQUIRED)
find_path(MINIPY_MIMALLOC_INCLUDE mimalloc.h REQUIRED)
find_library(MINIPY_MIMALLOC_LIBRARY mimalloc REQUIRED)
find_path(MINIPY_GMP_INCLUDE gmp.h REQUIRED)
find_library(MINIPY_GMP_LIBRARY NAMES libgmp.a gmp REQUIRED)
find_path(MINIPY_CLI11_INCLUDE CLI/CLI.hpp REQUIRED)
find_path(MINIPY_ZLIB_INCLUDE zlib.h REQUIRED)
find_library(MINIPY_ZLIB_LIBRARY NAMES libz.a z REQUIRED)
find_path(MINIPY_CURSES_INCLUDE ncurses.h REQUIRED)
find_library(MINIPY_CURSES_LIBRARY NAMES libncursesw.a ncursesw REQUIRED)
find_library(MINIPY_TINFO_LIBRARY NAMES libtinfo.a tinfo REQUIRED)
# Loaded when they are needed (cli/line_editor.cc, stdlib/hashes/libcrypto.cc), so never linked.
find_path(MINIPY_EDIT_INCLUDE editline/readline.h REQUIRED)
find_path(MINIPY_OPENSSL_INCLUDE openssl/sha.h REQUIRED)

# fmt, compiled once without exceptions and linked in: the shared library would bring libstdc++.so with it at start-up.
add_library(minipy_fmt OBJECT cmake/fmt.cc)
target_compile_definitions(minipy_fmt PUBLIC FMT_EXCEPTIONS=0)
target_compile_options(minipy_fmt PRIVATE -fno-exceptions -fno-rtti)
target_link_libraries(minipy_fmt PRIVATE minipy_warnings)

add_library(minipy_dependencies INTERFACE)
target_include_directories(
  minipy_dependencies SYSTEM
  INTERFACE "${MINIPY_FMT_INCLUDE}" "${MINIPY_MIMALLOC_INCLUDE}" "${MINIPY_GMP_INCLUDE}" "${MINIPY_CLI11_INCLUDE}" "${MINIPY_ZLIB_INCLUDE}"
            "${MINIPY_EDIT_INCLUDE}" "${MINIPY_OPENSSL_INCLUDE}")
target_compile_definitions(minipy_dependencies INTERFACE FMT_EXCEPTIONS=0)
target_link_libraries(minipy_dependencies INTERFACE Threads::Threads Boost::headers "${MINIPY_MIMALLOC_LIBRARY}"
                                                    "${MINIPY_GMP_LIBRARY}" "${MINIPY_ZLIB_LIBRARY}" "${MINIPY_CURSES_LIBRARY}"
                                                    "${MINIPY_TINFO_LIBRARY}" m dl)
if(MINIPY_TESTS)
  find_package(GTest REQUIRED)
endif()
