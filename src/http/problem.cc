#include "claviger/http/problem.h"

#include <nlohmann/json.hpp>

#include "claviger/base/log.h"

namespace claviger::http {
namespace {

constexpr std::string_view kRetryAfterSeconds = "1";

nlohmann::ordered_json to_json(const Problem& problem, std::string_view request_id) {
  nlohmann::ordered_json document = {{"type", "/problems/" + problem.code},
                                     {"title", problem.title},
                                     {"status", problem.status},
                                     {"detail", problem.detail},
                                     {"code", problem.code},
                                     {"requestId", request_id}};
  for (const Fault& fault : problem.faults) {
    document["errors"].push_back(
        {{"pointer", fault.pointer}, {"code", fault.code}, {"detail", fault.detail.str()}});
  }
  return document;
}

/// In the list form of draft-ietf-httpapi-ratelimit-headers-10.
void set_rate_limit(const RateLimit& limit, Headers& headers) {
  const std::string seconds = std::to_string(limit.retry_after.count());
  headers.set({"Retry-After", seconds});
  headers.set({"RateLimit-Policy", '"' + limit.policy + "\";q=" + std::to_string(limit.quota) +
                                       ";w=" + std::to_string(limit.window.count())});
  headers.set({"RateLimit", '"' + limit.policy + "\";r=0;t=" + seconds});
}

}  // namespace

int status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kMalformedRequest:
      return 400;
    case ErrorCode::kInvalidInput:
      return 422;
    case ErrorCode::kNotEnforced:
      return 422;
    case ErrorCode::kSignInRequired:
      return 401;
    case ErrorCode::kSecondFactorNeeded:
      return 401;
    case ErrorCode::kPermissionDenied:
      return 403;
    case ErrorCode::kNotFound:
      return 404;
    case ErrorCode::kMethodNotAllowed:
      return 405;
    case ErrorCode::kConflict:
      return 409;
    case ErrorCode::kPreconditionFailed:
      return 412;
    case ErrorCode::kLimitReached:
      return 409;
    case ErrorCode::kTooLarge:
      return 413;
    case ErrorCode::kUnsupportedMediaType:
      return 415;
    case ErrorCode::kTooManyRequests:
      return 429;
    case ErrorCode::kUnavailable:
      return 503;
    case ErrorCode::kInternal:
      return 500;
  }
  return 500;
}

std::string_view title_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kMalformedRequest:
      return "The request cannot be read";
    case ErrorCode::kInvalidInput:
      return "The input is not valid";
    case ErrorCode::kNotEnforced:
      return "The gateway would not enforce this";
    case ErrorCode::kSignInRequired:
      return "A valid credential is needed";
    case ErrorCode::kSecondFactorNeeded:
      return "A code is needed as well";
    case ErrorCode::kPermissionDenied:
      return "Not permitted";
    case ErrorCode::kNotFound:
      return "Not found";
    case ErrorCode::kMethodNotAllowed:
      return "The method is not allowed here";
    case ErrorCode::kConflict:
      return "The present state does not allow this";
    case ErrorCode::kPreconditionFailed:
      return "Somebody was faster";
    case ErrorCode::kLimitReached:
      return "A limit is reached";
    case ErrorCode::kTooLarge:
      return "The request is too large";
    case ErrorCode::kUnsupportedMediaType:
      return "The media type is not supported";
    case ErrorCode::kTooManyRequests:
      return "Too many requests";
    case ErrorCode::kUnavailable:
      return "Not available now";
    case ErrorCode::kInternal:
      return "The server failed";
  }
  return "The server failed";
}

std::string_view to_string(MessageFault fault) {
  switch (fault) {
    case MessageFault::kTimeout:
      return "request-timeout";
    case MessageFault::kExpectation:
      return "expectation-failed";
    case MessageFault::kLargeHead:
      return "head-too-large";
  }
  return to_string(ErrorCode::kMalformedRequest);
}

int status_of(MessageFault fault) {
  switch (fault) {
    case MessageFault::kTimeout:
      return 408;
    case MessageFault::kExpectation:
      return 417;
    case MessageFault::kLargeHead:
      return 431;
  }
  return 400;
}

std::string_view title_of(MessageFault fault) {
  switch (fault) {
    case MessageFault::kTimeout:
      return "The request took too long to arrive";
    case MessageFault::kExpectation:
      return "The expectation cannot be met";
    case MessageFault::kLargeHead:
      return "The request's head is too large";
  }
  return title_of(ErrorCode::kMalformedRequest);
}

Problem problem_of(MessageFault fault, std::string detail) {
  return {.status = status_of(fault),
          .code = std::string(to_string(fault)),
          .title = std::string(title_of(fault)),
          .detail = std::move(detail),
          .faults = {}};
}

Problem problem_of(const Error& error) {
  return {.status = status_of(error.code()),
          .code = std::string(to_string(error.code())),
          .title = std::string(title_of(error.code())),
          .detail = error.public_text().str(),
          .faults = error.faults(),
          .rate_limit = error.rate_limit()};
}

Response problem_response(const Problem& problem, std::string_view request_id) {
  Response response{
      .status = problem.status,
      .headers = {{"Content-Type", "application/problem+json"}},
      .body = to_json(problem, request_id)
                  .dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)};
  if (problem.status == 401)
    response.headers.set({"WWW-Authenticate", "Bearer realm=\"claviger\""});
  if (problem.rate_limit)
    set_rate_limit(*problem.rate_limit, response.headers);
  else if (problem.status == 429 || problem.status == 503)
    response.headers.set({"Retry-After", std::string(kRetryAfterSeconds)});
  return response;
}

void log_cause(const Error& error, const Request& request) {
  if (error.internal_text().empty()) return;
  const log::Level level =
      error.code() == ErrorCode::kInternal ? log::Level::kError : log::Level::kWarning;
  log::write(level, "request failed",
             {{"request_id", request.id},
              {"code", to_string(error.code())},
              {"cause", error.internal_text()}});
}

Response error_response(const Error& error, const Request& request) {
  log_cause(error, request);
  return problem_response(problem_of(error), request.id);
}

}  // namespace claviger::http
