// Reading the keyring: what a gateway decides from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "claviger/core/decision.h"
#include "claviger/core/state_view.h"
#include "claviger/core/version.h"

namespace claviger::keyring {

class Counters;

/// Name of the keyring within a gateway's state directory.
inline constexpr std::string_view kKeyringFile = "keyring";

/// How long a state that nobody confirms is used without looking whether another file stands in its
/// place. A file that lost its name before its writer's successor came has nobody to supersede it.
inline constexpr Microseconds kTrustedUnconfirmed = std::chrono::milliseconds{1500};

/// Why there is no usable keyring, or that there is one.
enum class Condition : std::uint8_t {
  kUsable,
  kAbsent,       ///< no file, or no permission to read it
  kShort,        ///< fewer bytes than the header or its own length say
  kForeign,      ///< not a keyring
  kOtherLayout,  ///< of a layout version that this program does not know
  kDamaged,      ///< the header's checksum is wrong
  kIncomplete,   ///< its writer has not finished it
  kSuperseded,   ///< a newer file was promised, but does not stand in its place yet
};

/// The condition as the rest of a sentence: "is not there".
[[nodiscard]] std::string_view to_string(Condition condition);

/// One process's view of a directory's keyring. Not thread-safe: one per thread. Any number of
/// readers, in any number of processes, work beside the one writer.
class Reader {
 public:
  /// Looks for the keyring in `directory`; nothing is opened yet.
  explicit Reader(std::string directory);
  ~Reader();
  Reader(Reader&&) noexcept;
  Reader& operator=(Reader&&) noexcept;

  /// Sees to it that the newest keyring is mapped. Costs two loads while its agent lives. decide()
  /// does this itself.
  Condition refresh(Time now);

  /// core::decide() on the newest keyring. Without a usable one, or if a page of it cannot be read,
  /// the decision is a refusal with a 503 reason. Bus errors are caught once the process has called
  /// install_bus_guard().
  [[nodiscard]] core::Decision decide(const core::RawRequest& raw, std::string_view api_name,
                                      Time now);

  /// Tells where the calls are counted, so that decide() can send for a key's counter as soon as it
  /// knows the key. Before the first decision; `counters` must outlive this reader and stay in
  /// place.
  void prefetch_counters_in(const Counters& counters) { counters_ = &counters; }

  /// How many files this reader has mapped so far.
  [[nodiscard]] std::uint64_t files_mapped() const { return files_mapped_; }

  /// The names of scopes of an API, in the order of their numbers, appended to `out` with a space
  /// between them. Appends what can be read.
  void append_scope_names(std::string_view api_name, const core::ScopeSet& scopes,
                          std::string& out) const;

  /// For those who look on: what is mapped at present. All zero if nothing is.
  struct Facts {
    core::Epoch epoch;
    core::Version version;
    std::uint64_t generation = 0;
    Time fresh_until;
    std::uint64_t keys = 0;
    std::uint64_t secrets = 0;
    std::uint64_t file_bytes = 0;
  };

  [[nodiscard]] Facts facts() const;

 private:
  class Mapping;

  std::string path_;
  const Counters* counters_ = nullptr;
  std::unique_ptr<Mapping> mapping_;
  std::uint64_t files_mapped_ = 0;
  Sha256 sha256_;
};

}  // namespace claviger::keyring
