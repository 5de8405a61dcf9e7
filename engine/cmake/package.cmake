# `cpack -G DEB` in a build folder: one package with the program, its documents and the library.
if(NOT PROJECT_IS_TOP_LEVEL)
  return()
endif()
set(LIKVARD_MAINTAINER "likvard <root@localhost>" CACHE STRING "Who makes the package: Name <address>")
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME likvard)
set(CPACK_PACKAGE_CONTACT ${LIKVARD_MAINTAINER})
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY ${PROJECT_DESCRIPTION})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "Simulates pupils, school segregation and school-funding models, and estimates the equity they lead to,
with the uncertainty of every number. The program, its manual page and completions, the Python module
likvard, and the static library that find_package(likvard) finds.")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# What find_package(likvard) looks for: only those who build with the library need it.
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "libboost-dev, libeigen3-dev, libtbb-dev, libfmt-dev, libhwy-dev, libhdf5-dev, libtomlplusplus-dev, nlohmann-json3-dev")
# Who does not use Python needs none of it: its module is compiled for one version of the interpreter.
if(LIKVARD_PYTHON)
  math(EXPR next "${Python3_VERSION_MINOR} + 1")
  set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "python3 (>= ${Python3_VERSION_MAJOR}.${Python3_VERSION_MINOR}), python3 (<< ${Python3_VERSION_MAJOR}.${next}), python3-numpy")
  string(APPEND CPACK_DEBIAN_PACKAGE_SUGGESTS ", python3-pandas, python3-xarray, python3-matplotlib")
endif()
set(CPACK_VERBATIM_VARIABLES ON)
include(CPack)
