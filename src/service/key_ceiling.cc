#include "key_ceiling.h"

#include "key_grants.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "claviger/service/access.h"
#include "claviger/store/access_keys.h"
#include "claviger/store/users.h"

namespace claviger::service {
namespace {

bool lies_within(const core::Network& inner, const std::vector<core::Network>& outer) {
  return std::any_of(outer.begin(), outer.end(), [&](const core::Network& network) {
    return inner.prefix_bits >= network.prefix_bits && network.contains(inner.base);
  });
}

Error beyond(std::string_view field, std::string sentence) {
  return Error::invalid(
      {{"/" + std::string(field), "beyond-your-key", PublicText(std::move(sentence))}});
}

/// The numbers of the scopes that stand for permissions, with all that those include.
core::ScopeSet scopes_of(const core::PermissionSet& permissions, const core::Api& api) {
  core::ScopeSet scopes;
  for (std::size_t i = 0; i < api.scopes.size(); ++i) {
    const auto permission = core::parse_permission(api.scopes[i]);
    if (permission && permissions.contains(*permission))
      scopes.add(static_cast<core::ScopeNumber>(i));
  }
  return scopes;
}

}  // namespace

Result<std::optional<KeyCeiling>> KeyCeiling::of(const store::ReadTransaction& tx,
                                                 const Caller& caller) {
  if (!caller.principal.key) return std::optional<KeyCeiling>();
  const auto scope = store::TenantScope::of(caller.principal);
  core::AccessKey key = TRY(store::get_key(tx, scope, *caller.principal.key));
  auto grants = TRY(store::compiled_grants(tx, scope, key.id));
  const core::User maker = TRY(store::get_user(tx, scope, caller.principal.user));
  return std::optional(KeyCeiling(std::move(key), std::move(grants), caller.principal,
                                  TRY(principal_of(tx, maker))));
}

std::vector<Fault> KeyCeiling::excess_of(const core::Grant& asked, const core::Api& api,
                                         const std::string& pointer) const {
  std::vector<core::Grant> held;
  for (core::Grant grant : grants_) {
    if (grant.api == core::kEveryApi && api.number != core::kPlatformApi) grant.api = api.number;
    if (grant.api != api.number) continue;
    if (grant.api == core::kPlatformApi) {
      grant.scope_reach = core::Reach::kListed;
      grant.scopes = scopes_of(caller_.permissions, api);
    }
    if (key_.read_only) grant.methods = grant.methods & core::MethodSet::read_only();
    held.push_back(std::move(grant));
  }
  return core::excess_of(asked, held, api, pointer);
}

Result<void> KeyCeiling::require_classes(core::ServiceClasses classes) const {
  if ((classes & caller_.classes) == classes) return {};
  return fail(beyond("serviceClasses",
                     fmt::format("The key that you call with is of the classes {}, and gives no "
                                 "others.",
                                 fmt::join(caller_.classes.words(), ", "))));
}

Result<void> KeyCeiling::require_end(Time expires_at) const {
  if (expires_at <= key_.expires_at) return {};
  return fail(beyond("expiresAt", "The key that you call with ends at " +
                                      to_rfc3339(key_.expires_at) +
                                      ", and gives nothing that goes on for longer."));
}

Result<void> KeyCeiling::require_networks(
    const std::optional<std::vector<core::Network>>& networks) const {
  if (!key_.allowed_ips) return {};
  const auto is_inside = [&](const core::Network& network) {
    return lies_within(network, *key_.allowed_ips);
  };
  if (networks && std::all_of(networks->begin(), networks->end(), is_inside)) return {};
  return fail(beyond("allowedIps",
                     "The key that you call with works from certain networks alone, and gives "
                     "nothing that works from others. Name networks within those."));
}

namespace {

/// True if the key calls the management API further below than the caller does: it has its maker's
/// reach, not that of whoever has its secret.
Result<bool> reaches_further(const store::ReadTransaction& tx, const Caller& caller,
                             const core::AccessKey& key) {
  const bool is_for_platform = std::any_of(
      key.grants.begin(), key.grants.end(),
      [](const core::NamedGrant& grant) { return grant.api == core::kPlatformApiName; });
  if (!is_for_platform) return false;
  const auto maker = TRY(store::get_user_ever(tx, store::AllTenants{}, key.maker));
  const core::PermissionSet below = TRY(principal_of(tx, maker)).permissions_below;
  return (below & caller.principal.permissions_below) != below;
}

/// Somebody else's key is strengthened by whoever reaches as far without it, where the key is.
Result<void> require_hold(const store::ReadTransaction& tx, const Caller& caller,
                          const core::AccessKey& key) {
  if (key.kind == core::SecretKind::kPersonalAccessToken)
    return fail(Error::refused(ErrorCode::kPermissionDenied,
                               "A personal access token is its user's alone: only they may have "
                               "its new secret, renew it or open it further. You can revoke it."));
  Caller there = caller;
  if (key.organization != caller.principal.organization || TRY(reaches_further(tx, caller, key)))
    there.principal.permissions = there.principal.permissions_below;
  TRY(compile_grants(tx, there, {key.grants, key.scopes, key.classes}));
  return {};
}

}  // namespace

Result<void> require_reach(const store::ReadTransaction& tx, const Caller& caller,
                           const core::AccessKey& key) {
  if (key.maker != caller.principal.user) TRY(require_hold(tx, caller, key));
  const auto ceiling = TRY(KeyCeiling::of(tx, caller));
  if (!ceiling || key.id == caller.principal.key) return {};
  if (key.kind == core::SecretKind::kPersonalAccessToken)
    return fail(Error::refused(ErrorCode::kPermissionDenied,
                               "A key does not do this to a personal access token. Sign in to do "
                               "it."));
  TRY(compile_grants(tx, caller, {key.grants, key.scopes, key.classes}));
  TRY(ceiling->require_classes(key.classes));
  TRY(ceiling->require_end(key.expires_at));
  return ceiling->require_networks(key.allowed_ips);
}

}  // namespace claviger::service
