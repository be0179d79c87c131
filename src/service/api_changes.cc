#include "api_changes.h"

#include <map>
#include <string>

namespace claviger::service {
namespace {

using nlohmann::json;

json shown_with_count(const core::Api& api) {
  json fields = shown(api);
  fields["endpointCount"] = api.endpoints.size();
  return fields;
}

/// By name, what the audit tells of an endpoint.
std::map<std::string, json> endpoints_of(const core::Api& api) {
  std::map<std::string, json> endpoints;
  for (const core::Endpoint& endpoint : api.endpoints) {
    const auto method = core::to_string(endpoint.method);
    endpoints[endpoint.path + ' ' + std::string(method)] = {
        {"method", method}, {"path", endpoint.path}, {"scopes", endpoint.scopes}};
  }
  return endpoints;
}

/// The endpoints of one that the other does not have just so.
json beyond(const std::map<std::string, json>& one, const std::map<std::string, json>& other) {
  json list = json::array();
  for (const auto& [name, endpoint] : one) {
    const auto found = other.find(name);
    if (found == other.end() || found->second != endpoint) list.push_back(endpoint);
  }
  return list;
}

}  // namespace

Changes new_api(const core::Api& api) {
  return Changes::made(shown_with_count(api)).made("endpoints", beyond(endpoints_of(api), {}));
}

Changes api_changes(const core::Api& before, const core::Api& after) {
  const auto were = endpoints_of(before);
  const auto are = endpoints_of(after);
  return Changes::between(shown_with_count(before), shown_with_count(after))
      .changed("endpoints", beyond(were, are), beyond(are, were));
}

}  // namespace claviger::service
