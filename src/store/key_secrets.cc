#include "claviger/store/key_secrets.h"

#include "connection.h"
#include "json.h"
#include "key_rows.h"
#include "refusal.h"
#include "where.h"

#include "claviger/base/encoding.h"

namespace claviger::store {
namespace {

using core::AccessKey;
using core::KeyId;

constexpr std::string_view kSelectSecret =
    "SELECT digest, not_after, revoked, prefix, last_four, created_at, key_id FROM key_secrets";

/// How many secrets that have ended a key still shows.
constexpr std::int64_t kEndedSecretsKept = 8;

StoredSecret read_secret(Row& row) {
  StoredSecret stored;
  stored.secret.digest = row.digest();
  stored.secret.not_after = row.end();
  stored.revoked = row.flag();
  stored.hint.prefix = row.text();
  stored.hint.last_four = row.text();
  stored.created_at = row.time();
  return stored;
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

Result<void> insert_secret(WriteTransaction& tx, const NewSecret& made, core::Version version) {
  constexpr std::string_view kKnown = "A key with this secret exists already.";
  const std::string digest = to_hex(made.secret.digest);
  const auto retired =
      TRY(tx.connection().select_one("SELECT 1 FROM retired_secrets WHERE digest = :digest",
                                     {{"digest", digest}}, [](Row& row) { return row.number(); }));
  if (retired) return fail(Error::refused(ErrorCode::kConflict, std::string(kKnown)));
  TRY(tx.connection().execute(
      "INSERT INTO key_secrets (digest, key_id, organization_id, prefix, last_four, created_at, "
      "not_after, revoked, version) VALUES (:digest, :key, :organization, :prefix, :last_four, "
      ":created_at, :not_after, 0, :version)",
      {{"digest", digest},
       {"key", made.key},
       {"organization", made.organization},
       {"prefix", made.hint.prefix},
       {"last_four", made.hint.last_four},
       {"created_at", made.created_at},
       {"not_after", end_value(made.secret.not_after)},
       {"version", version}},
      {.unique = kKnown}));
  return {};
}

Result<void> retire_secrets(WriteTransaction& tx, const KeyId& key, Retired which) {
  std::string rows = " WHERE key_id = :key";
  Binds binds = {{"key", key}};
  if (which == Retired::kEndedLongAgo) {
    rows +=
        " AND digest IN (SELECT digest FROM key_secrets WHERE key_id = :key AND (revoked = 1 OR "
        "not_after <= :now) ORDER BY created_at DESC, digest LIMIT 1000 OFFSET :kept)";
    binds.push_back({"now", tx.now()});
    binds.push_back({"kept", kEndedSecretsKept});
  }
  Binds entries = binds;
  entries.push_back({"at", tx.now()});
  TRY(
      tx.connection().execute("INSERT INTO retired_secrets (digest, key_id, retired_at) "
                              "SELECT digest, key_id, :at FROM key_secrets" +
                                  rows,
                              entries));
  TRY(tx.connection().execute("DELETE FROM key_secrets" + rows, binds));
  return {};
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
  TRY(insert_secret(tx, {key.id, key.organization, rotation.secret, rotation.hint, tx.now()},
                    version));
  TRY(retire_secrets(tx, key.id, Retired::kEndedLongAgo));
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
  return tx.connection().select(
      where.after(kSelectSecret) + " ORDER BY COALESCE(not_after, 9223372036854775807), digest",
      where.binds(), read_secret);
}

Result<bool> is_secret_taken(const ReadTransaction& tx, AllTenants, const Digest& digest) {
  const auto found = TRY(tx.connection().select_one(
      "SELECT 1 FROM key_secrets WHERE digest = :digest "
      "UNION ALL SELECT 1 FROM retired_secrets WHERE digest = :digest",
      {{"digest", to_hex(digest)}}, [](Row& row) { return row.number(); }));
  return found.has_value();
}

Result<std::optional<KeyOfSecret>> find_key_by_secret(const ReadTransaction& tx, AllTenants all,
                                                      const Digest& digest) {
  const auto found_secret =
      TRY(tx.connection().select_one(std::string(kSelectSecret) + " WHERE digest = :digest",
                                     {{"digest", to_hex(digest)}}, [](Row& row) {
                                       StoredSecret secret = read_secret(row);
                                       return std::pair(secret, row.id<KeyId>());
                                     }));
  if (!found_secret) return std::optional<KeyOfSecret>();
  const auto& [secret, id] = *found_secret;
  return std::optional<KeyOfSecret>({TRY(get_key(tx, all, id)), secret});
}

}  // namespace claviger::store
