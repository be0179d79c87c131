#include "mapped_file.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace claviger::keyring {

Descriptor::~Descriptor() {
  if (number_ >= 0) close(number_);
}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) munmap(data_, size_);
}

Result<MappedFile> MappedFile::create(const std::string& path, std::size_t size, unsigned mode) {
  if (unlink(path.c_str()) != 0 && errno != ENOENT)
    return fail(Error::unavailable(system_error("remove " + path)));
  Descriptor descriptor(open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (!descriptor.is_open()) return fail(Error::unavailable(system_error("create " + path)));
  // The mode that was asked for, whatever the umask of this process.
  if (fchmod(descriptor.number(), mode) != 0)
    return fail(Error::unavailable(system_error("set the mode of " + path)));
  const int error = posix_fallocate(descriptor.number(), 0, static_cast<off_t>(size));
  if (error != 0) {
    unlink(path.c_str());
    errno = error;
    return fail(Error::unavailable(system_error("find room for " + path)));
  }
  return map(std::move(descriptor), size, Access::kReadWrite);
}

Result<MappedFile> MappedFile::map(Descriptor descriptor, std::size_t size, Access access) {
  const int protection = access == Access::kRead ? PROT_READ : PROT_READ | PROT_WRITE;
  void* data = mmap(nullptr, size, protection, MAP_SHARED | MAP_POPULATE, descriptor.number(), 0);
  if (data == MAP_FAILED) return fail(Error::unavailable(system_error("map a state file")));
  MappedFile file;
  file.descriptor_ = std::move(descriptor);
  file.data_ = static_cast<std::byte*>(data);
  file.size_ = size;
  return file;
}

bool stands_at(int descriptor, const std::string& path) {
  struct stat ours = {};
  struct stat there = {};
  return fstat(descriptor, &ours) == 0 && stat(path.c_str(), &there) == 0 &&
         ours.st_ino == there.st_ino && ours.st_dev == there.st_dev;
}

std::string system_error(const std::string& what) {
  return "cannot " + what + ": " + std::strerror(errno);
}

}  // namespace claviger::keyring
