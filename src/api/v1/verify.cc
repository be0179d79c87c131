// POST /v1/keys/verify: a decision without a gateway.
#include "route.h"

#include <nlohmann/json.hpp>

#include "claviger/core/reason.h"
#include "claviger/http/object_reader.h"
#include "claviger/service/verify_key.h"

namespace claviger::api {
namespace {

Result<service::KeyQuestion> read_question(const nlohmann::json& document) {
  http::ObjectReader body(document);
  service::KeyQuestion question{
      .key = Secret(body.required_string("key", {.max_bytes = 8192})),
      .api = body.required_string("api", {.max_bytes = 64}),
      .method = body.required_string("method", {.max_bytes = 20}),
      .path = body.required_string("path", {.max_bytes = core::kMaxTargetBytes}),
      .ip = {}};
  if (!body.takes_null("ip")) {
    if (const auto text = body.optional_string("ip", {.max_bytes = 64})) {
      const auto ip = core::IpAddress::parse(*text);
      if (!ip) body.fault("ip", "not-an-address", "\"" + *text + "\" is not an IP address.");
      question.ip = ip.value_or(core::IpAddress());
    }
  }
  // Part of the contract, and without meaning here: no header but the key's decides in this
  // version.
  body.optional_object("headers");
  if (body.optional_bool("consume").value_or(false))
    body.fault("consume", "not-enforced",
               "This version does not spend limits on a verification. Leave \"consume\" out.");
  TRY(body.finish());
  return question;
}

Result<http::Response> verify_key(const Call& call) {
  nlohmann::json document = TRY(call.json());
  const service::KeyQuestion question = TRY(read_question(document));
  const service::KeyAnswer answer =
      TRY(call.parts.verifier.verify(call.context(), call.caller, question));
  const core::Decision& decision = answer.decision;
  nlohmann::json key = nullptr;
  nlohmann::json application = nullptr;
  if (decision.caller_is_known) {
    key = core::KeyId(decision.key).str();
    if (!decision.application.is_nil())
      application = core::ApplicationId(decision.application).str();
  }
  nlohmann::json scopes = nlohmann::json::array();
  for (std::string_view rest = answer.scopes; !rest.empty();) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    scopes.push_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return http::json_response(200, {{"allowed", decision.allowed()},
                                   {"reason", core::to_string(decision.reason)},
                                   {"explanation", core::explain(decision.reason)},
                                   {"keyId", std::move(key)},
                                   {"applicationId", std::move(application)},
                                   {"scopes", std::move(scopes)},
                                   {"decisionId", answer.id.str()}});
}

}  // namespace

void add_verify_routes(Routes& routes) {
  routes.push_back({.method = "POST",
                    .path = "/v1/keys/verify",
                    .credential = Credential::kRequired,
                    .effect = Effect::kReads,
                    .needs = one(core::Permission::kModifyAssets),
                    .query = Query::kRefused,
                    .max_body_bytes = kSmallBody,
                    .content_types = json_only(),
                    .time_budget = kUsualBudget,
                    .handler = verify_key});
}

}  // namespace claviger::api
