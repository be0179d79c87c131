#include "claviger/store/access_keys.h"

#include "store_test.h"

namespace claviger::store {
namespace {

using core::KeyState;
using core::KeyStatus;

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

TEST_P(StoreTest, AKeyIsFoundByEachOfItsSecrets) {
  const Tenant tenant = stored_tenant();
  const IssuedKey issued = stored_key(tenant.application);
  stored_key(tenant.application);
  const auto find = [&](const Digest& digest) {
    return must_read(
        [&](ReadTransaction& tx) { return find_key_by_secret(tx, AllTenants{}, digest); });
  };
  EXPECT_FALSE(find(new_digest()));
  const auto found = find(issued.secrets[0].digest);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->key.id, issued.key.id);
  EXPECT_EQ(found->secret.secret.not_after, kEndOfTime);
  EXPECT_FALSE(found->secret.revoked);
}

TEST_P(StoreTest, ASecretBelongsToOneKey) {
  const Tenant tenant = stored_tenant();
  const IssuedKey first = stored_key(tenant.application);
  IssuedKey second = a_key(tenant.application);
  second.secrets = first.secrets;
  EXPECT_THAT(change([&](WriteTransaction& tx) { return create_key(tx, tenant.scope(), second); }),
              FailsWith(ErrorCode::kConflict));
}

TEST_P(StoreTest, RotatingGivesANewSecretAndEndsTheOldOnesInTime) {
  const Tenant tenant = stored_tenant();
  const IssuedKey issued = stored_key(tenant.application);
  const KeyRotation rotation{.id = issued.key.id,
                             .secret = {new_digest(), kEndOfTime},
                             .hint = {"clv_ak_Zz00", "last"},
                             .old_not_after = clock_.now() + kHour};
  const auto version =
      change([&](WriteTransaction& tx) { return rotate_key(tx, tenant.scope(), rotation); });
  ASSERT_THAT(version, Succeeds());
  const auto secrets = must_read(
      [&](ReadTransaction& tx) { return list_secrets(tx, tenant.scope(), issued.key.id); });
  ASSERT_EQ(secrets.size(), 2U);
  EXPECT_EQ(secrets[0].secret.digest, issued.secrets[0].digest);
  EXPECT_EQ(secrets[0].secret.not_after, rotation.old_not_after);
  EXPECT_EQ(secrets[1].secret.digest, rotation.secret.digest);
  EXPECT_EQ(secrets[1].secret.not_after, kEndOfTime);
  const auto key =
      must_read([&](ReadTransaction& tx) { return get_key(tx, tenant.scope(), issued.key.id); });
  EXPECT_EQ(key.hint.last_four, "last");
  EXPECT_EQ(key.version, *version);
  // An end that is nearer stays.
  KeyRotation later = rotation;
  later.secret.digest = new_digest();
  later.old_not_after = clock_.now() + 2 * kHour;
  ASSERT_THAT(change([&](WriteTransaction& tx) { return rotate_key(tx, tenant.scope(), later); }),
              Succeeds());
  const auto after = must_read(
      [&](ReadTransaction& tx) { return list_secrets(tx, tenant.scope(), issued.key.id); });
  EXPECT_EQ(after[0].secret.not_after, rotation.old_not_after);
  EXPECT_EQ(after[1].secret.not_after, later.old_not_after);
}

TEST_P(StoreTest, OneSecretIsRevokedAndTheOthersStay) {
  const Tenant tenant = stored_tenant();
  IssuedKey issued = a_key(tenant.application);
  issued.secrets.push_back({new_digest(), kEndOfTime});
  ASSERT_THAT(change([&](WriteTransaction& tx) { return create_key(tx, tenant.scope(), issued); }),
              Succeeds());
  const auto revoke = [&](const Scope& scope, const Digest& digest) {
    return change(
        [&](WriteTransaction& tx) { return revoke_secret(tx, scope, issued.key.id, digest); });
  };
  const auto version = revoke(tenant.scope(), issued.secrets[0].digest);
  ASSERT_THAT(version, Succeeds());
  EXPECT_THAT(revoke(tenant.scope(), new_digest()), FailsWith(ErrorCode::kNotFound));
  EXPECT_THAT(revoke(stored_tenant().scope(), issued.secrets[1].digest),
              FailsWith(ErrorCode::kNotFound));
  const auto is_revoked = [&](const Digest& digest) {
    return must_read(
               [&](ReadTransaction& tx) { return find_key_by_secret(tx, AllTenants{}, digest); })
        ->secret.revoked;
  };
  EXPECT_TRUE(is_revoked(issued.secrets[0].digest));
  EXPECT_FALSE(is_revoked(issued.secrets[1].digest));
  EXPECT_EQ(must_read([&](ReadTransaction& tx) {
              return get_key(tx, tenant.scope(), issued.key.id);
            }).version,
            *version);
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

TEST_P(StoreTest, ListsFilterByTheStatusThatTheClockSees) {
  const Tenant tenant = stored_tenant();
  const auto store = [&](KeyState state, Time expires_at) {
    IssuedKey issued = a_key(tenant.application);
    issued.key.state = state;
    issued.key.expires_at = expires_at;
    EXPECT_THAT(
        change([&](WriteTransaction& tx) { return create_key(tx, tenant.scope(), issued); }),
        Succeeds());
    return issued.key.id;
  };
  const Time now = clock_.now();
  const auto pending = store(KeyState::kPending, kEndOfTime);
  const auto active = store(KeyState::kActive, now + Microseconds{1});
  const auto disabled = store(KeyState::kDisabled, kEndOfTime);
  const auto expired = store(KeyState::kActive, now);
  const auto revoked = store(KeyState::kRevoked, kEndOfTime);
  const auto rejected = store(KeyState::kRejected, kEndOfTime);
  const auto listed = [&](const KeyFilter& filter) {
    std::vector<core::KeyId> ids;
    for (const core::AccessKey& key : must_read([&](ReadTransaction& tx) {
                                        return list_keys(tx, tenant.scope(), filter, {});
                                      }).items)
      ids.push_back(key.id);
    return ids;
  };
  const auto of_status = [&](KeyStatus status) {
    return listed({.now = now, .application = {}, .application_owner = {}, .status = status});
  };
  using testing::ElementsAre;
  EXPECT_THAT(of_status(KeyStatus::kPending), ElementsAre(pending));
  EXPECT_THAT(of_status(KeyStatus::kActive), ElementsAre(active));
  EXPECT_THAT(of_status(KeyStatus::kDisabled), ElementsAre(disabled));
  EXPECT_THAT(of_status(KeyStatus::kExpired), ElementsAre(expired));
  EXPECT_THAT(of_status(KeyStatus::kRevoked), ElementsAre(revoked));
  EXPECT_THAT(of_status(KeyStatus::kRejected), ElementsAre(rejected));
  EXPECT_EQ(listed({.now = now}).size(), 6U);
  EXPECT_EQ(listed({.now = now,
                    .application = tenant.application.id,
                    .application_owner = tenant.user.id,
                    .status = {},
                    .revoked = Revoked::kLeftOut})
                .size(),
            5U);
  EXPECT_TRUE(listed({.now = now, .application = new_id<core::ApplicationId>()}).empty());
  EXPECT_TRUE(
      listed({.now = now, .application = {}, .application_owner = new_id<core::UserId>()}).empty());
  EXPECT_EQ(must_read([&](ReadTransaction& tx) {
              return count_active_keys(tx, tenant.scope(), tenant.application.id, now);
            }),
            1)
      << "active alone";
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

}  // namespace
}  // namespace claviger::store
