// A directory of a test's own.
#pragma once

#include <string>
#include <string_view>

namespace claviger::test {

/// Made in memory (tmpfs) where the machine has some, as a gateway's state directory is; removed
/// with all that is in it.
class TemporaryDirectory {
 public:
  /// Throws std::system_error if there is no room for it.
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

  /// The path of a file in it.
  [[nodiscard]] std::string file(std::string_view name) const;

 private:
  std::string path_;
};

/// A file's content; empty if there is none, and what came before the fault if reading fails.
[[nodiscard]] std::string read_file(const std::string& path);

void write_file(const std::string& path, std::string_view content);

}  // namespace claviger::test
