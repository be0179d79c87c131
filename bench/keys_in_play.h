// The keys that calls are made with while some of them come and go, and what the answers prove.
#pragma once

#include "bench/support/call_load.h"

#include <cstddef>
#include <deque>
#include <limits>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace claviger::bench {

inline constexpr Moment kNever = std::numeric_limits<Moment>::max();

/// What all answers together came to.
struct Tally {
  std::size_t calls = 0;
  /// Sent after the receipt of their key's revocation: all of these should have been refused.
  std::size_t allowed_after_receipt = 0;
  std::size_t refused_after_receipt = 0;
  /// Answers that neither a live nor a revoked key explains: the run is invalid.
  std::size_t unexplained = 0;
  std::vector<Moment> delays;  ///< from the moment at which a call was due to its answer
};

/// Thread-safe: the load's thread picks and hears answers; another creates and revokes.
// NOLINTNEXTLINE(cert-msc51-cpp): each run picks the same keys
class KeysInPlay final : public KeyChoice {
 public:
  /// A key that is usable from now on and stays so.
  void add_steady(std::string_view secret);

  /// A key that was created just now; a gateway may not know it yet. Returns its number.
  std::size_t add_passing(std::string_view secret);

  /// Its revocation is about to be asked for.
  void revoking(std::size_t key);

  /// The receipt of its revocation was read at that moment.
  void revoked(std::size_t key, Moment receipt);

  /// Ends the calls with it. Those under way may still be answered.
  void retire(std::size_t key);

  Pick pick() override;
  void answered(const SentCall& call, Moment at, int status) override;

  /// Judges all that was heard. Once, after the last answer.
  Tally settle();

 private:
  struct Answer {
    Moment sent;
    Moment at;
    int status;
  };

  struct Key {
    std::string request;
    bool is_steady = false;
    Moment revocation_asked = kNever;
    Moment receipt = kNever;
    std::vector<Answer> answers;  ///< of a passing key
  };

  static std::string request_with(std::string_view secret);
  static void judge(const Key& key, Tally& tally);

  std::mutex mutex_;
  std::deque<Key> keys_;  ///< by number; requests stay where they are
  std::vector<std::size_t> steady_;
  std::vector<std::size_t> passing_;
  std::optional<std::size_t> newest_revoked_;
  std::mt19937_64 dice_;
  Tally tally_;
};

}  // namespace claviger::bench
