#include "support/temporary_directory.h"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace claviger::test {

TemporaryDirectory::TemporaryDirectory() {
  const std::filesystem::path memory = "/dev/shm";
  const bool usable = access(memory.c_str(), W_OK | X_OK) == 0;
  path_ = (usable ? memory : std::filesystem::temp_directory_path()) / "claviger-test-XXXXXX";
  if (mkdtemp(path_.data()) == nullptr)
    throw std::system_error(errno, std::generic_category(), "make " + path_);
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;  // What is left of it harms nobody.
  std::filesystem::remove_all(path_, ignored);
}

std::string TemporaryDirectory::file(std::string_view name) const {
  return path_ + '/' + std::string(name);
}

std::string read_file(const std::string& path) {
  // Through operator<<, which ends where reading fails: the files of a process that ends meanwhile
  // do.
  std::ostringstream content;
  content << std::ifstream(path, std::ios::binary).rdbuf();
  return std::move(content).str();
}

void write_file(const std::string& path, std::string_view content) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << content;
  file.close();
  if (!file) throw std::system_error(EIO, std::generic_category(), "write " + path);
}

}  // namespace claviger::test
