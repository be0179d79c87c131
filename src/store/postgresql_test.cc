// The conformance suite on PostgreSQL, and what holds of PostgreSQL alone.
#include "postgresql_for_tests.h"

namespace claviger::store {

INSTANTIATE_TEST_SUITE_P(Postgresql, StoreTest, testing::Values(postgresql_for_tests),
                         [](const auto&) { return "postgresql"; });

namespace {

class PostgresqlTest : public testing::Test {
 protected:
  static Result<void> write(Database& database) {
    return database.write([](WriteTransaction& tx) {
      return tx.audit({.action = "test"});
    });
  }

  static Result<Listed<core::User>> read(Database& database) {
    return database.read(
        [](ReadTransaction& tx) { return list_users(tx, AllTenants{}, {}); });
  }

  TestClock clock_;
};

TEST_F(PostgresqlTest, AfterALostConnectionOneOperationFailsAndTheNextSucceeds) {
  const auto database =
      *Database::open({.url = postgresql_for_tests().make_empty_database(), .read_connections = 1},
                      clock_);
  ASSERT_THAT(write(*database), Succeeds());
  ASSERT_THAT(read(*database), Succeeds());
  cut_connections_to_postgresql();
  EXPECT_THAT(write(*database), FailsWith(ErrorCode::kUnavailable));
  EXPECT_THAT(read(*database), FailsWith(ErrorCode::kUnavailable));
  EXPECT_FALSE(database->is_stopped());
  EXPECT_THAT(write(*database), Succeeds());
  EXPECT_THAT(read(*database), Succeeds());
}

TEST_F(PostgresqlTest, AServerThatIsNotThereIsUnavailable) {
  const auto refused =
      Database::open({.url = "postgresql:///postgres?host=/nowhere&user=claviger"}, clock_);
  EXPECT_THAT(refused, FailsWith(ErrorCode::kUnavailable));
}

}  // namespace
}  // namespace claviger::store
