#include "counters_file.h"

#include <algorithm>
#include <charconv>
#include <fcntl.h>
#include <filesystem>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace claviger::keyring {
namespace {

constexpr std::size_t kSlotsAtOnce = 1024;

constexpr std::string_view kOlderPrefix = "counters.before-";

/// How often a look at the directory is taken anew because files went away meanwhile.
constexpr int kLooks = 5;

/// Opens the newest first. nullopt if one went away since the directory was read: what it counted
/// is in a file that was opened before, as it was then.
std::optional<std::vector<CountersFile>> open_as_they_stand(const std::string& directory) {
  std::vector<CountersFile> files;
  // Before the others: if it is outgrown meanwhile, it is met again and left out.
  if (auto current = CountersFile::open(counters_path(directory), O_RDONLY))
    files.push_back(*std::move(current));
  auto older = older_counters(directory);
  for (auto one = older.rbegin(); one != older.rend(); ++one) {
    auto file = CountersFile::open(one->path, O_RDONLY);
    if (!file && access(one->path.c_str(), F_OK) != 0) return std::nullopt;
    if (!file || is_among(files, *file)) continue;
    files.push_back(*std::move(file));
    if (files.back().header().holds_lower != 0) break;
  }
  return files;
}

}  // namespace

std::optional<CountersFile> CountersFile::open(const std::string& path, int flags) {
  CountersFile file;
  file.descriptor_ = Descriptor(::open(path.c_str(), flags | O_CLOEXEC));
  struct stat status = {};
  CountersHeader& header = file.header_;
  if (!file.descriptor_.is_open() || fstat(file.descriptor_.number(), &status) != 0 ||
      pread(file.descriptor_.number(), &header, sizeof(header), 0) != sizeof(header) ||
      header.magic != kCountersMagic || header.layout_version != kCountersLayout ||
      header.capacity == 0 || header.capacity > static_cast<std::uint64_t>(status.st_size) ||
      static_cast<std::uint64_t>(status.st_size) < counters_bytes(header.capacity))
    return std::nullopt;
  file.device_ = status.st_dev;
  file.inode_ = status.st_ino;
  return file;
}

/// How many of the slots from `first` on could be read.
std::size_t CountersFile::read_slots(std::size_t first, CounterWords* slots,
                                     std::size_t count) const {
  const auto place = static_cast<off_t>(counters_bytes(first));
  const ssize_t bytes = pread(descriptor_.number(), slots, count * sizeof(*slots), place);
  return bytes < 0 ? 0 : static_cast<std::size_t>(bytes) / sizeof(*slots);
}

void CountersFile::each_slot(const std::function<void(const CounterWords&)>& use) const {
  std::vector<CounterWords> slots(kSlotsAtOnce);
  for (std::size_t first = 0; first < header_.capacity;) {
    const std::size_t wanted = std::min(kSlotsAtOnce, header_.capacity - first);
    const std::size_t count = read_slots(first, slots.data(), wanted);
    if (count == 0) return;
    for (std::size_t i = 0; i < count; ++i)
      if (slots[i][kCallsWord] != 0) use(slots[i]);
    first += count;
  }
}

/// Reads the few slots of its chain: mapping a large file for a few counts would cost more than the
/// counts are worth.
std::optional<CounterWords> CountersFile::find(const std::array<std::uint64_t, 2>& id) const {
  std::size_t index = home_of(id, header_.capacity);
  for (std::size_t probe = 0; probe < kMaxProbes; ++probe, index = (index + 1) % header_.capacity) {
    CounterWords slot{};
    if (read_slots(index, &slot, 1) == 0 || slot[0] == 0) return std::nullopt;
    if (slot[0] == id[0] && slot[1] == id[1]) return slot;
  }
  return std::nullopt;
}

std::string counters_path(const std::string& directory) {
  return directory + '/' + std::string(kCountersFile);
}

bool is_among(const std::vector<CountersFile>& files, const CountersFile& file) {
  return std::any_of(files.begin(), files.end(),
                     [&](const CountersFile& other) { return other.is_same_as(file); });
}

std::string path_of_older(const std::string& directory, std::uint64_t number) {
  return directory + '/' + std::string(kOlderPrefix) + std::to_string(number);
}

std::vector<OlderCounters> older_counters(const std::string& directory) {
  std::vector<OlderCounters> older;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
    const std::string name = entry.path().filename();
    if (!name.starts_with(kOlderPrefix)) continue;
    OlderCounters one{.path = entry.path()};
    const char* end = name.data() + name.size();
    const auto read = std::from_chars(name.data() + kOlderPrefix.size(), end, one.number);
    if (read.ec == std::errc{} && read.ptr == end) older.push_back(std::move(one));
  }
  std::sort(older.begin(), older.end(),
            [](const auto& one, const auto& other) { return one.number < other.number; });
  return older;
}

std::vector<CountersFile> open_counters(const std::string& directory) {
  for (int look = 0; look < kLooks; ++look)
    if (auto files = open_as_they_stand(directory)) return *std::move(files);
  return {};
}

}  // namespace claviger::keyring
