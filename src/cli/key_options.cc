#include "key_options.h"

#include "expiry.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "claviger/core/service_class.h"

namespace claviger::cli {
namespace {

using nlohmann::json;

Result<json> metadata_of(const std::vector<std::string>& pairs) {
  json metadata = json::object();
  for (const std::string& pair : pairs) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string::npos || equals == 0)
      return fail(Error::refused(ErrorCode::kInvalidInput,
                                 fmt::format("--metadata takes NAME=TEXT, not \"{}\".", pair)));
    metadata[pair.substr(0, equals)] = pair.substr(equals + 1);
  }
  return metadata;
}

}  // namespace

Argument expiry_argument(std::optional<std::string>& expires) {
  return {.name = "--expires",
          .value = "WHEN",
          .help = "30d, 12h, 6mo, P30D, 2026-12-31 (to its end), RFC 3339 or never",
          .target = &expires};
}

std::vector<Argument> key_arguments(KeyOptions& options) {
  return {{.name = "--read-only", .help = "GET and HEAD alone", .target = &options.is_read_only},
          expiry_argument(options.expires),
          {.name = "--from",
           .value = "CIDR",
           .help = "an address or range that it may be used from, like 10.0.0.0/8",
           .target = &options.networks},
          {.name = "--description",
           .value = "TEXT",
           .help = "what it is for",
           .target = &options.description},
          {.name = "--metadata",
           .value = "NAME=TEXT",
           .help = "a text for your own use",
           .target = &options.metadata}};
}

std::vector<Argument> beginning_arguments(KeyOptions& options) {
  const auto& classes = core::kServiceClassWords;
  return {{.name = "--not-before",
           .value = "WHEN",
           .help = "a date or RFC 3339",
           .target = &options.not_before},
          {.name = "--class",
           .value = "CLASS",
           .help = "where it may be used: ui, rest (the management API) or integration (gateways)",
           .target = &options.classes,
           .choices = {classes.begin(), classes.end()}}};
}

Result<void> put(const KeyOptions& options, Time now, json& body) {
  if (options.description) body["description"] = *options.description;
  if (options.is_read_only) body["readOnly"] = true;
  if (!options.networks.empty()) body["allowedIps"] = options.networks;
  if (!options.metadata.empty()) body["metadata"] = TRY(metadata_of(options.metadata));
  if (!options.classes.empty()) body["serviceClasses"] = options.classes;
  if (options.not_before) body["notBefore"] = to_rfc3339(TRY(parse_moment(*options.not_before)));
  return options.expires ? put_expiry(*options.expires, now, body) : Result<void>();
}

Result<void> put_expiry(std::string_view text, Time now, json& body) {
  const Expiry expiry = TRY(parse_expiry(text, now));
  if (const auto* span = std::get_if<Span>(&expiry))
    body["expiresIn"] = span->text;
  else if (const auto* time = std::get_if<Time>(&expiry))
    body["expiresAt"] = to_rfc3339(*time);
  else
    body["expiresAt"] = nullptr;
  return {};
}

}  // namespace claviger::cli
