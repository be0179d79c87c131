// Reading and writing the fixed-layout records that grant.h and route_table.h define. Private to
// core.
#pragma once

#include <bit>
#include <cstddef>
#include <cstring>
#include <span>
#include <type_traits>
#include <vector>

namespace claviger::core {

static_assert(std::endian::native == std::endian::little, "compiled records are little-endian");

/// Copies the record at `offset` out of `bytes`; false, with `record` unchanged, if it would not
/// fit.
template <class Record>
bool read_record(std::span<const std::byte> bytes, std::size_t offset, Record& record) {
  static_assert(std::is_trivially_copyable_v<Record>);
  if (offset > bytes.size() || bytes.size() - offset < sizeof(Record)) return false;
  std::memcpy(&record, bytes.data() + offset, sizeof(Record));
  return true;
}

template <class Record>
void append_record(std::vector<std::byte>& bytes, const Record& record) {
  static_assert(std::has_unique_object_representations_v<Record>,
                "padding would be left unwritten");
  const auto* begin = reinterpret_cast<const std::byte*>(&record);
  bytes.insert(bytes.end(), begin, begin + sizeof(Record));
}

}  // namespace claviger::core
