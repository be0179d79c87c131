# Writes migrations/NNNN_name.sql into a C++ source:
#   cmake -DFOLDER=… -DOUTPUT=… -P embed_migrations.cmake
file(GLOB files ${FOLDER}/*.sql)
list(SORT files)
set(entries "")
set(expected 1)
foreach(file IN LISTS files)
  get_filename_component(stem ${file} NAME_WE)
  if(NOT stem MATCHES "^([0-9][0-9][0-9][0-9])_([a-z0-9_]+)$")
    message(FATAL_ERROR "${file}: a migration is called NNNN_name.sql")
  endif()
  set(name ${CMAKE_MATCH_2})
  string(REGEX REPLACE "^0+" "" number ${CMAKE_MATCH_1})
  if(NOT number EQUAL expected)
    message(FATAL_ERROR "${file}: the next migration's number is ${expected}")
  endif()
  math(EXPR expected "${expected} + 1")
  file(READ ${file} text)
  string(APPEND entries "    {${number}, \"${name}\", R\"sql(${text})sql\"},\n")
endforeach()
file(
  WRITE ${OUTPUT}
  "// Made from src/store/migrations/ by embed_migrations.cmake.
#include <array>

#include \"migrator.h\"

namespace claviger::store {
namespace {

constexpr auto kMigrations = std::to_array<MigrationText>({
${entries}});

}  // namespace

std::span<const MigrationText> built_in_migrations() {
  return kMigrations;
}

}  // namespace claviger::store
")
