// ?wait=applied: the answer to a narrowing change once the gateways decide by it (ARCHITECTURE.md,
// "The life of a revocation"). Private to the api module.
#pragma once

#include "route.h"

#include <optional>

#include <nlohmann/json.hpp>

#include "claviger/http/query_reader.h"
#include "claviger/service/context.h"
#include "claviger/service/gateways.h"

namespace claviger::api {

/// What the caller wants to wait for.
struct Wait {
  bool for_applied = false;
  Microseconds at_most = std::chrono::seconds{5};
};

/// Reads `wait` ("applied" or "none") and `timeout` (1s to 30s; 5s if left out).
[[nodiscard]] Wait read_wait(http::QueryReader& query);

/// {"<name>":resource} and, if it is waited for, {"receipt":{"version","gateways":[…]}} beside it.
/// 201 with what was made, and where it lies.
[[nodiscard]] inline http::Response created_response(const std::string& location,
                                                     const nlohmann::json& made) {
  http::Response response = http::json_response(201, made);
  response.headers.set({"Location", location});
  return response;
}

template <class Value>
Result<http::Response> changed_response(const Call& call, const Wait& wait,
                                        const service::Changed<Value>& changed, const char* name,
                                        nlohmann::json resource);

/// The receipt of a change, after waiting for it. Errors: kUnavailable.
Result<nlohmann::json> receipt_json(const Call& call, const Wait& wait, core::Version version,
                                    Time changed_at);

/// 200 with the resource, and an ETag for If-Match.
[[nodiscard]] inline http::Response tagged_response(core::Version version,
                                                    const nlohmann::json& resource) {
  http::Response response = http::json_response(200, resource);
  response.headers.set({"ETag", '"' + std::to_string(version.number) + '"'});
  return response;
}

template <class Value>
Result<http::Response> changed_response(const Call& call, const Wait& wait,
                                        const service::Changed<Value>& changed, const char* name,
                                        nlohmann::json resource) {
  nlohmann::json body = {{name, std::move(resource)}};
  if (wait.for_applied)
    body["receipt"] = TRY(receipt_json(call, wait, changed.version, changed.changed_at));
  return tagged_response(changed.version, body);
}

}  // namespace claviger::api
