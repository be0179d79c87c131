// The JSON that stands in columns. Each parse_…() gives nullopt for what its to_json() cannot have
// written.
//
//   strings  = ["…", …]; so are permissions, by their scopes, and ids
//   metadata = {"…": "…", …}
//   grants   = [{"api": "fleet", "endpoints": ["GET /a"], "methods": [], "scopes": ["*"]}, …]
//   compiled = [{"api": 1, "methods": 127, "endpoints": [[number, methods], …] | "*",
//                "scopes": [number, …] | "*"}, …]
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "claviger/base/id.h"
#include "claviger/core/access_key.h"
#include "claviger/core/api.h"
#include "claviger/core/grant.h"
#include "claviger/core/network.h"
#include "claviger/core/permission.h"

namespace claviger::store {

[[nodiscard]] std::string to_json(const std::vector<std::string>& strings);
[[nodiscard]] std::optional<std::vector<std::string>> parse_strings(std::string_view json);

[[nodiscard]] std::string to_json(core::ServiceClasses classes);
[[nodiscard]] std::optional<core::ServiceClasses> parse_service_classes(std::string_view json);

[[nodiscard]] std::string to_json(const core::Metadata& metadata);
[[nodiscard]] std::optional<core::Metadata> parse_metadata(std::string_view json);

[[nodiscard]] std::string to_json(const std::vector<core::NamedGrant>& grants);
[[nodiscard]] std::optional<std::vector<core::NamedGrant>> parse_named_grants(
    std::string_view json);

[[nodiscard]] std::string to_json(const std::vector<core::Grant>& grants);
[[nodiscard]] std::optional<std::vector<core::Grant>> parse_compiled_grants(std::string_view json);

[[nodiscard]] std::string to_json(const std::vector<core::Network>& networks);
[[nodiscard]] std::optional<std::vector<core::Network>> parse_networks(std::string_view json);

[[nodiscard]] std::string to_json(core::PermissionSet permissions);
[[nodiscard]] std::optional<core::PermissionSet> parse_permissions(std::string_view json);

template <class Kind>
std::string to_json(const std::vector<Id<Kind>>& ids) {
  std::vector<std::string> texts;
  for (const Id<Kind>& id : ids) texts.push_back(id.str());
  return to_json(texts);
}

template <class Id>
std::optional<std::vector<Id>> parse_ids(std::string_view json) {
  const auto texts = parse_strings(json);
  if (!texts) return std::nullopt;
  std::vector<Id> ids;
  for (const std::string& text : *texts) {
    const auto id = Id::parse(text);
    if (!id) return std::nullopt;
    ids.push_back(*id);
  }
  return ids;
}

}  // namespace claviger::store
