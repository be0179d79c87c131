#include "claviger/store/key_list.h"

#include "store_test.h"

#include <map>

namespace claviger::store {
namespace {

using core::KeyState;
using core::KeyStatus;

constexpr std::chrono::hours kHour{1};

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

/// Keys of several names and expiries, and what lists show of them.
class KeyLists {
 public:
  explicit KeyLists(StoreTest& store) : store_(store), tenant(store.stored_tenant()) {}

  core::KeyId add(const std::string& name, Time expires_at = kEndOfTime) {
    IssuedKey issued = store_.a_key(tenant.application);
    issued.key.name = name;
    issued.key.hint.prefix = "clv_ak_" + name.substr(0, 4);
    issued.key.expires_at = expires_at;
    EXPECT_THAT(
        store_.change([&](WriteTransaction& tx) { return create_key(tx, tenant.scope(), issued); }),
        Succeeds());
    names_[issued.key.id] = name;
    store_.clock_.advance(std::chrono::seconds{1});
    return issued.key.id;
  }

  /// The names of all pages of two keys each.
  std::vector<std::string> names(const KeyFilter& filter, KeyPage page = {}) {
    std::vector<std::string> names;
    page.limit = 2;
    for (bool has_more = true; has_more;) {
      const auto listed = store_.must_read(
          [&](ReadTransaction& tx) { return list_keys(tx, tenant.scope(), filter, page); });
      for (const core::AccessKey& key : listed.items) names.push_back(names_[key.id]);
      has_more = listed.has_more;
      if (has_more) page.after = position_of(listed.items.back(), page.order);
    }
    return names;
  }

 private:
  StoreTest& store_;
  std::map<core::KeyId, std::string> names_;

