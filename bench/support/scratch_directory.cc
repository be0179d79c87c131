#include "bench/support/scratch_directory.h"

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <system_error>

namespace claviger::bench {
namespace {

std::string parent() {
  const char* chosen = std::getenv("CLAVIGER_BENCH_STATE");
  return chosen != nullptr ? chosen : "/dev/shm";
}

}  // namespace

ScratchDirectory::ScratchDirectory() : path_(parent() + "/claviger-bench.XXXXXX") {
  if (mkdtemp(path_.data()) != nullptr) return;
  std::cerr << "cannot make a folder in " << parent() << "; set CLAVIGER_BENCH_STATE\n";
  std::exit(1);
}

ScratchDirectory::~ScratchDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string ScratchDirectory::folder(const std::string& name) const {
  std::string path = path_ + '/' + name;
  std::filesystem::create_directory(path);
  return path;
}

}  // namespace claviger::bench
