#include "key_body.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "claviger/base/encoding.h"

namespace claviger::api {
namespace {

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

}  // namespace

service::NewExpiry read_expiry(http::ObjectReader& body) {
  service::NewExpiry expiry;
  if (body.has("expiresAt") && body.has("expiresIn"))
    body.fault("expiresIn", "two-expiries", "Give expiresAt or expiresIn, not both.");
  if (!body.takes_null("expiresAt")) expiry.at = body.optional_time("expiresAt");
  const auto text = body.optional_string("expiresIn", {.max_bytes = 40});
  if (!text) return expiry;
  if (auto interval = core::parse_interval(*text))
    expiry.in = *interval;
  else
    body.fault("expiresIn", "not-an-interval", interval.error().public_text().str());
  return expiry;
}

std::optional<std::optional<std::vector<core::Network>>> read_networks(http::ObjectReader& body) {
  using Networks = std::optional<std::vector<core::Network>>;
  if (body.takes_null("allowedIps")) return Networks();
  const auto texts = body.optional_strings(
      "allowedIps", {.min_items = 1, .max_items = kMaxNetworks}, {.max_bytes = 64});
  if (!texts) return std::nullopt;
  Networks networks(std::in_place);
  for (const std::string& text : *texts) {
    if (const auto network = core::Network::parse(text))
      networks->push_back(*network);
    else
      body.fault(
          "allowedIps", "not-a-network",
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

}  // namespace claviger::api
