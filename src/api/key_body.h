// What bodies about keys have in common. Private to the api module.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "claviger/core/access_key.h"
#include "claviger/http/message.h"
#include "claviger/http/object_reader.h"
#include "claviger/service/key_life.h"

namespace claviger::api {

inline constexpr http::StringRule kKeyName = {.max_bytes = 200};
/// Descriptions and comments.
inline constexpr http::StringRule kKeyText = {
    .max_bytes = 2000, .lines = http::Lines::kMany, .empty = http::Empty::kAllowed};

/// Reads an interval such as "30d"; nullopt if it is not there.
[[nodiscard]] std::optional<core::Interval> read_interval(http::ObjectReader& body,
                                                          std::string_view field);

/// Reads `expiresAt`, where null is never, or `expiresIn`; nullopt if neither is there.
[[nodiscard]] std::optional<service::NewExpiry> read_expiry(http::ObjectReader& body);

/// Reads `allowedIps`: nullopt if it is not there; within, nullopt for null: from anywhere.
[[nodiscard]] std::optional<std::optional<std::vector<core::Network>>> read_networks(
    http::ObjectReader& body);

/// Reads a whole new key; its application is the caller's to fill in.
[[nodiscard]] service::NewKey read_new_key(http::ObjectReader& body);

/// Reads `grants`, at least one.
[[nodiscard]] std::vector<core::NamedGrant> read_grants(http::ObjectReader& body);

/// 201 with the key, its secret and what whoever made it is to know.
[[nodiscard]] http::Response issued_response(const service::IssuedKey& issued);

/// Reads `reason`, and `comment` if it is there.
[[nodiscard]] service::Revocation read_revocation(http::ObjectReader& body);

/// Reads `metadata`, an object of texts; nullopt if it is not there.
[[nodiscard]] std::optional<core::Metadata> read_metadata(http::ObjectReader& body);

}  // namespace claviger::api
