#include "data_directory.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "claviger/base/encoding.h"

namespace claviger::app {
namespace {

constexpr std::size_t kKeyBytes = 32;

Error cannot(const std::string& what) {
  return Error::refused(ErrorCode::kUnavailable,
                        fmt::format("Cannot {}: {}.", what, std::strerror(errno)));
}

Result<void> prepare_data_directory(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error)
    return fail(Error::refused(
        ErrorCode::kUnavailable,
        fmt::format("Cannot make the data directory {}: {}.", path, error.message())));
  if (chmod(path.c_str(), 0700) != 0) return fail(cannot("set the mode of " + path));
  return {};
}

/// One server to a data directory: two would write as one gateway and one SQLite file. Held for as
/// long as the process lives.
Result<void> lock_data_directory(const std::string& path) {
  const std::string lock = path + "/lock";
  const int file = open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return fail(cannot("open " + lock));
  if (flock(file, LOCK_EX | LOCK_NB) == 0) return {};
  close(file);
  return fail(Error::refused(
      ErrorCode::kConflict,
      fmt::format("Another server runs on the data directory {}. Give each one of its own.",
                  path)));
}

/// Writes the key beside its place and puts it there if no other process was faster.
Result<void> make_key(const std::string& path, Random& random) {
  std::array<std::byte, kKeyBytes> bytes{};
  random.fill(bytes);
  Secret text(to_hex(bytes) + "\n");
  const std::string draft = path + ".new";
  const int file = open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return fail(cannot("make " + draft));
  const auto written = write(file, text.reveal().data(), text.reveal().size());
  const bool whole = written == static_cast<ssize_t>(text.reveal().size()) && fsync(file) == 0;
  close(file);
  if (!whole) return fail(cannot("write " + draft));
  if (rename(draft.c_str(), path.c_str()) != 0) return fail(cannot("name " + path));
  // The name, too, is to survive a power cut: another key would open no second factor.
  const int folder = open(path.substr(0, path.rfind('/')).c_str(), O_RDONLY | O_DIRECTORY);
  const bool is_kept = folder >= 0 && fsync(folder) == 0;
  if (folder >= 0) close(folder);
  if (!is_kept) return fail(cannot("write the directory of " + path));
  return {};
}

}  // namespace

Result<void> take_data_directory(const std::string& path) {
  TRY(prepare_data_directory(path));
  return lock_data_directory(path);
}

Result<Secret> server_key(const std::string& directory, Random& random) {
  const std::string path = directory + "/server.key";
  struct stat found = {};
  if (stat(path.c_str(), &found) != 0) {
    if (errno != ENOENT) return fail(cannot("look at " + path));
    TRY(make_key(path, random));
  } else if ((found.st_mode & 077) != 0) {
    return fail(Error::refused(
        ErrorCode::kConflict,
        fmt::format(
            "Others may read {}. Take that from them with chmod 600. Without the file a new "
            "key is made, and second factors then open by recovery codes alone.",
            path)));
  }
  std::ifstream file(path);
  std::string text;
  std::getline(file, text);
  std::array<std::byte, kKeyBytes> bytes{};
  if (!from_hex(text, bytes))
    return fail(Error::refused(
        ErrorCode::kConflict,
        fmt::format("{} does not hold a key of {} hexadecimal bytes. Bring it back from a backup. "
                    "Without the file a new key is made, and second factors then open by recovery "
                    "codes alone.",
                    path, kKeyBytes)));
  return Secret(std::move(text));
}

}  // namespace claviger::app
