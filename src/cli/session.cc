#include "session.h"

#include "json_field.h"
#include "version.h"
#include "waiting.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "claviger/base/encoding.h"
#include "claviger/http/json_body.h"

namespace claviger::cli {
namespace {

using nlohmann::json;

constexpr std::size_t kPageSize = 100;  // the most that the API gives (docs/rest-api.md)

std::string header(const http::ClientResponse& response, std::string_view name) {
  const auto value = response.headers.one(name);
  return value && *value ? std::string(**value) : std::string();
}

std::string media_type(const http::ClientResponse& response) {
  std::string type = header(response, "Content-Type");
  type.resize(std::min(type.find(';'), type.size()));
  return type;
}

ErrorCode code_of(int status, std::string_view problem_code) {
  switch (status) {
    case 400:
      return ErrorCode::kMalformedRequest;
    case 401:
      return problem_code == to_string(ErrorCode::kSecondFactorNeeded)
                 ? ErrorCode::kSecondFactorNeeded
                 : ErrorCode::kSignInRequired;
    case 403:
      return ErrorCode::kPermissionDenied;
    case 404:
      return ErrorCode::kNotFound;
    case 405:
      return ErrorCode::kMethodNotAllowed;
    case 409:
      return problem_code == to_string(ErrorCode::kLimitReached) ? ErrorCode::kLimitReached
                                                                 : ErrorCode::kConflict;
    case 412:
    case 428:
      return ErrorCode::kPreconditionFailed;
    case 413:
      return ErrorCode::kTooLarge;
    case 415:
      return ErrorCode::kUnsupportedMediaType;
    case 422:
      return problem_code == to_string(ErrorCode::kNotEnforced) ? ErrorCode::kNotEnforced
                                                                : ErrorCode::kInvalidInput;
    case 429:
      return ErrorCode::kTooManyRequests;
    case 502:
    case 503:
    case 504:
      return ErrorCode::kUnavailable;
    default:
      return ErrorCode::kInternal;
  }
}

/// For the server's log.
std::string request_id_text(const http::ClientResponse& response) {
  const std::string id = header(response, "X-Request-Id");
  return id.empty() ? id : fmt::format(" (request id {})", id);
}

/// Any status but 2xx as an error. The problem document (RFC 9457) is believed as far as it goes.
Error error_of(const http::ClientResponse& response, const std::string& server,
               Authorization authorization) {
  json problem = json::object();
  if (media_type(response) == "application/problem+json") {
    auto parsed = http::parse_json(response.body);
    if (parsed && parsed->is_object()) problem = *std::move(parsed);
  }
  std::string text = text_at(problem, "detail");
  if (text.empty()) text = text_at(problem, "title");
  if (text.empty())
    text = fmt::format("{} answered with status {} and no explanation. Is it a Claviger server?",
                       server, response.status);
  if (response.status >= 500) text += request_id_text(response);
  if (response.status == 401 && authorization == Authorization::kBearer)
    text += "\nSign in with: claviger auth login";
  Error error = Error::refused(code_of(response.status, text_at(problem, "code")), std::move(text));
  const auto faults = problem.find("errors");
  if (faults == problem.end() || !faults->is_array()) return error;
  for (const json& fault : *faults) {
    if (!fault.is_object()) continue;
    error = Error(std::move(error).with({.pointer = text_at(fault, "pointer"),
                                         .code = text_at(fault, "code"),
                                         .detail = PublicText(text_at(fault, "detail"))}));
  }
  return error;
}

bool has_parameter(const ApiRequest& request, std::string_view name) {
  return std::any_of(request.query.begin(), request.query.end(),
                     [name](const http::Parameter& parameter) { return parameter.name == name; });
}

/// 128 random bits.
std::string unique_text(Random& random) {
  std::array<std::byte, 16> bytes{};
  random.fill(bytes);
  return to_hex(bytes);
}

Error unexpected(const std::string& server, std::string_view what) {
  return Error::refused(ErrorCode::kInternal,
                        fmt::format("{} answered with {}. Is it a Claviger server?", server, what));
}

/// The request was sent a second time, after its answer was lost on the way.
Error done_without_answer(const std::string& location) {
  return Error::refused(
      ErrorCode::kConflict,
      fmt::format("It was done, but the connection was lost before the answer had come, and the "
                  "server does not keep one that is so long. Look at what is there now{}.",
                  location.empty() ? "" : ": " + location));
}

}  // namespace

Session::Session(const Environment& environment, Console& console, Settings settings, Secret token)
    : environment_(environment),
      console_(console),
      settings_(std::move(settings)),
      token_(std::move(token)),
      client_({.ca_file = settings_.ca_cert, .user_agent = fmt::format("claviger/{}", kVersion)}) {}

Result<Reply> Session::send(const ApiRequest& request) {
  if (settings_.sending == Sending::kPrinted && request.purpose == Purpose::kMain) {
    environment_.out << curl_command(settings_.server, request, settings_.authorization) << '\n';
    has_printed_ = true;
    return fail(Error::refused(ErrorCode::kUnavailable, "The request was printed, not sent."));
  }
  http::ClientResponse response = TRY(exchange(request));
  if (response.status < 200 || response.status > 299)
    return fail(error_of(response, settings_.server, settings_.authorization));
  if (header(response, "Idempotency-Replayed") == "too-large-to-keep")
    return fail(done_without_answer(header(response, "Location")));
  return Reply{.status = response.status,
               .content_type = media_type(response),
               .body = std::move(response.body),
               .etag = header(response, "ETag"),
               .next_cursor = header(response, "Claviger-Next-Cursor")};
}

http::ClientRequest Session::message_for(const ApiRequest& request) {
  http::ClientRequest message{.method = request.method,
                              .url = settings_.server + request.path + query_text(request.query),
                              .headers = {{"Accept", "application/json"}},
                              .body = request.body.text,
                              .timeout = request.timeout};
  if (!request.body.content_type.empty())
    message.headers.set({"Content-Type", request.body.content_type});
  if (!request.if_match.empty()) message.headers.set({"If-Match", request.if_match});
  const bool is_dry_run = has_parameter(request, "dryRun");
  // The server keeps a digest of the body with the key: a password must not be in it.
  const bool is_keyed = request.method == "POST" && !is_dry_run && !request.body.holds_secret &&
                        settings_.authorization == Authorization::kBearer;
  if (is_keyed) message.headers.set({"Idempotency-Key", unique_text(random_)});
  if (is_keyed || is_dry_run || request.method == "GET") message.repeat = http::Repeat::kOnceIfLost;
  return message;
}

Result<http::ClientResponse> Session::exchange(const ApiRequest& request) {
  const http::ClientRequest message = message_for(request);
  if (settings_.is_debugging)
    console_.debug(fmt::format("> {} {}{}", message.method, message.url,
                               token_.empty() ? "" : "  (Authorization: Bearer [hidden])"));
  const auto start = std::chrono::steady_clock::now();
  auto response = [&] {
    const Waiting waiting(environment_);
    return client_.send(message, token_);
  }();
  const std::chrono::duration<double, std::milli> elapsed =
      std::chrono::steady_clock::now() - start;
  if (settings_.is_debugging && response)
    console_.debug(fmt::format("< {} in {:.1f} ms, {} bytes, request id {}", response->status,
                               elapsed.count(), response->body.size(),
                               header(*response, "X-Request-Id")));
  return response;
}

Result<json> Session::fetch(const ApiRequest& request) {
  const Reply reply = TRY(send(request));
  return json_in(reply);
}

Result<Versioned> Session::fetch_version(const std::string& path) {
  const Reply reply = TRY(send({.method = "GET", .path = path, .purpose = Purpose::kLookUp}));
  return Versioned{.object = TRY(json_in(reply)), .etag = reply.etag};
}

Result<json> Session::json_in(const Reply& reply) const {
  if (reply.body.empty()) return json();
  if (reply.is_json()) {
    if (auto parsed = http::parse_json(reply.body)) return parsed;
  }
  return fail(unexpected(settings_.server, "something that is not JSON"));
}

Result<void> Session::for_each(ApiRequest request, std::optional<std::size_t> most,
                               const std::function<void(const json&)>& take) {
  const std::vector<http::Parameter> filters = request.query;
  const bool has_page_size =
      std::any_of(filters.begin(), filters.end(),
                  [](const http::Parameter& parameter) { return parameter.name == "limit"; });
  std::size_t left = most.value_or(std::string::npos);
  std::string cursor;
  while (left > 0) {
    request.query = filters;
    if (!has_page_size)
      request.query.push_back({"limit", std::to_string(std::min(left, kPageSize))});
    if (!cursor.empty()) request.query.push_back({"cursor", cursor});
    const json page = TRY(fetch(request));
    const json* items = find_field(page, "data");
    if (items == nullptr || !items->is_array())
      return fail(unexpected(settings_.server, "something that is not a list"));
    for (const json& item : *items) {
      if (left == 0) break;
      take(item);
      --left;
    }
    std::string next = text_at(page, "pagination.nextCursor");
    if (next.empty()) return {};
    if (next == cursor) return fail(unexpected(settings_.server, "the same page again"));
    cursor = std::move(next);
  }
  return {};
}

}  // namespace claviger::cli
