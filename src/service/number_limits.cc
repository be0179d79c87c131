#include "number_limits.h"

#include <fmt/format.h>

#include "claviger/store/access_keys.h"
#include "claviger/store/applications.h"
#include "claviger/store/organizations.h"

namespace claviger::service {
namespace {

constexpr const char* kHigherLimit = "or ask whoever manages your organization for a higher limit.";

}  // namespace

Result<void> require_room_for_applications(const store::ReadTransaction& tx, const Caller& caller,
                                           std::int64_t more) {
  const auto scope = store::TenantScope::of(caller.principal);
  const auto limit =
      TRY(store::get_active_limits(tx, caller.principal.organization)).applications_per_user;
  if (!limit) return {};
  const auto active = TRY(store::count_active_applications(tx, scope, caller.principal.user));
  if (active + more <= *limit) return {};
  return fail(Error::refused(
      ErrorCode::kLimitReached,
      fmt::format("You have {} of {} active applications, so there is no room for {} more. Revoke "
                  "some, {}",
                  active, *limit, more, kHigherLimit)));
}

Result<void> require_room_for_active_key(const store::ReadTransaction& tx,
                                         const core::AccessKey& key, Time now) {
  if (key.kind == core::SecretKind::kPersonalAccessToken) return {};
  const auto limit = TRY(store::get_active_limits(tx, key.organization)).keys_per_application;
  if (!limit) return {};
  const auto active =
      TRY(store::count_active_keys(tx, store::TenantScope{key.organization}, key.application, now));
  if (active < *limit) return {};
  return fail(
      Error::refused(ErrorCode::kLimitReached,
                     fmt::format("This application has {} of {} active keys. Revoke one, {}",
                                 active, *limit, kHigherLimit)));
}

Result<void> require_room_for_new_key(Context& context, const store::ReadTransaction& tx,
                                      const core::Application& application) {
  const int most = context.limits.inactive_keys_per_application;
  if (most <= 0) return {};
  const bool counts_all = application.use == core::ApplicationUse::kPersonalTokens;
  const auto keys = TRY(store::count_keys_of_application(
      tx, store::TenantScope{application.organization}, application.id, context.clock.now()));
  const std::int64_t counted = keys.others + (counts_all ? keys.active : 0);
  if (counted < most) return {};
  return fail(
      Error::refused(ErrorCode::kLimitReached,
                     fmt::format("This application has {} keys{}. Delete some that are revoked.",
                                 counted, counts_all ? "" : " that are not active")));
}

}  // namespace claviger::service
