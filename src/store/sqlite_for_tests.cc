#include "sqlite_for_tests.h"

#include <cstdlib>
#include <filesystem>

namespace claviger::store {
namespace {

class SqliteForTests final : public TestBackend {
 public:
  SqliteForTests() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "claviger-store-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }

  ~SqliteForTests() override { std::filesystem::remove_all(folder_); }

  std::string make_empty_database() override {
    return "sqlite://" + (folder_ / ("database " + std::to_string(++count_) + ".db")).string();
  }

 private:
  std::filesystem::path folder_;
  int count_ = 0;
};

}  // namespace

TestBackend& sqlite_for_tests() {
  static SqliteForTests backend;
  return backend;
}

}  // namespace claviger::store
