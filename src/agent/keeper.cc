#include "claviger/agent/keeper.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <grp.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <fmt/format.h>

#include "claviger/base/log.h"
#include "claviger/keyring/counters.h"
#include "claviger/keyring/reader.h"

namespace claviger::agent {
namespace {

/// nginx's workers are in this group, and nobody else reads the state.
constexpr const char* kGatewayGroup = "claviger";
constexpr mode_t kDirectoryMode = 02750;

// A keyring whose greater half is dead is written anew, but not for a handful of keys.
constexpr std::uint64_t kDeadKeysWorthARebuild = 10'000;

std::string describe(const Error& error) {
  return error.internal_text().empty() ? error.public_text().str() : error.internal_text();
}

Error cannot(const std::string& what, const std::string& path) {
  return Error::refused(
      ErrorCode::kUnavailable,
      fmt::format("Cannot {} the state directory {}: {}.", what, path, std::strerror(errno)));
}

}  // namespace

Keeper::Keeper(KeeperSettings settings, ChangeSource& source, const Clock& clock)
    : settings_(std::move(settings)), source_(source), clock_(clock) {}

Result<void> Keeper::prepare() {
  const std::string& path = settings_.state_directory;
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) {
    errno = error.value();
    return fail(cannot("make", path));
  }
  if (const group* gateway_group = getgrnam(kGatewayGroup); gateway_group != nullptr) {
    // Only a privileged agent may give a directory away; another must own it already.
    if (chown(path.c_str(), static_cast<uid_t>(-1), gateway_group->gr_gid) != 0)
      log::warning("the state directory stays with its group",
                   {{"directory", path}, {"wanted", kGatewayGroup}});
  }
  if (chmod(path.c_str(), kDirectoryMode) != 0) return fail(cannot("set the mode of", path));
  struct statfs file_system = {};
  if (statfs(path.c_str(), &file_system) == 0 && file_system.f_type != TMPFS_MAGIC)
    log::warning(
        "the state directory is not in tmpfs: writes of others to its disk can stall nginx",
        {{"directory", path}});
  return {};
}

/// Writes a record. An API whose routes cannot be compiled becomes one that refuses every call.
Result<void> Keeper::put(core::GatewayRecord&& record, keyring::Writer& writer) {
  Result<void> written = writer.put(record);
  auto* api = std::get_if<core::ApiRecord>(&record);
  if (written || api == nullptr || written.error().code() != ErrorCode::kInvalidInput)
    return written;
  log::error("an API cannot be enforced and refuses every call",
             {{"api", api->name}, {"cause", describe(written.error())}});
  api->standing = core::Standing::kInactive;
  api->routes = {};
  return writer.put(record);
}

/// Tells the server what the gateways decide by, as soon as that is certain.
void Keeper::report(core::Version version) {
  if (clock_.now() >= reports_from_) source_.report_applied(epoch_, version);
}

Result<void> Keeper::keep_counters(const keyring::Writer& writer) {
  const std::string& directory = settings_.state_directory;
  const auto kept = TRY(keyring::keep_counters(directory, writer.keys(), clock_.now()));
  if (kept == keyring::CountersKept::kInPlaceOfDamaged)
    log::error("the counters of calls were damaged and begin anew: what they held is lost",
               {{"directory", directory}, {"kept_as", keyring::kDamagedCounters}});
  return {};
}

/// What fails here is tried again later, and keeps nothing else from being done.
void Keeper::tidy_counters() {
  const auto summed = keyring::sum_up_counters(settings_.state_directory);
  if (!summed)
    log::error("older counters could not be made one file",
               {{"directory", settings_.state_directory}, {"cause", describe(summed.error())}});
}

