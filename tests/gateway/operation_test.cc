// What an operator does: configure, observe, reload, upgrade.
#include "gateway_fixture.h"
#include "support/waiting.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <thread>

namespace claviger::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class Operation : public GatewayTest {
 protected:
  std::string configuration_error(std::string_view locations) {
    const Finished check = Nginx::check(settings_with(locations));
    EXPECT_NE(check.status, 0) << locations;
    return check.output;
  }

  const WorldKey key_ = world().add_key();
};

TEST_F(Operation, AMistakeIsNamedInASentence) {
  EXPECT_THAT(configuration_error("location / { claviger fleet; }"),
              HasSubstr("\"claviger fleet\" means nothing: write \"claviger api NAME;\""));
  EXPECT_THAT(configuration_error("location / { claviger api; }"),
              HasSubstr("write \"claviger api NAME;\""));
  EXPECT_THAT(configuration_error("location / { claviger api Fleet!; }"),
              HasSubstr("\"Fleet!\" cannot be the name of an API"));
  EXPECT_THAT(configuration_error("location / { claviger api a; claviger off; }"),
              HasSubstr("a location guards one API"));
  EXPECT_THAT(configuration_error("location / { claviger_mode watch; }"),
              HasSubstr("\"claviger_mode watch\" means nothing: write \"enforce\""));
  EXPECT_THAT(configuration_error("location / { claviger_forward_key yes; }"),
              HasSubstr("it must be \"on\" or \"off\""));
}

TEST_F(Operation, AnApiWithoutAStateDirectoryIsAMistake) {
  const Finished check =
      Nginx::check({.http = "server { listen unix:{dir}/s; location / { claviger api fleet; } }"});
  EXPECT_NE(check.status, 0);
  EXPECT_THAT(check.output, HasSubstr("add \"claviger_state /run/claviger/gateway;\""));
}

TEST_F(Operation, ADoubtfulStateDirectoryIsWarnedOf) {
  Finished check = Nginx::check({.http = "claviger_state {dir}/none;"});
  EXPECT_EQ(check.status, 0);
  EXPECT_THAT(check.output, HasSubstr("is not there yet"));
  check = Nginx::check({.http = "claviger_state /etc;"});
  EXPECT_EQ(check.status, 0);
  EXPECT_THAT(check.output, HasSubstr("is not on tmpfs"));
}

TEST_F(Operation, ASoundConfigurationIsWarnedOfNothing) {
  const Finished check = Nginx::check(settings_with(kGuardedLocations));
  EXPECT_EQ(check.status, 0);
  EXPECT_THAT(check.output, Not(HasSubstr("claviger:"))) << check.output;
}

