# What every target of ours is compiled with, and how a module is declared.
include(GoogleTest)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_LINK_LIBRARIES_ONLY_TARGETS ON)
set(CMAKE_VERIFY_INTERFACE_HEADER_SETS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib)

option(CLAVIGER_FUZZERS "Build the libFuzzer targets (needs clang)" OFF)

add_library(claviger_warnings INTERFACE)
target_compile_options(
  claviger_warnings
  INTERFACE -Wall
            -Wextra
            -Wpedantic
            -Wconversion
            -Wshadow
            -Wswitch
            -Wnon-virtual-dtor
            -Werror
            # GCC 12 takes the destructor of a Result that holds its value for one of its Error.
            $<$<CXX_COMPILER_ID:GNU>:-Wno-free-nonheap-object>
            # TRY() is a statement expression; GCC takes __extension__ for leave, clang does not.
            $<$<CXX_COMPILER_ID:Clang>:-Wno-gnu-statement-expression>)
add_library(claviger::warnings ALIAS claviger_warnings)

# claviger_module(api SOURCES a.cc … HEADERS include/… USES claviger::core USES_PRIVATELY …
#                 TESTS a_test.cc …)
#
# One static library with its own include root, include/claviger/<name>/. A module uses only
# modules declared before it: an unknown target is a module further up, and ends the configuration.
# tools/tidy.py holds the finer rule, which of the earlier ones it may use.
function(claviger_module name)
  cmake_parse_arguments(M "" "" "SOURCES;HEADERS;USES;USES_PRIVATELY;TESTS" ${ARGN})
  foreach(dep IN LISTS M_USES M_USES_PRIVATELY)
    if(NOT TARGET ${dep})
      message(FATAL_ERROR "module ${name} may only use modules listed before it, "
                          "and ${dep} is not one: see the list in the top CMakeLists.txt")
    endif()
  endforeach()
  add_library(claviger_${name} STATIC ${M_SOURCES})
  add_library(claviger::${name} ALIAS claviger_${name})
  target_sources(
    claviger_${name} PUBLIC FILE_SET HEADERS BASE_DIRS include FILES ${M_HEADERS})
  target_link_libraries(
    claviger_${name}
    PUBLIC ${M_USES}
    PRIVATE ${M_USES_PRIVATELY} claviger::warnings)
  if(M_TESTS)
    claviger_test(claviger_${name}_test SOURCES ${M_TESTS} USES claviger::${name}
                  ${M_USES_PRIVATELY})
    target_include_directories(claviger_${name}_test PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  endif()
endfunction()

# claviger_test(name SOURCES … USES … [TIMEOUT seconds] [LABELS …] [TOGETHER]): one GoogleTest
# binary, each of its tests a ctest of its own; with TOGETHER one ctest for all, because they share
# something that takes long to start.
function(claviger_test name)
  cmake_parse_arguments(T "TOGETHER" "TIMEOUT" "SOURCES;USES;LABELS" ${ARGN})
  if(NOT T_TIMEOUT)
    set(T_TIMEOUT 60)
  endif()
  add_executable(${name} ${T_SOURCES})
  target_link_libraries(${name} PRIVATE ${T_USES} claviger::warnings GTest::gmock GTest::gtest_main)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/test)
  if(T_TOGETHER)
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES TIMEOUT ${T_TIMEOUT} LABELS "${T_LABELS}")
    return()
  endif()
  gtest_discover_tests(
    ${name}
    DISCOVERY_MODE PRE_TEST
    PROPERTIES TIMEOUT ${T_TIMEOUT} LABELS "${T_LABELS}")
endfunction()

# claviger_fuzzer(name SOURCES … USES …): one libFuzzer binary, where CLAVIGER_FUZZERS is on;
# ./dev fuzz builds the target "fuzzers" and runs all that lies in fuzz/ of the build folder.
if(CLAVIGER_FUZZERS)
  # All code is instrumented, not the targets alone: libFuzzer follows the branches that it can see.
  add_compile_options(-fsanitize=fuzzer-no-link)
  add_custom_target(fuzzers)
endif()

function(claviger_fuzzer name)
  if(NOT CLAVIGER_FUZZERS)
    return()
  endif()
  cmake_parse_arguments(F "" "" "SOURCES;USES" ${ARGN})
  add_executable(${name} EXCLUDE_FROM_ALL ${F_SOURCES})
  target_link_libraries(${name} PRIVATE ${F_USES} claviger::warnings)
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
  add_dependencies(fuzzers ${name})
endfunction()
