#include "envelope.h"

#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

namespace claviger::api::veeam {
namespace {

using nlohmann::json;

constexpr int kServerError = 520;

int status_of(const http::Problem& problem) {
  if (problem.status >= 500) return kServerError;
  return problem.status == 422 ? 400 : problem.status;
}

/// In which of the façade's drawers an error lies.
std::string_view type_of(const http::Problem& problem) {
  switch (problem.status) {
    case 401:
    case 403:
      return "security";
    case 412:
    case 503:
      return "retryableLogical";
    case 405:
    case 408:
    case 413:
    case 415:
    case 417:
    case 429:
    case 431:
      return "transport";
    case 500:
      return "unspecified";
    default:
      return "logical";
  }
}

/// A pointer leads into a body, a name to a parameter.
json error_of_fault(const Fault& fault, const http::Problem& problem) {
  const bool is_in_body = fault.pointer.starts_with('/');
  return {{"message", fault.detail.str()},
          {"type", type_of(problem)},
          {"code", status_of(problem)},
          {is_in_body ? "propertyName" : "parameterName",
           is_in_body ? fault.pointer.substr(1) : fault.pointer}};
}

json errors_of(const http::Problem& problem) {
  json errors = json::array();
  for (const Fault& fault : problem.faults) errors.push_back(error_of_fault(fault, problem));
  if (!errors.empty()) return errors;
  json single = {
      {"message", problem.detail}, {"type", type_of(problem)}, {"code", status_of(problem)}};
  if (problem.rate_limit) single["retryAfter"] = problem.rate_limit->retry_after.count();
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

http::Response problem_response(const http::Problem& problem, std::string_view request_id) {
  // The same headers as everywhere: WWW-Authenticate, Retry-After, RateLimit.
  http::Response response = http::problem_response(problem, request_id);
  response.status = status_of(problem);
  response.headers.set({"Content-Type", "application/json"});
  response.body = http::json_response(200, {{"errors", errors_of(problem)}}).body;
  return response;
}

http::Response error_response(const Error& error, const http::Request& request) {
  http::log_cause(error, request);
  return veeam::problem_response(http::problem_of(error), request.id);
}

http::Response error_response(int status, json error) {
  return http::json_response(status, {{"errors", json::array({std::move(error)})}});
}

}  // namespace claviger::api::veeam
