# Embedding the modules that start-up needs (D3), and the package `minipy`: cli/freeze.cc is a small program over the same
# rooms that compiles the modules of stdlib/frozen.cc, or the files of stdlib/minipy/package, with minipy's own compiler
# and writes their marshalled code as C++ sources. Programs without those sources (the unit tests, the generator itself)
# compile the library's modules when they need them, and have no package.

set(MINIPY_FROZEN_OBJECTS "")
if(EXISTS "${CMAKE_SOURCE_DIR}/cli/freeze.cc" AND NOT MINIPY_ALLOW_UNRESOLVED)
  add_executable(minipy_freeze cli/freeze.cc)
  target_link_libraries(minipy_freeze PRIVATE minipy_options ${MINIPY_OBJECTS})
  set(frozen_source "${CMAKE_BINARY_DIR}/generated/frozen_modules.cc")
  # The table depends on the compiler and the library's sources only, so that an edit elsewhere does not remake it.
  file(GLOB_RECURSE frozen_inputs CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/compiler/*.cc")
  add_custom_command(
    OUTPUT "${frozen_source}"
    COMMAND "${CMAKE_COMMAND}" -E make_directory "${CMAKE_BINARY_DIR}/generated"
    COMMAND "${CMAKE_COMMAND}" -E env MINIPY_STDLIB=${MINIPY_CONFIG_STDLIB_DIR}
            $<TARGET_FILE:minipy_freeze> "${frozen_source}"
    DEPENDS ${frozen_inputs} "${CMAKE_SOURCE_DIR}/cli/freeze.cc" "${CMAKE_SOURCE_DIR}/stdlib/frozen.cc"
    COMMENT "Freezing start-up modules"
    VERBATIM)
  # The package `minipy`, in a table of its own: an edit there remakes only that.
  set(package_source "${CMAKE_BINARY_DIR}/generated/frozen_package.cc")
  set(package_folder "${CMAKE_SOURCE_DIR}/stdlib/minipy/package")
  file(GLOB package_files CONFIGURE_DEPENDS "${package_folder}/*.py")
  add_custom_command(
    OUTPUT "${package_source}"
    COMMAND "${CMAKE_COMMAND}" -E make_directory "${CMAKE_BINARY_DIR}/generated"
    COMMAND "${CMAKE_COMMAND}" -E env MINIPY_STDLIB=${MINIPY_CONFIG_STDLIB_DIR}
            $<TARGET_FILE:minipy_freeze> "${package_source}" "${package_folder}"
    DEPENDS ${package_files} ${frozen_inputs} "${CMAKE_SOURCE_DIR}/cli/freeze.cc"
    COMMENT "Freezing the package minipy"
    VERBATIM)
  add_library(minipy_frozen OBJECT "${frozen_source}" "${package_source}")
  add_dependencies(minipy_frozen minipy_freeze)
  target_link_libraries(minipy_frozen PRIVATE minipy_options)
  set(MINIPY_FROZEN_OBJECTS $<TARGET_OBJECTS:minipy_frozen>)
endif()
