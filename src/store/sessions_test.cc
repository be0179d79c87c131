#include "claviger/store/sessions.h"

#include "store_test.h"

namespace claviger::store {
namespace {

class Sessions {
 public:
  Sessions(Database& database, core::UserId user, Time now)
      : database_(database), user_(user), now_(now) {}

  core::Session store(Microseconds life) {
    core::Session session;
    session.id = core::SessionId::make(now_, random_);
    session.user = user_;
    random_.fill(session.token);
    session.created_at = now_;
    session.expires_at = now_ + life;
    EXPECT_THAT(database_.write([&](WriteTransaction& tx) { return create_session(tx, session); }),
                Succeeds());
    return session;
  }

  std::optional<core::Session> find(const core::Session& session, Time now) {
    const auto found =
        database_.read([&](ReadTransaction& tx) { return find_session(tx, session.token, now); });
    EXPECT_THAT(found, Succeeds());
    return *found;
  }

 private:
  Database& database_;
  core::UserId user_;
  Time now_;
  SystemRandom random_;
};

constexpr std::chrono::hours kHour{1};

TEST_P(StoreTest, ASessionIsFoundByItsTokenUntilItsEnd) {
  Sessions sessions(database(), stored_tenant().user.id, clock_.now());
  const core::Session session = sessions.store(kHour);
  const auto found = sessions.find(session, clock_.now());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, session.id);
  EXPECT_EQ(found->user, session.user);
  EXPECT_EQ(found->expires_at, session.expires_at);
  EXPECT_TRUE(sessions.find(session, session.expires_at - Microseconds{1}));
  EXPECT_FALSE(sessions.find(session, session.expires_at));
}

TEST_P(StoreTest, ADeletedSessionIsGone) {
  Sessions sessions(database(), stored_tenant().user.id, clock_.now());
  const core::Session session = sessions.store(kHour);
  const auto remove = [&] {
    return database().write([&](WriteTransaction& tx) { return delete_session(tx, session.id); });
  };
  EXPECT_THAT(remove(), Succeeds());
  EXPECT_FALSE(sessions.find(session, clock_.now()));
  EXPECT_THAT(remove(), Succeeds());
}

TEST_P(StoreTest, AllSessionsOfAUserEndAtOnce) {
  Sessions ours(database(), stored_tenant().user.id, clock_.now());
  Sessions theirs(database(), stored_tenant().user.id, clock_.now());
  const core::Session first = ours.store(kHour);
  const core::Session second = ours.store(kHour);
  const core::Session foreign = theirs.store(kHour);
  const auto count =
      database().write([&](WriteTransaction& tx) { return delete_sessions_of(tx, first.user); });
  ASSERT_THAT(count, Succeeds());
  EXPECT_EQ(*count, 2);
  EXPECT_FALSE(ours.find(second, clock_.now()));
  EXPECT_TRUE(theirs.find(foreign, clock_.now()));
}

TEST_P(StoreTest, OnlyExpiredSessionsAreCleanedUp) {
  Sessions sessions(database(), stored_tenant().user.id, clock_.now());
  sessions.store(kHour);
  const core::Session longer = sessions.store(2 * kHour);
  const auto count = database().write(
      [&](WriteTransaction& tx) { return delete_expired_sessions(tx, clock_.now() + kHour); });
  ASSERT_THAT(count, Succeeds());
  EXPECT_EQ(*count, 1);
  EXPECT_TRUE(sessions.find(longer, clock_.now()));
}

TEST_P(StoreTest, ASessionNeedsItsUser) {
  core::Session session;
  session.id = new_id<core::SessionId>();
  session.user = new_id<core::UserId>();
  EXPECT_THAT(database().write([&](WriteTransaction& tx) { return create_session(tx, session); }),
              FailsWith(ErrorCode::kConflict));
}

}  // namespace
}  // namespace claviger::store
