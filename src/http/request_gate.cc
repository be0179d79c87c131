#include "request_gate.h"

#include <algorithm>
#include <utility>

#include "claviger/base/encoding.h"

namespace claviger::http {
namespace {

bool is_host_character(char c) {
  const bool alphanumeric =
      (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  constexpr std::string_view kOthers = "-._~%!$&'()*+,;=:[]";
  return alphanumeric || kOthers.find(c) != std::string_view::npos;
}

bool is_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<Problem> check_host(const Headers& headers) {
  const auto host = headers.one("Host");
  if (!host || !host->has_value())
    return malformed_request("A request must have exactly one Host header.");
  const std::string_view name = **host;
  if (name.empty() || !std::all_of(name.begin(), name.end(), is_host_character))
    return malformed_request("The Host header is not a host with an optional port.");
  return std::nullopt;
}

std::optional<Problem> check_framing(const Head& head) {
  const auto coding = head.headers.one("Transfer-Encoding");
  const auto length = head.headers.one("Content-Length");
  if (!coding) return malformed_request("A request may have one Transfer-Encoding header.");
  if (!length) return malformed_request("A request may have one Content-Length header.");
  if (coding->has_value()) {
    if (length->has_value())
      return malformed_request("Content-Length and Transfer-Encoding exclude each other.");
    if (head.version != 11)
      return malformed_request("Transfer-Encoding is not a part of HTTP/1.0.");
    if (!equal_ignoring_case(**coding, "chunked"))
      return malformed_request("The only Transfer-Encoding of a request is \"chunked\".");
  }
  if (length->has_value() && !is_digits(**length))
    return malformed_request("Content-Length must be one number of digits.");
  return std::nullopt;
}

std::optional<Problem> check_expectation(const Headers& headers) {
  const auto expectation = headers.one("Expect");
  if (expectation &&
      (!expectation->has_value() || equal_ignoring_case(**expectation, "100-continue")))
    return std::nullopt;
  return problem_of(MessageFault::kExpectation,
                    "The only Expect header that is met is \"100-continue\".");
}

}  // namespace

bool HeadScanner::may_follow(char c) const {
  if ((previous_ == '\r') != (c == '\n')) return false;
  if (c == '\r' || c == '\n') return position_ != 0;
  const bool begins_line = position_ == line_begin_;
  if (begins_line && (c == ' ' || c == '\t')) return false;
  return c == '\t' || !has_control_characters({&c, 1});
}

HeadScanner::Outcome HeadScanner::scan(std::string_view received) {
  while (position_ < received.size()) {
    if (position_ == max_bytes_) return Outcome::kTooLarge;
    const char c = received[position_];
    if (!may_follow(c)) return Outcome::kMalformed;
    previous_ = c;
    ++position_;
    if (c != '\n') continue;
    constexpr std::size_t kEmptyLine = 2;
    if (position_ - line_begin_ == kEmptyLine) return Outcome::kComplete;
    line_begin_ = position_;
  }
  return position_ == max_bytes_ ? Outcome::kTooLarge : Outcome::kIncomplete;
}

std::string_view path_as_sent(std::string_view received) {
  const std::string_view line = received.substr(0, received.find_first_of("\r\n"));
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) return {};
  const std::string_view target = line.substr(space + 1);
  return target.substr(0, target.find_first_of(" ?"));
}

std::optional<Problem> check_head(const Head& head) {
  if (head.headers.size() > kMostFields) return head_too_large();
  if (auto problem = check_host(head.headers)) return problem;
  if (auto problem = check_framing(head)) return problem;
  return check_expectation(head.headers);
}

Problem malformed_request(std::string detail) {
  return problem_of(Error::refused(ErrorCode::kMalformedRequest, std::move(detail)));
}

Problem head_too_large() {
  return problem_of(MessageFault::kLargeHead,
                    "The request line and headers together, or the number of headers, exceed what "
                    "the server reads.");
}

Problem request_timed_out() {
  return problem_of(MessageFault::kTimeout,
                    "The request did not arrive completely in the time that the server waits.");
}

}  // namespace claviger::http
