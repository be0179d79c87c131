// The conformance suite on PostgreSQL, and what holds of PostgreSQL alone.
#include "postgresql_for_tests.h"

#include "claviger/store/audit.h"

namespace claviger::store {

INSTANTIATE_TEST_SUITE_P(Postgresql, StoreTest, testing::Values(postgresql_for_tests),
                         [](const auto&) { return "postgresql"; });

namespace {

class PostgresqlTest : public testing::Test {
 protected:
  [[nodiscard]] std::unique_ptr<Database> open() const {
    auto opened = Database::open(
        {.url = postgresql_for_tests().make_empty_database(), .read_connections = 1}, clock_);
    EXPECT_THAT(opened, Succeeds());
    return *std::move(opened);
  }

  static Result<void> write(Database& database) {
    return database.write([](WriteTransaction& tx) { return tx.audit({.action = "test"}); });
  }

  static Result<Listed<core::User>> read(Database& database) {
    return database.read([](ReadTransaction& tx) { return list_users(tx, AllTenants{}, {}, {}); });
  }

  TestClock clock_;
};

TEST_F(PostgresqlTest, AConnectionLostWhileNothingHappensIsNotNoticed) {
  const auto database = open();
  ASSERT_THAT(write(*database), Succeeds());
  ASSERT_THAT(read(*database), Succeeds());
  cut_connections_to_postgresql();
  EXPECT_THAT(write(*database), Succeeds());
  EXPECT_THAT(read(*database), Succeeds());
}

TEST_F(PostgresqlTest, AConnectionLostUnderAnOperationFailsThisOneAndNoOther) {
  const auto database = open();
  const auto cut_write = database->write([](WriteTransaction& tx) -> Result<void> {
    TRY(tx.audit({.action = "lost"}));
    cut_connections_to_postgresql();
    return tx.audit({.action = "lost"});
  });
  EXPECT_THAT(cut_write, FailsWith(ErrorCode::kUnavailable));
  const auto cut_read = database->read([](ReadTransaction& tx) {
    cut_connections_to_postgresql();
    return list_users(tx, AllTenants{}, {}, {});
  });
  EXPECT_THAT(cut_read, FailsWith(ErrorCode::kUnavailable));
  EXPECT_FALSE(database->is_stopped());
  EXPECT_THAT(write(*database), Succeeds());
  EXPECT_THAT(read(*database), Succeeds());
  const auto audit =
      database->read([](ReadTransaction& tx) { return list_audit(tx, AllTenants{}, {}, {}); });
  ASSERT_THAT(audit, Succeeds());
  EXPECT_EQ(audit->items.size(), 1U) << "nothing of the lost operation";
}

TEST_F(PostgresqlTest, AServerThatIsNotThereIsUnavailable) {
  const auto refused =
      Database::open({.url = "postgresql:///postgres?host=/nowhere&user=claviger"}, clock_);
  EXPECT_THAT(refused, FailsWith(ErrorCode::kUnavailable));
}

TEST_F(PostgresqlTest, AUrlThatCannotBeReadIsNotRepeatedWithItsPassword) {
  for (const char* url : {"postgresql://claviger:s3cret%zz@127.0.0.1/claviger",
                          "postgresql://claviger:s3cret/claviger", "postgresql://[s3cret/claviger",
                          "postgresql://claviger@127.0.0.1:1/claviger?s3cret",
                          "postgresql://claviger@127.0.0.1:1/claviger?s3cret=1"}) {
    const auto refused = Database::open({.url = url}, clock_);
    ASSERT_THAT(refused, FailsWith(ErrorCode::kUnavailable)) << url;
    const std::string text = refused.error().internal_text() + refused.error().public_text().str();
    EXPECT_THAT(text, testing::HasSubstr("URL cannot be read")) << url;
    EXPECT_THAT(text, testing::Not(testing::HasSubstr("s3cret"))) << url;
  }
}

}  // namespace
}  // namespace claviger::store
