#include "claviger/core/user.h"

#include <algorithm>

#include "claviger/base/encoding.h"

namespace claviger::core {
namespace {

constexpr std::size_t kMaxEmailBytes = 254;  // RFC 5321 §4.5.3.1.3, less the angle brackets

char lower_case(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

Result<std::string> canonical_email(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  const std::size_t last = text.find_last_not_of(' ');
  std::string email(first == std::string_view::npos ? "" : text.substr(first, last - first + 1));
  std::transform(email.begin(), email.end(), email.begin(), lower_case);
  const std::size_t at = email.find('@');
  const bool sound = at != std::string::npos && at > 0 && at + 1 < email.size() &&
                     email.find('@', at + 1) == std::string::npos &&
                     email.find_first_of(" \"<>(),;:\\") == std::string::npos &&
                     email.size() <= kMaxEmailBytes && is_utf8(email) &&
                     !has_control_characters(email);
  if (!sound)
    return fail(Error::invalid(
        {{"/email", "not-an-email-address",
          PublicText("This is not an e-mail address; write it like dana@example.com.")}}));
  return email;
}

}  // namespace claviger::core
