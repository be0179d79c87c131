#include "key_view.h"

#include "grants_text.h"
#include "json_field.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "claviger/core/ids.h"

namespace claviger::cli {
namespace {

using nlohmann::json;

/// "sec_… clv_ak_9fK2…x7Qd until 2026-12-01T00:00:00Z, last used 2026-11-28T00:00:00Z from
/// 192.0.2.7/32": the secrets that work, then the others.
std::string secrets_text(const json& secrets) {
  std::string text;
  for (const json& secret : secrets) {
    const json* revoked = find_field(secret, "revoked");
    const std::string end = text_at(secret, "notAfter");
    text += fmt::format("{}{} {}…{}", text.empty() ? "" : " | ", text_at(secret, "id"),
                        text_at(secret, "prefix"), text_at(secret, "lastFour"));
    if (revoked != nullptr && *revoked == true)
      text += " revoked";
    else if (!end.empty())
      text += " until " + end;
    const std::string used = text_at(secret, "lastUsedAt");
    if (!used.empty())
      text += fmt::format(", last used {} from {}", used, text_at(secret, "lastUsedNetwork"));
  }
  return text;
}

/// "team=billing, stage=test".
std::string metadata_text(const json& metadata) {
  std::string text;
  for (const auto& [name, value] : metadata.items())
    text += fmt::format("{}{}={}", text.empty() ? "" : ", ", name, plain_text(value));
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
      {.title = "USED FROM", .field = "lastUsedNetwork", .shown = Shown::kWide},
      {.title = "APPLICATION", .field = "applicationId", .look = kExact, .shown = Shown::kWide},
      {.title = "LAST FOUR", .field = "lastFour", .look = kExact, .shown = Shown::kWide},
      {.title = "READ ONLY", .field = "readOnly", .look = kExact, .shown = Shown::kWide},
      {.title = "CREATED", .field = "createdAt", .look = Look::kTime, .shown = Shown::kWide},
      {.title = "OWNER", .field = "ownerId", .look = kExact, .shown = Shown::kWide},
      {.title = "GRANTS", .field = "grants", .shown = Shown::kWide, .text = grants_text},
      {.title = "SCOPES", .field = "scopes", .shown = Shown::kRecord},
      {.title = "CLASSES", .field = "serviceClasses", .shown = Shown::kRecord},
      {.title = "FROM", .field = "allowedIps", .shown = Shown::kRecord, .absent = "anywhere"},
      {.title = "NOT BEFORE", .field = "notBefore", .look = Look::kTime, .shown = Shown::kRecord},
      {.title = "DESCRIPTION", .field = "description", .shown = Shown::kRecord},
      {.title = "METADATA", .field = "metadata", .shown = Shown::kRecord, .text = metadata_text},
      {.title = "ORGANIZATION", .field = "organizationId", .shown = Shown::kRecord},
      {.title = "PREDECESSOR", .field = "predecessorId", .shown = Shown::kRecord},
      {.title = "SUCCESSOR", .field = "successorId", .shown = Shown::kRecord},
      {.title = "SECRETS", .field = "secrets", .shown = Shown::kRecord, .text = secrets_text},
      {.title = "REVOKED", .field = "revokedAt", .look = Look::kTime, .shown = Shown::kRecord},
      {.title = "REASON", .field = "revokeReason", .shown = Shown::kRecord},
      {.title = "COMMENT", .field = "revokeComment", .shown = Shown::kRecord}};
  return view;
}

const Kind& key_kind() {
  static const Kind kind = {
      .word = "key",
      .list = "key list",
      .resource = "/v1/keys",
      .member = "key",
      .name = "",
      .filter = "",
      .completes = Completes::kKeys,
      .is_id = [](const std::string& text) { return core::KeyId::parse(text).has_value(); },
      .view = key_view};
  return kind;
}

}  // namespace claviger::cli
