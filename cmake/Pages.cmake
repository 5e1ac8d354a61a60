# The pages that views write for a browser: each stdlib/minipy/NAME.html becomes a header generated/NAME.h that defines
# the text as `NAME_html`.

file(GLOB page_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/stdlib/minipy/*.html")
foreach(page IN LISTS page_sources)
  get_filename_component(page_name "${page}" NAME_WE)
  file(READ "${page}" page_text)
  set(page_header "${CMAKE_BINARY_DIR}/include/generated/${page_name}.h")
  set(page_content "#pragma once\ninline constexpr char ${page_name}_html[] = R\"PAGE(${page_text})PAGE\";\n")
  set(page_before "")
  if(EXISTS "${page_header}")
    file(READ "${page_header}" page_before)
  endif()
  if(NOT page_before STREQUAL page_content)
    file(WRITE "${page_header}" "${page_content}")
  endif()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${page}")
endforeach()
