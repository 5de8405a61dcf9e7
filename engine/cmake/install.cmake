# find_package(likvard) for others: targets likvard::core ... likvard::io, likvard::analysis.
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/likvard)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/likvardConfig.cmake.in ${PROJECT_BINARY_DIR}/likvardConfig.cmake
  INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/likvardConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/likvardConfig.cmake ${PROJECT_BINARY_DIR}/likvardConfigVersion.cmake
  DESTINATION ${package_dir})
install(EXPORT likvard NAMESPACE likvard:: DESTINATION ${package_dir})
