# Debian packages, by `cpack` in the build folder: diemsim, and libdiemsim-dev with the library.
set(DIEMSIM_CONTACT "diemsim maintainers <maintainers@diemsim.invalid>" CACHE STRING "maintainer of packages")
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT "${DIEMSIM_CONTACT}")
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE
  GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_COMPONENTS_ALL program library)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/debian.cmake)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

# What the program links with, dpkg-shlibdeps finds; what it only calls is recommended.
set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME diemsim)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_RECOMMENDS gnuplot-nox)
if(MPI_C_FOUND)
  string(APPEND CPACK_DEBIAN_PROGRAM_PACKAGE_RECOMMENDS ", openmpi-bin")
endif()
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SUGGESTS "libdiemsim-dev, c-compiler, python3-xarray")
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION
"Simulates protocols that sell computing through two tokens, one of which is
staked and locked to mint the other, job by job and holder by holder in many
replicas: supply, utilization, yields and the risk of bad outcomes under rules
that a scenario in YAML says. Results are netCDF-4 files.")

# What the archive links with, by the packages that the files are from.
set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME libdiemsim-dev)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libdevel)
set(CPACK_COMPONENT_LIBRARY_DESCRIPTION
"The simulator of the package diemsim as a static library, with its headers,
for programs in C that load scenarios, simulate and read results. Policies in
shared objects need the header in the package diemsim only.")
set(CPACK_DEBIAN_LIBRARY_PACKAGE_DEPENDS "diemsim (= ${PROJECT_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE})")
find_program(DPKG_QUERY dpkg-query)
if(DPKG_QUERY)
  execute_process(COMMAND ${DPKG_QUERY} -S ${library_files} OUTPUT_VARIABLE owners ERROR_QUIET)
  string(REGEX MATCHALL "[^\n:]+(:[a-z0-9]+)?: " owners "${owners}")
  list(TRANSFORM owners REPLACE ":.*" "")
  list(REMOVE_DUPLICATES owners)
  list(SORT owners)
  foreach(owner ${owners})
    string(APPEND CPACK_DEBIAN_LIBRARY_PACKAGE_DEPENDS ", ${owner}")
  endforeach()
endif()
include(CPack)
