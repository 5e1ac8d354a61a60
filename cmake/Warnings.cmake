# Warnings are errors, with both compilers. What is switched off here is off because it rejects an idiom of this code:
# partly initialised static types, slots behind casts, offsets in derived layout structs.
add_library(minipy_warnings INTERFACE)
target_compile_options(
  minipy_warnings
  INTERFACE -Wall
            -Wextra
            -Werror
            -Wimplicit-fallthrough
            -Wnon-virtual-dtor
            -Wvla
            -Wformat=2
            -Wno-missing-field-initializers
            -Wno-unused-parameter
            -Wno-cast-function-type
            -Wno-invalid-offsetof)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # The arrays at the end of variable-sized objects look like one element to these (g++ 12).
  target_compile_options(minipy_warnings INTERFACE -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread
                                                   -Wno-restrict -Wduplicated-cond -Wlogical-op)
  # The sanitizers' own instrumentation makes g++ see uses that are not there.
  if(CMAKE_BUILD_TYPE STREQUAL "Asan")
    target_compile_options(minipy_warnings INTERFACE -Wno-maybe-uninitialized)
  endif()
else()
  # -Wno-unused-result: clang counts the unused value of a TRY(...) statement. g++ checks [[nodiscard]] for both.
  # -fconstexpr-steps: tables are computed when compiling.
  target_compile_options(minipy_warnings INTERFACE -Wno-unused-result -Wno-array-bounds -Wno-c99-designator -Wno-mismatched-tags
                                                   -Wno-unused-command-line-argument -Wno-unknown-warning-option
                                                   -fconstexpr-steps=20000000)
endif()
