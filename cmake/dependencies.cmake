# Third-party libraries: Debian 12's packages, listed in tools/packages.txt and reasoned in
# docs/decisions/.
find_package(Threads REQUIRED)
# Debian's own Python, which has Debian's modules; another may stand before it in PATH.
set(CLAVIGER_PYTHON /usr/bin/python3)
find_program(CLAVIGER_NODE node REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(fmt 9 REQUIRED)
find_package(spdlog REQUIRED)
find_package(tl-expected REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(CURL REQUIRED)
find_package(CLI11 REQUIRED)
find_package(GTest REQUIRED)
find_package(benchmark REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(sqlite3 REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(libpq REQUIRED IMPORTED_TARGET libpq)
pkg_check_modules(tomlplusplus REQUIRED IMPORTED_TARGET tomlplusplus)
# 1.81, not Debian's default 1.74: see docs/decisions on the HTTP server.
find_package(Boost 1.81 REQUIRED COMPONENTS url)
# SOCI as archives: its shared libraries hide the back ends' classes, which the store needs for the
# databases' own error codes. Its CMake files are not packaged.
add_library(claviger_soci INTERFACE)
foreach(part sqlite3 postgresql core)
  find_library(SOCI_${part}_ARCHIVE libsoci_${part}.a REQUIRED)
  add_library(soci_${part} UNKNOWN IMPORTED)
  set_target_properties(soci_${part} PROPERTIES IMPORTED_LOCATION ${SOCI_${part}_ARCHIVE})
  target_link_libraries(claviger_soci INTERFACE soci_${part})
endforeach()
target_link_libraries(claviger_soci INTERFACE PkgConfig::sqlite3 PkgConfig::libpq Threads::Threads)
add_library(claviger::soci ALIAS claviger_soci)
