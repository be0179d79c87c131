// Decision ids, made without a system call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "claviger/base/id.h"
#include "claviger/base/random.h"
#include "claviger/base/time.h"

namespace claviger::gateway {

/// Makes ids that no other process makes: the time, and a sequence that starts at a random place.
/// They are names, not secrets: whoever knows one can guess the next.
class DecisionIds {
 public:
  /// Takes the place to start at from `random`.
  explicit DecisionIds(Random& random) : sequence_(random) {}

  [[nodiscard]] Uuid next(Time now) { return make_uuid(now, sequence_); }

 private:
  /// SplitMix64 over a counter: 2⁶⁴ different words before one comes again.
  class Sequence final : public Random {
   public:
    explicit Sequence(Random& random) {
      random.fill(std::as_writable_bytes(std::span(&counter_, 1)));
    }

    void fill(std::span<std::byte> bytes) override;

   private:
    std::uint64_t next_word();

    std::uint64_t counter_ = 0;
  };

  Sequence sequence_;
};

}  // namespace claviger::gateway
