// Passwords: Argon2id, in bounded numbers at once.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "claviger/base/result.h"
#include "claviger/base/secret.h"

namespace claviger::service {

/// Shortest and longest password, in bytes.
inline constexpr std::size_t kMinPasswordBytes = 12;
inline constexpr std::size_t kMaxPasswordBytes = 256;

/// Hashes and checks passwords with libsodium's Argon2id at its "interactive" cost: 64 MiB and
/// about 75 ms each. At most so many run at once and a few more wait their turn, so that a flood of
/// sign-ins takes neither all memory nor all cores nor all threads; the others are turned away with
/// kTooManyRequests. New passwords have a line of their own: who is signed in keeps nobody from
/// signing in. Thread-safe.
class Passwords {
 public:
  /// Errors: kInternal if the library cannot be initialised.
  static Result<std::unique_ptr<Passwords>> create();

  /// The text to store. Errors: kInvalidInput for a password too short or too long; kUnavailable
  /// without memory.
  Result<std::string> hash(const Secret& password);

  /// True if the password is the one of the hash.
  Result<bool> matches(const Secret& password, const std::string& hash);

  /// Takes as long as matches() and says nothing: for an account that does not exist, so that the
  /// time tells nobody (docs/threats.md, S08).
  Result<void> pretend(const Secret& password);

  /// How many hashes it has computed: what sign-ins cost.
  [[nodiscard]] std::int64_t computed() const { return computed_; }

 private:
  class Place;

  struct Line {
    int at_once = 0;
    int may_wait = 0;
    std::mutex mutex = {};
    std::condition_variable freed = {};
    int working = 0;
    int waiting = 0;
  };

  Passwords() = default;

  Line checks_ = {.at_once = 2, .may_wait = 16};
  Line new_ones_ = {.at_once = 1, .may_wait = 8};
  std::atomic<std::int64_t> computed_ = 0;
  std::string hash_of_nobody_;
};

}  // namespace claviger::service
