#include "claviger/store/key_secrets.h"

#include "store_test.h"

namespace claviger::store {
namespace {

constexpr std::chrono::hours kHour{1};

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

TEST_P(StoreTest, ASecretShowsWhatItBeginsAndEndsWithAndWhenItWasMade) {
  const Tenant tenant = stored_tenant();
  const IssuedKey issued = stored_key(tenant.application);
  clock_.advance(kHour);
  ASSERT_THAT(change([&](WriteTransaction& tx) {
                return rotate_key(tx, tenant.scope(),
                                  {.id = issued.key.id,
                                   .secret = {new_digest(), kEndOfTime},
                                   .hint = {"clv_ak_Zz00", "last"},
                                   .old_not_after = clock_.now()});
              }),
              Succeeds());
  const auto secrets = must_read(
      [&](ReadTransaction& tx) { return list_secrets(tx, tenant.scope(), issued.key.id); });
  ASSERT_EQ(secrets.size(), 2U);
  EXPECT_EQ(secrets[0].hint.prefix, issued.key.hint.prefix);
  EXPECT_EQ(secrets[0].created_at, issued.key.created_at);
  EXPECT_EQ(secrets[1].hint.last_four, "last");
  EXPECT_EQ(secrets[1].created_at, clock_.now());
}

TEST_P(StoreTest, OfSecretsThatHaveEndedOnlyTheNewestStayListedAndNoneComesBack) {
  const Tenant tenant = stored_tenant();
  const IssuedKey issued = stored_key(tenant.application);
  const auto rotate = [&](const Digest& digest) {
    clock_.advance(kHour);
    return change([&](WriteTransaction& tx) {
      return rotate_key(tx, tenant.scope(),
                        {.id = issued.key.id,
                         .secret = {digest, kEndOfTime},
                         .hint = {"clv_ak_Zz00", "last"},
                         .old_not_after = tx.now()});
    });
  };
  for (int i = 0; i < 20; ++i) ASSERT_THAT(rotate(new_digest()), Succeeds());
  const auto secrets = must_read(
      [&](ReadTransaction& tx) { return list_secrets(tx, tenant.scope(), issued.key.id); });
  EXPECT_EQ(secrets.size(), 9U) << "the one that works, and eight that have ended";
  EXPECT_EQ(secrets.back().secret.not_after, kEndOfTime);
  EXPECT_THAT(rotate(issued.secrets[0].digest), FailsWith(ErrorCode::kConflict))
      << "the first one is not listed any more, and retired";
}

}  // namespace
}  // namespace claviger::store