void Keeper::run() {
  Microseconds pause = settings_.retry;
  while (!stopping_) {
    const Result<bool> round = catch_up();
    if (round) {
      pause = settings_.retry;
      source_.wait_for_change(writer_ ? writer_->version() : core::Version{}, settings_.heartbeat);
      continue;
    }
    log::error("the keyring could not be brought up to date",
               {{"directory", settings_.state_directory}, {"cause", describe(round.error())}});
    source_.wait_for_change(core::Version{INT64_MAX}, pause);
    pause = std::min(pause * 2, settings_.heartbeat * 10);
  }
}

void Keeper::stop() {
  stopping_ = true;
  source_.wake();
}

Result<bool> Keeper::catch_up() {
  if (!writer_ || broke_off_ || !writer_->is_in_place()) {
    TRY(rebuild());
    return true;
  }
  const Result<bool> applied = apply_changes();
  if (!applied) {
    // A round that broke off may have written a part of its records. Each was a present one, so the
    // state is safe, but no version is true of it: the next round starts over.
    broke_off_ = true;
    return fail(applied.error());
  }
  return *applied;
}

Result<void> Keeper::rebuild() {
  const Time began = clock_.now();
  const ChangeSource::Outline outline = TRY(source_.outline());
  const std::string place = settings_.state_directory + '/' + std::string(keyring::kKeyringFile);
  const bool is_first = !writer_ && access(place.c_str(), F_OK) != 0;
  const auto capacity = keyring::Capacity::for_keys(outline.keys);
  keyring::Writer writer =
      TRY(writer_ ? writer_->create_successor(outline.epoch, capacity)
                  : keyring::Writer::create(settings_.state_directory, outline.epoch, capacity));
  const core::GatewaySnapshot snapshot = TRY(source_.snapshot(
      [&](core::GatewayRecord&& record) { return put(std::move(record), writer); }));
  if (snapshot.epoch != outline.epoch)
    return fail(Error::unavailable("the server's epoch changed while its snapshot was read"));
  TRY(keep_counters(writer));
  TRY(writer.publish(snapshot.version, began));
  // Gateways may still have the old file mapped although it lost its name.
  if (writer_) writer_->retire();
  broke_off_ = false;
  epoch_ = snapshot.epoch;
  log::info("keyring written",
            {{"directory", settings_.state_directory},
             {"keys", static_cast<std::int64_t>(writer.keys())},
             {"version", snapshot.version.number},
             {"duration_s", static_cast<double>((clock_.now() - began).count()) / 1e6}});
  writer_ = std::move(writer);
  // Someone may have removed a keyring that gateways have mapped: they look for another one once it
  // has not been confirmed for a while.
  if (is_first && settings_.past == Past::kUnknown)
    reports_from_ = clock_.now() + keyring::kTrustedUnconfirmed;
  report(snapshot.version);
  tidy_counters();
  return {};
}

Result<bool> Keeper::apply_changes() {
  // What the server says is true as of the moment of asking, not of the answer.
  const Time asked = clock_.now();
  auto changes = TRY(source_.changes_since(epoch_, writer_->version()));
  const bool too_many_dead =
      writer_->dead_keys() > kDeadKeysWorthARebuild && writer_->dead_keys() > writer_->keys() / 2;
  if (!changes || too_many_dead) {
    TRY(rebuild());
    return true;
  }
  if (changes->to == writer_->version()) {
    writer_->confirm(asked);
    report(changes->to);
    // Somebody may have damaged them. The keyring is none the worse for it.
    const Result<void> kept = keep_counters(*writer_);
    if (!kept)
      log::error("the counters of calls could not be kept",
                 {{"directory", settings_.state_directory}, {"cause", describe(kept.error())}});
    return false;
  }
  if (changes->from != writer_->version())
    return fail(Error::unavailable("the server's changes do not follow on this keyring's version"));
  for (core::GatewayRecord& record : changes->records) TRY(put(std::move(record), *writer_));
  TRY(keep_counters(*writer_));
  TRY(writer_->publish(changes->to, asked));
  report(changes->to);
  tidy_counters();
  return true;
}

}  // namespace claviger::agent
