// What an operation sees of the database, and the two promises that a write keeps: whatever changes
// an input of the decision is in the change log, and whatever is in the change log is audited
// (docs/threats.md, I11 and C12).
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "claviger/base/result.h"
#include "claviger/base/time.h"
#include "claviger/core/gateway_state.h"
#include "claviger/core/ids.h"
#include "claviger/core/version.h"

namespace claviger::store {

class Connection;

/// A consistent view of the whole database. Lives for one operation, on one thread.
class ReadTransaction {
 public:
  explicit ReadTransaction(Connection& connection) : connection_(connection) {}

  ReadTransaction(const ReadTransaction&) = delete;
  ReadTransaction& operator=(const ReadTransaction&) = delete;

  /// For the repositories of this module.
  [[nodiscard]] Connection& connection() const { return connection_; }

 private:
  Connection& connection_;
};

/// What a change touched: one record that gateways hold.
class ChangedSubject {
 public:
  enum class Kind : std::uint8_t { kOrganization, kRightSet, kUser, kApi, kApplication, kKey };

  static ChangedSubject of(const core::OrganizationId& id) {
    return {Kind::kOrganization, id.str()};
  }

  static ChangedSubject of(const core::RightSetId& id) { return {Kind::kRightSet, id.str()}; }

  static ChangedSubject of(const core::UserId& id) { return {Kind::kUser, id.str()}; }

  static ChangedSubject of(const core::ApiId& id) { return {Kind::kApi, id.str()}; }

  static ChangedSubject of(const core::ApplicationId& id) { return {Kind::kApplication, id.str()}; }

  static ChangedSubject of(const core::KeyId& id) { return {Kind::kKey, id.str()}; }

  [[nodiscard]] Kind kind() const { return kind_; }

  [[nodiscard]] const std::string& id() const { return id_; }

  auto operator<=>(const ChangedSubject&) const = default;

 private:
  ChangedSubject(Kind kind, std::string id) : kind_(kind), id_(std::move(id)) {}

  Kind kind_;
  std::string id_;
};

/// One line of the audit: who did what to which thing, from where. Holds no secret.
struct AuditEntry {
  std::optional<core::UserId> actor = {};                 ///< nullopt: the server itself
  std::optional<core::KeyId> actor_key = {};              ///< the key with which the actor called
  std::optional<core::OrganizationId> organization = {};  ///< whose thing; nullopt: the platform's
  std::string action = {};                                ///< "key.revoke"
  std::string target_kind = {};                           ///< "key"
  std::string target_id = {};
  /// JSON object: {"field":{"before":…,"after":…}}; what was made has no "before", what is gone no
  /// "after".
  std::string changes = "{}";
  std::string request_id = {};
  std::string source_ip = {};
};

/// One operation's part of the current group of writes. All of it becomes durable, or none.
class WriteTransaction : public ReadTransaction {
 public:
  WriteTransaction(Connection& connection, Time now) : ReadTransaction(connection), now_(now) {}

  /// The moment of this operation, the same for all that it writes.
  [[nodiscard]] Time now() const { return now_; }

  /// Enters a subject into the change log; the first one of an operation takes the next version,
  /// and all share it. Returns that version: the one which the changed rows must carry. The
  /// repositories call this, before they touch a row; their callers never do.
  Result<core::Version> record_change(const ChangedSubject& subject);

  /// The version of this operation's changes; nullopt if it has made none.
  [[nodiscard]] const std::optional<core::Version>& version() const { return version_; }

  /// Appends to the audit. An operation that records a change without this is refused as a whole.
  Result<void> audit(const AuditEntry& entry);

  /// Ends the operation; called by Database when its function has returned. Errors: kInternal if a
  /// change lacks its audit.
  Result<void> finish();

 private:
  Time now_;
  std::optional<core::Version> version_;
  std::set<ChangedSubject> recorded_;
  bool audited_ = false;
};

}  // namespace claviger::store
