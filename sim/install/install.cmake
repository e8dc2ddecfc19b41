# What an installation holds, and Debian packages of it. Two components: `program` is what users and
# authors of policies need, `library` is for programs that simulate by themselves.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(data_folder ${CMAKE_INSTALL_DATADIR}/diemsim)
set(plugin_folder ${CMAKE_INSTALL_LIBDIR}/diemsim/plugins)
set(cmake_folder ${CMAKE_INSTALL_LIBDIR}/cmake/diemsim)
set(built ${CMAKE_BINARY_DIR}/install)

# ---- the program finds its data from its own place; a build folder looks as an installation does ----

file(RELATIVE_PATH data_from_program ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_DATADIR}/diemsim)
file(RELATIVE_PATH plugins_from_program ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_LIBDIR}/diemsim/plugins)
target_compile_definitions(diemsim PRIVATE DIEMSIM_DATA="${data_from_program}"
  DIEMSIM_PLUGINS="${plugins_from_program}")
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/share/diemsim)
file(CREATE_LINK ${CMAKE_SOURCE_DIR}/scenarios ${CMAKE_BINARY_DIR}/share/diemsim/scenarios SYMBOLIC)

# ---- manual pages and completion, from the program's tables ----

file(STRINGS ${CMAKE_SOURCE_DIR}/sim/CHANGELOG.md entry REGEX "^## ${PROJECT_VERSION}, 20..-..-..$")
if(NOT entry)
  message(FATAL_ERROR "sim/CHANGELOG.md has no entry '## ${PROJECT_VERSION}, YYYY-MM-DD'")
endif()
string(REGEX MATCH "....-..-..$" date ${entry})
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/sim/CHANGELOG.md)
set_property(SOURCE sim/cli/man.c PROPERTY COMPILE_DEFINITIONS DIEMSIM_DATE="${date}"
  DIEMSIM_DATA_HOME="${data_folder}" DIEMSIM_PLUGINS_HOME="${plugin_folder}"
  DIEMSIM_DOC_HOME="${CMAKE_INSTALL_DATADIR}/doc/diemsim")
set(pages ${CMAKE_SOURCE_DIR}/sim/install/pages.cmake)
add_custom_command(OUTPUT ${built}/pages.done
  COMMAND ${CMAKE_COMMAND} -DPROGRAM=$<TARGET_FILE:diemsim> -DOUTPUT=${CMAKE_BINARY_DIR}/share -P ${pages}
  COMMAND ${CMAKE_COMMAND} -E touch ${built}/pages.done
  DEPENDS diemsim ${pages} COMMENT "Printing manual pages" VERBATIM)
add_custom_target(pages ALL DEPENDS ${built}/pages.done)

# ---- the program, its data, and what authors of policies compile with ----

file(RELATIVE_PATH prefix_from_pc /p/${CMAKE_INSTALL_LIBDIR}/pkgconfig /p)
string(REGEX REPLACE "/$" "" prefix_from_pc ${prefix_from_pc})
configure_file(sim/install/diemsim.pc.in ${built}/diemsim.pc @ONLY)
write_basic_package_version_file(${built}/diemsim-config-version.cmake COMPATIBILITY SameMinorVersion)

install(TARGETS diemsim COMPONENT program)
# What builds from the sources is of no use without them.
install(DIRECTORY scenarios DESTINATION ${data_folder} COMPONENT program
  PATTERN quickstart.sh EXCLUDE PATTERN spack_repo EXCLUDE PATTERN apptainer.def EXCLUDE)
install(DIRECTORY ${CMAKE_BINARY_DIR}/share/man/man1 DESTINATION ${CMAKE_INSTALL_MANDIR} COMPONENT program)
install(FILES ${CMAKE_BINARY_DIR}/share/bash-completion/completions/diemsim
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions COMPONENT program)
install(FILES LICENSE README.md sim/CHANGELOG.md models/diem/ODD.md
  DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/diemsim COMPONENT program)
install(FILES models/policies/ds_policy.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/diemsim COMPONENT program)
install(FILES ${built}/diemsim.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT program)
install(FILES ${built}/diemsim-config.cmake ${built}/diemsim-config-version.cmake
  DESTINATION ${cmake_folder} COMPONENT program)

include(${CMAKE_CURRENT_LIST_DIR}/library.cmake)
configure_package_config_file(sim/install/diemsim-config.cmake.in ${built}/diemsim-config.cmake
  INSTALL_DESTINATION ${cmake_folder}
  PATH_VARS CMAKE_INSTALL_BINDIR CMAKE_INSTALL_INCLUDEDIR data_folder plugin_folder)
include(${CMAKE_CURRENT_LIST_DIR}/packages.cmake)
