// Writing the keyring: the agent's side.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "claviger/base/result.h"
#include "claviger/base/time.h"
#include "claviger/core/gateway_state.h"
#include "claviger/core/version.h"

namespace claviger::keyring {

/// Room of one keyring file.
struct Capacity {
  std::uint32_t organizations = 64;
  std::uint32_t right_sets = 64;
  std::uint32_t users = 256;
  std::uint32_t apis = 64;
  std::uint32_t applications = 1024;
  std::uint32_t keys = 4096;
  std::uint32_t secrets = 8192;  ///< filled to four fifths at most
  std::uint64_t arena_bytes = 1 << 20;

  /// Room for `keys` keys with one secret each, and some to grow.
  static Capacity for_keys(std::uint64_t keys);
};

/// Called before each store into the file. A test throws from it to let the writer die there.
using StoreObserver = std::function<void()>;

/// The only writer of a directory's keyring. Not thread-safe. Holds what it needs to find each
/// record again (about 60 bytes per key) and nothing else.
class Writer {
 public:
  /// Begins a new file beside the one in place: nobody sees it before publish(). Creates the
  /// directory's lock and holds it, so that a second writer fails.
  /// Errors: kConflict if another process writes this directory; kUnavailable if there is no room.
  static Result<Writer> create(const std::string& directory, core::Epoch epoch, Capacity capacity,
                               StoreObserver observer = {});

  /// The same beside a writer of this process, whose lock the two then share. Once the new one is
  /// published, retire() the old one.
  [[nodiscard]] Result<Writer> create_successor(core::Epoch epoch, Capacity capacity) const;

  /// Ends this writer's file for all who have it mapped, even if it has lost its name.
  void retire();

  ~Writer();
  Writer(Writer&&) noexcept;
  Writer& operator=(Writer&&) noexcept;

  /// Writes one record; one that it names must have been written before. Readers of a published
  /// file see the record as it was or as it is, never between. Grows the file if it is full.
  /// Errors: kInternal if a record is named that was never written; kInvalidInput for an API whose
  /// routes cannot be compiled; kUnavailable if there is no room to grow. After an error the file
  /// is as it was.
  Result<void> put(const core::GatewayRecord& record);

  /// States that the file now holds the server's state of `version`, as of `now`. The first time
  /// also puts the file in its place and ends the one before it.
  Result<void> publish(core::Version version, Time now);

  /// States that nothing has changed up to `now`.
  void confirm(Time now);

  /// True while the file in the directory is this writer's and as long as it was made. If someone
  /// removed, replaced or cut it, make a new writer.
  [[nodiscard]] bool is_in_place() const;

  /// Keys in the file that are revoked for ever: without them, a new file would be smaller.
  [[nodiscard]] std::uint64_t dead_keys() const;

  /// All keys in the file, those included.
  [[nodiscard]] std::uint64_t keys() const;

  [[nodiscard]] core::Version version() const;

 private:
  struct State;

  explicit Writer(std::unique_ptr<State> state);
  static Result<Writer> started(std::unique_ptr<State> state, core::Epoch epoch, Capacity capacity);

  std::unique_ptr<State> state_;
};

}  // namespace claviger::keyring
