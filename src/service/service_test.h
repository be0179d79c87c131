// What the use cases are tested on: a store with one organization and its administrator.
#pragma once

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "claviger/service/bootstrap.h"
#include "claviger/service/context.h"
#include "claviger/service/sessions.h"
#include "claviger/store/audit.h"

namespace claviger::service {

/// A folder of a test's own, removed at its end.
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

/// A clock that a test sets, while others read it.
class PassingClock final : public Clock {
 public:
  [[nodiscard]] Time now() const override { return from_microseconds(now_); }

  void pass(Microseconds span) { now_ += span.count(); }

 private:
  std::atomic<std::int64_t> now_ = 1'800'000'000'000'000;
};

class ServiceTest : public testing::Test {
 protected:
  static constexpr const char* kEmail = "administrator@example.com";
  static constexpr const char* kPassword = "correct horse battery staple";

  static Secret password(std::string_view text = kPassword) { return Secret(std::string(text)); }

  static Visit visit() {
    return {.request_id = "request", .source_ip = "127.0.0.1", .user_agent = ""};
  }

  [[nodiscard]] Result<SignedIn> try_to_sign_in(std::optional<std::string> code = {},
                                                std::string_view with = kPassword) {
    return sign_in(context_, {.email = kEmail, .password = password(with), .code = std::move(code)},
                   visit());
  }

  /// Whoever has just signed in.
  [[nodiscard]] Caller caller_of(const Secret& token) {
    return {.principal = authenticate(context_, token.reveal()).value(),
            .request_id = "request",
            .source_ip = "127.0.0.1"};
  }

  /// The same parts, but for these.
  [[nodiscard]] Context context_with(SignInThrottle& sign_ins, const SecretSeal& seal) const {
    return context_with(context_.random, sign_ins, context_.changes_by_user, seal);
  }

  [[nodiscard]] Context context_with(RateLimiter& changes_by_user) const {
    return context_with(context_.random, context_.sign_ins, changes_by_user, context_.seal);
  }

  [[nodiscard]] Context context_with(Random& random) const {
    return context_with(random, context_.sign_ins, context_.changes_by_user, context_.seal);
  }

  [[nodiscard]] Context context_with(Random& random, SignInThrottle& sign_ins,
                                     RateLimiter& changes_by_user, const SecretSeal& seal) const {
    return {context_.database,
            context_.clock,
            random,
            context_.passwords,
            context_.changes,
            context_.gateways,
            folder_.path(),
            context_.limits,
            context_.sessions,
            context_.management_endpoints,
            sign_ins,
            changes_by_user,
            seal};
  }

  /// How often this was done, by the audit.
  [[nodiscard]] std::size_t audited(const std::string& action) {
    const auto listed = database_->read([&](store::ReadTransaction& tx) {
      return store::list_audit(tx, store::AllTenants{}, {.action = action},
                               {.limit = 100, .after = std::nullopt});
    });
    return listed ? listed->items.size() : 0;
  }

  const Folder folder_;
  PassingClock clock_;
  SystemRandom random_;
  std::unique_ptr<store::Database> database_ =
      store::Database::open({.url = "sqlite://" + folder_.path() + "/claviger.db"}, clock_).value();
  std::unique_ptr<Passwords> passwords_ = Passwords::create().value();
  ChangeSignal changes_;
  GatewayWatch gateways_{clock_};
  SignInThrottle sign_ins_{0};
  RateLimiter changes_by_user_{{}};
  const SecretSeal seal_{Secret(std::string("a server's key"))};
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
                   .changes_by_user = changes_by_user_,
                   .seal = seal_};
  const core::User administrator_ =
      create_first_administrator(context_, {kEmail, password()}).value();
};

}  // namespace claviger::service
