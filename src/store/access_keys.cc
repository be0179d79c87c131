#include "claviger/store/access_keys.h"

#include "connection.h"
#include "json.h"
#include "key_rows.h"
#include "refusal.h"
#include "where.h"
#include "words.h"

#include <fmt/format.h>

#include "claviger/store/organizations.h"

namespace claviger::store {
namespace {

using core::AccessKey;
using core::KeyId;
using core::KeySecret;
using core::KeyState;

Value networks_value(const std::optional<std::vector<core::Network>>& networks) {
  if (!networks) return Value(std::optional<std::string>());
  return Value(to_json(*networks));
}

Value reason_value(const std::optional<core::RevokeReason>& reason) {
  if (!reason) return Value(std::optional<std::string>());
  return Value(core::to_string(*reason));
}

Result<void> insert_key(WriteTransaction& tx, const IssuedKey& issued, core::Version version) {
  const AccessKey& key = issued.key;
  TRY(tx.connection().execute(
      "INSERT INTO access_keys (id, organization_id, application_id, owner_id, maker_id, kind, "
      "name, description, prefix, last_four, grants, compiled, withdrawn, scopes, classes, "
      "metadata, "
      "read_only, not_before, expires_at, allowed_ips, state, created_at, revoked_at, "
      "revoke_reason, revoke_comment, predecessor_id, successor_id, login_number, version) VALUES "
      "(:id, :organization, :application, COALESCE((SELECT owner_id FROM applications "
      "WHERE id = :application), ''), :maker, :kind, :name, :description, :prefix, :last_four, "
      ":grants, :compiled, :withdrawn, :scopes, :classes, :metadata, :read_only, :not_before, "
      ":expires_at, "
      ":allowed_ips, :state, :created_at, :revoked_at, :revoke_reason, :revoke_comment, "
      ":predecessor, :successor, :login_number, :version)",
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
       {"withdrawn", to_json(key.withdrawn)},
       {"scopes", to_json(key.scopes)},
       {"classes", to_json(key.classes)},
       {"metadata", to_json(key.metadata)},
       {"read_only", key.read_only},
       {"not_before", key.not_before},
       {"expires_at", end_value(key.expires_at)},
       {"allowed_ips", networks_value(key.allowed_ips)},
       {"state", core::to_string(key.state)},
       {"created_at", key.created_at},
       {"revoked_at", key.revoked_at},
       {"revoke_reason", reason_value(key.revoke_reason)},
       {"revoke_comment", key.revoke_comment},
       {"predecessor", key.predecessor},
       {"successor", key.successor},
       {"login_number", key.login_number},
       {"version", version}},
      {.unique = "This key exists already.",
       .foreign_key = "The key's application or its maker does not exist."}));
  return {};
}

/// Enters on which APIs the key holds its grants.
Result<void> insert_apis(WriteTransaction& tx, const IssuedKey& issued) {
  for (const core::Grant& grant : issued.grants) {
    TRY(
        tx.connection().execute("INSERT INTO key_apis (api_id, key_id, organization_id) "
                                "SELECT id, :key, :organization FROM apis WHERE number = :number",
                                {{"key", issued.key.id},
                                 {"organization", issued.key.organization},
                                 {"number", static_cast<std::int64_t>(grant.api)}}));
  }
  return {};
}

}  // namespace

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
  key.withdrawn = row.word(parse_strings);
  key.scopes = row.word(parse_strings);
  key.classes = row.word(parse_service_classes);
  key.metadata = row.word(parse_metadata);
  key.read_only = row.flag();
  key.not_before = row.time();
  key.expires_at = row.end();
  key.allowed_ips = row.optional_word(parse_networks);
  key.state = row.word(core::parse_key_state);
  key.created_at = row.time();
  key.revoked_at = row.optional_time();
  key.revoke_reason = row.optional_word(core::parse_revoke_reason);
  key.revoke_comment = row.text();
  key.predecessor = row.optional_id<KeyId>();
  key.successor = row.optional_id<KeyId>();
  key.login_number = row.optional_number();
  key.version = row.version();
  return key;
}

Result<core::Version> create_key(WriteTransaction& tx, const Scope& scope,
                                 const IssuedKey& issued) {
  TRY(check_organization(tx, scope, issued.key.organization));
  const core::Version version = TRY(tx.record_change(ChangedSubject::of(issued.key.id)));
  TRY(insert_key(tx, issued, version));
  TRY(insert_apis(tx, issued));
  for (const KeySecret& secret : issued.secrets) {
    const NewSecret made{issued.key.id, issued.key.organization, secret, issued.key.hint,
                         issued.key.created_at};
    TRY(insert_secret(tx, made, version));
  }
  return version;
}

Result<AccessKey> get_key(const ReadTransaction& tx, const Scope& scope, const KeyId& id) {
  Where where(scope);
  where.id(id);
  auto key = TRY(tx.connection().select_one(
      where.after(std::string(kKeyColumns) + " FROM access_keys"), where.binds(), read_key));
  return found(std::move(key), "key");
}

