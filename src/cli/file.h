// Files of the user's: read whole, or written so that nobody else can read them.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "claviger/base/result.h"
#include "claviger/base/secret.h"

namespace claviger::cli {

/// The whole file; nullopt if there is none. kInvalidInput, in a sentence, if it cannot be read or
/// has more than `most_bytes`.
[[nodiscard]] Result<std::optional<std::string>> read_file(const std::filesystem::path& path,
                                                           std::size_t most_bytes);

/// Puts `text` in the place of the file in one step, readable and writable by its owner alone; its
/// folder is made (0700) if it is missing.
[[nodiscard]] Result<void> replace_privately(const std::filesystem::path& path,
                                             std::string_view text);

enum class Privacy {
  kWasPrivate,  ///< or there is no such file
  kRepaired,    ///< others could read or write it; now they cannot
};

/// Takes from everybody but the owner the right to read or write the file. kPermissionDenied if it
/// is open to others and is not ours to change.
[[nodiscard]] Result<Privacy> make_private(const std::filesystem::path& path);

/// A new file for a secret (O_EXCL, 0600): an existing one, or a link in its place, is refused. The
/// file is removed again unless write() succeeded.
class NewPrivateFile {
 public:
  [[nodiscard]] static Result<NewPrivateFile> create(std::filesystem::path path);

  NewPrivateFile(NewPrivateFile&& other) noexcept;
  NewPrivateFile& operator=(NewPrivateFile&&) = delete;
  NewPrivateFile(const NewPrivateFile&) = delete;
  NewPrivateFile& operator=(const NewPrivateFile&) = delete;
  ~NewPrivateFile();

  /// Writes the secret and a line end, through to the disk.
  [[nodiscard]] Result<void> write(const Secret& secret);

 private:
  NewPrivateFile(std::filesystem::path path, int descriptor)
      : path_(std::move(path)), descriptor_(descriptor) {}

  std::filesystem::path path_;
  int descriptor_;
  bool is_complete_ = false;
};

}  // namespace claviger::cli
