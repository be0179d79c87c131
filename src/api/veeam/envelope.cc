#include "envelope.h"

#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "claviger/http/problem.h"

namespace claviger::api::veeam {
namespace {

using nlohmann::json;

constexpr int kServerError = 520;

int status_of(ErrorCode code) {
  const int status = http::status_of(code);
  if (status >= 500) return kServerError;
  return status == 422 ? 400 : status;
}

/// In which of the façade's drawers an error lies.
std::string_view type_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kSignInRequired:
    case ErrorCode::kSecondFactorNeeded:
    case ErrorCode::kPermissionDenied:
      return "security";
    case ErrorCode::kPreconditionFailed:
    case ErrorCode::kUnavailable:
      return "retryableLogical";
    case ErrorCode::kTooLarge:
    case ErrorCode::kUnsupportedMediaType:
    case ErrorCode::kTooManyRequests:
    case ErrorCode::kMethodNotAllowed:
      return "transport";
    case ErrorCode::kInternal:
      return "unspecified";
    case ErrorCode::kMalformedRequest:
    case ErrorCode::kInvalidInput:
    case ErrorCode::kNotEnforced:
    case ErrorCode::kNotFound:
    case ErrorCode::kConflict:
    case ErrorCode::kLimitReached:
      return "logical";
  }
  return "unspecified";
}

/// A pointer leads into a body, a name to a parameter.
json error_of_fault(const Fault& fault, ErrorCode code) {
  const bool is_in_body = fault.pointer.starts_with('/');
  return {{"message", fault.detail.str()},
          {"type", type_of(code)},
          {"code", status_of(code)},
          {is_in_body ? "propertyName" : "parameterName",
           is_in_body ? fault.pointer.substr(1) : fault.pointer}};
}

json errors_of(const Error& error) {
  json errors = json::array();
  for (const Fault& fault : error.faults()) errors.push_back(error_of_fault(fault, error.code()));
  if (!errors.empty()) return errors;
  json single = {{"message", error.public_text().str()},
                 {"type", type_of(error.code())},
                 {"code", status_of(error.code())}};
  if (error.rate_limit()) single["retryAfter"] = error.rate_limit()->retry_after.count();
  errors.push_back(std::move(single));
  return errors;
}

}  // namespace

http::Response data_response(const json& data) {
  return http::json_response(200, {{"data", data}});
}

http::Response page_response(const json& page, const Paging& paging) {
  return http::json_response(
      200, {{"data", page},
            {"meta",
             {{"pagingInfo",
               {{"total", paging.total}, {"count", page.size()}, {"offset", paging.offset}}}}}});
}

http::Response error_response(const Error& error, const http::Request& request) {
  // The same headers as everywhere: WWW-Authenticate, Retry-After, RateLimit.
  http::Response response = http::error_response(error, request);
  response.status = status_of(error.code());
  response.headers.set({"Content-Type", "application/json"});
  response.body = http::json_response(200, {{"errors", errors_of(error)}}).body;
  return response;
}

http::Response error_response(int status, json error) {
  return http::json_response(status, {{"errors", json::array({std::move(error)})}});
}

}  // namespace claviger::api::veeam
