# cimdse_add_plugin(KIND NAME SOURCES file.c ... [LIBRARIES lib ...])
#
# Builds one plug-in, KIND.NAME.so: a module that exports cim_plugins() and nothing else, in the
# folder CIMDSE_PLUGIN_DIR if that is set. The same function serves the plug-ins of this tree and,
# through find_package(cimdse), everybody else's.
function(cimdse_add_plugin kind name)
  cmake_parse_arguments(PLUGIN "" "" "SOURCES;LIBRARIES" ${ARGN})
  set(target ${kind}.${name})
  add_library(${target} MODULE ${PLUGIN_SOURCES})
  target_link_libraries(${target} PRIVATE cimdse::sdk ${PLUGIN_LIBRARIES} m)
  target_compile_options(${target} PRIVATE -ffp-contract=off)  # same bits with every compiler
  set_target_properties(${target} PROPERTIES PREFIX "" C_VISIBILITY_PRESET hidden)
  target_link_options(${target} PRIVATE
    LINKER:--version-script=${CMAKE_CURRENT_FUNCTION_LIST_DIR}/cim_plugin.map)
  if(NOT CIMDSE_SANITIZE)  # the sanitizers' own symbols come from the program that loads it
    target_link_options(${target} PRIVATE LINKER:-z,defs)
  endif()
  if(CIMDSE_PLUGIN_DIR)
    set_target_properties(${target} PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${CIMDSE_PLUGIN_DIR})
  endif()
  if("${CIMDSE_PLUGIN_DIR}" STREQUAL "${CMAKE_BINARY_DIR}/plugins")
    set_property(GLOBAL APPEND PROPERTY CIMDSE_SHIPPED_PLUGINS ${target})  # see Install.cmake
  endif()
endfunction()
