#include "claviger/agent/keeper.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "claviger/keyring/counters.h"
#include "claviger/keyring/reader.h"

namespace claviger::agent {
namespace {

using core::Standing;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class SetClock final : public Clock {
 public:
  [[nodiscard]] Time now() const override { return now_; }

  void advance(Microseconds by) { now_ += by; }

 private:
  Time now_ = from_microseconds(1'800'000'000'000'000);
};

/// A server that has these records, and notes what the agent reports.
class FixedSource final : public ChangeSource {
 public:
  Result<Outline> outline() override { return Outline{.epoch = {1}, .keys = 1}; }

  Result<core::GatewaySnapshot> snapshot(const core::GatewayRecordSink& sink) override {
    for (core::GatewayRecord record : records) TRY(sink(std::move(record)));
    return core::GatewaySnapshot{.epoch = {1}, .version = {version}};
  }

  Result<std::optional<core::GatewayChanges>> changes_since(core::Epoch epoch,
                                                            core::Version from) override {
    core::GatewayChanges changes{.epoch = epoch, .from = from, .to = {version}, .records = {}};
    if (from.number != version) changes.records = records;
    return std::optional(std::move(changes));
  }

  void report_applied(core::Epoch, core::Version applied) override {
    reported.push_back(applied.number);
  }

  void wait_for_change(core::Version, Microseconds) override {}

  void wake() override {}

  std::vector<core::GatewayRecord> records;
  std::int64_t version = 1;
  std::vector<std::int64_t> reported;
};

core::RouteSpec route(std::uint32_t number, core::MethodSet methods, std::string path) {
  return {core::EndpointNumber{number}, methods, std::move(path), {}};
}

class KeeperTest : public testing::Test {
 protected:
  ~KeeperTest() override { std::filesystem::remove_all(directory_); }

  [[nodiscard]] core::ApiRecord api(std::string name) {
    return {.id = core::ApiId::make(clock_.now(), random_),
            .number = core::ApiNumber{1},
            .name = std::move(name),
            .standing = Standing::kActive,
            .carriers = core::CarrierSet().with(core::Carrier::kAuthorization),
            .lets_preflight_through = false,
            .max_staleness = std::chrono::seconds{300},
            .routes = {.base_path = "",
                       .scopes = {},
                       .routes = {route(1, core::MethodSet::read_only(), "/devices/{id}")}}};
  }

  [[nodiscard]] Keeper keeper(Past past) {
    return {{.state_directory = directory_, .past = past}, source_, clock_};
  }

  core::Reason call(std::string_view api_name) {
    const core::RawRequest raw{.method = "GET",
                               .target = "/devices/1",
                               .routed_path = {},
                               .headers = {},
                               .peer = {},
                               .has_origin = false,
                               .has_requested_method = false};
    return keyring::Reader(directory_).decide(raw, api_name, clock_.now()).reason;
  }

  std::string directory_ = [] {
    std::string pattern = std::filesystem::temp_directory_path() / "claviger-agent-XXXXXX";
    const char* const made = mkdtemp(pattern.data());
    return std::string(made == nullptr ? "" : made);
  }();
  SetClock clock_;
  SystemRandom random_;
  FixedSource source_;
};

TEST_F(KeeperTest, AnApiThatNoGatewayCanHoldKeepsNothingElseFromBeingTold) {
  core::ApiRecord broken = api("broken");
  broken.routes.routes.push_back(route(2, core::MethodSet::read_only(), "/devices/{name}"));
  ASSERT_FALSE(core::RouteTable::encode(broken.routes).has_value());
  source_.records = {broken, api("fleet")};
  Keeper keeper = this->keeper(Past::kNone);
  ASSERT_TRUE(keeper.catch_up().has_value());
  EXPECT_EQ(call("fleet"), core::Reason::kCredentialMissing) << "it is there";
  EXPECT_EQ(call("broken"), core::Reason::kCredentialMissing) << "and it refuses every call";
  source_.version = 2;
  ASSERT_TRUE(keeper.catch_up().has_value()) << "nor does a change of it";
  EXPECT_THAT(source_.reported, ElementsAre(1, 2));
}

TEST_F(KeeperTest, ANewGatewayReportsAtOnce) {
  Keeper keeper = this->keeper(Past::kNone);
  ASSERT_TRUE(keeper.catch_up().has_value());
  EXPECT_THAT(source_.reported, ElementsAre(1));
}

TEST_F(KeeperTest, WhereTheKeyringOfBeforeIsGoneNothingIsReportedUntilGatewaysHaveLeftIt) {
  Keeper keeper = this->keeper(Past::kUnknown);
  ASSERT_TRUE(keeper.catch_up().has_value());
  clock_.advance(keyring::kTrustedUnconfirmed - Microseconds{1});
  ASSERT_TRUE(keeper.catch_up().has_value());
  EXPECT_THAT(source_.reported, IsEmpty());
  clock_.advance(Microseconds{1});
  ASSERT_TRUE(keeper.catch_up().has_value());
  EXPECT_THAT(source_.reported, ElementsAre(1));
}

TEST_F(KeeperTest, AKeyringThatIsThereIsSupersededAndTheNewOneReportedAtOnce) {
  {
    Keeper before = keeper(Past::kNone);
    ASSERT_TRUE(before.catch_up().has_value());
  }
  source_.reported.clear();
  Keeper keeper = this->keeper(Past::kUnknown);
  ASSERT_TRUE(keeper.catch_up().has_value());
  EXPECT_THAT(source_.reported, ElementsAre(1));
}

TEST_F(KeeperTest, N20_CountersThatAreCutShortAreMadeAnewThoughNothingChanges) {
  Keeper keeper = this->keeper(Past::kNone);
  ASSERT_TRUE(keeper.catch_up().has_value());
  const std::string counters = directory_ + "/counters";
  const auto size = std::filesystem::file_size(counters);
  std::filesystem::resize_file(counters, 100);
  testing::internal::CaptureStderr();
  ASSERT_TRUE(keeper.catch_up().has_value());
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              HasSubstr("the counters of calls were damaged and begin anew"));
  EXPECT_EQ(std::filesystem::file_size(counters), size);
  EXPECT_EQ(std::filesystem::file_size(directory_ + "/counters.damaged"), 100U);
}

TEST_F(KeeperTest, OlderCountersDoNotBecomeMoreAndMore) {
  Keeper keeper = this->keeper(Past::kNone);
  ASSERT_TRUE(keeper.catch_up().has_value());
  for (std::size_t growth = 0; growth < keyring::kMostOlderCounters + 3; ++growth) {
    std::fstream file(directory_ + "/counters", std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(48).write("\0\0\1", 4);  // as if so many slots had been claimed
    file.close();
    ASSERT_TRUE(keyring::keep_counters(directory_, 1, clock_.now()).has_value());
  }
  source_.version = 2;
  ASSERT_TRUE(keeper.catch_up().has_value());
  std::size_t older = 0;
  for (const auto& file : std::filesystem::directory_iterator(directory_))
    if (file.path().filename().string().starts_with("counters.before-")) ++older;
  EXPECT_EQ(older, keyring::kMostOlderCounters);
}

}  // namespace
}  // namespace claviger::agent
