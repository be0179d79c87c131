#include "claviger/store/access_keys.h"

#include "connection.h"
#include "json.h"
#include "refusal.h"
#include "where.h"
#include "words.h"

#include <fmt/format.h>

#include "claviger/base/encoding.h"
#include "claviger/store/organizations.h"

namespace claviger::store {
namespace {

using core::AccessKey;
using core::KeyId;
using core::KeySecret;
using core::KeyState;
using core::KeyStatus;

constexpr std::string_view kSelect =
    "SELECT id, organization_id, application_id, maker_id, kind, name, description, prefix, "
    "last_four, grants, scopes, read_only, not_before, expires_at, allowed_ips, state, created_at, "
    "revoked_at, revoke_reason, revoke_comment, version FROM access_keys";

constexpr std::string_view kUnexpired = "(expires_at IS NULL OR expires_at > :now)";

Value networks_value(const std::optional<std::vector<core::Network>>& networks) {
  if (!networks) return Value(std::optional<std::string>());
  return Value(to_json(*networks));
}

Value reason_value(const std::optional<core::RevokeReason>& reason) {
  if (!reason) return Value(std::optional<std::string>());
  return Value(core::to_string(*reason));
}

AccessKey read_key(Row& row) {
  AccessKey key;
  key.id = row.id<KeyId>();
  key.organization = row.id<core::OrganizationId>();
  key.application = row.id<core::ApplicationId>();
  key.maker = row.id<core::UserId>();
  key.kind = row.word(parse_secret_kind);
  key.name = row.text();
  key.description = row.text();
  key.hint.prefix = row.text();
  key.hint.last_four = row.text();
  key.grants = row.word(parse_named_grants);
  key.scopes = row.word(parse_strings);
  key.read_only = row.flag();
  key.not_before = row.time();
  key.expires_at = row.end();
  key.allowed_ips = row.optional_word(parse_networks);
  key.state = row.word(core::parse_key_state);
  key.created_at = row.time();
  key.revoked_at = row.optional_time();
  key.revoke_reason = row.optional_word(core::parse_revoke_reason);
  key.revoke_comment = row.text();
  key.version = row.version();
  return key;
}

StoredSecret read_secret(Row& row) {
  StoredSecret stored;
  stored.secret.digest = row.digest();
  stored.secret.not_after = row.end();
  stored.revoked = row.flag();
  return stored;
}

Result<void> insert_secret(WriteTransaction& tx, const AccessKey& key, const KeySecret& secret,
                           core::Version version) {
  TRY(tx.connection().execute(
      "INSERT INTO key_secrets (digest, key_id, organization_id, not_after, revoked, version) "
      "VALUES (:digest, :key, :organization, :not_after, 0, :version)",
      {{"digest", to_hex(secret.digest)},
       {"key", key.id},
       {"organization", key.organization},
       {"not_after", end_value(secret.not_after)},
       {"version", version}},
      {.unique = "A key with this secret exists already."}));
  return {};
}

Result<void> insert_key(WriteTransaction& tx, const IssuedKey& issued, core::Version version) {
  const AccessKey& key = issued.key;
  TRY(tx.connection().execute(
      "INSERT INTO access_keys (id, organization_id, application_id, maker_id, kind, name, "
      "description, prefix, last_four, grants, compiled, scopes, read_only, not_before, "
      "expires_at, "
      "allowed_ips, state, created_at, revoked_at, revoke_reason, revoke_comment, version) VALUES "
      "(:id, :organization, :application, :maker, :kind, :name, :description, :prefix, :last_four, "
      ":grants, :compiled, :scopes, :read_only, :not_before, :expires_at, :allowed_ips, :state, "
      ":created_at, :revoked_at, :revoke_reason, :revoke_comment, :version)",
      {{"id", key.id},
       {"organization", key.organization},
       {"application", key.application},
       {"maker", key.maker},
       {"kind", core::to_string(key.kind)},
       {"name", key.name},
       {"description", key.description},
       {"prefix", key.hint.prefix},
       {"last_four", key.hint.last_four},
       {"grants", to_json(key.grants)},
       {"compiled", to_json(issued.grants)},
       {"scopes", to_json(key.scopes)},
       {"read_only", key.read_only},
       {"not_before", key.not_before},
       {"expires_at", end_value(key.expires_at)},
       {"allowed_ips", networks_value(key.allowed_ips)},
       {"state", core::to_string(key.state)},
       {"created_at", key.created_at},
       {"revoked_at", key.revoked_at},
       {"revoke_reason", reason_value(key.revoke_reason)},
       {"revoke_comment", key.revoke_comment},
       {"version", version}},
      {.unique = "This key exists already.",
       .foreign_key = "The key's application or its maker does not exist."}));
  return {};
}

/// The condition under which a reader of the clock sees this status (core::status_at()).
void add_status(Where& where, KeyStatus status, Time now) {
  switch (status) {
    case KeyStatus::kPending:
    case KeyStatus::kRevoked:
    case KeyStatus::kRejected:
      where.add("state = :state", {"state", core::to_string(status)});
      return;
    case KeyStatus::kActive:
    case KeyStatus::kDisabled:
      where.add("state = :state", {"state", core::to_string(status)});
      where.add(kUnexpired, {"now", now});
      return;
    case KeyStatus::kExpired:
      where.add("state IN ('active', 'disabled') AND expires_at <= :now", {"now", now});
      return;
  }
}

Where conditions_of(const Scope& scope, const KeyFilter& filter) {
  Where where(scope);
  if (filter.application)
    where.add("application_id = :application", {"application", *filter.application});
  if (filter.application_owner)
    where.add("application_id IN (SELECT id FROM applications WHERE owner_id = :owner)",
              {"owner", *filter.application_owner});
  if (filter.status)
    add_status(where, *filter.status, filter.now);
  else if (filter.revoked == Revoked::kLeftOut)
    where.add("state <> 'revoked'");
  return where;
}

/// Marks the key's row as touched by this change.
Result<void> touch(WriteTransaction& tx, const Scope& scope, const KeyId& id,
                   core::Version version) {
  Where where(scope);
  where.id(id).with({{"version", version}});
  const std::int64_t rows = TRY(tx.connection().execute(
      where.after("UPDATE access_keys SET version = :version"), where.binds()));
  return found_row(rows, "key");
}

}  // namespace

Result<core::Version> create_key(WriteTransaction& tx, const Scope& scope,
                                 const IssuedKey& issued) {
  TRY(check_organization(tx, scope, issued.key.organization));
  const core::Version version = TRY(tx.record_change(ChangedSubject::of(issued.key.id)));
  TRY(insert_key(tx, issued, version));
  for (const KeySecret& secret : issued.secrets)
    TRY(insert_secret(tx, issued.key, secret, version));
  return version;
}

Result<AccessKey> get_key(const ReadTransaction& tx, const Scope& scope, const KeyId& id) {
  Where where(scope);
  where.id(id);
  auto key = TRY(tx.connection().select_one(where.after(kSelect), where.binds(), read_key));
  return found(std::move(key), "key");
}

Result<Listed<AccessKey>> list_keys(const ReadTransaction& tx, const Scope& scope,
                                    const KeyFilter& filter, const Page<KeyId>& page) {
  Where where = conditions_of(scope, filter);
  where.page(page);
  auto rows = TRY(tx.connection().select(where.after(kSelect), where.binds(), read_key));
  return listed(std::move(rows), page);
}

Result<std::int64_t> count_active_keys(const ReadTransaction& tx, const Scope& scope,
                                       const core::ApplicationId& application, Time now) {
  Where where(scope);
  where.add("application_id = :application", {"application", application})
      .add("state = 'active'")
      .add(kUnexpired, {"now", now});
  const auto count =
      TRY(tx.connection().select_one(where.after("SELECT COUNT(*) FROM access_keys"), where.binds(),
                                     [](Row& row) { return row.number(); }));
  return count.value_or(0);
}

Result<core::Version> update_key(WriteTransaction& tx, const Scope& scope, const AccessKey& key) {
  const core::Version version = TRY(tx.record_change(ChangedSubject::of(key.id)));
  Where where(scope);
  where.id(key.id).with({{"name", key.name},
                         {"description", key.description},
                         {"allowed_ips", networks_value(key.allowed_ips)},
                         {"expires_at", end_value(key.expires_at)},
                         {"version", version}});
  const std::int64_t rows = TRY(tx.connection().execute(
      where.after("UPDATE access_keys SET name = :name, description = :description, "
                  "allowed_ips = :allowed_ips, expires_at = :expires_at, version = :version"),
      where.binds()));
  TRY(found_row(rows, "key"));
  return version;
}

Result<core::Version> change_key_state(WriteTransaction& tx, const Scope& scope,
                                       const KeyStateChange& change) {
  const AccessKey present = TRY(get_key(tx, scope, change.id));
  if (present.state != change.from || present.state == KeyState::kRevoked)
    return fail(Error::refused(ErrorCode::kConflict, fmt::format("This key is {} by now.",
                                                                 core::to_string(present.state))));
  const core::Version version = TRY(tx.record_change(ChangedSubject::of(change.id)));
  const bool is_revocation = change.to == KeyState::kRevoked;
  Where where(scope);
  where.id(change.id).with(
      {{"state", core::to_string(change.to)},
       {"revoked_at", is_revocation ? std::optional<Time>(tx.now()) : std::nullopt},
       {"reason", reason_value(change.reason)},
       {"comment", change.comment},
       {"version", version}});
  TRY(tx.connection().execute(
      where.after("UPDATE access_keys SET state = :state, revoked_at = :revoked_at, "
                  "revoke_reason = :reason, revoke_comment = :comment, version = :version"),
      where.binds()));
  return version;
}

Result<core::Version> rotate_key(WriteTransaction& tx, const Scope& scope,
                                 const KeyRotation& rotation) {
  const AccessKey key = TRY(get_key(tx, scope, rotation.id));
  const core::Version version = TRY(tx.record_change(ChangedSubject::of(key.id)));
  TRY(tx.connection().execute(
      "UPDATE key_secrets SET not_after = :end, version = :version WHERE key_id = :key "
      "AND organization_id = :tenant AND revoked = 0 AND (not_after IS NULL OR not_after > :end)",
      {{"end", rotation.old_not_after},
       {"version", version},
       {"key", key.id},
       {"tenant", key.organization}}));
  TRY(insert_secret(tx, key, rotation.secret, version));
  Where where(scope);
  where.id(key.id).with({{"prefix", rotation.hint.prefix},
                         {"last_four", rotation.hint.last_four},
                         {"version", version}});
  TRY(tx.connection().execute(where.after("UPDATE access_keys SET prefix = :prefix, "
                                          "last_four = :last_four, version = :version"),
                              where.binds()));
  return version;
}

Result<core::Version> revoke_secret(WriteTransaction& tx, const Scope& scope, const KeyId& id,
                                    const Digest& digest) {
  const core::Version version = TRY(tx.record_change(ChangedSubject::of(id)));
  Where where(scope);
  where.add("key_id = :key", {"key", id})
      .add("digest = :digest", {"digest", to_hex(digest)})
      .with({{"version", version}});
  const std::int64_t rows = TRY(tx.connection().execute(
      where.after("UPDATE key_secrets SET revoked = 1, version = :version"), where.binds()));
  TRY(found_row(rows, "secret"));
  TRY(touch(tx, scope, id, version));
  return version;
}

Result<std::vector<StoredSecret>> list_secrets(const ReadTransaction& tx, const Scope& scope,
                                               const KeyId& id) {
  Where where(scope);
  where.add("key_id = :key", {"key", id});
  return tx.connection().select(where.after("SELECT digest, not_after, revoked FROM key_secrets") +
                                    " ORDER BY COALESCE(not_after, 9223372036854775807), digest",
                                where.binds(), read_secret);
}

Result<std::optional<KeyOfSecret>> find_key_by_secret(const ReadTransaction& tx, AllTenants all,
                                                      const Digest& digest) {
  const auto found_secret = TRY(tx.connection().select_one(
      "SELECT digest, not_after, revoked, key_id FROM key_secrets WHERE digest = :digest",
      {{"digest", to_hex(digest)}}, [](Row& row) {
        StoredSecret secret = read_secret(row);
        return std::pair(secret, row.id<KeyId>());
      }));
  if (!found_secret) return std::optional<KeyOfSecret>();
  const auto& [secret, id] = *found_secret;
  return std::optional<KeyOfSecret>({TRY(get_key(tx, all, id)), secret});
}

}  // namespace claviger::store
