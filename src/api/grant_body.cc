#include "grant_body.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace claviger::api {

void refuse_unenforced(http::ObjectReader& body, std::initializer_list<std::string_view> fields) {
  for (const std::string_view field : fields) {
    if (body.takes_null(field)) continue;
    if (body.optional_value(field) == nullptr) continue;
    body.fault(
        field, "not-enforced",
        fmt::format("This version does not enforce \"{}\" yet, so it takes none. Leave it out.",
                    field));
  }
}

core::NamedGrant read_grant(http::ObjectReader& body) {
  core::NamedGrant grant;
  grant.endpoints = body.optional_strings("endpoints", {.max_items = 1000}, {.max_bytes = 1100})
                        .value_or(std::vector<std::string>());
  grant.methods =
      body.optional_strings("methods", {.min_items = 1, .max_items = 7}, {.max_bytes = 10})
          .value_or(std::vector<std::string>());
  grant.scopes =
      body.optional_strings("scopes", {.max_items = core::kMaxScopesPerApi}, {.max_bytes = 100})
          .value_or(std::vector<std::string>());
  refuse_unenforced(body, {"collections", "assetGroup"});
  return grant;
}

}  // namespace claviger::api
