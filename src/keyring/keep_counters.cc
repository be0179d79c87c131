#include "counters_file.h"
#include "mapped_file.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <fcntl.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "claviger/keyring/counters.h"

namespace claviger::keyring {
namespace {

constexpr std::uint64_t kMinCapacity = 8192;
constexpr std::uint64_t kSlotsPerKey = 3;  ///< of a new file; it is outgrown when two thirds full

Error failed_to(const std::string& what) {
  return Error::unavailable(system_error(what));
}

std::uint64_t capacity_for(std::uint64_t keys) {
  return std::max(kMinCapacity, keys * kSlotsPerKey);
}

/// Where a file is prepared, to be renamed when it is complete.
std::string path_of_new(const std::string& directory) {
  return counters_path(directory) + ".new";
}

bool write_at(int descriptor, const void* bytes, std::size_t count, std::size_t place) {
  return pwrite(descriptor, bytes, count, static_cast<off_t>(place)) == static_cast<ssize_t>(count);
}

Result<MappedFile> make_file(const std::string& path, const CountersHeader& header) {
  MappedFile file = TRY(MappedFile::create(path, counters_bytes(header.capacity), 0660));
  if (!write_at(file.descriptor(), &header, sizeof(header), 0))
    return fail(failed_to("write " + path));
  return file;
}

Result<void> put_in_place(const std::string& made, const std::string& place) {
  if (rename(made.c_str(), place.c_str()) != 0)
    return fail(failed_to("put " + place + " in its place"));
  return {};
}

/// Gives the file in use a second name, under which its counts stand once another takes its place.
Result<void> keep_as_older(const std::string& directory, CountersFile& file) {
  const auto older = older_counters(directory);
  const bool is_kept = std::any_of(older.begin(), older.end(), [&](const OlderCounters& other) {
    return stands_at(file.descriptor().number(), other.path);
  });
  if (is_kept) return {};  // a growth that was interrupted came as far as this
  const std::string place = counters_path(directory);
  const std::uint64_t number = older.empty() ? 1 : older.back().number + 1;
  if (link(place.c_str(), path_of_older(directory, number).c_str()) != 0)
    return fail(failed_to("keep " + place));
  return {};
}

/// Evidence of what happened to it. There is one such file: a second takes the place of the first.
Result<void> keep_as_damaged(const std::string& directory, const std::string& path) {
  const std::string kept = directory + '/' + std::string(kDamagedCounters);
  if ((unlink(kept.c_str()) != 0 && errno != ENOENT) || link(path.c_str(), kept.c_str()) != 0)
    return fail(failed_to("keep " + path));
  return {};
}

/// Written, not stored through a mapping: the file may be cut short at any moment.
void end_use_of(CountersFile& file) {
  constexpr std::uint64_t kYes = 1;
  static_cast<void>(write_at(file.descriptor().number(), &kYes, sizeof(kYes),
                             offsetof(CountersHeader, superseded)));
}

CounterWords slot_for(const CallCount& count) {
  CounterWords slot{};
  const auto id = words_of(count.key);
  std::copy(id.begin(), id.end(), slot.begin());
  slot[kCallsWord] = count.calls;
  for (std::size_t i = 0; i < kUseWords.size(); ++i) {
    const auto& use = count.uses[i];
    if (!use) continue;
    const auto milliseconds = static_cast<std::uint64_t>(to_microseconds(use->last.at) / 1000);
    slot[kUseWords[i]] = use->secret << kUseTimeBits | (milliseconds & kUseTimeMask);
    slot[kUseWords[i] + 1] = UseNote::of(Uuid{}, use->last.from.base).network;
  }
  return slot;
}

/// Writes one file that holds what all of these do.
Result<void> write_sum(const std::vector<CountersFile>& files, const std::string& path) {
  const CountTotals totals = total_counts(files);
  CountersHeader header{.magic = kCountersMagic,
                        .layout_version = kCountersLayout,
                        .capacity = capacity_for(totals.size()),
                        .superseded = 1,
                        .undecided = 0,
                        .made = INT64_MAX,
                        .claimed = totals.size(),
                        .holds_lower = 1};
  for (const CountersFile& file : files) {
    header.undecided += file.header().undecided;
    header.made = std::min(header.made, file.header().made);
  }
  const MappedFile sum = TRY(make_file(path, header));
  std::vector<bool> taken(header.capacity);
  for (const auto& [key, total] : totals) {
    std::size_t index = home_of(words_of(key), header.capacity);
    while (taken[index]) index = (index + 1) % header.capacity;
    taken[index] = true;
    const CounterWords slot = slot_for(total);
    if (!write_at(sum.descriptor(), slot.data(), sizeof(slot), counters_bytes(index)))
      return fail(failed_to("write " + path));
  }
  return {};
}

/// Takes away the names whose counts stand under another one too, or in the sum of a later file.
std::vector<OlderCounters> without_needless(const std::string& directory) {
  std::vector<CountersFile> counted;
  if (auto current = CountersFile::open(counters_path(directory), O_RDONLY))
    counted.push_back(*std::move(current));
  std::vector<OlderCounters> kept;
  bool is_held_by_later = false;
  auto older = older_counters(directory);
  for (auto one = older.rbegin(); one != older.rend(); ++one) {
    auto file = CountersFile::open(one->path, O_RDONLY);
    if (is_held_by_later || (file && is_among(counted, *file))) {
      unlink(one->path.c_str());
      continue;
    }
    is_held_by_later = file && file->header().holds_lower != 0;
    if (file) counted.push_back(*std::move(file));
    kept.insert(kept.begin(), std::move(*one));
  }
  return kept;
}

}  // namespace

Result<CountersKept> keep_counters(const std::string& directory, std::uint64_t keys, Time now) {
  const std::string place = counters_path(directory);
  auto there = CountersFile::open(place, O_RDWR);
  if (there) {
    const CountersHeader& header = there->header();
    if (std::max(keys, header.claimed) <= header.capacity * 2 / kSlotsPerKey)
      return CountersKept::kAsTheyWere;
  }
  const bool is_damaged = !there && access(place.c_str(), F_OK) == 0;
  // Complete before anything else is touched: what may want for room is done by then.
  const std::string made = path_of_new(directory);
  TRY(make_file(made, {.magic = kCountersMagic,
                       .layout_version = kCountersLayout,
                       .capacity = capacity_for(keys),
                       .superseded = 0,
                       .undecided = 0,
                       .made = static_cast<std::uint64_t>(to_microseconds(now)),
                       .claimed = 0,
                       .holds_lower = 0}));
  if (there) TRY(keep_as_older(directory, *there));
  if (is_damaged) TRY(keep_as_damaged(directory, place));
  TRY(put_in_place(made, place));
  if (there) end_use_of(*there);
  if (is_damaged) return CountersKept::kInPlaceOfDamaged;
  return there ? CountersKept::kInPlaceOfOutgrown : CountersKept::kMade;
}

Result<std::size_t> sum_up_counters(const std::string& directory) {
  if (older_counters(directory).size() <= kMostOlderCounters) return 0;
  const auto older = without_needless(directory);
  if (older.size() <= kMostOlderCounters) return 0;
  const std::size_t summed = older.size() - kMostOlderCounters + 1;
  std::vector<CountersFile> files;
  for (std::size_t i = 0; i < summed; ++i) {
    if (auto file = CountersFile::open(older[i].path, O_RDONLY))
      files.push_back(*std::move(file));
    else
      TRY(keep_as_damaged(directory, older[i].path));
  }
  const std::string made = path_of_new(directory);
  TRY(write_sum(files, made));
  // From here on the lower ones do not count any more, whether they are gone or not.
  TRY(put_in_place(made, older[summed - 1].path));
  for (std::size_t i = 0; i + 1 < summed; ++i) unlink(older[i].path.c_str());
  return summed;
}

}  // namespace claviger::keyring
