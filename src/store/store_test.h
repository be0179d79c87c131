// What the conformance suite runs on: a database of one kind or the other, empty at each start.
//
// A backend joins with three lines: INSTANTIATE_TEST_SUITE_P(Name, StoreTest, Values(backend)).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "claviger/base/digest.h"
#include "claviger/base/random.h"
#include "claviger/base/time.h"
#include "claviger/core/access_key.h"
#include "claviger/core/api.h"
#include "claviger/core/application.h"
#include "claviger/core/organization.h"
#include "claviger/core/role.h"
#include "claviger/core/user.h"
#include "claviger/store/access_keys.h"
#include "claviger/store/apis.h"
#include "claviger/store/applications.h"
#include "claviger/store/consumers.h"
#include "claviger/store/database.h"
#include "claviger/store/organizations.h"
#include "claviger/store/users.h"

namespace claviger::store {

/// Where databases for tests come from.
class TestBackend {
 public:
  virtual ~TestBackend() = default;

  /// The URL of a database that holds nothing.
  virtual std::string make_empty_database() = 0;
};

/// The backend of a test binary; a function, so that it starts with the first test that needs it.
using BackendSource = TestBackend& (*)();

/// A clock that stands still until it is moved.
class TestClock final : public Clock {
 public:
  [[nodiscard]] Time now() const override { return now_; }

  void advance(Microseconds by) { now_ += by; }

 private:
  Time now_ = from_microseconds(1'800'000'000'000'000);
};

/// An organization with one user and one application.
struct Tenant {
  core::Organization organization;
  core::User user;
  core::Application application;

  [[nodiscard]] TenantScope scope() const { return {organization.id}; }
};

/// All is public, for what tests share beside it.
class StoreTest : public testing::TestWithParam<BackendSource> {
 public:
  void SetUp() override;

  [[nodiscard]] Database& database() { return *database_; }

  /// Closes the database and opens it anew, as a restart does.
  void reopen();

  /// The same database, opened a second time, as another server does.
  [[nodiscard]] std::unique_ptr<Database> open_another() const;

  [[nodiscard]] const std::string& url() const { return url_; }

  /// Writes, with an audit entry beside what `function(WriteTransaction&)` does.
  template <class Function>
  auto change(Function function) {
    return database_->write([&](WriteTransaction& tx) -> decltype(function(tx)) {
      auto answer = function(tx);
      if (answer.has_value()) TRY(tx.audit({.action = "test"}));
      return answer;
    });
  }

  /// Reads what must be there.
  template <class Function>
  auto must_read(Function function) {
    auto answer = database_->read(function);
    EXPECT_TRUE(answer.has_value()) << describe(answer);
    return *std::move(answer);
  }

  template <class T>
  static std::string describe(const Result<T>& result) {
    if (result.has_value()) return "a value";
    return std::string(to_string(result.error().code())) + ": " +
           result.error().public_text().str() + " / " + result.error().internal_text();
  }

  template <class Id>
  Id new_id() {
    return Id::make(clock_.now(), random_);
  }

  [[nodiscard]] Digest new_digest();

  // Values that are not stored yet, and functions that store them or fail the test.
  [[nodiscard]] core::Organization an_organization();
  [[nodiscard]] core::User a_user(const core::OrganizationId& organization);
  [[nodiscard]] core::Api an_api(const core::OrganizationId& organization, std::string_view name);
  [[nodiscard]] core::Application an_application(const core::User& owner);
  [[nodiscard]] IssuedKey a_key(const core::Application& application);
  [[nodiscard]] static core::Endpoint an_endpoint(core::Method method, std::string_view path);
  [[nodiscard]] static CompiledRight a_right(const core::Api& api,
                                             const core::OrganizationId& consumer,
                                             const core::NamedGrant& most);

  core::Organization stored_organization();
  core::Organization stored_organization_below(const core::OrganizationId& parent);
  core::User stored_user(const core::OrganizationId& organization);
  core::Api stored_api(const core::OrganizationId& organization, std::string_view name);
  Tenant stored_tenant();
  IssuedKey stored_key(const core::Application& application);

  TestClock clock_;
  SystemRandom random_;

 private:
  core::Organization stored(core::Organization organization);

  std::string url_;
  std::unique_ptr<Database> database_;
};

/// Matches a Result that failed with this code.
MATCHER_P(FailsWith, code, "") {
  if (arg.has_value()) {
    *result_listener << "which holds a value";
    return false;
  }
  *result_listener << "which failed with " << to_string(arg.error().code()) << " ("
                   << arg.error().public_text().str() << " / " << arg.error().internal_text()
                   << ")";
  return arg.error().code() == code;
}

MATCHER(Succeeds, "") {
  if (!arg.has_value())
    *result_listener << "which failed with " << to_string(arg.error().code()) << " ("
                     << arg.error().public_text().str() << " / " << arg.error().internal_text()
                     << ")";
  return arg.has_value();
}

}  // namespace claviger::store
