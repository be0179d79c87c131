// Grants in request bodies: of keys, and of what consumers may take. Private to the api module.
#pragma once

#include "claviger/core/api.h"
#include "claviger/http/object_reader.h"

namespace claviger::api {

/// Reads endpoints, methods and scopes; refuses what the gateway does not enforce yet.
[[nodiscard]] core::NamedGrant read_grant(http::ObjectReader& body);

/// Reports a fault for each of these fields that is there and not null: known, but not enforced by
/// this version (docs/decisions/0011-refuse-what-is-not-enforced.md).
void refuse_unenforced(http::ObjectReader& body, std::initializer_list<std::string_view> fields);

}  // namespace claviger::api