TEST_F(Operation, LocationsInheritFromTheirServer) {
  start(R"(
    claviger api fleet;
    location / { proxy_pass http://api; }
    location /invoices/ { claviger api billing; proxy_pass http://api; }
    location /public/ {
      claviger off;
      proxy_pass http://api;
      location /public/inner/ { proxy_pass http://api; }
    })");
  EXPECT_EQ(refusal_of({.target = "/devices/1"}, 401), "credential-unknown");
  EXPECT_EQ(refusal_of({.target = "/invoices/1"}, 401), "credential-unknown");
  forwarded({.target = "/devices/1", .headers = {bearer(key_)}});
  forwarded({.target = "/invoices/1", .headers = {{"X-API-Key", key_.text}}});
  forwarded({.target = "/public/1"});
  forwarded({.target = "/public/inner/1"});
}

TEST_F(Operation, WithoutTheModulesDirectivesNothingChanges) {
  start_with({.http = "upstream api { server " + upstream().endpoint().str() +
                      "; } server { listen unix:{dir}/http.sock; location / { proxy_pass "
                      "http://api; } }"});
  const Received seen =
      forwarded({.target = "/;x//..%2f", .headers = {{"Claviger-Key-Id", "mine"}}});
  EXPECT_EQ(seen.header("Claviger-Key-Id"), "mine");
}

constexpr std::string_view kObservedLocations = R"(
  claviger_mode observe;
  location / { claviger api fleet; proxy_pass http://api; }
  location /invoices/ { claviger api billing; claviger_mode enforce; proxy_pass http://api; }
)";

TEST_F(Operation, ObservingRefusesNothing) {
  start(kObservedLocations);
  const Received seen = forwarded({.target = "/devices//1;x",
                                   .headers = {{"Authorization", "Bearer the upstream's own"},
                                               {"Claviger-User-Id", "forged"}}});
  EXPECT_EQ(seen.target, "/devices//1;x");
  EXPECT_EQ(seen.header("Authorization"), "Bearer the upstream's own");
  EXPECT_FALSE(seen.header("Claviger-User-Id"));
  EXPECT_FALSE(seen.header("Claviger-Decision-Id"));
  EXPECT_EQ(refusal_of({.target = "/invoices/1"}, 401), "credential-unknown");
  EXPECT_EQ(log_lines(2)[0].decision, "deny");
  EXPECT_EQ(log_lines(2)[0].reason, "path-not-canonical");
  EXPECT_THAT(nginx().error_log(), HasSubstr("claviger: would refuse a call to fleet"));
}

TEST_F(Operation, ObservingCountsAndNamesThoseItWouldAllow) {
  start(kObservedLocations);
  const Received seen = forwarded({.target = "/devices/1", .headers = {bearer(key_)}});
  EXPECT_EQ(seen.header("Claviger-Key-Id"), key_.id());
  EXPECT_FALSE(seen.header("Authorization"));
  WorldKey revoked = world().add_key();
  revoked.record.revoked = true;
  world().put(revoked.record);
  const Received other = forwarded({.target = "/devices/1", .headers = {bearer(revoked)}});
  EXPECT_FALSE(other.header("Claviger-Key-Id"));
  EXPECT_FALSE(other.header("Authorization")) << "a key of ours is not the upstream's business";
  EXPECT_EQ(log_lines(2)[1].reason, "key-revoked");
  EXPECT_EQ(log_lines(2)[1].key_id, revoked.id());
  EXPECT_TRUE(counts(key_, 1));
  EXPECT_TRUE(counts(revoked, 0));
}

TEST_F(Operation, TheLogTellsOfEveryCall) {
  start();
  forwarded({.target = "/devices/1", .headers = {bearer(key_)}});
  forwarded({.target = "/public/1"});
  refusal_of({.target = "/devices/1"}, 401);
  const std::vector<LogLine> lines = log_lines(3);
  EXPECT_EQ(lines[0].decision, "allow");
  EXPECT_EQ(lines[0].reason, "allowed");
  EXPECT_EQ(lines[0].key_id, key_.id());
  EXPECT_EQ(lines[0].application_id, world().application().id.str());
  EXPECT_EQ(lines[0].organization_id, world().organization().id.str());
  EXPECT_EQ(lines[1].decision, "off");
  EXPECT_EQ(lines[1].reason, "-");
  EXPECT_EQ(lines[2].decision, "deny");
  EXPECT_EQ(lines[2].reason, "credential-missing");
  EXPECT_EQ(lines[2].key_id, "-");
}

TEST_F(Operation, AReloadFailsNoCall) {
  NginxSettings settings = settings_with(kGuardedLocations);
  settings.workers = 2;
  start_with(settings);
  std::atomic<bool> ends = false;
  std::atomic<int> passed = 0;
  std::atomic<int> failed = 0;
  std::vector<std::thread> clients;
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back([&] {
      while (!ends) {
        const int status =
            ask({.target = "/devices/1", .headers = {bearer(key_), {"Connection", "close"}}})
                .status;
        ++(status == 200 ? passed : failed);
      }
    });
  }
  for (int i = 0; i < 5; ++i) nginx().reload(settings);
  ends = true;
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(failed, 0);
  EXPECT_GT(passed, 0);
  nginx().stop();
  EXPECT_TRUE(counts(key_, static_cast<std::uint64_t>(passed)));
}

TEST_F(Operation, AReloadTakesUpAndDropsTheModulesDirectives) {
  start();
  refusal_of({.target = "/devices/1"}, 401);
  nginx().reload(settings_with("location / { claviger off; proxy_pass http://api; }"));
  forwarded({.target = "/devices/1"});
  nginx().reload(settings_with(kGuardedLocations));
  refusal_of({.target = "/devices/1"}, 401);
  forwarded({.target = "/devices/1", .headers = {bearer(key_)}});
}

TEST_F(Operation, AnUpgradeOfTheProgramFailsNoCall) {
  NginxSettings settings = settings_with(kGuardedLocations);
  settings.runs = NginxRuns::kAsDaemon;
  start_with(settings);
  const auto call = [&] { forwarded({.target = "/devices/1", .headers = {bearer(key_)}}); };
  call();
  ::kill(nginx().master(), SIGUSR2);
  EXPECT_TRUE(eventually([&] {
    const pid_t successor = nginx().master_in_charge();
    return successor != 0 && successor != nginx().master() && !Nginx::workers_of(successor).empty();
  })) << nginx().error_log();
  for (int i = 0; i < 20; ++i) call();
  // The old program's workers end, the new one's go on.
  ::kill(nginx().master(), SIGWINCH);
  EXPECT_TRUE(eventually([&] { return nginx().workers().empty(); }));
  for (int i = 0; i < 20; ++i) call();
  EXPECT_TRUE(counts(key_, 41));
}

TEST_F(Operation, TheMasterMapsNothing) {
  start();
  forwarded({.target = "/devices/1", .headers = {bearer(key_)}});
  const auto maps_of = [](pid_t pid) {
    return read_file("/proc/" + std::to_string(pid) + "/maps");
  };
  EXPECT_THAT(maps_of(nginx().master()), Not(HasSubstr(world().directory())));
  EXPECT_THAT(maps_of(nginx().workers().at(0)), HasSubstr(world().keyring()));
}

}  // namespace
}  // namespace claviger::test
