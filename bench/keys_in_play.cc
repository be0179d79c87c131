#include "bench/keys_in_play.h"

#include "bench/support/population.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace claviger::bench {
namespace {

constexpr int kUnauthorized = 401;

/// Of eight calls one goes to the key revoked last, so that its first call comes soon after the
/// receipt; two go to any of the passing keys, and the others to steady ones.
constexpr std::uint64_t kShares = 8;
constexpr std::uint64_t kShareOfRevoked = 1;
constexpr std::uint64_t kShareOfPassing = 2;

constexpr bool is_success(int status) {
  return status >= 200 && status < 300;
}

}  // namespace

std::string KeysInPlay::request_with(std::string_view secret) {
  return fmt::format("{} {} HTTP/1.1\r\nHost: fleet\r\nAuthorization: Bearer {}\r\n\r\n", kMethod,
                     kTarget, secret);
}

void KeysInPlay::add_steady(std::string_view secret) {
  const std::scoped_lock lock(mutex_);
  steady_.push_back(keys_.size());
  keys_.push_back({.request = request_with(secret), .is_steady = true, .answers = {}});
}

std::size_t KeysInPlay::add_passing(std::string_view secret) {
  const std::scoped_lock lock(mutex_);
  passing_.push_back(keys_.size());
  keys_.push_back({.request = request_with(secret), .answers = {}});
  return keys_.size() - 1;
}

void KeysInPlay::revoking(std::size_t key) {
  const std::scoped_lock lock(mutex_);
  keys_[key].revocation_asked = moment_now();
}

void KeysInPlay::revoked(std::size_t key, Moment receipt) {
  const std::scoped_lock lock(mutex_);
  keys_[key].receipt = receipt;
  newest_revoked_ = key;
}

void KeysInPlay::retire(std::size_t key) {
  const std::scoped_lock lock(mutex_);
  std::erase(passing_, key);
  if (newest_revoked_ == key) newest_revoked_.reset();
}

KeyChoice::Pick KeysInPlay::pick() {
  const std::scoped_lock lock(mutex_);
  const std::uint64_t share = dice_() % kShares;
  std::size_t key = steady_[dice_() % steady_.size()];
  if (share < kShareOfRevoked && newest_revoked_)
    key = *newest_revoked_;
  else if (share < kShareOfRevoked + kShareOfPassing && !passing_.empty())
    key = passing_[dice_() % passing_.size()];
  return {.key = key, .request = keys_[key].request};
}

void KeysInPlay::answered(const SentCall& call, Moment at, int status) {
  const std::scoped_lock lock(mutex_);
  ++tally_.calls;
  tally_.delays.push_back(at - call.due);
  Key& key = keys_[call.key];
  if (!key.is_steady)
    key.answers.push_back({.sent = call.sent, .at = at, .status = status});
  else if (!is_success(status))
    ++tally_.unexplained;
}

void KeysInPlay::judge(const Key& key, Tally& tally) {
  Moment known_from = kNever;  // by then the gateway had been told of the key
  for (const Answer& answer : key.answers)
    if (is_success(answer.status)) known_from = std::min(known_from, answer.at);
  for (const Answer& answer : key.answers) {
    const bool after_receipt = answer.sent > key.receipt;
    const bool may_be_refused = answer.sent < known_from || answer.at > key.revocation_asked;
    if (is_success(answer.status))
      tally.allowed_after_receipt += after_receipt ? 1 : 0;
    else if (answer.status != kUnauthorized || !may_be_refused)
      ++tally.unexplained;
    else
      tally.refused_after_receipt += after_receipt ? 1 : 0;
  }
}

Tally KeysInPlay::settle() {
  const std::scoped_lock lock(mutex_);
  for (const Key& key : keys_) judge(key, tally_);
  return std::exchange(tally_, {});
}

}  // namespace claviger::bench
