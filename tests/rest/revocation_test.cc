// The whole way: a key made over REST opens a real nginx, and a revoked one never again.
#include "installation.h"
#include "protected_api.h"
#include "support/nginx.h"
#include "support/waiting.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <thread>

#include "claviger/base/time.h"

namespace claviger::test {
namespace {

using Moment = std::chrono::steady_clock::time_point;

class Revocation : public RestTest {
 protected:
  void SetUp() override { tenant_.user.import_fleet(api_); }

  [[nodiscard]] NginxSettings settings() const {
    return protecting(installation().state_dir(), api_);
  }

  [[nodiscard]] HttpRequest call(const Json& key, std::string target = "/devices",
                                 std::string method = "GET") const {
    return {.method = std::move(method),
            .target = std::move(target),
            .headers = {{"Authorization", "Bearer " + key.value("secret", "")}}};
  }

  [[nodiscard]] Answer revoke(const Json& key) const {
    return tenant_.user.post("/v1/keys/" + key.value("id", "") + "/revoke?wait=applied",
                             {{"reason", "compromised"}});
  }

  const Tenant tenant_ = make_tenant();
  const std::string api_ = unique("fleet");
};

/// One key under load, and what became of it.
struct Target {
  Json key;
  std::atomic<Moment::rep> receipt = 0;  ///< when the receipt had been received; 0: not yet
  std::atomic<int> accepted_before = 0;
  std::atomic<int> refused_after = 0;
  std::atomic<int> accepted_after = 0;  ///< of those that were sent after the receipt
};

Moment::rep now() {
  return std::chrono::steady_clock::now().time_since_epoch().count();
}

void note(Target& target, bool sent_after_receipt, int status) {
  if (status == 200)
    ++(sent_after_receipt ? target.accepted_after : target.accepted_before);
  else if (sent_after_receipt)
    ++target.refused_after;
}

TEST_F(Revocation, AKeyOpensTheGatewayUntilItIsRevoked) {
  const Nginx nginx(settings());
  const Endpoint gateway = nginx.socket("http.sock");
  const std::string application = tenant_.user.make_application();
  EXPECT_EQ(ask(gateway, {.target = "/devices"}).status, 401);
  Json body = key_body(api_);
  body["grants"][0]["endpoints"] = {"GET /devices"};
  const Json key = tenant_.user.make_key(application, body);
  ASSERT_TRUE(eventually([&] { return ask(gateway, call(key)).status == 200; }));
  EXPECT_EQ(ask(gateway, call(key, "/devices", "POST")).status, 403);
  EXPECT_EQ(ask(gateway, call(key, "/devices/7")).status, 403);
  EXPECT_TRUE(eventually([&] {
    return tenant_.user.get("/v1/keys/" + key.value("id", "")).body["lastUsedAt"].is_string();
  }));
  const Answer revoked = revoke(key);
  ASSERT_EQ(revoked.status(), 200) << revoked.response.body;
  EXPECT_EQ(ask(gateway, call(key)).status, 401);
  EXPECT_EQ(ask(gateway, call(key, "/devices", "POST")).status, 401);
}

TEST_F(Revocation, AKeyAndEachOfItsSecretsSayWhenAndFromWhereTheyWereUsedLast) {
  NginxSettings with_addresses = settings();
  with_addresses.http =
      "set_real_ip_from unix:; real_ip_header X-Forwarded-For;\n" + with_addresses.http;
  const Nginx nginx(with_addresses);
  const Endpoint gateway = nginx.socket("http.sock");
  const auto calls = [&](const Json& secret, const char* from) {
    HttpRequest request = call(secret);
    request.headers.emplace_back("X-Forwarded-For", from);
    return eventually([&] { return ask(gateway, request).status == 200; });
  };
  const Json key = tenant_.user.make_key(tenant_.user.make_application(), key_body(api_));
  const std::string path = "/v1/keys/" + key.value("id", "");
  ASSERT_TRUE(calls(key, "192.0.2.7"));
  const Answer rotated = tenant_.user.post(path + "/rotate?wait=applied", {{"overlap", "1h"}});
  ASSERT_EQ(rotated.status(), 200) << rotated.response.body;
  EXPECT_EQ(tenant_.user.get(path).body["secrets"][1]["lastUsedAt"], nullptr) << "shown, not used";
  ASSERT_TRUE(calls(rotated.body["key"], "2001:db8:1:2:3:4:5:6"));

  Json shown;
  ASSERT_TRUE(eventually([&] {
    shown = tenant_.user.get(path).body;
    return shown["lastUsedNetwork"] == "2001:db8:1:2::/64";
  })) << shown;
  const Json& old = shown["secrets"][0];
  const Json& renewed = shown["secrets"][1];
  EXPECT_EQ(old["lastUsedNetwork"], "192.0.2.7/32");
  EXPECT_EQ(renewed["lastUsedNetwork"], "2001:db8:1:2::/64");
  EXPECT_EQ(renewed["lastUsedAt"], shown["lastUsedAt"]);
  const auto time_of = [](const Json& thing, const char* field) {
    return parse_rfc3339(thing.value(field, "")).value();
  };
  EXPECT_LT(time_of(old, "lastUsedAt"), time_of(renewed, "lastUsedAt"));
  EXPECT_GE(time_of(old, "lastUsedAt"), time_of(shown, "createdAt"));
}

// docs/threats.md, R1: no call is accepted that was first sent after the receipt had arrived.
TEST_F(Revocation, R1_NoCallIsAcceptedAfterTheReceipt) {
  constexpr std::size_t kKeys = 40;
  constexpr int kCallers = 4;
  NginxSettings two_workers = settings();
  two_workers.workers = 2;
  const Nginx nginx(two_workers);
  const Endpoint gateway = nginx.socket("http.sock");
  std::array<Target, kKeys> targets;
  std::string application;
  for (std::size_t i = 0; i < kKeys; ++i) {
    if (i % 10 == 0) application = tenant_.user.make_application();
    targets[i].key = tenant_.user.make_key(application, api_);
  }
  ASSERT_TRUE(eventually([&] { return ask(gateway, call(targets.back().key)).status == 200; }));

  std::atomic<bool> ends = false;
  std::vector<std::thread> callers;
  for (int caller = 0; caller < kCallers; ++caller) {
    callers.emplace_back([&, caller] {
      HttpConnection connection(gateway);
      for (std::size_t i = static_cast<std::size_t>(caller); !ends; ++i) {
        Target& target = targets[i % kKeys];
        const Moment::rep receipt = target.receipt;
        const bool sent_after_receipt = receipt != 0 && now() > receipt;
        connection.send(call(target.key).str());
        const HttpResponse response = connection.receive();
        note(target, sent_after_receipt, response.status);
        if (response.header("Connection") == "close" || response.status == 0)
          connection = HttpConnection(gateway);
      }
    });
  }
  const auto begun = std::chrono::steady_clock::now();
  for (Target& target : targets) {
    const Answer revoked = revoke(target.key);
    target.receipt = now();
    EXPECT_EQ(revoked.status(), 200) << revoked.response.body;
    EXPECT_EQ(revoked.body["receipt"]["gateways"][0]["state"], "applied");
    if (std::chrono::steady_clock::now() - begun > std::chrono::seconds{8}) break;
  }
  static_cast<void>(eventually(
      [&] {
        return std::ranges::all_of(targets, [](const Target& target) {
          return target.receipt == 0 || target.refused_after > 0;
        });
      },
      std::chrono::seconds{2}));
  ends = true;
  for (std::thread& caller : callers) caller.join();

  int accepted_before = 0;
  int refused_after = 0;
  for (const Target& target : targets) {
    EXPECT_EQ(target.accepted_after, 0) << target.key["id"];
    accepted_before += target.accepted_before;
    refused_after += target.refused_after;
  }
  EXPECT_GT(accepted_before, 0) << "the load reached the gateway before";
  EXPECT_GT(refused_after, 0) << "and after";
}

}  // namespace
}  // namespace claviger::test
