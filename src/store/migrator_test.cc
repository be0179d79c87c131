#include "migrator.h"

#include "store_test.h"

#include <array>
#include <future>

namespace claviger::store {
namespace {

using testing::HasSubstr;

constexpr MigrationText kFirst{1, "first", "CREATE TABLE first (id TEXT PRIMARY KEY);\n"};
constexpr MigrationText kSecond{
    2, "second",
    "-- only: sqlite\nINSERT INTO first VALUES ('sqlite');\n-- end\n"
    "-- only: postgresql\nINSERT INTO first VALUES ('postgresql');\n-- end\n"};
constexpr MigrationText kBroken{2, "broken",
                                "CREATE TABLE half (id TEXT);\nINSERT INTO nowhere VALUES (1);\n"};

class Migrations {
 public:
  explicit Migrations(const std::string& url) : dialect_(*make_dialect({.url = url})) {
    EXPECT_THAT(dialect_->prepare(), Succeeds());
    connection_ = *Connection::open(*dialect_, Access::kWrite);
  }

  Result<void> apply(std::vector<MigrationText> known) {
    return apply_migrations(*connection_, known, kStartOfTime);
  }

  Result<std::vector<MigrationText>> missing(std::vector<MigrationText> known) {
    return missing_migrations(*connection_, known);
  }

  bool has_table(std::string_view name) {
    const auto found = connection_->select_one(dialect_->table_exists(), {{"name", name}},
                                               [](Row& row) { return row.number(); });
    EXPECT_THAT(found, Succeeds());
    return found.has_value() && found->has_value();
  }

  Connection& connection() { return *connection_; }

  [[nodiscard]] std::string_view dialect() const { return dialect_->name(); }

 private:
  std::unique_ptr<Dialect> dialect_;
  std::unique_ptr<Connection> connection_;
};

TEST_P(StoreTest, MigrationsAreAppliedOnceAndInOrder) {
  Migrations migrations(GetParam()().make_empty_database());
  EXPECT_EQ(migrations.missing({kFirst, kSecond})->size(), 2U);
  ASSERT_THAT(migrations.apply({kFirst}), Succeeds());
  EXPECT_EQ(migrations.missing({kFirst, kSecond})->size(), 1U);
  ASSERT_THAT(migrations.apply({kFirst, kSecond}), Succeeds());
  ASSERT_THAT(migrations.apply({kFirst, kSecond}), Succeeds());
  EXPECT_TRUE(migrations.missing({kFirst, kSecond})->empty());
  const auto rows = migrations.connection().select(
      "SELECT id FROM first", {}, [](Row& row) { return std::string(row.text()); });
  ASSERT_THAT(rows, Succeeds());
  EXPECT_THAT(*rows, testing::ElementsAre(migrations.dialect()));
}

TEST_P(StoreTest, AChangedMigrationIsRefused) {
  Migrations migrations(GetParam()().make_empty_database());
  ASSERT_THAT(migrations.apply({kFirst}), Succeeds());
  MigrationText changed = kFirst;
  changed.text = "CREATE TABLE first (id TEXT);\n";
  const auto refused = migrations.apply({changed, kSecond});
  ASSERT_THAT(refused, FailsWith(ErrorCode::kConflict));
  EXPECT_THAT(refused.error().public_text().str(), HasSubstr("0001_first"));
  EXPECT_EQ(migrations.missing({kFirst, kSecond})->size(), 1U) << "nothing was applied";
}

TEST_P(StoreTest, ADatabaseOfANewerProgramIsRefused) {
  Migrations migrations(GetParam()().make_empty_database());
  ASSERT_THAT(migrations.apply({kFirst, kSecond}), Succeeds());
  const auto refused = migrations.apply({kFirst});
  ASSERT_THAT(refused, FailsWith(ErrorCode::kConflict));
  EXPECT_THAT(refused.error().public_text().str(), HasSubstr("newer program"));
}

TEST_P(StoreTest, AMigrationThatFailsHalfWayLeavesNothing) {
  Migrations migrations(GetParam()().make_empty_database());
  ASSERT_THAT(migrations.apply({kFirst}), Succeeds());
  EXPECT_FALSE(migrations.apply({kFirst, kBroken}).has_value());
  EXPECT_FALSE(migrations.has_table("half"));
  EXPECT_EQ(migrations.missing({kFirst, kBroken})->size(), 1U);
}

TEST_P(StoreTest, TwoServersThatStartAtOnceDoNotClash) {
  for (int round = 0; round < 10; ++round) {
    const std::string empty = GetParam()().make_empty_database();
    const auto start = [&] { return Database::open({.url = empty}, clock_); };
    auto first = std::async(std::launch::async, start);
    auto second = std::async(std::launch::async, start);
    EXPECT_THAT(first.get(), Succeeds());
    EXPECT_THAT(second.get(), Succeeds());
  }
}

TEST_P(StoreTest, ThePlanNamesWhatAStartWouldApply) {
  EXPECT_TRUE(plan_migrations({.url = url()})->empty());
  const std::string empty = GetParam()().make_empty_database();
  const auto plan = plan_migrations({.url = empty});
  ASSERT_THAT(plan, Succeeds());
  ASSERT_EQ(plan->size(), built_in_migrations().size());
  EXPECT_EQ(plan->front().name, "initial");
  EXPECT_EQ(plan->front().checksum.size(), 64U);
}

TEST_P(StoreTest, MarkedSectionsAreForTheirDatabaseAlone) {
  const std::string_view text =
      "a\n-- only: sqlite\nb\n-- end\nc\n-- only: postgresql\nd\n-- end\ne";
  EXPECT_EQ(script_for(text, "sqlite"), "a\nb\nc\ne");
  EXPECT_EQ(script_for(text, "postgresql"), "a\nc\nd\ne");
}

}  // namespace
}  // namespace claviger::store
