#include "claviger/store/password_links.h"

#include "store_test.h"

namespace claviger::store {
namespace {

PasswordLink stored_link(StoreTest& test, const core::UserId& user) {
  const PasswordLink link{.token = test.new_digest(),
                          .user = user,
                          .issuer = user,
                          .created_at = test.clock_.now(),
                          .expires_at = test.clock_.now() + std::chrono::hours{1}};
  EXPECT_THAT(
      test.database().write([&](WriteTransaction& tx) { return create_password_link(tx, link); }),
      Succeeds());
  return link;
}

std::optional<core::UserId> take(StoreTest& test, const PasswordLink& link) {
  const auto taken = test.database().write(
      [&](WriteTransaction& tx) { return take_password_link(tx, link.token); });
  EXPECT_THAT(taken, Succeeds());
  return taken.value();
}

bool is_there(StoreTest& test, const PasswordLink& link) {
  const auto found = test.database().read(
      [&](ReadTransaction& tx) { return is_password_link(tx, link.token, test.clock_.now()); });
  EXPECT_THAT(found, Succeeds());
  return found.value();
}

TEST_P(StoreTest, ALinkWorksOnce) {
  const Tenant tenant = stored_tenant();
  const PasswordLink link = stored_link(*this, tenant.user.id);
  EXPECT_TRUE(is_there(*this, link));
  EXPECT_EQ(take(*this, link), tenant.user.id);
  EXPECT_FALSE(is_there(*this, link));
  EXPECT_EQ(take(*this, link), std::nullopt);
}

TEST_P(StoreTest, ALinkWhoseTimeIsOverWorksNever) {
  const PasswordLink link = stored_link(*this, stored_tenant().user.id);
  clock_.advance(std::chrono::hours{1});
  EXPECT_FALSE(is_there(*this, link));
  EXPECT_EQ(take(*this, link), std::nullopt);
}

TEST_P(StoreTest, ANewLinkEndsTheOneBefore) {
  const Tenant tenant = stored_tenant();
  const PasswordLink first = stored_link(*this, tenant.user.id);
  const PasswordLink second = stored_link(*this, tenant.user.id);
  EXPECT_EQ(take(*this, first), std::nullopt);
  EXPECT_EQ(take(*this, second), tenant.user.id);
}

}  // namespace
}  // namespace claviger::store
