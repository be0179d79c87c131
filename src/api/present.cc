#include "present.h"

#include <string>

namespace claviger::api {
namespace {

using nlohmann::json;

std::string_view word(core::Standing standing) {
  return standing == core::Standing::kActive ? "active" : "disabled";
}

json names_of(core::PermissionSet permissions) {
  json names = json::array();
  for (const core::Permission permission : permissions.list())
    names.push_back(core::to_string(permission));
  return names;
}

json optional_time(const std::optional<Time>& time) {
  return time ? json(to_rfc3339(*time)) : json(nullptr);
}

template <class Id>
json id_or_null(const std::optional<Id>& id) {
  return id ? json(id->str()) : json(nullptr);
}

json present_grant(const core::NamedGrant& grant) {
  json presented = {{"api", grant.api}, {"endpoints", grant.endpoints}, {"scopes", grant.scopes}};
  if (!grant.methods.empty()) presented["methods"] = grant.methods;
  return presented;
}

json present_interval(const std::optional<core::Interval>& interval) {
  return interval ? json(core::to_string(*interval)) : json(nullptr);
}

json present_networks(const std::optional<std::vector<core::Network>>& networks) {
  if (!networks) return nullptr;
  json texts = json::array();
  for (const core::Network& network : *networks) texts.push_back(network.str());
  return texts;
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
  return time == kEndOfTime ? json(nullptr) : json(to_rfc3339(time));
}

json present(const core::Organization& organization) {
  return {{"id", organization.id.str()},
          {"name", organization.name},
          {"parentId", organization.parent ? json(organization.parent->str()) : json(nullptr)},
          {"status", core::to_string(organization.status)},
          {"createdAt", to_rfc3339(organization.created_at)}};
}

json present(const service::UserView& view) {
  const core::User& user = view.user;
  json roles = json::array();
  for (const core::Role& role : view.roles) roles.push_back(role.name);
  const core::HeldPermissions held = core::permissions_of(view.roles);
  return {{"id", user.id.str()},
          {"organizationId", user.organization.str()},
          {"email", user.email},
          {"name", user.name},
          {"status", core::to_string(user.status)},
          {"roles", std::move(roles)},
          {"secondFactor", user.has_second_factor},
          {"permissions", names_of(held.here)},
          {"permissionsBelow", names_of(held.below)},
          {"createdAt", to_rfc3339(user.created_at)},
          {"lastSignInAt", optional_time(user.last_sign_in_at)}};
}

json present(const core::Role& role) {
  json rights = json::array();
  for (const core::NamedGrant& right : role.rights) rights.push_back(present_grant(right));
  json organization = nullptr;
  if (role.organization) organization = role.organization->str();
  json created_at = nullptr;
  if (role.organization) created_at = to_rfc3339(role.created_at);
  return {{"id", role.id.str()},
          {"name", role.name},
          {"description", role.description},
          {"organizationId", std::move(organization)},
          {"predefined", !role.organization.has_value()},
          {"permissions", names_of(role.permissions)},
          {"reach", core::to_string(role.reach)},
          {"rights", std::move(rights)},
          {"createdAt", std::move(created_at)}};
}

json present(const core::Session& session) {
  return {{"id", session.id.str()},
          {"createdAt", to_rfc3339(session.created_at)},
          {"lastSeenAt", to_rfc3339(session.last_seen_at)},
          {"expiresAt", to_rfc3339(session.expires_at)},
          {"sourceIp", session.source_ip},
          {"userAgent", session.user_agent}};
}

json present(const service::ApplicationView& view) {
  const core::Application& application = view.application;
  const bool active = application.status == core::ApplicationStatus::kActive;
  return {{"id", application.id.str()},
          {"name", application.name},
          {"description", application.description},
          {"ownerId", application.owner.str()},
          {"organizationId", application.organization.str()},
          {"kind", application.use == core::ApplicationUse::kUsual ? "usual" : "personal-tokens"},
          {"status", active ? "active" : "revoked"},
          {"activeKeys", view.active_keys},
          {"createdAt", to_rfc3339(application.created_at)}};
}

json present(const service::ApiView& view) {
  const core::Api& api = view.api;
  json upstream = nullptr;
  if (!api.upstream.empty()) upstream = api.upstream;
  json endpoint_count = nullptr;
  if (view.endpoint_count) endpoint_count = *view.endpoint_count;
  return {{"id", api.id.str()},
          {"name", api.name},
          {"title", api.title},
          {"organizationId", api.organization.str()},
          {"basePath", api.base_path},
          {"upstream", std::move(upstream)},
          {"status", word(api.standing)},
          {"scopes", api.scopes},
          {"endpointCount", std::move(endpoint_count)},
          {"createdAt", to_rfc3339(api.created_at)}};
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
  json consumers = json::array();
  for (const core::ConsumerRight& right : settings.consumers) {
    json most = present_grant(right.most);
    most.erase("api");
    consumers.push_back({{"organizationId", right.consumer.str()}, {"most", std::move(most)}});
  }
  json max_staleness = nullptr;
  if (settings.max_staleness != core::kServeAlways)
    max_staleness =
        std::chrono::duration_cast<std::chrono::seconds>(settings.max_staleness).count();
  json carriers = {"Authorization"};
  if (settings.x_api_key) carriers.push_back("X-API-Key");
  return {{"carriers", std::move(carriers)},
          {"preflight", settings.lets_preflight_through ? "allow" : "refuse"},
          {"maxStalenessSeconds", std::move(max_staleness)},
          {"defaultExpiry", present_interval(settings.expiry.usual)},
          {"maxExpiry", present_interval(settings.expiry.most)},
          {"consumers", std::move(consumers)}};
}

json present(const service::KeyView& view) {
  const core::AccessKey& key = view.key;
  json grants = json::array();
  for (const core::NamedGrant& grant : key.grants) {
    grants.push_back(present_grant(grant));
    grants.back()["withdrawn"] = core::is_withdrawn(key, grant.api);
  }
  json reason = nullptr;
  if (key.revoke_reason) reason = core::to_string(*key.revoke_reason);
  json not_before = nullptr;
  if (key.not_before != kStartOfTime) not_before = to_rfc3339(key.not_before);
  json presented = {{"id", key.id.str()},
                    {"name", key.name},
                    {"description", key.description},
                    {"metadata", key.metadata},
                    {"kind", core::to_string(key.kind)},
                    {"prefix", key.hint.prefix},
                    {"lastFour", key.hint.last_four},
                    {"applicationId", key.application.str()},
                    {"ownerId", key.maker.str()},
                    {"organizationId", key.organization.str()},
                    {"status", core::to_string(view.status)},
                    {"grants", std::move(grants)},
                    {"scopes", key.scopes},
                    {"serviceClasses", key.classes.words()},
                    {"predecessorId", id_or_null(key.predecessor)},
                    {"successorId", id_or_null(key.successor)},
                    {"readOnly", key.read_only},
                    {"notBefore", std::move(not_before)},
                    {"expiresAt", present_time(key.expires_at)},
                    {"allowedIps", present_networks(key.allowed_ips)},
                    {"createdAt", to_rfc3339(key.created_at)},
                    {"lastUsedAt", time_of(view.last_use)},
                    {"lastUsedNetwork", network_of(view.last_use)},
                    {"revokedAt", optional_time(key.revoked_at)},
                    {"revokeReason", std::move(reason)},
                    {"revokeComment", key.revoke_comment}};
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
