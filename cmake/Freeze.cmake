# Embedding the modules that start-up needs (D3): cli/freeze.cc is a small program over the same rooms that compiles the
# files named in cli/frozen_modules.txt with minipy's own compiler and writes them as one C++ source of marshalled code:
#
#     minipy_freeze --stdlib DIR --list cli/frozen_modules.txt --output generated/frozen_modules.cc
#
# The generated file defines what stdlib declares as the table of frozen modules. Programs without it (the unit tests, the
# generator itself) link cli/frozen_none.c++, an empty table, if there is one. The generator leaves an unchanged output
# untouched, so an edit to a type does not recompile the table.

set(MINIPY_FROZEN_OBJECTS "")
set(MINIPY_FROZEN_NONE "")
if(EXISTS "${CMAKE_SOURCE_DIR}/cli/freeze.cc")
  if(EXISTS "${CMAKE_SOURCE_DIR}/cli/frozen_none.c++")
    set(MINIPY_FROZEN_NONE "${CMAKE_SOURCE_DIR}/cli/frozen_none.c++")
  endif()
  add_executable(minipy_freeze cli/freeze.cc ${MINIPY_FROZEN_NONE})
  target_link_libraries(minipy_freeze PRIVATE minipy_options ${MINIPY_OBJECTS})
  set(frozen_source "${CMAKE_BINARY_DIR}/generated/frozen_modules.cc")
  add_custom_command(
    OUTPUT "${frozen_source}"
    COMMAND "${CMAKE_COMMAND}" -E make_directory "${CMAKE_BINARY_DIR}/generated"
    COMMAND minipy_freeze --stdlib "${MINIPY_CONFIG_STDLIB_DIR}" --list "${CMAKE_SOURCE_DIR}/cli/frozen_modules.txt"
            --output "${frozen_source}"
    DEPENDS minipy_freeze "${CMAKE_SOURCE_DIR}/cli/frozen_modules.txt"
    COMMENT "Freezing start-up modules"
    VERBATIM)
  add_library(minipy_frozen OBJECT "${frozen_source}")
  target_link_libraries(minipy_frozen PRIVATE minipy_options)
  set(MINIPY_FROZEN_OBJECTS $<TARGET_OBJECTS:minipy_frozen>)
endif()
