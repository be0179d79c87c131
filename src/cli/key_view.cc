#include "key_view.h"

#include "json_field.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace claviger::cli {
namespace {

using nlohmann::json;

std::string part_of(const json& grant, const char* field, std::string_view title) {
  const json* value = find_field(grant, field);
  const std::string text = value == nullptr ? std::string() : plain_text(*value);
  return text.empty() ? text : fmt::format("; {} {}", title, text);
}

/// "fleet: GET /devices, POST /devices; scopes devices:read", one part an API.
std::string grants_text(const json& grants) {
  std::string text;
  for (const json& grant : grants) {
    const json* endpoints = find_field(grant, "endpoints");
    text += fmt::format("{}{}: {}{}{}", text.empty() ? "" : " | ", text_at(grant, "api"),
                        endpoints == nullptr ? "" : plain_text(*endpoints),
                        part_of(grant, "methods", "methods"), part_of(grant, "scopes", "scopes"));
  }
  return text;
}

}  // namespace

const View& key_view() {
  constexpr auto kExact = Look::kExact;
  static const View view = {
      {.title = "ID", .field = "id", .look = kExact},
      {.title = "NAME", .field = "name"},
      {.title = "STATUS", .field = "status", .look = Look::kStatus},
      {.title = "PREFIX", .field = "prefix", .look = kExact},
      {.title = "EXPIRES", .field = "expiresAt", .look = Look::kTime, .absent = "never"},
      {.title = "LAST USED", .field = "lastUsedAt", .look = Look::kTime, .absent = "never"},
      {.title = "APPLICATION", .field = "applicationId", .look = kExact, .shown = Shown::kWide},
      {.title = "LAST FOUR", .field = "lastFour", .look = kExact, .shown = Shown::kWide},
      {.title = "READ ONLY", .field = "readOnly", .look = kExact, .shown = Shown::kWide},
      {.title = "CREATED", .field = "createdAt", .look = Look::kTime, .shown = Shown::kWide},
      {.title = "OWNER", .field = "ownerId", .look = kExact, .shown = Shown::kWide},
      {.title = "GRANTS", .field = "grants", .shown = Shown::kWide, .text = grants_text},
      {.title = "SCOPES", .field = "scopes", .shown = Shown::kRecord},
      {.title = "FROM", .field = "allowedIps", .shown = Shown::kRecord, .absent = "anywhere"},
      {.title = "NOT BEFORE", .field = "notBefore", .look = Look::kTime, .shown = Shown::kRecord},
      {.title = "DESCRIPTION", .field = "description", .shown = Shown::kRecord},
      {.title = "ORGANIZATION", .field = "organizationId", .shown = Shown::kRecord},
      {.title = "REVOKED", .field = "revokedAt", .look = Look::kTime, .shown = Shown::kRecord},
      {.title = "REASON", .field = "revokeReason", .shown = Shown::kRecord},
      {.title = "COMMENT", .field = "revokeComment", .shown = Shown::kRecord}};
  return view;
}

}  // namespace claviger::cli
