// POST /v1/keys/import: keys of other systems.
#include "key_body.h"
#include "present.h"
#include "receipt.h"
#include "route.h"

#include <nlohmann/json.hpp>

#include "claviger/base/encoding.h"
#include "claviger/service/import_keys.h"

namespace claviger::api {
namespace {

constexpr std::size_t kManyKeys = 1024 * 1024;

/// Reports a refusal of the core at the field that it is about.
void report(http::ObjectReader& body, const Error& error) {
  for (const Fault& fault : error.faults())
    body.fault(fault.pointer.substr(1), fault.code, fault.detail.str());
}

core::ForeignSecret read_digest(http::ObjectReader body) {
  core::DeclaredSecret declared;
  const std::string hex = body.required_string("sha256", {.max_bytes = 64});
  if (!from_hex(hex, declared.digest))
    body.fault("sha256", "not-a-digest", "\"sha256\" is 64 hexadecimal digits.");
  declared.length =
      body.required_integer("length", {.min = 1, .max = std::int64_t{core::kMaxCredentialBytes}});
  const std::string alphabet = body.required_choice("alphabet", core::foreign_alphabets());
  declared.alphabet = alphabet;
  const auto secret = core::foreign_secret_of(declared);
  if (secret) return *secret;
  body.fault("length", "too-weak", secret.error().public_text().str());
  return {};
}

/// `secret`, the text itself, or `digest` with what is declared of it.
core::ForeignSecret read_secret(http::ObjectReader& body) {
  if (auto digest = body.optional_object("digest")) {
    if (body.has("secret")) body.fault("secret", "two-secrets", "Give secret or digest, not both.");
    return read_digest(*digest);
  }
  const Secret text(body.required_string("secret", {.max_bytes = core::kMaxCredentialBytes}));
  if (text.empty()) return {};
  const auto secret = core::foreign_secret_of(text);
  if (secret) return *secret;
  report(body, secret.error());
  return {};
}

Result<http::Response> import_keys(const Call& call) {
  nlohmann::json document = TRY(call.json());
  http::ObjectReader body(document);
  const auto application = body.required_id<core::ApplicationId>("applicationId");
  std::vector<service::ImportedKey> keys;
  for (http::ObjectReader& item :
       body.required_objects("keys", {.min_items = 1, .max_items = service::kMostImportedKeys})) {
    service::ImportedKey key{.wanted = read_new_key(item), .secret = read_secret(item)};
    key.wanted.application = application;
    keys.push_back(std::move(key));
  }
  TRY(body.finish());
  const auto imported = TRY(service::import_keys(call.context(), call.caller, keys));
  nlohmann::json data = nlohmann::json::array();
  for (const service::KeyView& view : imported.value) data.push_back(present(view));
  return http::json_response(201, {{"keys", std::move(data)}});
}

}  // namespace

void add_key_import_routes(Routes& routes) {
  routes.push_back({.method = "POST",
                    .path = "/v1/keys/import",
                    .credential = Credential::kRequired,
                    .effect = Effect::kChanges,
                    .needs = mine_or_any(core::Permission::kCreateKeysForMine,
                                         core::Permission::kCreateKeysForAny),
                    .query = Query::kRefused,
                    .max_body_bytes = kManyKeys,
                    .content_types = json_only(),
                    .time_budget = kUsualBudget,
                    .handler = import_keys});
}

}  // namespace claviger::api
