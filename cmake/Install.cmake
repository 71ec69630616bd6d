# What `cmake --install` puts where. Included last by the top-level CMakeLists.txt.
include(CMakePackageConfigHelpers)

set(plugin_dir lib/cimdse/plugins)  # the program looks there, from its own folder
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/cimdse)

# The program, its plug-ins and the studies to start from.
install(TARGETS cimdse RUNTIME)
get_property(shipped GLOBAL PROPERTY CIMDSE_SHIPPED_PLUGINS)
install(TARGETS ${shipped} LIBRARY DESTINATION ${plugin_dir})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/configs/ DESTINATION ${CMAKE_INSTALL_DATADIR}/cimdse/configs)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/plugins/accuracy/weights  # where the studies look for them
        DESTINATION ${CMAKE_INSTALL_DATADIR}/cimdse/plugins/accuracy)

# What a plug-in's author needs.
install(TARGETS cimdse_sdk cimdse_circuit cimdse_chip EXPORT cimdseTargets ARCHIVE)
install(DIRECTORY plugins/include/cim plugins/sdk/cim_sdk hwmodels/circuit/include/cim_circuit
                  hwmodels/chip/include/cim_chip
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")

# find_package(cimdse)
install(EXPORT cimdseTargets NAMESPACE cimdse:: DESTINATION ${package_dir})
configure_package_config_file(cmake/cimdseConfig.cmake.in cimdseConfig.cmake
  INSTALL_DESTINATION ${package_dir} PATH_VARS plugin_dir)
if(PROJECT_VERSION_MAJOR EQUAL 0)  # cim/abi.h: until 1.0 the minor version must match
  set(compatibility SameMinorVersion)
else()
  set(compatibility SameMajorVersion)
endif()
write_basic_package_version_file(cimdseConfigVersion.cmake COMPATIBILITY ${compatibility})
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/cimdseConfig.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/cimdseConfigVersion.cmake
              cmake/CimdsePlugin.cmake cmake/cim_plugin.map
        DESTINATION ${package_dir})

# pkg-config cimdse. Paths start at the file itself, so that an installed tree can be moved.
file(RELATIVE_PATH prefix_from_pc ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
string(REGEX REPLACE "/$" "" prefix_from_pc ${prefix_from_pc})
configure_file(cmake/cimdse.pc.in cimdse.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/cimdse.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
