#include "bench/support/http_answer.h"

#include <algorithm>
#include <charconv>
#include <strings.h>

namespace claviger::bench {
namespace {

constexpr std::string_view kStart = "HTTP/1.1 ";
constexpr std::string_view kEndOfHead = "\r\n\r\n";
constexpr std::string_view kLength = "\r\nContent-Length: ";

template <class Number>
std::optional<Number> leading_number(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  return number;
}

std::optional<std::size_t> content_length(std::string_view head) {
  for (std::size_t at = head.find("\r\n"); at != std::string_view::npos;
       at = head.find("\r\n", at + 1)) {
    const std::string_view line = head.substr(at);
    // NOLINTBEGIN(bugprone-suspicious-stringview-data-usage): both have that size
    if (line.size() > kLength.size() &&
        strncasecmp(line.data(), kLength.data(), kLength.size()) == 0)
      // NOLINTEND(bugprone-suspicious-stringview-data-usage): the end of the comparison
      return leading_number<std::size_t>(line.substr(kLength.size()));
  }
  return std::nullopt;
}

}  // namespace

std::nullopt_t HttpAnswerReader::unsound() {
  is_sound_ = false;
  return std::nullopt;
}

std::optional<HttpAnswer> HttpAnswerReader::next() {
  const std::size_t end = unread_.find(kEndOfHead);
  if (end == std::string::npos) return std::nullopt;
  const std::string_view head = std::string_view(unread_).substr(0, end);
  const auto status = leading_number<int>(head.substr(std::min(head.size(), kStart.size())));
  if (!head.starts_with(kStart) || !status) return unsound();
  const auto length = *status == 204 || *status == 304 ? 0 : content_length(head);
  if (!length) return unsound();
  const std::size_t begin = end + kEndOfHead.size();
  if (unread_.size() - begin < *length) return std::nullopt;
  HttpAnswer answer{.status = *status, .body = unread_.substr(begin, *length)};
  unread_.erase(0, begin + *length);
  return answer;
}

}  // namespace claviger::bench
