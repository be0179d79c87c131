#include "counters_file.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "claviger/keyring/counters.h"

namespace claviger::keyring {
namespace {

core::Network network_of(std::uint64_t word) {
  std::array<std::uint8_t, 8> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::uint8_t>(word >> (56 - 8 * i));
  if ((word & ~std::uint64_t{0xFFFFFFFF}) == kV4Mark)
    return {core::IpAddress::from_v4(std::span(bytes).last<4>()), 128};
  core::IpAddress base;
  std::copy(bytes.begin(), bytes.end(), base.bytes.begin());
  return {base, 64};
}

/// Puts a use among the newest two, one of each secret.
void keep_newest(std::array<std::optional<CallCount::SecretUse>, 2>& uses,
                 CallCount::SecretUse use) {
  for (auto& kept : uses) {
    if (!kept || use.last.at > kept->last.at) {
      const bool same = kept && kept->secret == use.secret;
      const auto displaced = std::exchange(kept, use);
      if (same || !displaced) return;
      use = *displaced;
    } else if (kept->secret == use.secret) {
      return;
    }
  }
}

/// Adds the slot's count to the total of its key.
void add_to(CallCount& total, const CounterWords& slot) {
  total.calls += slot[kCallsWord];
  for (const std::size_t at : kUseWords) {
    const std::uint64_t word = slot[at];
    if (word == 0) continue;
    const auto milliseconds = static_cast<std::int64_t>(word & kUseTimeMask);
    keep_newest(total.uses, {.secret = word >> kUseTimeBits,
                             .last = {.at = from_microseconds(milliseconds * 1000),
                                      .from = network_of(slot[at + 1])}});
  }
}

}  // namespace

std::optional<LastUse> CallCount::last_use() const {
  if (!uses.front()) return std::nullopt;
  return uses.front()->last;
}

std::optional<LastUse> CallCount::last_use_of(core::SecretId secret) const {
  const std::uint64_t wanted = UseNote::of(secret.uuid(), {}).secret;
  for (const auto& use : uses)
    if (use && use->secret == wanted) return use->last;
  return std::nullopt;
}

std::optional<Time> counted_since(const std::string& directory) {
  std::optional<Time> since;
  for (const CountersFile& file : open_counters(directory)) {
    const Time made = from_microseconds(static_cast<std::int64_t>(file.header().made));
    since = std::min(since.value_or(made), made);
  }
  return since;
}

CountTotals total_counts(const std::vector<CountersFile>& files) {
  CountTotals totals;
  for (const CountersFile& file : files)
    file.each_slot([&](const CounterWords& slot) {
      Uuid key;
      std::memcpy(key.bytes.data(), slot.data(), key.bytes.size());
      CallCount& total = totals[key];
      total.key = key;
      add_to(total, slot);
    });
  return totals;
}

void read_counters(const std::string& directory, const std::function<void(const CallCount&)>& use) {
  for (const auto& [key, total] : total_counts(open_counters(directory))) use(total);
}

std::vector<CallCount> find_counts(const std::string& directory, std::span<const Uuid> keys) {
  std::vector<CallCount> totals;
  for (const Uuid& key : keys) totals.push_back({.key = key, .calls = 0, .uses = {}});
  for (const CountersFile& file : open_counters(directory))
    for (CallCount& total : totals)
      if (const auto slot = file.find(words_of(total.key))) add_to(total, *slot);
  return totals;
}

std::optional<CallCount> find_count(const std::string& directory, const Uuid& key) {
  const CallCount total = find_counts(directory, std::span(&key, 1)).front();
  if (total.calls == 0) return std::nullopt;
  return total;
}

std::uint64_t read_undecided(const std::string& directory) {
  std::uint64_t undecided = 0;
  for (const CountersFile& file : open_counters(directory)) undecided += file.header().undecided;
  return undecided;
}

}  // namespace claviger::keyring
