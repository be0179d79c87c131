#include "response_text.h"

#include "percent.h"

#include <algorithm>
#include <array>
#include <iterator>

#include <fmt/format.h>

#include "claviger/base/encoding.h"

namespace claviger::http {
namespace {

bool is_token(std::string_view text) {
  constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return is_unreserved(c) || kOthers.find(c) != std::string_view::npos;
  });
}

/// Fields that the server alone sets.
bool is_servers_own(std::string_view name) {
  constexpr std::array<std::string_view, 5> kOwn = {"Content-Length", "Transfer-Encoding",
                                                    "Connection", "Date", "X-Request-Id"};
  return std::any_of(kOwn.begin(), kOwn.end(),
                     [name](std::string_view own) { return equal_ignoring_case(own, name); });
}

/// No body, whatever the handler put there (RFC 9110 §6.4.1).
bool has_no_body(int status) {
  return status < 200 || status == 204 || status == 304;
}

std::string_view reason(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 402:
      return "Payment Required";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 422:
      return "Unprocessable Content";
    case 428:
      return "Precondition Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    default:
      return "";  // may be empty (RFC 9112 §4)
  }
}

}  // namespace

bool can_be_sent(const Headers& headers) {
  return std::all_of(headers.begin(), headers.end(), [](const Headers::Field& field) {
    return is_token(field.name) && !has_control_characters(field.value);
  });
}

std::string response_text(const Response& response, const Envelope& envelope) {
  constexpr std::size_t kUsualHeadBytes = 512;
  std::string text;
  text.reserve(response.body.size() + kUsualHeadBytes);
  const auto out = std::back_inserter(text);
  fmt::format_to(out, "HTTP/1.1 {} {}\r\nDate: {}\r\nX-Request-Id: {}\r\n", response.status,
                 reason(response.status), envelope.date, envelope.request_id);
  for (const Headers::Field& field : response.headers) {
    if (!is_servers_own(field.name)) fmt::format_to(out, "{}: {}\r\n", field.name, field.value);
  }
  if (!response.headers.has("Cache-Control")) text += "Cache-Control: private, no-cache\r\n";
  if (!response.headers.has("X-Content-Type-Options"))
    text += "X-Content-Type-Options: nosniff\r\n";
  if (!envelope.connection.empty()) fmt::format_to(out, "Connection: {}\r\n", envelope.connection);
  if (has_no_body(response.status)) return text += "\r\n";
  fmt::format_to(out, "Content-Length: {}\r\n\r\n", response.body.size());
  if (envelope.method != "HEAD") text += response.body;
  return text;
}

}  // namespace claviger::http
