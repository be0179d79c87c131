#include "json.h"

#include <nlohmann/json.hpp>

namespace claviger::store {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kEverything = "*";

/// Runs a reader of JSON whose every surprise is an exception of the library.
template <class Read>
auto parse(std::string_view text, Read read) -> std::optional<decltype(read(Json()))> {
  try {
    return read(Json::parse(text));
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

/// Reads an array of strings, each of which `understand` must know.
template <class T, class Understand>
std::optional<std::vector<T>> parse_each(std::string_view json, Understand understand) {
  const auto texts = parse_strings(json);
  if (!texts) return std::nullopt;
  std::vector<T> values;
  for (const std::string& text : *texts) {
    const std::optional<T> value = understand(text);
    if (!value) return std::nullopt;
    values.push_back(*value);
  }
  return values;
}

Json json_of(const core::NamedGrant& grant) {
  return {{"api", grant.api},
          {"endpoints", grant.endpoints},
          {"methods", grant.methods},
          {"scopes", grant.scopes}};
}

core::NamedGrant named_grant_of(const Json& json) {
  return {json.at("api").get<std::string>(), json.at("endpoints").get<std::vector<std::string>>(),
          json.at("methods").get<std::vector<std::string>>(),
          json.at("scopes").get<std::vector<std::string>>()};
}

Json json_of(const core::ScopeSet& scopes) {
  Json numbers = Json::array();
  for (std::size_t i = 0; i < core::kMaxScopesPerApi; ++i) {
    if (scopes.contains(static_cast<core::ScopeNumber>(i))) numbers.push_back(i);
  }
  return numbers;
}

Json json_of(const std::vector<core::EndpointGrant>& endpoints) {
  Json pairs = Json::array();
  for (const core::EndpointGrant& granted : endpoints)
    pairs.push_back({static_cast<std::uint32_t>(granted.endpoint), granted.methods.bits()});
  return pairs;
}

Json json_of(const core::Grant& grant) {
  const bool every_endpoint = grant.endpoint_reach == core::Reach::kEvery;
  const bool every_scope = grant.scope_reach == core::Reach::kEvery;
  return {{"api", static_cast<std::uint32_t>(grant.api)},
          {"methods", grant.methods.bits()},
          {"endpoints", every_endpoint ? Json(kEverything) : json_of(grant.endpoints)},
          {"scopes", every_scope ? Json(kEverything) : json_of(grant.scopes)}};
}

core::Grant grant_of(const Json& json) {
  core::Grant grant;
  grant.api = core::ApiNumber{json.at("api").get<std::uint32_t>()};
  grant.methods = core::MethodSet(json.at("methods").get<std::uint16_t>());
  if (const Json& endpoints = json.at("endpoints"); endpoints == kEverything) {
    grant.endpoint_reach = core::Reach::kEvery;
  } else {
    for (const auto& [number, methods] :
         endpoints.get<std::vector<std::pair<std::uint32_t, std::uint16_t>>>())
      grant.endpoints.push_back({core::EndpointNumber{number}, core::MethodSet(methods)});
  }
  if (const Json& scopes = json.at("scopes"); scopes == kEverything) {
    grant.scope_reach = core::Reach::kEvery;
  } else {
    for (const auto number : scopes.get<std::vector<core::ScopeNumber>>()) grant.scopes.add(number);
  }
  return grant;
}

/// Callers have checked that their texts are UTF-8; what is not becomes U+FFFD, without an
/// exception.
std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

template <class T>
std::string array_of(const std::vector<T>& values) {
  Json array = Json::array();
  for (const T& value : values) array.push_back(json_of(value));
  return text_of(array);
}

}  // namespace

std::string to_json(const std::vector<std::string>& strings) {
  return text_of(strings);
}

std::optional<std::vector<std::string>> parse_strings(std::string_view json) {
  return parse(json, [](const Json& array) { return array.get<std::vector<std::string>>(); });
}

std::string to_json(core::ServiceClasses classes) {
  return to_json(classes.words());
}

std::optional<core::ServiceClasses> parse_service_classes(std::string_view json) {
  const auto words = parse_each<core::ServiceClass>(json, core::parse_service_class);
  if (!words) return std::nullopt;
  core::ServiceClasses classes;
  for (const core::ServiceClass word : *words) classes = classes.with(word);
  return classes;
}

std::string to_json(const core::Metadata& metadata) {
  return Json(metadata).dump();
}

std::optional<core::Metadata> parse_metadata(std::string_view json) {
  return parse(json, [](const Json& object) {
    core::Metadata metadata;
    for (const auto& [name, value] : object.items())
      metadata.emplace(name, value.get<std::string>());
    return metadata;
  });
}

std::string to_json(const std::vector<core::NamedGrant>& grants) {
  return array_of(grants);
}

std::optional<std::vector<core::NamedGrant>> parse_named_grants(std::string_view json) {
  return parse(json, [](const Json& array) {
    std::vector<core::NamedGrant> grants;
    for (const Json& grant : array) grants.push_back(named_grant_of(grant));
    return grants;
  });
}

std::string to_json(const std::vector<core::Grant>& grants) {
  return array_of(grants);
}

std::optional<std::vector<core::Grant>> parse_compiled_grants(std::string_view json) {
  return parse(json, [](const Json& array) {
    std::vector<core::Grant> grants;
    for (const Json& grant : array) grants.push_back(grant_of(grant));
    return grants;
  });
}

std::string to_json(const std::vector<core::Network>& networks) {
  std::vector<std::string> texts;
  for (const core::Network& network : networks) texts.push_back(network.str());
  return to_json(texts);
}

std::optional<std::vector<core::Network>> parse_networks(std::string_view json) {
  return parse_each<core::Network>(json, core::Network::parse);
}

std::string to_json(core::PermissionSet permissions) {
  std::vector<std::string> scopes;
  for (const core::Permission permission : permissions.list())
    scopes.emplace_back(core::scope_of(permission));
  return to_json(scopes);
}

std::optional<core::PermissionSet> parse_permissions(std::string_view json) {
  const auto permissions = parse_each<core::Permission>(json, core::parse_permission);
  if (!permissions) return std::nullopt;
  core::PermissionSet set;
  for (const core::Permission permission : *permissions) set = set.with(permission);
  return set;
}

}  // namespace claviger::store
