#include "file.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

namespace claviger::cli {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kOwnerOnly = S_IRUSR | S_IWUSR;

Error cannot(std::string_view verb, const fs::path& path, int cause) {
  return Error::refused(ErrorCode::kInvalidInput, fmt::format("Cannot {} {}: {}.", verb,
                                                              path.string(), std::strerror(cause)));
}

/// A descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}

  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }

  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

bool write_through(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(descriptor, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return ::fsync(descriptor) == 0;
}

Result<void> make_folder(const fs::path& folder) {
  std::error_code failure;
  if (folder.empty() || fs::is_directory(folder, failure)) return {};
  TRY(make_folder(folder.parent_path()));
  if (::mkdir(folder.c_str(), S_IRWXU) != 0 && errno != EEXIST)
    return fail(cannot("create the folder", folder, errno));
  return {};
}

}  // namespace

Result<std::optional<std::string>> read_file(const fs::path& path, std::size_t most_bytes) {
  errno = 0;
  std::error_code failure;
  if (!fs::exists(path, failure) && !failure) return std::optional<std::string>();
  if (fs::is_directory(path, failure)) return fail(cannot("read", path, EISDIR));
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(cannot("read", path, errno));
  std::string text(most_bytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return fail(cannot("read", path, errno));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > most_bytes)
    return fail(Error::refused(ErrorCode::kInvalidInput, fmt::format("{} has more than {} bytes.",
                                                                     path.string(), most_bytes)));
  return std::optional<std::string>(std::move(text));
}

Result<void> replace_privately(const fs::path& path, std::string_view text) {
  TRY(make_folder(path.parent_path()));
  std::string temporary = path.string() + ".XXXXXX";
  const Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));  // makes it 0600
  if (file.number() < 0) return fail(cannot("write", path, errno));
  if (!write_through(file.number(), text) || ::rename(temporary.c_str(), path.c_str()) != 0) {
    const int cause = errno;
    ::unlink(temporary.c_str());
    return fail(cannot("write", path, cause));
  }
  return {};
}

Result<Privacy> make_private(const fs::path& path) {
  struct stat status {};

  if (::stat(path.c_str(), &status) != 0) return Privacy::kWasPrivate;
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) == 0) return Privacy::kWasPrivate;
  if (::chmod(path.c_str(), kOwnerOnly) == 0) return Privacy::kRepaired;
  return fail(Error::refused(
      ErrorCode::kPermissionDenied,
      fmt::format("{} can be read by others, and its mode cannot be changed: {}. Its secrets are "
                  "not used until it is 0600.",
                  path.string(), std::strerror(errno))));
}

Result<NewPrivateFile> NewPrivateFile::create(fs::path path) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly);
  if (descriptor < 0) return fail(cannot("create", path, errno));
  return NewPrivateFile(std::move(path), descriptor);
}

NewPrivateFile::NewPrivateFile(NewPrivateFile&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      is_complete_(other.is_complete_) {}

NewPrivateFile::~NewPrivateFile() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  if (!is_complete_) ::unlink(path_.c_str());
}

Result<void> NewPrivateFile::write(const Secret& secret) {
  if (!write_through(descriptor_, secret.reveal()) || !write_through(descriptor_, "\n"))
    return fail(cannot("write", path_, errno));
  is_complete_ = true;
  return {};
}

}  // namespace claviger::cli
