// Guessing passwords is slowed down, for whoever guesses and for nobody else.
#pragma once

#include <string>
#include <string_view>

#include "claviger/base/result.h"
#include "claviger/base/time.h"
#include "claviger/service/rate_limiter.h"

namespace claviger::service {

/// Counts sign-ins that fail: by the network they come from (an IPv4 address, an IPv6 /64:
/// docs/threats.md, M05), and by network and account. A password is never slowed down by account
/// alone: whoever guesses would lock its owner out (K14, S08). One-time codes are, by whoever has
/// the password; a recovery code still opens. Thread-safe.
class SignInThrottle {
 public:
  /// `per_minute` from one network; a sixth of it, and five at least, for one account. 0: no limit.
  explicit SignInThrottle(int per_minute);

  /// Before the password is looked at. Errors: kTooManyRequests.
  Result<void> begin(std::string_view email, const std::string& source_ip, Time now);

  /// The password was right, or nobody has looked at it: nothing is counted.
  void uncount(std::string_view email, const std::string& source_ip);

  /// Before a one-time code is looked at. A million codes are few for whoever has the password and
  /// many networks, so these are counted by account alone; the owner's way in is a recovery code,
  /// which is not counted. Errors: kTooManyRequests.
  Result<void> begin_code(const std::string& email, Time now);

  void code_was_right(const std::string& email);

 private:
  RateLimiter by_network_;
  RateLimiter by_account_;
  RateLimiter codes_;
};

}  // namespace claviger::service
