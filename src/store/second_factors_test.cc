#include "claviger/store/second_factors.h"

#include "store_test.h"

namespace claviger::store {
namespace {

constexpr core::TotpStep kStep{60'000'000};

/// A user's second factor, on, with these recovery codes.
void switch_on(StoreTest& test, const core::UserId& user, const std::vector<Digest>& codes = {}) {
  EXPECT_THAT(test.database().write([&](WriteTransaction& tx) -> Result<void> {
    TRY(start_second_factor(tx, user, "sealed"));
    return confirm_second_factor(tx, user, codes);
  }),
              Succeeds());
}

bool has_second_factor(StoreTest& test, const Tenant& tenant) {
  return test
      .must_read([&](ReadTransaction& tx) { return get_user(tx, tenant.scope(), tenant.user.id); })
      .has_second_factor;
}

TEST_P(StoreTest, ASecondFactorIsOnOnceItIsConfirmed) {
  const Tenant tenant = stored_tenant();
  const core::UserId user = tenant.user.id;
  EXPECT_THAT(database().write([&](WriteTransaction& tx) -> Result<void> {
    TRY(start_second_factor(tx, user, "first"));
    return start_second_factor(tx, user, "second");
  }),
              Succeeds());
  EXPECT_FALSE(has_second_factor(*this, tenant));
  const auto confirm = [&] {
    return database().write(
        [&](WriteTransaction& tx) { return confirm_second_factor(tx, user, {}); });
  };
  EXPECT_THAT(confirm(), Succeeds());
  EXPECT_TRUE(has_second_factor(*this, tenant));
  const auto found = must_read([&](ReadTransaction& tx) { return find_second_factor(tx, user); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->sealed_secret, "second");
  EXPECT_EQ(found->confirmed_at, clock_.now());
  EXPECT_THAT(confirm(), FailsWith(ErrorCode::kConflict));
  EXPECT_THAT(database().write(
                  [&](WriteTransaction& tx) { return start_second_factor(tx, user, "third"); }),
              FailsWith(ErrorCode::kConflict))
      << "one that is on is not exchanged";
}

TEST_P(StoreTest, S08_AStepIsTakenOnceAndNoneBeforeIt) {
  const core::UserId user = stored_tenant().user.id;
  switch_on(*this, user);
  const auto take = [&](core::TotpStep step) {
    return *database().write([&](WriteTransaction& tx) { return take_totp_step(tx, user, step); });
  };
  EXPECT_TRUE(take(kStep));
  EXPECT_FALSE(take(kStep));
  EXPECT_FALSE(take({kStep.number - 1}));
  EXPECT_TRUE(take({kStep.number + 1}));
}

TEST_P(StoreTest, ARecoveryCodeIsItsUsersAndIsTakenOnce) {
  const core::UserId user = stored_tenant().user.id;
  const core::UserId other = stored_tenant().user.id;
  const Digest code = new_digest();
  switch_on(*this, user, {code, new_digest()});
  const auto take = [&](const core::UserId& whose) {
    return *database().write(
        [&](WriteTransaction& tx) { return take_recovery_code(tx, whose, code); });
  };
  EXPECT_FALSE(take(other));
  EXPECT_TRUE(take(user));
  EXPECT_FALSE(take(user));
}

TEST_P(StoreTest, ADeletedSecondFactorTakesItsRecoveryCodesAlong) {
  const Tenant tenant = stored_tenant();
  const core::UserId user = tenant.user.id;
  const Digest code = new_digest();
  switch_on(*this, user, {code});
  const auto remove = [&] {
    return *database().write([&](WriteTransaction& tx) { return delete_second_factor(tx, user); });
  };
  EXPECT_TRUE(remove());
  EXPECT_FALSE(has_second_factor(*this, tenant));
  EXPECT_FALSE(remove()) << "there is none";
  EXPECT_FALSE(
      *database().write([&](WriteTransaction& tx) { return take_recovery_code(tx, user, code); }));
}

}  // namespace
}  // namespace claviger::store
