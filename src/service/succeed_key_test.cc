// A successor, and what happens to its predecessor while it is made.
#include "service_test.h"

#include <functional>
#include <utility>

#include "claviger/service/applications.h"
#include "claviger/service/catalog.h"
#include "claviger/service/consumers.h"
#include "claviger/service/key_life.h"
#include "claviger/service/keys.h"

namespace claviger::service {
namespace {

/// Lets somebody else act when bytes are first asked for, which is while a key's secret is made.
class InterruptedRandom final : public Random {
 public:
  explicit InterruptedRandom(std::function<void()> interruption)
      : interruption_(std::move(interruption)) {}

  void fill(std::span<std::byte> bytes) override {
    if (const auto act = std::exchange(interruption_, nullptr)) act();
    SystemRandom().fill(bytes);
  }

 private:
  std::function<void()> interruption_;
};

class SucceedKeyTest : public ServiceTest {
 protected:
  [[nodiscard]] core::ApiId import(const std::string& name) {
    NewApi wanted{.name = name, .upstream = "http://127.0.0.1:9", .base_path = "", .document = {}};
    wanted.document.endpoints.push_back(
        {.method = core::Method::kGet, .path = "/devices", .summary = "", .scopes = {}});
    return import_api(context_, caller_, wanted).value().api.id;
  }

  [[nodiscard]] core::KeyId key_on(const std::vector<std::string>& apis) {
    NewKey wanted;
    wanted.application = create_application(context_, caller_, {.name = "app", .description = ""})
                             .value()
                             .application.id;
    wanted.name = "key";
    for (const std::string& api : apis)
      wanted.grants.push_back({.api = api, .endpoints = {"*"}, .methods = {}, .scopes = {}});
    return issue_key(context_, caller_, wanted).value().view.key.id;
  }

  const Caller caller_ = caller_of(try_to_sign_in().value().token);
};

TEST_F(SucceedKeyTest, Z01_ASuccessorIsGivenNothingThatIsTakenAwayMeanwhile) {
  const core::ApiId lost = import("lost");
  (void)import("kept");
  const core::KeyId key = key_on({"lost", "kept"});
  InterruptedRandom random([&] { ASSERT_TRUE(withdraw_grant(context_, caller_, lost, key, {})); });
  Context interrupted = context_with(random);
  const auto successor = succeed_key(interrupted, caller_, key, {});
  ASSERT_TRUE(successor);
  ASSERT_EQ(successor->view.key.grants.size(), 1U);
  EXPECT_EQ(successor->view.key.grants.front().api, "kept");
}

TEST_F(SucceedKeyTest, K01_AKeyThatIsRevokedMeanwhileIsNotRotated) {
  (void)import("kept");
  const core::KeyId key = key_on({"kept"});
  InterruptedRandom random([&] { ASSERT_TRUE(revoke_key(context_, caller_, key, {})); });
  Context interrupted = context_with(random);
  const auto rotated = rotate_key(interrupted, caller_, key, Microseconds{0});
  ASSERT_FALSE(rotated);
  EXPECT_EQ(rotated.error().code(), ErrorCode::kConflict);
}

}  // namespace
}  // namespace claviger::service
