// The writer's hands on one keyring file: slots, blobs and header words, each changed in the order
// that format.h promises. Knows places, not meanings. Private to the keyring module.
#pragma once

#include "format.h"
#include "mapped_file.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>

#include "claviger/base/digest.h"
#include "claviger/base/result.h"
#include "claviger/keyring/writer.h"

namespace claviger::keyring {

class Table {
 public:
  /// Makes a file with empty regions at `path`, not complete. `observer` must outlive the table.
  static Result<Table> create(const std::string& path, const HeaderConstants& shape,
                              const StoreObserver& observer);

  [[nodiscard]] const HeaderConstants& constants() const { return header().constants; }

  [[nodiscard]] std::uint64_t used(Region region) const {
    return header().used[static_cast<std::size_t>(region)];
  }

  /// True if `slots` more slots of a region, and `arena_bytes` more bytes in blobs, fit.
  [[nodiscard]] bool has_room(Region region, std::uint64_t slots) const;
  [[nodiscard]] bool has_arena_room(std::uint64_t blobs, std::uint64_t bytes) const;

  /// Puts a payload into the next free slot of a region that is filled in order. Returns its index.
  std::size_t append(Region region, const Payload& payload);

  /// Puts a payload into the first free slot from `hash` on. Returns its index.
  std::size_t insert(Region region, std::uint64_t hash, const Payload& payload);

  /// Changes a slot in place; does nothing if the payload is what is there already.
  void rewrite(Region region, std::size_t index, const Payload& payload);

  [[nodiscard]] const Payload& payload(Region region, std::size_t index) const {
    return slot(region, index).payload;
  }

  [[nodiscard]] bool is_empty(Region region, std::size_t index) const {
    return slot(region, index).sequence_and_checksum == 0;
  }

  /// Sets a secret's one-way word.
  void revoke(std::size_t secret_index);

  /// The place of a blob of these bytes: the one there is, or a new one. Never 0.
  std::uint32_t intern(std::span<const std::byte> bytes);

  [[nodiscard]] std::span<const std::byte> blob(std::uint32_t ref) const;

  /// Copies everything that stays in its place from a smaller file: all regions that are filled in
  /// order, and the arena. This table must be empty.
  void copy_fixed_places(const Table& smaller);

  void set_complete() { store(mutable_header().complete, 1); }

  void set_superseded() { store(mutable_header().superseded, 1); }

  void set_version(std::uint64_t version) { store(mutable_header().state_version, version); }

  void set_fresh_until(std::uint64_t moment) { store(mutable_header().fresh_until, moment); }

  [[nodiscard]] const Header& header() const {
    return *reinterpret_cast<const Header*>(file_.data());
  }

  [[nodiscard]] const MappedFile& file() const { return file_; }

 private:
  Table(MappedFile file, const StoreObserver& observer)
      : file_(std::move(file)), observer_(&observer) {}

  [[nodiscard]] Header& mutable_header() { return *reinterpret_cast<Header*>(file_.data()); }

  [[nodiscard]] Slot& slot(Region region, std::size_t index) const;
  [[nodiscard]] std::uint64_t* arena() const;

  /// The one way in which anything gets into the file.
  void store(std::uint64_t& word, std::uint64_t value);
  void fill(Region region, std::size_t index, const Payload& payload);

  MappedFile file_;
  const StoreObserver* observer_;
  std::unordered_map<std::uint64_t, std::uint32_t> blobs_by_hash_;
};

}  // namespace claviger::keyring
