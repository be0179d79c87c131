#include "claviger/service/shown.h"

#include <chrono>
#include <string>

namespace claviger::service {
namespace {

using nlohmann::json;

template <class Id>
json id_or_null(const std::optional<Id>& id) {
  return id ? json(id->str()) : json(nullptr);
}

json number_or_null(const std::optional<int>& number) {
  return number ? json(*number) : json(nullptr);
}

}  // namespace

json shown(Time time) {
  return time == kEndOfTime || time == kStartOfTime ? json(nullptr) : json(to_rfc3339(time));
}

json shown(core::PermissionSet permissions) {
  json names = json::array();
  for (const core::Permission permission : permissions.list())
    names.push_back(core::to_string(permission));
  return names;
}

json shown(const core::NamedGrant& grant) {
  json fields = {{"api", grant.api}, {"endpoints", grant.endpoints}, {"scopes", grant.scopes}};
  if (!grant.methods.empty()) fields["methods"] = grant.methods;
  return fields;
}

json shown(const std::vector<core::NamedGrant>& grants) {
  json list = json::array();
  for (const core::NamedGrant& grant : grants) list.push_back(shown(grant));
  return list;
}

json shown(const std::optional<std::vector<core::Network>>& networks) {
  if (!networks) return nullptr;
  json texts = json::array();
  for (const core::Network& network : *networks) texts.push_back(network.str());
  return texts;
}

json shown(const core::Organization& organization) {
  return {{"name", organization.name},
          {"parentId", id_or_null(organization.parent)},
          {"maxApplicationsPerUser", number_or_null(organization.limits.applications_per_user)},
          {"maxKeysPerApplication", number_or_null(organization.limits.keys_per_application)},
          {"status", core::to_string(organization.status)}};
}

json shown(const UserView& view) {
  json roles = json::array();
  for (const core::Role& role : view.roles) roles.push_back(role.name);
  return {{"email", view.user.email},
          {"name", view.user.name},
          {"status", core::to_string(view.user.status)},
          {"roles", std::move(roles)},
          {"secondFactor", view.user.has_second_factor}};
}

json shown(const core::Role& role) {
  return {{"name", role.name},
          {"description", role.description},
          {"permissions", shown(role.permissions)},
          {"reach", core::to_string(role.reach)},
          {"rights", shown(role.rights)}};
}

json shown(const core::Session& session) {
  return {{"createdAt", shown(session.created_at)},
          {"expiresAt", shown(session.expires_at)},
          {"sourceIp", session.source_ip},
          {"userAgent", session.user_agent}};
}

json shown(const core::Application& application) {
  const bool is_active = application.status == core::ApplicationStatus::kActive;
  return {{"name", application.name},
          {"description", application.description},
          {"ownerId", application.owner.str()},
          {"status", is_active ? "active" : "revoked"}};
}

json shown(const core::Api& api) {
  return {{"name", api.name},
          {"title", api.title},
          {"basePath", api.base_path},
          {"upstream", api.upstream.empty() ? json(nullptr) : json(api.upstream)},
          {"scopes", api.scopes}};
}

json shown(const std::optional<core::Interval>& interval) {
  return interval ? json(core::to_string(*interval)) : json(nullptr);
}

json shown(const core::ConsumerRight& consumer) {
  json most = shown(consumer.most);
  most.erase("api");
  return {{"organizationId", consumer.consumer.str()}, {"most", std::move(most)}};
}

json shown(const ConsumptionSettings& settings) {
  json consumers = json::array();
  for (const core::ConsumerRight& consumer : settings.consumers)
    consumers.push_back(shown(consumer));
  json max_staleness = nullptr;
  if (settings.max_staleness != core::kServeAlways)
    max_staleness =
        std::chrono::duration_cast<std::chrono::seconds>(settings.max_staleness).count();
  json carriers = {"Authorization"};
  if (settings.x_api_key) carriers.push_back("X-API-Key");
  return {{"carriers", std::move(carriers)},
          {"preflight", settings.lets_preflight_through ? "allow" : "refuse"},
          {"maxStalenessSeconds", std::move(max_staleness)},
          {"defaultExpiry", shown(settings.expiry.usual)},
          {"maxExpiry", shown(settings.expiry.most)},
          {"consumers", std::move(consumers)}};
}

json shown(const core::AccessKey& key) {
  json grants = shown(key.grants);
  for (json& grant : grants)
    grant["withdrawn"] = core::is_withdrawn(key, grant["api"].get_ref<const std::string&>());
  return {{"name", key.name},
          {"description", key.description},
          {"metadata", key.metadata},
          {"applicationId", key.application.str()},
          {"prefix", key.hint.prefix},
          {"lastFour", key.hint.last_four},
          {"grants", std::move(grants)},
          {"scopes", key.scopes},
          {"serviceClasses", key.classes.words()},
          {"readOnly", key.read_only},
          {"notBefore", shown(key.not_before)},
          {"expiresAt", shown(key.expires_at)},
          {"allowedIps", shown(key.allowed_ips)},
          {"predecessorId", id_or_null(key.predecessor)},
          {"successorId", id_or_null(key.successor)}};
}

}  // namespace claviger::service
