# Run by cpack over each package's files before they are packed: what Debian asks of a package.
find_program(shlibdeps dpkg-shlibdeps)
find_program(file file)
if(NOT shlibdeps OR NOT file)
  message(FATAL_ERROR "cannot find out what the package needs: install the packages dpkg-dev and file")
endif()
set(version ${CPACK_PACKAGE_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE})
file(STRINGS ${CMAKE_CURRENT_LIST_DIR}/../CHANGELOG.md entry REGEX "^## ${CPACK_PACKAGE_VERSION}, ")
string(REGEX MATCH "....-..-..$" date ${entry})
execute_process(COMMAND date -u -R -d ${date} OUTPUT_VARIABLE date OUTPUT_STRIP_TRAILING_WHITESPACE
  COMMAND_ERROR_IS_FATAL ANY)

function(complete package folder)
  set(documents ${folder}/usr/share/doc/${package})
  configure_file(${CMAKE_CURRENT_FUNCTION_LIST_DIR}/copyright.in ${documents}/copyright COPYONLY)
  file(WRITE ${documents}/changelog.Debian
    "${package} (${version}) stable; urgency=medium\n\n  * Version ${CPACK_PACKAGE_VERSION}.\n\n"
    " -- ${CPACK_PACKAGE_CONTACT}  ${date}\n")
  file(REMOVE ${documents}/LICENSE)
  if(EXISTS ${documents}/CHANGELOG.md)
    file(RENAME ${documents}/CHANGELOG.md ${documents}/changelog)
    execute_process(COMMAND gzip -9n ${documents}/changelog COMMAND_ERROR_IS_FATAL ANY)
  endif()
  execute_process(COMMAND gzip -9n ${documents}/changelog.Debian COMMAND_ERROR_IS_FATAL ANY)
endfunction()

complete(diemsim ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/program)
complete(libdiemsim-dev ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/library)
