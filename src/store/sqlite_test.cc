// The conformance suite on SQLite, and what holds of SQLite alone.
#include "connection.h"
#include "key_list_statement.h"
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

using core::KeyStatus;
using testing::HasSubstr;
using testing::Not;

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

/// How SQLite would go about a list of keys: one line per step.
std::string plan_of(StoreTest& store, const Scope& scope, const KeyFilter& filter,
                    const KeyPage& page) {
  const ListStatement statement = list_statement_of(scope, filter, page);
  std::string plan;
  const auto steps = store.must_read([&](ReadTransaction& tx) {
    return tx.connection().select("EXPLAIN QUERY PLAN " + statement.sql, statement.binds,
                                  [](Row& row) {
                                    row.number();
                                    row.number();
                                    row.number();
                                    return std::string(row.text());
                                  });
  });
  for (const std::string& step : steps) plan += step + '\n';
  return plan;
}

// A page of a million keys costs what it holds: no row is read that an index would have left out,
// and nothing is sorted but what limits bound.
TEST_P(StoreTest, EveryListOfKeysIsServedByAnIndex) {
  const Tenant tenant = stored_tenant();
  const KeyFilter all{.now = clock_.now()};
  const auto with = [&](auto set) {
    KeyFilter filter = all;
    set(filter);
    return filter;
  };
  using enum KeyOrder;
  const auto expect_of = [&](const Scope& scope, const KeyFilter& filter, KeyOrder order,
                             std::string_view index) {
    for (const Direction direction : {Direction::kForward, Direction::kBackward}) {
      for (const bool is_later : {false, true}) {
        KeyPage page{.limit = 25, .order = order, .direction = direction};
        if (is_later) page.after = KeyPosition{.id = new_id<core::KeyId>(), .text = "x"};
        const std::string plan = plan_of(*this, scope, filter, page);
        EXPECT_THAT(plan, HasSubstr("INDEX " + std::string(index))) << plan;
        const bool reads_all = plan.find("SCAN access_keys\n") != std::string::npos;
        EXPECT_FALSE(reads_all) << plan;
        const bool bounded = filter.application || filter.application_owner || filter.maker;
        EXPECT_TRUE(plan.find("TEMP") == std::string::npos || (bounded && order != kCreated))
            << plan;
      }
    }
  };
  const auto expect = [&](const KeyFilter& filter, KeyOrder order, std::string_view index) {
    expect_of(tenant.scope(), filter, order, index);
  };
  const auto expect_of_all = [&](const KeyFilter& filter, KeyOrder order, std::string_view index) {
    expect_of(AllTenants{}, filter, order, index);
  };
  expect(all, kCreated, "access_keys_by_organization");
  expect(all, kName, "access_keys_by_name");
  expect(all, kEnd, "access_keys_by_end");
  for (const KeyStatus status : {KeyStatus::kActive, KeyStatus::kRevoked})
    expect(with([&](KeyFilter& f) { f.status = status; }), kCreated, "access_keys_by_state");
  expect(with([&](KeyFilter& f) { f.status = KeyStatus::kExpired; }), kEnd, "access_keys_by_end");
  expect(with([&](KeyFilter& f) { f.expires_before = f.now; }), kEnd, "access_keys_by_end");
  expect(with([&](KeyFilter& f) { f.expires_after = f.now; }), kEnd, "access_keys_by_end");
  expect(with([&](KeyFilter& f) { f.name_prefix = "a"; }), kName, "access_keys_by_name");
  expect(with([&](KeyFilter& f) { f.secret_prefix = "a"; }), kPrefix, "access_keys_by_prefix");
  expect(with([&](KeyFilter& f) { f.created_after = f.now; }), kCreated,
         "access_keys_by_organization");
  expect(with([&](KeyFilter& f) { f.api = new_id<core::ApiId>(); }), kCreated,
         "key_apis_by_organization");
  for (const KeyOrder order : {kCreated, kName, kEnd}) {
    for (const bool has_status : {false, true}) {
      const auto bounded = [&](auto set) {
        KeyFilter filter = with(set);
        if (has_status) filter.status = KeyStatus::kRevoked;
        return filter;
      };
      expect(bounded([&](KeyFilter& f) { f.application = tenant.application.id; }), order,
             "access_keys_by_application");
      expect(bounded([&](KeyFilter& f) { f.application_owner = tenant.user.id; }), order,
             "access_keys_by_owner");
      expect(bounded([&](KeyFilter& f) { f.maker = tenant.user.id; }), order,
             "access_keys_by_maker");
    }
  }
  EXPECT_THAT(
      plan_of(*this, AllTenants{}, with([&](KeyFilter& f) { f.api = new_id<core::ApiId>(); }), {}),
      testing::AllOf(Not(HasSubstr("TEMP")), Not(HasSubstr("SCAN"))));
  const auto of_tree = [&](const KeyFilter& filter, std::string_view index) {
    const std::string plan = plan_of(*this, TreeScope{tenant.organization.id}, filter, {});
    EXPECT_THAT(plan, HasSubstr(std::string(index) + " (organization_id=?")) << plan;
  };
  of_tree(all, "");
  of_tree(with([&](KeyFilter& f) { f.status = KeyStatus::kRevoked; }), "access_keys_by_state");
  of_tree(with([&](KeyFilter& f) { f.name_prefix = "a"; }), "access_keys_by_name");
  expect_of_all(all, kName, "access_keys_of_all_by_name");
  expect_of_all(all, kPrefix, "access_keys_of_all_by_prefix");
  expect_of_all(all, kEnd, "access_keys_of_all_by_end");
  expect_of_all(with([&](KeyFilter& f) { f.status = KeyStatus::kRevoked; }), kCreated,
                "access_keys_of_all_by_state");
  expect_of_all(with([&](KeyFilter& f) { f.expires_before = f.now; }), kEnd,
                "access_keys_of_all_by_end");
  expect_of_all(with([&](KeyFilter& f) { f.name_prefix = "a"; }), kName,
                "access_keys_of_all_by_name");
  expect_of_all(with([&](KeyFilter& f) { f.secret_prefix = "a"; }), kPrefix,
                "access_keys_of_all_by_prefix");
}

}  // namespace
}  // namespace claviger::store
