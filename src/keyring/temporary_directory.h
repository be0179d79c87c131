// For tests of the keyring module.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace claviger::keyring {

/// A directory of this test's own, removed at its end.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern = std::filesystem::temp_directory_path() / "claviger-keyring-XXXXXX";
    if (mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }

  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }

  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

  [[nodiscard]] std::string keyring() const { return path_ + "/keyring"; }

 private:
  std::string path_;
};

}  // namespace claviger::keyring
