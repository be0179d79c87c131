// The conformance suite on SQLite, and what holds of SQLite alone.
#include "sqlite_for_tests.h"

#include <atomic>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>

#include <sqlite3.h>

#include "claviger/store/migrations.h"

namespace claviger::store {

INSTANTIATE_TEST_SUITE_P(Sqlite, StoreTest, testing::Values(sqlite_for_tests),
                         [](const auto&) { return "sqlite"; });

namespace {

using testing::HasSubstr;

/// SQLite's own file access, whose writes or syncs can be made to fail.
class FailingDisk {
 public:
  enum class Fault { kNone, kSync, kFull };

  FailingDisk() {
    fault() = Fault::kNone;
    original() = sqlite3_vfs_find(nullptr);
    vfs_ = *original();
    vfs_.zName = "failing";
    vfs_.xOpen = open;
    sqlite3_vfs_register(&vfs_, 1);
  }

  FailingDisk(const FailingDisk&) = delete;
  FailingDisk& operator=(const FailingDisk&) = delete;

  ~FailingDisk() {
    sqlite3_vfs_unregister(&vfs_);
    sqlite3_vfs_register(original(), 1);
  }

  void set(Fault wanted) { fault() = wanted; }

 private:
  static std::atomic<Fault>& fault() {
    static std::atomic<Fault> value;
    return value;
  }

  static sqlite3_vfs*& original() {
    static sqlite3_vfs* value;
    return value;
  }

  /// The methods of the original, and the same with two of them replaced.
  static const sqlite3_io_methods*& original_methods() {
    static const sqlite3_io_methods* value;
    return value;
  }

  static int open(sqlite3_vfs*, sqlite3_filename name, sqlite3_file* file, int flags, int* out) {
    static sqlite3_io_methods failing;
    const int code = original()->xOpen(original(), name, file, flags, out);
    if (code != SQLITE_OK || (flags & SQLITE_OPEN_WAL) == 0) return code;
    original_methods() = file->pMethods;
    failing = *file->pMethods;
    failing.xSync = sync;
    failing.xWrite = write;
    file->pMethods = &failing;
    return code;
  }

  static int sync(sqlite3_file* file, int flags) {
    if (fault() == Fault::kSync) return SQLITE_IOERR_FSYNC;
    return original_methods()->xSync(file, flags);
  }

  static int write(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 offset) {
    if (fault() == Fault::kFull) return SQLITE_FULL;
    return original_methods()->xWrite(file, bytes, count, offset);
  }

  sqlite3_vfs vfs_{};
};

class SqliteTest : public testing::Test {
 protected:
  [[nodiscard]] std::string path() const { return url_.substr(std::strlen("sqlite://")); }

  [[nodiscard]] std::unique_ptr<Database> open() const {
    auto opened = Database::open({.url = url_}, clock_);
    EXPECT_THAT(opened, Succeeds());
    return *std::move(opened);
  }

  static Result<void> write(Database& database) {
    return database.write([](WriteTransaction& tx) { return tx.audit({.action = "test"}); });
  }

  std::string url_ = sqlite_for_tests().make_empty_database();
  TestClock clock_;
};

TEST_F(SqliteTest, TheFileAndItsLogAreTheOwnersAlone) {
  const mode_t before = ::umask(0);
  const auto database = open();
  ::umask(before);
  ASSERT_THAT(write(*database), Succeeds());
  for (const std::string& name : {path(), path() + "-wal", path() + "-shm"}) {
    struct stat status {};

    ASSERT_EQ(::stat(name.c_str(), &status), 0) << name;
    EXPECT_EQ(status.st_mode & 0777U, 0600U) << name;
  }
}

TEST_F(SqliteTest, AFileThatOthersMayReadIsRefused) {
  open().reset();
  ASSERT_EQ(::chmod(path().c_str(), 0640), 0);
  const auto refused = Database::open({.url = url_}, clock_);
  ASSERT_THAT(refused, FailsWith(ErrorCode::kConflict));
  EXPECT_THAT(refused.error().public_text().str(), HasSubstr("chmod 600"));
}

TEST_F(SqliteTest, AFolderThatIsNotThereIsNamed) {
  const auto refused = Database::open({.url = "sqlite:///nowhere/at/all.db"}, clock_);
  ASSERT_THAT(refused, FailsWith(ErrorCode::kConflict));
  EXPECT_THAT(refused.error().public_text().str(), HasSubstr("/nowhere/at/all.db"));
}

TEST_F(SqliteTest, APlanCreatesNoFile) {
  EXPECT_FALSE(plan_migrations({.url = url_})->empty());
  EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_F(SqliteTest, ADiskThatFailsUnderACommitStopsAllFurtherWrites) {
  FailingDisk disk;
  auto database = open();
  ASSERT_THAT(write(*database), Succeeds());
  disk.set(FailingDisk::Fault::kSync);
  EXPECT_THAT(write(*database), FailsWith(ErrorCode::kUnavailable));
  EXPECT_TRUE(database->is_stopped());
  disk.set(FailingDisk::Fault::kNone);
  EXPECT_THAT(write(*database), FailsWith(ErrorCode::kUnavailable)) << "never a second sync";
  database.reset();
  EXPECT_THAT(write(*open()), Succeeds()) << "a restart recovers";
}

TEST_F(SqliteTest, AFullDiskRefusesWritesUntilThereIsSpace) {
  FailingDisk disk;
  const auto database = open();
  ASSERT_THAT(write(*database), Succeeds());
  disk.set(FailingDisk::Fault::kFull);
  EXPECT_THAT(write(*database), FailsWith(ErrorCode::kUnavailable));
  EXPECT_FALSE(database->is_stopped());
  disk.set(FailingDisk::Fault::kNone);
  EXPECT_THAT(write(*database), Succeeds());
}

}  // namespace
}  // namespace claviger::store
