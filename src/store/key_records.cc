#include "key_records.h"

#include "json.h"

namespace claviger::store {
namespace {

using core::KeyId;
using core::KeyRecord;
using core::KeyState;

constexpr std::int64_t kKeysPerPage = 5000;
/// Where nearly every key has grants of its own, remembering them would only fill the memory.
constexpr std::size_t kMaxUnderstood = 20'000;

struct SecretOfKey {
  KeyId key;
  core::KeySecret secret;
};

SecretOfKey read_secret(Row& row) {
  const auto key = row.id<KeyId>();
  const Digest digest = row.digest();
  return {key, {digest, row.end()}};
}

}  // namespace

Result<std::vector<KeyRecord>> KeyRecordReader::next_page() {
  std::vector<KeyRecord> keys = TRY(load_keys("WHERE id > :after ORDER BY id LIMIT :limit",
                                              {{"after", last_id_}, {"limit", kKeysPerPage}}));
  if (keys.empty()) return keys;
  const std::string last = keys.back().id.str();
  TRY(add_secrets(keys, "AND key_id > :after AND key_id <= :last ORDER BY key_id",
                  {{"after", last_id_}, {"last", last}}));
  last_id_ = last;
  return keys;
}

Result<std::vector<KeyRecord>> KeyRecordReader::changed_since(core::Version from) {
  std::vector<KeyRecord> keys =
      TRY(load_keys("WHERE id IN (SELECT subject FROM changes WHERE version > :since "
                    "AND kind = 'key') ORDER BY id",
                    {{"since", from}}));
  TRY(add_secrets(keys,
                  "AND key_id IN (SELECT subject FROM changes WHERE version > :since "
                  "AND kind = 'key') ORDER BY key_id",
                  {{"since", from}}));
  return keys;
}

Result<std::vector<KeyId>> KeyRecordReader::deleted_since(core::Version from) {
  return connection_.select(
      "SELECT DISTINCT subject FROM changes WHERE version > :since AND kind = 'key' "
      "AND NOT EXISTS (SELECT 1 FROM access_keys WHERE access_keys.id = subject)",
      {{"since", from}}, [](Row& row) { return row.id<KeyId>(); });
}

Result<std::vector<KeyRecord>> KeyRecordReader::load_keys(std::string_view condition,
                                                          const Binds& binds) {
  std::string sql =
      "SELECT id, application_id, maker_id, organization_id, compiled, allowed_ips, read_only, "
      "not_before, expires_at, state FROM access_keys ";
  sql += condition;
  std::vector<KeyRecord> keys;
  TRY(connection_.query(sql, binds, [&](Row& row) { keys.push_back(read_key(row)); }));
  return keys;
}

KeyRecord KeyRecordReader::read_key(Row& row) {
  KeyRecord key;
  key.id = row.id<KeyId>();
  key.application = row.id<core::ApplicationId>();
  key.maker = row.id<core::UserId>();
  key.organization = row.id<core::OrganizationId>();
  key.grants = grants_of(row);
  key.networks = row.optional_word(parse_networks);
  key.read_only = row.flag();
  key.not_before = row.time();
  key.expires_at = row.end();
  const auto state = row.word(core::parse_key_state);
  key.standing = state == KeyState::kActive ? core::Standing::kActive : core::Standing::kInactive;
  key.revoked = state == KeyState::kRevoked;
  return key;
}

const std::vector<core::Grant>& KeyRecordReader::grants_of(Row& row) {
  return row.word([this](std::string_view json)
                      -> std::optional<std::reference_wrapper<const std::vector<core::Grant>>> {
    std::string text(json);
    if (const auto known = understood_.find(text); known != understood_.end())
      return std::cref(known->second);
    auto grants = parse_compiled_grants(text);
    if (!grants) return std::nullopt;
    if (understood_.size() >= kMaxUnderstood) understood_.clear();
    return std::cref(understood_.emplace(std::move(text), *std::move(grants)).first->second);
  });
}

/// Both are in the order of the keys' ids.
Result<void> KeyRecordReader::add_secrets(std::vector<KeyRecord>& keys, std::string_view condition,
                                          const Binds& binds) {
  std::string sql = "SELECT key_id, digest, not_after FROM key_secrets WHERE revoked = 0 ";
  sql += condition;
  auto key = keys.begin();
  TRY(connection_.query(sql, binds, [&](Row& row) {
    const SecretOfKey secret = read_secret(row);
    while (key != keys.end() && key->id < secret.key) ++key;
    if (key != keys.end() && key->id == secret.key) key->secrets.push_back(secret.secret);
  }));
  return {};
}

}  // namespace claviger::store