Result<KeysOfApplication> count_keys_of_application(const ReadTransaction& tx, const Scope& scope,
                                                    const core::ApplicationId& application,
                                                    Time now) {
  Where where(scope);
  where.add("application_id = :application", {"application", application}).with({{"now", now}});
  const auto counts = TRY(tx.connection().select_one(
      where.after("SELECT COALESCE(SUM(CASE WHEN state = 'active' AND (expires_at IS NULL OR "
                  "expires_at > :now) THEN 1 ELSE 0 END), 0), COUNT(*) FROM access_keys"),
      where.binds(), [](Row& row) {
        const std::int64_t active = row.number();
        return KeysOfApplication{active, row.number() - active};
      }));
  return counts.value_or(KeysOfApplication{});
}

Result<std::int64_t> count_active_keys(const ReadTransaction& tx, const Scope& scope,
                                       const core::ApplicationId& application, Time now) {
  return TRY(count_keys_of_application(tx, scope, application, now)).active;
}

Result<core::Version> update_key(WriteTransaction& tx, const Scope& scope, const AccessKey& key) {
  const core::Version version = TRY(tx.record_change(ChangedSubject::of(key.id)));
  Where where(scope);
  where.id(key.id).with({{"name", key.name},
                         {"description", key.description},
                         {"allowed_ips", networks_value(key.allowed_ips)},
                         {"metadata", to_json(key.metadata)},
                         {"expires_at", end_value(key.expires_at)},
                         {"successor", key.successor},
                         {"version", version}});
  const std::int64_t rows = TRY(tx.connection().execute(
      where.after("UPDATE access_keys SET name = :name, description = :description, "
                  "allowed_ips = :allowed_ips, metadata = :metadata, expires_at = :expires_at, "
                  "successor_id = :successor, version = :version"),
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

Result<core::Version> withdraw_api(WriteTransaction& tx, const Scope& scope, const KeyId& id,
                                   const core::Api& api) {
  AccessKey key = TRY(get_key(tx, scope, id));
  const core::Version version = TRY(tx.record_change(ChangedSubject::of(id)));
  const std::int64_t rows =
      TRY(tx.connection().execute("DELETE FROM key_apis WHERE api_id = :api AND key_id = :key",
                                  {{"api", api.id}, {"key", id}}));
  TRY(found_row(rows, "key with a grant on this API"));
  Where own(scope);
  own.id(id);
  auto compiled = TRY(found(
      TRY(tx.connection().select_one(own.after("SELECT compiled FROM access_keys"), own.binds(),
                                     [](Row& row) { return row.word(parse_compiled_grants); })),
      "key"));
  std::erase_if(compiled, [&](const core::Grant& grant) { return grant.api == api.number; });
  key.withdrawn.push_back(api.name);
  Where where(scope);
  where.id(id).with({{"compiled", to_json(compiled)},
                     {"withdrawn", to_json(key.withdrawn)},
                     {"version", version}});
  TRY(tx.connection().execute(where.after("UPDATE access_keys SET compiled = :compiled, "
                                          "withdrawn = :withdrawn, version = :version"),
                              where.binds()));
  return version;
}

Result<bool> holds_grant_on(const ReadTransaction& tx, const Scope& scope, const KeyId& id,
                            const core::ApiId& api) {
  Where where(scope);
  where.add("api_id = :api", {"api", api}).add("key_id = :key", {"key", id});
  return TRY(tx.connection().select_one(where.after("SELECT 1 FROM key_apis"), where.binds(),
                                        [](Row& row) { return row.number(); }))
      .has_value();
}

Result<std::vector<core::Grant>> compiled_grants(const ReadTransaction& tx, const Scope& scope,
                                                 const KeyId& id) {
  Where where(scope);
  where.id(id);
  auto grants =
      TRY(tx.connection().select_one(where.after("SELECT compiled FROM access_keys"), where.binds(),
                                     [](Row& row) { return row.word(parse_compiled_grants); }));
  return found(std::move(grants), "key");
}

Result<core::Version> delete_key(WriteTransaction& tx, const Scope& scope, const KeyId& id) {
  const AccessKey present = TRY(get_key(tx, scope, id));
  if (present.state != KeyState::kRevoked && present.state != KeyState::kRejected)
    return fail(Error::refused(ErrorCode::kConflict, fmt::format("This key is {} by now.",
                                                                 core::to_string(present.state))));
  const core::Version version = TRY(tx.record_change(ChangedSubject::of(id)));
  TRY(retire_secrets(tx, id, Retired::kAll));
  TRY(tx.connection().execute("DELETE FROM key_apis WHERE key_id = :key", {{"key", id}}));
  Where where(scope);
  where.id(id);
  TRY(tx.connection().execute(where.after("DELETE FROM access_keys"), where.binds()));
  return version;
}

}  // namespace claviger::store
