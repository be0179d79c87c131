// A file in memory. Private to the keyring module.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "claviger/base/result.h"

namespace claviger::keyring {

/// An open file descriptor, closed at the end.
class Descriptor {
 public:
  Descriptor() = default;

  explicit Descriptor(int number) : number_(number) {}

  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}

  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }

  ~Descriptor();

  [[nodiscard]] int number() const { return number_; }

  [[nodiscard]] bool is_open() const { return number_ >= 0; }

 private:
  int number_ = -1;
};

enum class Access { kRead, kReadWrite };

/// A shared mapping of a whole file, unmapped at the end. Moves, never copies.
class MappedFile {
 public:
  MappedFile() = default;

  MappedFile(MappedFile&& other) noexcept { *this = std::move(other); }

  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();

  /// Makes a file of that many zero bytes, every page of it in place (posix_fallocate): no later
  /// write can fail for want of room. A file of that name is removed first.
  /// Errors: kUnavailable if there is no room or no permission.
  static Result<MappedFile> create(const std::string& path, std::size_t size, unsigned mode);

  /// Maps the first `size` bytes of an open file, with every page entered in the page table.
  /// Errors: kUnavailable.
  static Result<MappedFile> map(Descriptor descriptor, std::size_t size, Access access);

  [[nodiscard]] std::byte* data() const { return data_; }

  [[nodiscard]] std::size_t size() const { return size_; }

  [[nodiscard]] bool is_mapped() const { return data_ != nullptr; }

  [[nodiscard]] int descriptor() const { return descriptor_.number(); }

 private:
  Descriptor descriptor_;
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

/// True if an open descriptor's file is the one that stands at `path` now.
[[nodiscard]] bool stands_at(int descriptor, const std::string& path);

/// The text of errno with what was tried, for an Error's internal text.
[[nodiscard]] std::string system_error(const std::string& what);

}  // namespace claviger::keyring
