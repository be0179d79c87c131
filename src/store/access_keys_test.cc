#include "claviger/store/access_keys.h"

#include "store_test.h"

#include "claviger/store/key_list.h"
#include "claviger/store/key_secrets.h"

namespace claviger::store {
namespace {

using core::KeyState;

constexpr std::chrono::hours kHour{1};

KeyStateChange state_change(const core::KeyId& id, KeyState from, KeyState to) {
  KeyStateChange change{.id = id, .from = from, .to = to, .reason = std::nullopt, .comment = ""};
  if (to == KeyState::kRevoked) change.reason = core::RevokeReason::kOther;
  return change;
}

TEST_P(StoreTest, AKeyComesBackAsItWasStored) {
  const Tenant tenant = stored_tenant();
  IssuedKey issued = a_key(tenant.application);
  issued.key.kind = core::SecretKind::kPersonalAccessToken;
  issued.key.read_only = true;
  issued.key.not_before = clock_.now() + kHour;
  issued.key.expires_at = clock_.now() + 24 * kHour;
  issued.key.allowed_ips = {*core::Network::parse("10.0.0.0/8"), *core::Network::parse("::1")};
  const auto version =
      change([&](WriteTransaction& tx) { return create_key(tx, tenant.scope(), issued); });
  ASSERT_THAT(version, Succeeds());
  const auto found =
      must_read([&](ReadTransaction& tx) { return get_key(tx, tenant.scope(), issued.key.id); });
  EXPECT_EQ(found.id, issued.key.id);
  EXPECT_EQ(found.organization, tenant.organization.id);
  EXPECT_EQ(found.application, tenant.application.id);
  EXPECT_EQ(found.maker, tenant.user.id);
  EXPECT_EQ(found.kind, issued.key.kind);
  EXPECT_EQ(found.name, issued.key.name);
  EXPECT_EQ(found.description, issued.key.description);
  EXPECT_EQ(found.hint.prefix, issued.key.hint.prefix);
  EXPECT_EQ(found.hint.last_four, issued.key.hint.last_four);
  EXPECT_EQ(found.grants, issued.key.grants);
  EXPECT_EQ(found.scopes, issued.key.scopes);
  EXPECT_TRUE(found.read_only);
  EXPECT_EQ(found.not_before, issued.key.not_before);
  EXPECT_EQ(found.expires_at, issued.key.expires_at);
  EXPECT_EQ(found.allowed_ips, issued.key.allowed_ips);
  EXPECT_EQ(found.state, KeyState::kActive);
  EXPECT_EQ(found.created_at, issued.key.created_at);
  EXPECT_FALSE(found.revoked_at);
  EXPECT_EQ(found.version, *version);
}

TEST_P(StoreTest, NeverAndFromAnywhereComeBackAsSuch) {
  const Tenant tenant = stored_tenant();
  IssuedKey issued = stored_key(tenant.application);
  const auto found =
      must_read([&](ReadTransaction& tx) { return get_key(tx, tenant.scope(), issued.key.id); });
  EXPECT_EQ(found.expires_at, kEndOfTime);
  EXPECT_FALSE(found.allowed_ips);
  issued.key.allowed_ips.emplace();
  ASSERT_THAT(
      change([&](WriteTransaction& tx) { return update_key(tx, tenant.scope(), issued.key); }),
      Succeeds());
  const auto nowhere =
      must_read([&](ReadTransaction& tx) { return get_key(tx, tenant.scope(), issued.key.id); });
  ASSERT_TRUE(nowhere.allowed_ips) << "an empty list allows no address";
  EXPECT_TRUE(nowhere.allowed_ips->empty());
}

TEST_P(StoreTest, OfTwoWhoChangeAStateOneIsTooLate) {
  const Tenant tenant = stored_tenant();
  const core::KeyId id = stored_key(tenant.application).key.id;
  const auto apply = [&](const KeyStateChange& wanted) {
    return change(
        [&](WriteTransaction& tx) { return change_key_state(tx, tenant.scope(), wanted); });
  };
  ASSERT_THAT(apply(state_change(id, KeyState::kActive, KeyState::kDisabled)), Succeeds());
  EXPECT_THAT(apply(state_change(id, KeyState::kActive, KeyState::kDisabled)),
              FailsWith(ErrorCode::kConflict));
  ASSERT_THAT(apply(state_change(id, KeyState::kDisabled, KeyState::kActive)), Succeeds());
  KeyStateChange revocation = state_change(id, KeyState::kActive, KeyState::kRevoked);
  revocation.reason = core::RevokeReason::kCompromised;
  revocation.comment = "found in a public repository";
  ASSERT_THAT(apply(revocation), Succeeds());
  const auto key = must_read([&](ReadTransaction& tx) { return get_key(tx, tenant.scope(), id); });
  EXPECT_EQ(key.state, KeyState::kRevoked);
  EXPECT_EQ(key.revoked_at, clock_.now());
  EXPECT_EQ(key.revoke_reason, core::RevokeReason::kCompromised);
  EXPECT_EQ(key.revoke_comment, revocation.comment);
  EXPECT_THAT(apply(state_change(id, KeyState::kRevoked, KeyState::kActive)),
              FailsWith(ErrorCode::kConflict));
}

TEST_P(StoreTest, NameDescriptionAddressesAndExpiryOfAKeyCanChange) {
  const Tenant tenant = stored_tenant();
  core::AccessKey key = stored_key(tenant.application).key;
  key.name = "Renamed";
  key.description = "Another purpose";
  key.expires_at = clock_.now() + kHour;
  key.allowed_ips = {*core::Network::parse("192.0.2.0/24")};
  ASSERT_THAT(change([&](WriteTransaction& tx) { return update_key(tx, tenant.scope(), key); }),
              Succeeds());
  const auto found =
      must_read([&](ReadTransaction& tx) { return get_key(tx, tenant.scope(), key.id); });
  EXPECT_EQ(found.name, "Renamed");
  EXPECT_EQ(found.description, "Another purpose");
  EXPECT_EQ(found.expires_at, key.expires_at);
  EXPECT_EQ(found.allowed_ips, key.allowed_ips);
}

TEST_P(StoreTest, ForeignKeysLookAbsentToEveryOperation) {
  const Tenant ours = stored_tenant();
  const Tenant theirs = stored_tenant();
  const IssuedKey foreign = stored_key(theirs.application);
  const core::KeyId id = foreign.key.id;
  const auto write = [&](auto function) { return change(function); };
  EXPECT_THAT(database().read([&](ReadTransaction& tx) { return get_key(tx, ours.scope(), id); }),
              FailsWith(ErrorCode::kNotFound));
  EXPECT_THAT(
      write([&](WriteTransaction& tx) { return update_key(tx, ours.scope(), foreign.key); }),
      FailsWith(ErrorCode::kNotFound));
  EXPECT_THAT(write([&](WriteTransaction& tx) {
                return change_key_state(tx, ours.scope(),
                                        state_change(id, KeyState::kActive, KeyState::kRevoked));
              }),
              FailsWith(ErrorCode::kNotFound));
  EXPECT_THAT(write([&](WriteTransaction& tx) {
                return rotate_key(tx, ours.scope(),
                                  {.id = id,
                                   .secret = {new_digest(), kEndOfTime},
                                   .hint = {},
                                   .old_not_after = clock_.now()});
              }),
              FailsWith(ErrorCode::kNotFound));
  EXPECT_THAT(write([&](WriteTransaction& tx) { return create_key(tx, ours.scope(), foreign); }),
              FailsWith(ErrorCode::kNotFound));
  EXPECT_TRUE(must_read([&](ReadTransaction& tx) {
                return list_keys(tx, ours.scope(), {.now = clock_.now()}, {});
              }).items.empty());
  EXPECT_TRUE(
      must_read([&](ReadTransaction& tx) { return list_secrets(tx, ours.scope(), id); }).empty());
  EXPECT_EQ(must_read([&](ReadTransaction& tx) {
              return count_active_keys(tx, ours.scope(), theirs.application.id, clock_.now());
            }),
            0);
}

TEST_P(StoreTest, AKeyCannotLieInAForeignApplication) {
  const Tenant ours = stored_tenant();
  const Tenant theirs = stored_tenant();
  IssuedKey issued = a_key(ours.application);
  issued.key.application = theirs.application.id;
  EXPECT_THAT(change([&](WriteTransaction& tx) { return create_key(tx, ours.scope(), issued); }),
              FailsWith(ErrorCode::kConflict));
}

TEST_P(StoreTest, MetadataAndKinshipOfAKeyComeBack) {
  const Tenant tenant = stored_tenant();
  IssuedKey issued = a_key(tenant.application);
  issued.key.metadata = {{"team", "r\u00e9seau"}, {"empty", ""}};
  issued.key.predecessor = new_id<core::KeyId>();
  ASSERT_THAT(change([&](WriteTransaction& tx) { return create_key(tx, tenant.scope(), issued); }),
              Succeeds());
  issued.key.successor = new_id<core::KeyId>();
  issued.key.metadata.erase("empty");
  ASSERT_THAT(
      change([&](WriteTransaction& tx) { return update_key(tx, tenant.scope(), issued.key); }),
      Succeeds());
  const auto found =
      must_read([&](ReadTransaction& tx) { return get_key(tx, tenant.scope(), issued.key.id); });
  EXPECT_EQ(found.metadata, issued.key.metadata);
  EXPECT_EQ(found.predecessor, issued.key.predecessor);
  EXPECT_EQ(found.successor, issued.key.successor);
}

TEST_P(StoreTest, K05_ADeletedKeysSecretIsNeverAcceptedAgain) {
  const Tenant tenant = stored_tenant();
  const IssuedKey issued = stored_key(tenant.application);
  const auto delete_it = [&](const Scope& scope) {
    return change([&](WriteTransaction& tx) { return delete_key(tx, scope, issued.key.id); });
  };
  EXPECT_THAT(delete_it(tenant.scope()), FailsWith(ErrorCode::kConflict)) << "it is active";
  ASSERT_THAT(change([&](WriteTransaction& tx) {
                return change_key_state(
                    tx, tenant.scope(),
                    state_change(issued.key.id, KeyState::kActive, KeyState::kRevoked));
              }),
              Succeeds());
  EXPECT_THAT(delete_it(stored_tenant().scope()), FailsWith(ErrorCode::kNotFound));
  ASSERT_THAT(delete_it(tenant.scope()), Succeeds());
  EXPECT_THAT(delete_it(tenant.scope()), FailsWith(ErrorCode::kNotFound));
  EXPECT_FALSE(must_read([&](ReadTransaction& tx) {
    return find_key_by_secret(tx, AllTenants{}, issued.secrets[0].digest);
  }));
  IssuedKey again = a_key(stored_tenant().application);
  again.secrets = issued.secrets;
  EXPECT_THAT(change([&](WriteTransaction& tx) { return create_key(tx, AllTenants{}, again); }),
              FailsWith(ErrorCode::kConflict));
}

}  // namespace
}  // namespace claviger::store
