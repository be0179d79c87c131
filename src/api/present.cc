#include "present.h"

#include <string>

#include "claviger/service/shown.h"

namespace claviger::api {
namespace {

using nlohmann::json;

std::string_view word(core::Standing standing) {
  return standing == core::Standing::kActive ? "active" : "disabled";
}

json optional_time(const std::optional<Time>& time) {
  return time ? json(to_rfc3339(*time)) : json(nullptr);
}

json time_of(const std::optional<keyring::LastUse>& use) {
  return use ? json(to_rfc3339(use->at)) : json(nullptr);
}

json network_of(const std::optional<keyring::LastUse>& use) {
  return use ? json(use->from.str()) : json(nullptr);
}

json present_secrets(const std::vector<service::SecretView>& secrets) {
  json presented = json::array();
  for (const service::SecretView& secret : secrets)
    presented.push_back({{"id", secret.id.str()},
                         {"prefix", secret.hint.prefix},
                         {"lastFour", secret.hint.last_four},
                         {"createdAt", to_rfc3339(secret.created_at)},
                         {"notAfter", present_time(secret.not_after)},
                         {"revoked", secret.revoked},
                         {"lastUsedAt", time_of(secret.last_use)},
                         {"lastUsedNetwork", network_of(secret.last_use)}});
  return presented;
}

json present_endpoint(const core::Endpoint& endpoint) {
  return {{"id", endpoint.id.str()},
          {"method", core::to_string(endpoint.method)},
          {"path", endpoint.path},
          {"summary", endpoint.summary},
          {"scopes", endpoint.scopes}};
}

}  // namespace

json present_time(Time time) {
  return service::shown(time);
}

json present(const core::Organization& organization) {
  json presented = service::shown(organization);
  presented.update(
      {{"id", organization.id.str()}, {"createdAt", to_rfc3339(organization.created_at)}});
  return presented;
}

json present(const service::UserView& view) {
  const core::User& user = view.user;
  const core::HeldPermissions held = core::permissions_of(view.roles);
  json presented = service::shown(view);
  presented.update({{"id", user.id.str()},
                    {"organizationId", user.organization.str()},
                    {"permissions", service::shown(held.here)},
                    {"permissionsBelow", service::shown(held.below)},
                    {"createdAt", to_rfc3339(user.created_at)},
                    {"lastSignInAt", optional_time(user.last_sign_in_at)}});
  return presented;
}

json present(const core::Role& role) {
  json organization = nullptr;
  if (role.organization) organization = role.organization->str();
  json created_at = nullptr;
  if (role.organization) created_at = to_rfc3339(role.created_at);
  json presented = service::shown(role);
  presented.update({{"id", role.id.str()},
                    {"organizationId", std::move(organization)},
                    {"predefined", !role.organization.has_value()},
                    {"createdAt", std::move(created_at)}});
  return presented;
}

json present(const core::Session& session) {
  json presented = service::shown(session);
  presented.update({{"id", session.id.str()}, {"lastSeenAt", to_rfc3339(session.last_seen_at)}});
  return presented;
}

json present(const service::ApplicationView& view) {
  const core::Application& application = view.application;
  json presented = service::shown(application);
  presented.update(
      {{"id", application.id.str()},
       {"organizationId", application.organization.str()},
       {"kind", application.use == core::ApplicationUse::kUsual ? "usual" : "personal-tokens"},
       {"activeKeys", view.active_keys},
       {"createdAt", to_rfc3339(application.created_at)}});
  return presented;
}

json present(const service::ApiView& view) {
  const core::Api& api = view.api;
  json endpoint_count = nullptr;
  if (view.endpoint_count) endpoint_count = *view.endpoint_count;
  json presented = service::shown(api);
  presented.update({{"id", api.id.str()},
                    {"organizationId", api.organization.str()},
                    {"status", word(api.standing)},
                    {"endpointCount", std::move(endpoint_count)},
                    {"createdAt", to_rfc3339(api.created_at)}});
  return presented;
}

json present_whole(const service::ApiView& view) {
  json presented = present(view);
  json endpoints = json::array();
  for (const core::Endpoint& endpoint : view.api.endpoints)
    endpoints.push_back(present_endpoint(endpoint));
  presented["endpoints"] = std::move(endpoints);
  return presented;
}

json present(const service::ConsumptionSettings& settings) {
  return service::shown(settings);
}

json present(const service::KeyView& view) {
  const core::AccessKey& key = view.key;
  json reason = nullptr;
  if (key.revoke_reason) reason = core::to_string(*key.revoke_reason);
  json presented = service::shown(key);
  presented.update({{"id", key.id.str()},
                    {"kind", core::to_string(key.kind)},
                    {"ownerId", key.maker.str()},
                    {"organizationId", key.organization.str()},
                    {"status", core::to_string(view.status)},
                    {"createdAt", to_rfc3339(key.created_at)},
                    {"lastUsedAt", time_of(view.last_use)},
                    {"lastUsedNetwork", network_of(view.last_use)},
                    {"revokedAt", optional_time(key.revoked_at)},
                    {"revokeReason", std::move(reason)},
                    {"revokeComment", key.revoke_comment}});
  if (view.secrets) presented["secrets"] = present_secrets(*view.secrets);
  return presented;
}

json present_to_provider(const service::KeyView& view) {
  json presented = present(view);
  for (const char* field :
       {"description", "metadata", "revokeComment", "allowedIps", "lastUsedNetwork", "secrets"})
    presented.erase(field);
  return presented;
}

json present(const service::GatewayView& view) {
  const bool live = view.presence == service::Presence::kLive;
  return {{"id", view.id.str()},
          {"name", view.name},
          {"host", view.host},
          {"version", view.software_version},
          {"state", live ? "live" : "silent"},
          {"appliedVersion", view.applied.number},
          {"latestVersion", view.latest.number},
          {"lag", view.latest.number - view.applied.number},
          {"lastSeenAt", to_rfc3339(view.heard_at)}};
}

}  // namespace claviger::api
