#include "tests/decision/records.h"

#include <algorithm>
#include <cstring>
#include <strings.h>

#include "claviger/base/digest.h"

namespace claviger::model {
namespace {

using core::Standing;

Standing standing(bool active) {
  return active ? Standing::kActive : Standing::kInactive;
}

/// A number that no other name has, but for bad luck.
std::uint32_t number_of(std::string_view name) {
  std::uint32_t number = 0;
  std::memcpy(&number, sha256(name).data(), sizeof(number));
  return number;
}

core::ApiNumber api_number_of(const Name& name) {
  return core::ApiNumber{number_of(name)};
}

core::MethodSet methods_of(const Methods& names) {
  core::MethodSet methods;
  for (const std::string& name : names) methods = methods.with(core::parse_method(name).value());
  return methods;
}

/// A scope's number is its place in its API's list.
core::ScopeSet scopes_of(const Scopes& names, const std::vector<Name>& all) {
  core::ScopeSet scopes;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (names.contains(all[i])) scopes.add(static_cast<core::ScopeNumber>(i));
  }
  return scopes;
}

core::Reach reach(bool every) {
  return every ? core::Reach::kEvery : core::Reach::kListed;
}

core::CarrierSet carriers_of(const std::set<Name>& names) {
  core::CarrierSet carriers;
  for (std::size_t i = 0; i < kCarriers.size(); ++i) {
    if (names.contains(kCarriers[i])) carriers = carriers.with(static_cast<core::Carrier>(i));
  }
  return carriers;
}

std::vector<core::Grant> grants_of(const std::vector<Grant>& grants, const World& world) {
  std::vector<core::Grant> compiled;
  for (const Grant& grant : grants) {
    core::Grant& made = compiled.emplace_back();
    made.api = api_number_of(grant.api);
    made.methods = methods_of(grant.methods);
    made.endpoint_reach = reach(grant.every_endpoint);
    made.scope_reach = reach(grant.every_scope);
    made.scopes = scopes_of(grant.scopes, world.apis.at(grant.api).scopes);
    for (const auto& [endpoint, methods] : grant.endpoints)
      made.endpoints.push_back({endpoint_number_of(endpoint), methods_of(methods)});
  }
  return compiled;
}

core::ApiRecord record_of(const Name& name, const Api& api) {
  core::ApiRecord record;
  record.id = core::ApiId(uuid_of(name));
  record.number = api_number_of(name);
  record.name = name;
  record.standing = standing(api.active);
  record.carriers = carriers_of(api.carriers);
  record.lets_preflight_through = api.lets_preflight_through;
  record.max_staleness = api.max_staleness.value_or(core::kServeAlways);
  record.routes.base_path = api.base_path;
  record.routes.scopes = api.scopes;
  for (const auto& [endpoint_name, endpoint] : api.endpoints)
    record.routes.routes.push_back({endpoint_number_of(endpoint_name), methods_of(endpoint.methods),
                                    endpoint.path, scopes_of(endpoint.scopes, api.scopes)});
  return record;
}

core::KeyRecord record_of(const Name& name, const Key& key, const World& world) {
  core::KeyRecord record;
  record.id = core::KeyId(uuid_of(name));
  record.application = core::ApplicationId(uuid_of(key.application));
  record.maker = core::UserId(uuid_of(key.maker));
  record.organization = core::OrganizationId(uuid_of(key.organization));
  record.grants = grants_of(key.grants, world);
  if (key.networks) {
    record.networks.emplace();
    for (const std::string& network : *key.networks)
      record.networks->push_back(core::Network::parse(network).value());
  }
  record.read_only = key.read_only;
  record.not_before = key.not_before;
  record.expires_at = key.expires_at;
  record.standing = standing(key.active);
  record.revoked = key.revoked;
  for (const auto& [text, secret] : key.secrets) {
    if (!secret.revoked) record.secrets.push_back({sha256(text), secret.not_after});
  }
  return record;
}

core::RightSetId right_set_of(const Name& name) {
  return core::RightSetId::of_managers(core::OrganizationId(uuid_of(name)));
}

}  // namespace

Uuid uuid_of(std::string_view name) {
  Uuid uuid;
  std::memcpy(uuid.bytes.data(), sha256(name).data(), uuid.bytes.size());
  return uuid;
}

core::EndpointNumber endpoint_number_of(std::string_view name) {
  return core::EndpointNumber{number_of(name)};
}

std::vector<core::GatewayRecord> records_of(const World& world) {
  std::vector<core::GatewayRecord> records;
  for (const auto& [name, active] : world.organizations)
    records.emplace_back(
        core::OrganizationRecord{core::OrganizationId(uuid_of(name)), standing(active)});
  for (const auto& [name, rights] : world.right_sets)
    records.emplace_back(core::RightSetRecord{right_set_of(name), grants_of(rights, world)});
  for (const auto& [name, user] : world.users) {
    core::UserRecord record{core::UserId(uuid_of(name)), standing(user.active), {}};
    for (const Name& set : user.right_sets) record.right_sets.push_back(right_set_of(set));
    records.emplace_back(std::move(record));
  }
  for (const auto& [name, api] : world.apis) records.emplace_back(record_of(name, api));
  for (const auto& [name, application] : world.applications)
    records.emplace_back(core::ApplicationRecord{core::ApplicationId(uuid_of(name)),
                                                 core::UserId(uuid_of(application.owner)),
                                                 standing(application.active)});
  for (const auto& [name, key] : world.keys) records.emplace_back(record_of(name, key, world));
  return records;
}

EdgeRequest::EdgeRequest(const Call& call) {
  for (const auto& [name, value] : call.headers) {
    const core::HeaderMeaning meaning = core::meaning_of_header(name);
    const bool may_carry = meaning.role == core::HeaderRole::kCarrier ||
                           meaning.role == core::HeaderRole::kCarrierAlias;
    if (may_carry) headers_.push_back({meaning, value});
    if (strcasecmp(name.c_str(), "origin") == 0) raw_.has_origin = true;
    if (strcasecmp(name.c_str(), "access-control-request-method") == 0)
      raw_.has_requested_method = true;
  }
  raw_.method = call.method;
  raw_.target = call.target;
  raw_.routed_path = call.routed_path;
  raw_.headers = headers_;
  raw_.peer = core::IpAddress::parse(call.peer).value();
}

}  // namespace claviger::model
