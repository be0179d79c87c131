// A folder in memory for one run.
#pragma once

#include <string>

namespace claviger::bench {

/// A new empty folder in tmpfs, removed at the end with all that is in it. It lies in
/// $CLAVIGER_BENCH_STATE, or in /dev/shm.
class ScratchDirectory {
 public:
  /// Ends the process if the folder cannot be made.
  ScratchDirectory();
  ~ScratchDirectory();
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

  /// A new folder in it.
  [[nodiscard]] std::string folder(const std::string& name) const;

 private:
  std::string path_;
};

}  // namespace claviger::bench
