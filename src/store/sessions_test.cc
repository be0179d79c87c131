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
    session.last_seen_at = now_;
    session.source_ip = "192.0.2.1";
    session.user_agent = "a browser";
    EXPECT_THAT(database_.write([&](WriteTransaction& tx) { return create_session(tx, session); }),
                Succeeds());
    return session;
  }

  std::optional<core::Session> find(const core::Session& session) {
    const auto found =
        database_.read([&](ReadTransaction& tx) { return find_session(tx, session.token); });
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

TEST_P(StoreTest, ASessionIsFoundByItsToken) {
  Sessions sessions(database(), stored_tenant().user.id, clock_.now());
  const core::Session session = sessions.store(kHour);
  const auto found = sessions.find(session);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, session.id);
  EXPECT_EQ(found->user, session.user);
  EXPECT_EQ(found->expires_at, session.expires_at);
  EXPECT_EQ(found->last_seen_at, session.last_seen_at);
  EXPECT_EQ(found->source_ip, session.source_ip);
  EXPECT_EQ(found->user_agent, session.user_agent);
}

TEST_P(StoreTest, ADeletedSessionIsGone) {
  Sessions sessions(database(), stored_tenant().user.id, clock_.now());
  const core::Session session = sessions.store(kHour);
  const auto remove = [&] {
    return database().write(
        [&](WriteTransaction& tx) { return delete_session(tx, session.user, session.id); });
  };
  EXPECT_THAT(database().write([&](WriteTransaction& tx) {
    return delete_session(tx, new_id<core::UserId>(), session.id);
  }),
              FailsWith(ErrorCode::kNotFound))
      << "another user's session is no session";
  EXPECT_THAT(remove(), Succeeds());
  EXPECT_FALSE(sessions.find(session));
  EXPECT_THAT(remove(), FailsWith(ErrorCode::kNotFound));
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
  EXPECT_FALSE(ours.find(second));
  EXPECT_TRUE(theirs.find(foreign));
}

TEST_P(StoreTest, AllSessionsButOneEndAtOnce) {
  Sessions sessions(database(), stored_tenant().user.id, clock_.now());
  const core::Session first = sessions.store(kHour);
  const core::Session second = sessions.store(kHour);
  ASSERT_THAT(database().write([&](WriteTransaction& tx) {
    return delete_sessions_of(tx, first.user, second.id);
  }),
              Succeeds());
  EXPECT_FALSE(sessions.find(first));
  EXPECT_TRUE(sessions.find(second));
}

TEST_P(StoreTest, TheOldestSessionsOfAUserEndAndNobodyElses) {
  const core::UserId user = stored_tenant().user.id;
  Sessions theirs(database(), stored_tenant().user.id, clock_.now());
  const core::Session foreign = theirs.store(kHour);
  std::vector<core::Session> stored;
  for (int i = 0; i < 3; ++i) {
    clock_.advance(std::chrono::milliseconds{1});
    stored.push_back(Sessions(database(), user, clock_.now()).store(kHour));
  }
  const auto ended = database().write(
      [&](WriteTransaction& tx) { return delete_oldest_sessions_of(tx, user, 2); });
  ASSERT_THAT(ended, Succeeds());
  EXPECT_EQ(*ended, 1);
  EXPECT_FALSE(theirs.find(stored[0]));
  EXPECT_TRUE(theirs.find(stored[1]));
  EXPECT_TRUE(theirs.find(stored[2]));
  EXPECT_TRUE(theirs.find(foreign));
}

TEST_P(StoreTest, AllSessionsOfAnOrganizationAndOfThoseBelowItEnd) {
  const Tenant top = stored_tenant();
  const core::User below = stored_user(stored_organization_below(top.organization.id).id);
  Sessions sessions(database(), top.user.id, clock_.now());
  const core::Session here = sessions.store(kHour);
  const core::Session there = Sessions(database(), below.id, clock_.now()).store(kHour);
  const core::Session foreign =
      Sessions(database(), stored_tenant().user.id, clock_.now()).store(kHour);
  ASSERT_THAT(database().write([&](WriteTransaction& tx) {
    return delete_sessions_of_tree(tx, top.organization.id);
  }),
              Succeeds());
  EXPECT_FALSE(sessions.find(here));
  EXPECT_FALSE(sessions.find(there));
  EXPECT_TRUE(sessions.find(foreign));
}

TEST_P(StoreTest, OnlySessionsThatHaveEndedAreCleanedUp) {
  Sessions sessions(database(), stored_tenant().user.id, clock_.now());
  sessions.store(kHour);
  const core::Session longer = sessions.store(2 * kHour);
  const Time started = clock_.now();
  const auto ended = [&](Time now, Time idle_since) {
    return *database().write([&](WriteTransaction& tx) {
      return delete_ended_sessions(tx, {.now = now, .idle_since = idle_since});
    });
  };
  EXPECT_EQ(ended(started + kHour, started - Microseconds{1}), 1) << "by its own end";
  EXPECT_TRUE(sessions.find(longer));
  EXPECT_EQ(ended(started + kHour, started), 1) << "because it was not used";
  EXPECT_FALSE(sessions.find(longer));
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
