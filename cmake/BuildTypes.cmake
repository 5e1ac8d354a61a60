# Release: what users run. Dev: assertions and the heap auditor. Asan: Dev under AddressSanitizer and UBSan. Fuzz: the
# same, instrumented for libFuzzer (clang).

set(minipy_types Release Dev Asan Fuzz)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Release, Dev or Asan" FORCE)
endif()
if(NOT CMAKE_BUILD_TYPE IN_LIST minipy_types)
  message(FATAL_ERROR "CMAKE_BUILD_TYPE is '${CMAKE_BUILD_TYPE}'; it must be one of: ${minipy_types}")
endif()
set_property(CACHE CMAKE_BUILD_TYPE PROPERTY STRINGS ${minipy_types})

set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG" CACHE STRING "" FORCE)
set(CMAKE_CXX_FLAGS_DEV "-O1 -g1 -fno-omit-frame-pointer -DMINIPY_DEBUG=1" CACHE STRING "" FORCE)
set(CMAKE_CXX_FLAGS_ASAN
    "${CMAKE_CXX_FLAGS_DEV} -DMINIPY_ASAN=1 -fsanitize=address,undefined -fno-sanitize-recover=undefined"
    CACHE STRING "" FORCE)
# Function pointers are called through other types (slots), and there is no RTTI.
set(CMAKE_CXX_FLAGS_FUZZ
    "${CMAKE_CXX_FLAGS_DEV} -DMINIPY_ASAN=1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize=function,vptr -fno-sanitize-recover=undefined"
    CACHE STRING "" FORCE)
set(CMAKE_C_FLAGS_RELEASE "${CMAKE_CXX_FLAGS_RELEASE}" CACHE STRING "" FORCE)
set(CMAKE_C_FLAGS_DEV "${CMAKE_CXX_FLAGS_DEV}" CACHE STRING "" FORCE)
set(CMAKE_C_FLAGS_ASAN "${CMAKE_CXX_FLAGS_ASAN}" CACHE STRING "" FORCE)
set(CMAKE_C_FLAGS_FUZZ "${CMAKE_CXX_FLAGS_FUZZ}" CACHE STRING "" FORCE)
set(CMAKE_EXE_LINKER_FLAGS_RELEASE "-Wl,--gc-sections" CACHE STRING "" FORCE)
set(CMAKE_EXE_LINKER_FLAGS_DEV "" CACHE STRING "" FORCE)
set(CMAKE_EXE_LINKER_FLAGS_ASAN "-fsanitize=address,undefined" CACHE STRING "" FORCE)
set(CMAKE_EXE_LINKER_FLAGS_FUZZ "-fsanitize=address,undefined" CACHE STRING "" FORCE)

# -fwrapv, -fno-strict-aliasing: object layouts are read through several struct types (D1).
# -ffp-contract=off: float results are the same on every machine.
# -fvisibility=hidden: only what the C API marks is exported, so that start-up resolves little.
add_compile_options(-fwrapv -fno-strict-aliasing -ffp-contract=off -fno-semantic-interposition -ffunction-sections
                    -fdata-sections $<$<COMPILE_LANGUAGE:CXX>:-fvisibility-inlines-hidden> -fvisibility=hidden)

# A fixed-address executable, as the reference is: static types hold thousands of pointers that would otherwise all be
# relocated at start-up (time, and private pages). The C++ library and GMP are linked in for the same reason.
set(CMAKE_POSITION_INDEPENDENT_CODE OFF)
add_compile_options(-fno-pie)
add_link_options(-no-pie -static-libgcc -Wl,--as-needed)
# (clang's sanitizers are linked in, and the shared libraries must find their malloc.)
if(NOT CMAKE_BUILD_TYPE STREQUAL "Fuzz")
  add_link_options(-Wl,--exclude-libs,ALL)
endif()
if(NOT CMAKE_BUILD_TYPE MATCHES "^(Asan|Fuzz)$")
  add_link_options(-static-libstdc++)
endif()

# lld first: it can lay the symbols that start-up touches side by side (cmake/startup_order.py writes the list), which
# halves the executable's resident pages.
foreach(linker IN ITEMS lld mold)
  find_program(MINIPY_LINKER_${linker} NAMES ${linker} ld.${linker})
  if(MINIPY_LINKER_${linker})
    add_link_options(-fuse-ld=${linker})
    message(STATUS "linker: ${linker}")
    break()
  endif()
endforeach()
set(MINIPY_STARTUP_ORDER "${CMAKE_SOURCE_DIR}/cmake/startup_order.txt")
if(MINIPY_LINKER_lld AND CMAKE_BUILD_TYPE STREQUAL "Release" AND EXISTS "${MINIPY_STARTUP_ORDER}")
  add_link_options("-Wl,--symbol-ordering-file=${MINIPY_STARTUP_ORDER}" -Wl,--no-warn-symbol-ordering)
  add_link_options("${CMAKE_SOURCE_DIR}/cmake/constants.ld")
endif()
if(MINIPY_ALLOW_UNRESOLVED)
  add_link_options(-Wl,--unresolved-symbols=ignore-all)
endif()

find_program(MINIPY_CCACHE ccache)
if(MINIPY_CCACHE)
  # Relative paths in the cache's keys: every checkout and build folder shares the results.
  set(CMAKE_CXX_COMPILER_LAUNCHER env "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}" CCACHE_NOHASHDIR=1 "${MINIPY_CCACHE}")
  set(CMAKE_C_COMPILER_LAUNCHER ${CMAKE_CXX_COMPILER_LAUNCHER})
endif()