 public:
  const Tenant tenant;
};

using testing::ElementsAre;
using testing::UnorderedElementsAre;

TEST_P(StoreTest, EveryOrderOfKeysGoesOnWhereItsPageEndedAndBackwards) {
  KeyLists lists(*this);
  const Time now = clock_.now();
  lists.add("delta", now + 3 * kHour);
  lists.add("alpha");
  lists.add("Zulu", now + 2 * kHour);
  lists.add("alpha", now + 2 * kHour);
  lists.add("\u00e9clair", now + kHour);
  for (const bool is_application : {false, true}) {
    KeyFilter filter{.now = now};
    if (is_application) filter.application = lists.tenant.application.id;
    const auto in = [&](KeyOrder order, Direction direction) {
      return lists.names(filter, {.order = order, .direction = direction});
    };
    EXPECT_THAT(in(KeyOrder::kCreated, Direction::kForward),
                ElementsAre("delta", "alpha", "Zulu", "alpha", "\u00e9clair"));
    EXPECT_THAT(in(KeyOrder::kCreated, Direction::kBackward),
                ElementsAre("\u00e9clair", "alpha", "Zulu", "alpha", "delta"));
    EXPECT_THAT(in(KeyOrder::kName, Direction::kForward),
                ElementsAre("Zulu", "alpha", "alpha", "delta", "\u00e9clair"))
        << "by their bytes, whatever the database's locale";
    EXPECT_THAT(in(KeyOrder::kName, Direction::kBackward),
                ElementsAre("\u00e9clair", "delta", "alpha", "alpha", "Zulu"));
    EXPECT_THAT(in(KeyOrder::kEnd, Direction::kForward),
                ElementsAre("\u00e9clair", "Zulu", "alpha", "delta", "alpha"))
        << "what never expires comes last";
    EXPECT_THAT(in(KeyOrder::kEnd, Direction::kBackward),
                ElementsAre("alpha", "delta", "alpha", "Zulu", "\u00e9clair"));
  }
}

TEST_P(StoreTest, ListsOfKeysFilterByNamePrefixTimesAndMaker) {
  KeyLists lists(*this);
  const Time begin = clock_.now();
  lists.add("alpha", begin + kHour);
  lists.add("alphabet");
  lists.add("beta%", begin + 2 * kHour);
  const auto in = [&](KeyFilter filter, KeyOrder order) {
    filter.now = begin;
    return lists.names(filter, {.order = order});
  };
  EXPECT_THAT(in({.now = begin, .name_prefix = "alpha"}, KeyOrder::kName),
              ElementsAre("alpha", "alphabet"));
  EXPECT_THAT(in({.now = begin, .name_prefix = "alphab"}, KeyOrder::kName),
              ElementsAre("alphabet"));
  EXPECT_THAT(in({.now = begin, .name_prefix = "%"}, KeyOrder::kName), ElementsAre())
      << "no wildcard";
  EXPECT_THAT(in({.now = begin, .secret_prefix = "clv_ak_be"}, KeyOrder::kPrefix),
              ElementsAre("beta%"));
  const Time second = begin + std::chrono::seconds{1};
  EXPECT_THAT(in({.now = begin, .created_after = second}, KeyOrder::kCreated),
              ElementsAre("alphabet", "beta%"));
  EXPECT_THAT(in({.now = begin, .created_before = second}, KeyOrder::kCreated),
              ElementsAre("alpha"));
  EXPECT_THAT(in({.now = begin, .expires_before = begin + 2 * kHour}, KeyOrder::kEnd),
              ElementsAre("alpha"));
  EXPECT_THAT(in({.now = begin, .expires_after = begin + 2 * kHour}, KeyOrder::kEnd),
              ElementsAre("beta%", "alphabet"));
  EXPECT_THAT(in({.now = begin, .expires_after = kEndOfTime}, KeyOrder::kEnd),
              ElementsAre("alphabet"));
  EXPECT_THAT(
      in({.now = begin, .kind = core::SecretKind::kPersonalAccessToken}, KeyOrder::kCreated),
      ElementsAre());
  EXPECT_EQ(in({.now = begin, .maker = lists.tenant.user.id}, KeyOrder::kCreated).size(), 3U);
  EXPECT_THAT(in({.now = begin, .maker = new_id<core::UserId>()}, KeyOrder::kCreated),
              ElementsAre());
}

TEST_P(StoreTest, CountsOfKeysFollowEveryChange) {
  const Tenant tenant = stored_tenant();
  const auto counts = [&](KeyFilter filter) {
    filter.now = clock_.now();
    return must_read(
        [&](ReadTransaction& tx) { return count_keys_by_status(tx, tenant.scope(), filter); });
  };
  const auto expect = [&](const KeyCounts& wanted) {
    EXPECT_EQ(counts({}), wanted);
    EXPECT_EQ(counts({.now = clock_.now(), .application = tenant.application.id}), wanted);
    EXPECT_EQ(counts({.now = clock_.now(), .application_owner = tenant.user.id}), wanted);
    EXPECT_EQ(counts({.now = clock_.now(), .maker = tenant.user.id}), wanted);
    EXPECT_EQ(counts({.now = clock_.now(), .maker = new_id<core::UserId>()}), KeyCounts{});
  };
  const auto move = [&](const core::KeyId& id, KeyState from, KeyState to) {
    ASSERT_THAT(change([&](WriteTransaction& tx) {
                  return change_key_state(
                      tx, tenant.scope(),
                      {.id = id, .from = from, .to = to, .reason = {}, .comment = ""});
                }),
                Succeeds());
  };
  expect({0, 0, 0, 0, 0, 0});
  const core::KeyId first = stored_key(tenant.application).key.id;
  IssuedKey second = a_key(tenant.application);
  second.key.expires_at = clock_.now() + kHour;
  ASSERT_THAT(change([&](WriteTransaction& tx) { return create_key(tx, tenant.scope(), second); }),
              Succeeds());
  expect({0, 2, 0, 0, 0, 0});
  clock_.advance(kHour);
  expect({0, 1, 0, 1, 0, 0});
  move(first, KeyState::kActive, KeyState::kDisabled);
  expect({0, 0, 1, 1, 0, 0});
  move(first, KeyState::kDisabled, KeyState::kRevoked);
  expect({0, 0, 0, 1, 1, 0});
  ASSERT_THAT(change([&](WriteTransaction& tx) { return delete_key(tx, tenant.scope(), first); }),
              Succeeds());
  expect({0, 0, 0, 1, 0, 0});
  EXPECT_EQ(must_read([&](ReadTransaction& tx) {
              return count_keys_by_status(tx, stored_tenant().scope(), {.now = clock_.now()});
            }),
            KeyCounts{});
}

TEST_P(StoreTest, AnApplicationThatIsHandedOverTakesItsKeysAlong) {
  Tenant tenant = stored_tenant();
  const core::KeyId id = stored_key(tenant.application).key.id;
  const core::User heir = stored_user(tenant.organization.id);
  const auto keys_of = [&](const core::UserId& owner) {
    return must_read([&](ReadTransaction& tx) {
             return list_keys(tx, tenant.scope(),
                              {.now = clock_.now(), .application = {}, .application_owner = owner},
                              {});
           })
        .items.size();
  };
  EXPECT_EQ(keys_of(tenant.user.id), 1U);
  tenant.application.owner = heir.id;
  ASSERT_THAT(change([&](WriteTransaction& tx) {
                return update_application(tx, tenant.scope(), tenant.application);
              }),
              Succeeds());
  EXPECT_EQ(keys_of(tenant.user.id), 0U);
  EXPECT_EQ(keys_of(heir.id), 1U);
  EXPECT_EQ(must_read([&](ReadTransaction& tx) { return get_key(tx, tenant.scope(), id); }).maker,
            tenant.user.id)
      << "its rights stay its maker's";
}

TEST_P(StoreTest, TheProviderFindsTheKeysOfEveryOrganizationOnAnApiUntilItIsWithdrawn) {
  const Tenant provider = stored_tenant();
  const core::Api api = stored_api(provider.organization.id, "fleet");
  const auto on_api = [&](const Scope& scope) {
    std::vector<core::KeyId> ids;
    for (const core::AccessKey& key : must_read([&](ReadTransaction& tx) {
                                        return list_keys(tx, scope,
                                                         {.now = clock_.now(), .api = api.id}, {});
                                      }).items)
      ids.push_back(key.id);
    return ids;
  };
  const auto store_key = [&](const Tenant& tenant) {
    IssuedKey issued = a_key(tenant.application);
    issued.grants[0].api = api.number;
    EXPECT_THAT(
        change([&](WriteTransaction& tx) { return create_key(tx, tenant.scope(), issued); }),
        Succeeds());
    return issued.key.id;
  };
  const Tenant consumer = stored_tenant();
  const core::KeyId first = store_key(consumer);
  const core::KeyId second = store_key(stored_tenant());
  EXPECT_THAT(on_api(AllTenants{}), UnorderedElementsAre(first, second));
  EXPECT_THAT(on_api(consumer.scope()), ElementsAre(first));
  const auto withdraw = [&](const core::KeyId& id) {
    return change([&](WriteTransaction& tx) { return withdraw_api(tx, AllTenants{}, id, api); });
  };
  ASSERT_THAT(withdraw(first), Succeeds());
  EXPECT_THAT(withdraw(first), FailsWith(ErrorCode::kNotFound));
  EXPECT_THAT(on_api(AllTenants{}), ElementsAre(second));
  const auto key = must_read([&](ReadTransaction& tx) { return get_key(tx, AllTenants{}, first); });
  EXPECT_THAT(key.withdrawn, ElementsAre("fleet"));
  EXPECT_EQ(key.grants.size(), 1U) << "the text of what was granted stays";
}

}  // namespace
}  // namespace claviger::store
