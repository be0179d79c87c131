#include "claviger/service/sessions.h"

#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "claviger/service/bootstrap.h"
#include "claviger/store/organizations.h"

namespace claviger::service {
namespace {

constexpr const char* kEmail = "administrator@example.com";

/// A folder of this test's own, removed at its end.
class Folder {
 public:
  Folder() {
    std::string pattern = std::filesystem::temp_directory_path() / "claviger-service-XXXXXX";
    if (mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }

  ~Folder() { std::filesystem::remove_all(path_); }

  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// A store with one organization and its administrator.
class SessionsTest : public testing::Test {
 protected:
  [[nodiscard]] Result<SignedIn> try_to_sign_in() {
    return sign_in(context_, kEmail, password_,
                   {.request_id = "request", .source_ip = "127.0.0.1", .user_agent = ""});
  }

  void give_organization(core::AccountStatus status) {
    const auto changed = database_->write([&](store::WriteTransaction& tx) -> Result<void> {
      core::Organization organization =
          TRY(store::get_organization(tx, store::AllTenants{}, administrator_.organization));
      organization.status = status;
      TRY(store::update_organization(tx, store::AllTenants{}, organization));
      return tx.audit({.action = "test"});
    });
    ASSERT_TRUE(changed);
  }

  const Folder folder_;
  const SystemClock clock_;
  SystemRandom random_;
  std::unique_ptr<store::Database> database_ =
      store::Database::open({.url = "sqlite://" + folder_.path() + "/claviger.db"}, clock_).value();
  std::unique_ptr<Passwords> passwords_ = Passwords::create().value();
  ChangeSignal changes_;
  GatewayWatch gateways_{clock_};
  SignInThrottle sign_ins_{0};
  RateLimiter changes_by_user_{{}};
  Context context_{.database = *database_,
                   .clock = clock_,
                   .random = random_,
                   .passwords = *passwords_,
                   .changes = changes_,
                   .gateways = gateways_,
                   .state_directory = folder_.path(),
                   .limits = {},
                   .sessions = {.lifetime = std::chrono::hours{12}, .idle = std::chrono::hours{2}},
                   .management_endpoints = {},
                   .sign_ins = sign_ins_,
                   .changes_by_user = changes_by_user_};
  const Secret password_{std::string("correct horse battery staple")};
  const core::User administrator_ =
      create_first_administrator(context_, {kEmail, Secret(std::string(password_.reveal()))})
          .value();
};

TEST_F(SessionsTest, NobodyOfAnInactiveOrganizationComesIn) {
  const auto session = try_to_sign_in();
  ASSERT_TRUE(session);
  ASSERT_TRUE(authenticate(context_, session->token.reveal()));

  give_organization(core::AccountStatus::kDisabled);
  const auto authenticated = authenticate(context_, session->token.reveal());
  ASSERT_FALSE(authenticated) << "sessions end with the standing of the organization";
  EXPECT_EQ(authenticated.error().code(), ErrorCode::kSignInRequired);
  const auto refused = try_to_sign_in();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kSignInRequired);
  const auto wrong = sign_in(context_, kEmail, Secret(std::string("a wrong password")), {});
  EXPECT_EQ(refused.error().public_text(), wrong.error().public_text()) << "and looks like any";

  give_organization(core::AccountStatus::kEnabled);
  EXPECT_TRUE(authenticate(context_, session->token.reveal()));
}

}  // namespace
}  // namespace claviger::service
