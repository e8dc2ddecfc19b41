# Manual pages and completion, printed by the program itself:
# cmake -DPROGRAM=build/diemsim -DOUTPUT=build/share -P pages.cmake
function(print_page page)
  execute_process(COMMAND ${PROGRAM} help ${ARGN} OUTPUT_FILE ${OUTPUT}/${page} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(REMOVE_RECURSE ${OUTPUT}/man ${OUTPUT}/bash-completion)
file(MAKE_DIRECTORY ${OUTPUT}/man/man1 ${OUTPUT}/bash-completion/completions)
print_page(bash-completion/completions/diemsim --completion bash)
print_page(man/man1/diemsim.1 --man)
execute_process(COMMAND ${PROGRAM} help --names OUTPUT_VARIABLE names COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "[^\n]+" names "${names}")
foreach(name ${names})
  print_page(man/man1/diemsim-${name}.1 --man ${name})
endforeach()

# As systems keep them; -n leaves the time out.
find_program(gzip gzip)
if(gzip)
  file(GLOB pages ${OUTPUT}/man/man1/*.1)
  execute_process(COMMAND ${gzip} -9n ${pages} COMMAND_ERROR_IS_FATAL ANY)
endif()
