#include "key_body.h"

#include "grant_body.h"
#include "kept_by_nobody.h"
#include "present.h"
#include "receipt.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "claviger/base/encoding.h"

namespace claviger::api {
namespace {

constexpr std::size_t kMaxGrants = 50;
constexpr std::size_t kMaxNetworks = 100;
constexpr std::size_t kLongestMetadataName = 64;
constexpr std::size_t kLongestMetadataValue = 500;

bool is_metadata(std::string_view name, const nlohmann::json& value) {
  if (name.empty() || name.size() > kLongestMetadataName || has_control_characters(name))
    return false;
  if (!value.is_string()) return false;
  const auto& text = value.get_ref<const std::string&>();
  return text.size() <= kLongestMetadataValue && !has_control_characters(text);
}

/// Reads `serviceClasses`; left out, all of them.
core::ServiceClasses read_classes(http::ObjectReader& body) {
  const auto words =
      body.optional_strings("serviceClasses", {.min_items = 1, .max_items = 3}, {.max_bytes = 20});
  if (!words) return core::ServiceClasses::all();
  core::ServiceClasses classes;
  for (const std::string& word : *words) {
    if (const auto known = core::parse_service_class(word))
      classes = classes.with(*known);
    else
      body.fault("serviceClasses", "not-a-class",
                 fmt::format("\"{}\" is none of ui, rest and integration.", word));
  }
  return classes;
}

}  // namespace

std::vector<core::NamedGrant> read_grants(http::ObjectReader& body) {
  std::vector<core::NamedGrant> grants;
  for (http::ObjectReader& item :
       body.required_objects("grants", {.min_items = 1, .max_items = kMaxGrants})) {
    std::string api = item.required_string("api", {.max_bytes = 64});
    grants.push_back(read_grant(item));
    grants.back().api = std::move(api);
  }
  return grants;
}

service::NewKey read_new_key(http::ObjectReader& body) {
  service::NewKey wanted;
  wanted.name = body.required_string("name", kKeyName);
  wanted.description = body.optional_string("description", kKeyText).value_or("");
  wanted.metadata = read_metadata(body).value_or(core::Metadata());
  wanted.grants = read_grants(body);
  wanted.scopes =
      body.optional_strings("scopes", {.max_items = core::kMaxScopesPerApi}, {.max_bytes = 100})
          .value_or(std::vector<std::string>());
  wanted.classes = read_classes(body);
  wanted.read_only = body.optional_bool("readOnly").value_or(false);
  wanted.expiry = read_expiry(body);
  if (!body.takes_null("notBefore")) wanted.not_before = body.optional_time("notBefore");
  wanted.allowed_ips = read_networks(body).value_or(std::nullopt);
  refuse_unenforced(body, {"limits", "assetGroup"});
  return wanted;
}

http::Response issued_response(const service::IssuedKey& issued) {
  nlohmann::json created = present(issued.view);
  created["secret"] = issued.secret.reveal();
  if (!issued.warnings.empty()) created["warnings"] = issued.warnings;
  return kept_by_nobody(created_response("/v1/keys/" + issued.view.key.id.str(), created));
}

std::optional<core::Interval> read_interval(http::ObjectReader& body, std::string_view field) {
  const auto text = body.optional_string(field, {.max_bytes = 40});
  if (!text) return std::nullopt;
  const auto interval = core::parse_interval(*text);
  if (interval) return *interval;
  body.fault(field, "not-an-interval", interval.error().public_text().str());
  return std::nullopt;
}

std::optional<service::NewExpiry> read_expiry(http::ObjectReader& body) {
  const bool is_there = body.has("expiresAt") || body.has("expiresIn");
  service::NewExpiry expiry;
  if (body.has("expiresAt") && body.has("expiresIn"))
    body.fault("expiresIn", "two-expiries", "Give expiresAt or expiresIn, not both.");
  if (!body.takes_null("expiresAt")) expiry.at = body.optional_time("expiresAt");
  expiry.in = read_interval(body, "expiresIn");
  return is_there ? std::optional(expiry) : std::nullopt;
}

std::optional<std::optional<std::vector<core::Network>>> read_networks(http::ObjectReader& body) {
  using Networks = std::optional<std::vector<core::Network>>;
  if (body.takes_null("allowedIps")) return Networks();
  const auto texts = body.optional_strings(
      "allowedIps", {.min_items = 1, .max_items = kMaxNetworks}, {.max_bytes = 64});
  if (!texts) return std::nullopt;
  Networks networks(std::in_place);
  for (std::size_t i = 0; i < texts->size(); ++i) {
    const std::string& text = (*texts)[i];
    if (const auto network = core::Network::parse(text))
      networks->push_back(*network);
    else
      body.fault(
          "allowedIps", i, "not-a-network",
          fmt::format("\"{}\" is not an address or a range such as 10.0.0.0/8 (no bits may be "
                      "set behind the prefix).",
                      text));
  }
  return networks;
}

std::optional<core::Metadata> read_metadata(http::ObjectReader& body) {
  const nlohmann::json* const object = body.optional_value("metadata");
  if (object == nullptr) return std::nullopt;
  core::Metadata metadata;
  if (!object->is_object() || object->size() > core::kMaxMetadataEntries) {
    body.fault(
        "metadata", "not-metadata",
        fmt::format("\"metadata\" is an object of at most {} texts.", core::kMaxMetadataEntries));
    return metadata;
  }
  for (const auto& [name, value] : object->items()) {
    if (is_metadata(name, value))
      metadata.emplace(name, value.get<std::string>());
    else
      body.fault("metadata", "not-metadata",
                 fmt::format("An entry has a name of 1 to {} bytes and a text of at most {}, both "
                             "in one line.",
                             kLongestMetadataName, kLongestMetadataValue));
  }
  return metadata;
}

service::Revocation read_revocation(http::ObjectReader& body) {
  const auto reason =
      core::parse_revoke_reason(body.required_choice("reason", core::revoke_reason_words()));
  service::Revocation revocation;
  revocation.comment = body.optional_string("comment", kKeyText).value_or("");
  revocation.reason = reason.value_or(core::RevokeReason::kOther);
  return revocation;
}

}  // namespace claviger::api
