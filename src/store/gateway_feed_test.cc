#include "claviger/store/gateway_feed.h"

#include "store_test.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "claviger/base/encoding.h"
#include "claviger/store/change_log.h"
#include "claviger/store/consumers.h"
#include "claviger/store/key_secrets.h"

namespace claviger::store {
namespace {

using core::GatewayRecord;
using core::KeyState;
using core::RightSetId;

/// A record's id, and all that it says, as text that can be compared.
struct Told {
  std::string id;
  std::string text;
};

std::string told(const std::vector<core::Grant>& grants) {
  return to_hex(core::GrantList::encode(grants));
}

std::string told(core::Standing standing) {
  return standing == core::Standing::kActive ? " active" : " inactive";
}

struct Tell {
  Told operator()(const core::OrganizationRecord& record) const {
    return {record.id.str(), told(record.standing)};
  }

  Told operator()(const core::RightSetRecord& record) const {
    return {record.id.str(), told(record.rights)};
  }

  Told operator()(const core::UserRecord& record) const {
    std::string text = told(record.standing);
    for (const RightSetId& set : record.right_sets) text += ' ' + set.str();
    return {record.id.str(), text};
  }

  Told operator()(const core::ApiRecord& record) const {
    return {record.id.str(), record.name + told(record.standing) +
                                 to_hex(*core::RouteTable::encode(record.routes)) +
                                 std::to_string(record.max_staleness.count())};
  }

  Told operator()(const core::ApplicationRecord& record) const {
    return {record.id.str(), record.owner.str() + told(record.standing)};
  }

  Told operator()(const core::KeyRecord& record) const {
    std::string text = record.application.str() + record.maker.str() + record.organization.str() +
                       told(record.standing) + (record.revoked ? " revoked " : " ") +
                       told(record.grants) + std::to_string(to_microseconds(record.expires_at));
    for (const core::Network& network : record.networks.value_or(std::vector<core::Network>()))
      text += ' ' + network.str();
    std::set<std::string> secrets;
    for (const core::KeySecret& secret : record.secrets)
      secrets.insert(to_hex(secret.digest) + std::to_string(to_microseconds(secret.not_after)));
    for (const std::string& secret : secrets) text += ' ' + secret;
    return {record.id.str(), text};
  }

  Told operator()(const core::DeletedKeyRecord& record) const {
    return {record.id.str(), "deleted"};
  }
};

/// What records name that must have come before.
struct Names {
  std::vector<std::string> operator()(const core::OrganizationRecord&) const { return {}; }

  std::vector<std::string> operator()(const core::RightSetRecord&) const { return {}; }

  std::vector<std::string> operator()(const core::UserRecord& record) const {
    std::vector<std::string> names;
    for (const RightSetId& set : record.right_sets) names.push_back(set.str());
    return names;
  }

  std::vector<std::string> operator()(const core::ApiRecord&) const { return {}; }

  std::vector<std::string> operator()(const core::ApplicationRecord& record) const {
    return {record.owner.str()};
  }

  std::vector<std::string> operator()(const core::KeyRecord& record) const {
    return {record.application.str(), record.maker.str(), record.organization.str()};
  }

  std::vector<std::string> operator()(const core::DeletedKeyRecord&) const { return {}; }
};

/// A gateway's state as it follows the feed.
class Follower {
 public:
  explicit Follower(Database& database) : database_(database) {}

  void take_snapshot() {
    records_.clear();
    const auto taken = database_.read([&](ReadTransaction& tx) {
      return snapshot(tx, [&](GatewayRecord&& record) -> Result<void> {
        apply(record);
        return {};
      });
    });
    ASSERT_THAT(taken, Succeeds());
    position_ = {taken->epoch, taken->version};
  }

  void take_changes() {
    const auto changes =
        database_.read([&](ReadTransaction& tx) { return changes_since(tx, position_); });
    ASSERT_THAT(changes, Succeeds());
    ASSERT_TRUE(*changes);
    EXPECT_EQ((*changes)->from, position_.version);
    for (const GatewayRecord& record : (*changes)->records) apply(record);
    position_.version = (*changes)->to;
  }

  [[nodiscard]] const std::map<std::string, std::string>& records() const { return records_; }

  [[nodiscard]] const FeedPosition& position() const { return position_; }

 private:
  void apply(const GatewayRecord& record) {
    for (const std::string& name : std::visit(Names(), record))
      EXPECT_TRUE(records_.contains(name)) << "names what has not come yet: " << name;
    Told told = std::visit(Tell(), record);
    if (std::holds_alternative<core::DeletedKeyRecord>(record))
      records_.erase(told.id);
    else
      records_[told.id] = std::move(told.text);
  }

  Database& database_;
  FeedPosition position_;
  std::map<std::string, std::string> records_;
};

/// Finds the record of one id in a snapshot.
template <class Record>
std::optional<Record> record_in_snapshot(Database& database, const std::string& id) {
  std::optional<Record> found;
  const auto taken = database.read([&](ReadTransaction& tx) {
    return snapshot(tx, [&](GatewayRecord&& record) -> Result<void> {
      if (std::visit(Tell(), record).id == id) found = std::get<Record>(record);
      return {};
    });
  });
  EXPECT_THAT(taken, Succeeds());
  return found;
}

/// Changes this and that of what it has stored itself.
class RandomChanges {
 public:
  explicit RandomChanges(StoreTest& store) : store_(store) {
    tenants_.push_back(store.stored_tenant());
  }

  /// One random change of whatever there is.
  void one(std::mt19937& random) {
    const auto pick = [&](auto& things) -> auto& {
      return things[random() % things.size()];
    };
    switch (random() % 12) {
      case 0:
        store_.stored_organization_below(pick(tenants_).organization.id);
        tenants_.push_back(store_.stored_tenant());
        return;
      case 1:
        if (apis_.size() < 6)
          apis_.push_back(store_.stored_api(pick(tenants_).organization.id,
                                            store_.new_id<core::ApiId>().str()));
        return;
      case 2:
        change_organization(pick(tenants_), random);
        return;
      case 3:
        change_user(pick(tenants_), random);
        return;
      case 4:
        if (!apis_.empty()) change_api(pick(apis_), random);
        return;
      case 5:
      case 6:
        if (!apis_.empty()) change_consumer(pick(apis_), pick(tenants_), random);
        return;
      case 7:
      case 8:
        keys_.push_back(store_.stored_key(pick(tenants_).application).key);
        return;
      case 9:
        if (!keys_.empty()) change_key(pick(keys_), random);
        return;
      case 10:
        if (!keys_.empty()) rotate(pick(keys_));
        return;
      default:
        change_application(pick(tenants_), random);
        return;
    }
  }

 private:
  static core::AccountStatus some_status(std::mt19937& random) {
    return random() % 2 == 0 ? core::AccountStatus::kEnabled : core::AccountStatus::kDisabled;
  }

  static core::Standing some_standing(std::mt19937& random) {
    return random() % 2 == 0 ? core::Standing::kActive : core::Standing::kInactive;
  }

  void change_organization(Tenant& tenant, std::mt19937& random) {
    tenant.organization.status = some_status(random);
    EXPECT_THAT(store_.change([&](WriteTransaction& tx) {
      return update_organization(tx, tenant.scope(), tenant.organization);
    }),
                Succeeds());
  }

  void change_user(Tenant& tenant, std::mt19937& random) {
    tenant.user.status = some_status(random);
    tenant.user.roles = {core::predefined_roles()[random() % core::kPredefinedRoleCount].id};
    EXPECT_THAT(store_.change([&](WriteTransaction& tx) {
      return update_user(tx, tenant.scope(), tenant.user);
    }),
                Succeeds());
  }

  void change_api(core::Api& api, std::mt19937& random) {
    api.standing = some_standing(random);
    if (api.endpoints.size() > 1 && random() % 2 == 0)
      api.endpoints.pop_back();
    else
      api.endpoints.push_back(
          store_.an_endpoint(core::Method::kGet, "/added/" + std::to_string(random())));
    const auto updated =
        store_.change([&](WriteTransaction& tx) { return update_api(tx, AllTenants{}, api); });
    EXPECT_THAT(updated, Succeeds());
    api = *updated;
  }

  void change_consumer(const core::Api& api, const Tenant& tenant, std::mt19937& random) {
    const core::OrganizationId consumer = tenant.organization.id;
    const bool is_removed = random() % 3 == 0;
    const core::NamedGrant most = random() % 2 == 0
                                      ? core::NamedGrant{api.name, {"*"}, {}, {"*"}}
                                      : core::NamedGrant{api.name, {}, {"GET"}, {"devices:read"}};
    const auto changed = store_.change([&](WriteTransaction& tx) {
      if (is_removed) return remove_consumer(tx, AllTenants{}, api.id, consumer);
      return set_consumer(tx, AllTenants{}, api.id, StoreTest::a_right(api, consumer, most));
    });
    EXPECT_TRUE(changed.has_value() || is_removed) << StoreTest::describe(changed);
  }

  void change_application(Tenant& tenant, std::mt19937& random) {
    if (random() % 4 == 0) tenant.application.status = core::ApplicationStatus::kRevoked;
    EXPECT_THAT(store_.change([&](WriteTransaction& tx) {
      return update_application(tx, tenant.scope(), tenant.application);
    }),
                Succeeds());
  }

  void change_key(core::AccessKey& key, std::mt19937& random) {
    if (key.state == KeyState::kRevoked) {
      // Gone for ever, or gone already.
      static_cast<void>(store_.change(
          [&](WriteTransaction& tx) { return delete_key(tx, AllTenants{}, key.id); }));
      return;
    }
    const KeyState to = random() % 4 == 0                ? KeyState::kRevoked
                        : key.state == KeyState::kActive ? KeyState::kDisabled
                                                         : KeyState::kActive;
    EXPECT_THAT(store_.change([&](WriteTransaction& tx) {
      return change_key_state(
          tx, AllTenants{},
          {.id = key.id, .from = key.state, .to = to, .reason = {}, .comment = ""});
    }),
                Succeeds());
    key.state = to;
  }

  void rotate(const core::AccessKey& key) {
    if (key.state == KeyState::kRevoked) return;
    EXPECT_THAT(store_.change([&](WriteTransaction& tx) {
      return rotate_key(tx, AllTenants{},
                        {.id = key.id,
                         .secret = {store_.new_digest(), kEndOfTime},
                         .hint = {},
                         .old_not_after = store_.clock_.now()});
    }),
                Succeeds());
  }

  StoreTest& store_;
  std::vector<Tenant> tenants_;
  std::vector<core::Api> apis_;
  std::vector<core::AccessKey> keys_;
};

// docs/threats.md, K05: a gateway that hears of both at once never hears of the revocation alone.
TEST_P(StoreTest, K05_ADeletedKeyIsToldAsDeletedAndNoSnapshotHasIt) {
  const Tenant tenant = stored_tenant();
  const core::KeyId id = stored_key(tenant.application).key.id;
  Follower follower(database());
  follower.take_snapshot();
  ASSERT_TRUE(follower.records().contains(id.str()));
  ASSERT_THAT(change([&](WriteTransaction& tx) {
                return change_key_state(tx, tenant.scope(),
                                        {.id = id,
                                         .from = KeyState::kActive,
                                         .to = KeyState::kRevoked,
                                         .reason = core::RevokeReason::kOther,
                                         .comment = ""});
              }),
              Succeeds());
  ASSERT_THAT(change([&](WriteTransaction& tx) { return delete_key(tx, tenant.scope(), id); }),
              Succeeds());
  const auto changes =
      must_read([&](ReadTransaction& tx) { return changes_since(tx, follower.position()); });
  ASSERT_TRUE(changes);
  ASSERT_EQ(changes->records.size(), 1U);
  EXPECT_EQ(std::get<core::DeletedKeyRecord>(changes->records[0]).id, id);
  follower.take_changes();
  EXPECT_FALSE(follower.records().contains(id.str()));
  EXPECT_FALSE(record_in_snapshot<core::KeyRecord>(database(), id.str()));
}

TEST_P(StoreTest, FollowingTheChangesGivesWhatASnapshotGives) {
  for (unsigned seed = 1; seed <= 4; ++seed) {
    std::mt19937 random(seed);
    RandomChanges changes(*this);
    Follower often(database());
    Follower seldom(database());
    often.take_snapshot();
    seldom.take_snapshot();
    for (int i = 1; i <= 80; ++i) {
      changes.one(random);
      if (random() % 3 == 0) often.take_changes();
    }
    often.take_changes();
    seldom.take_changes();
    Follower anew(database());
    anew.take_snapshot();
    EXPECT_EQ(often.records(), anew.records()) << "seed " << seed;
    EXPECT_EQ(seldom.records(), anew.records()) << "seed " << seed;
    EXPECT_EQ(often.position().version, anew.position().version);
  }
}

TEST_P(StoreTest, NothingChangedIsAnAnswerWithoutRecords) {
  stored_tenant();
  Follower follower(database());
  follower.take_snapshot();
  const auto changes =
      must_read([&](ReadTransaction& tx) { return changes_since(tx, follower.position()); });
  ASSERT_TRUE(changes);
  EXPECT_TRUE(changes->records.empty());
  EXPECT_EQ(changes->to, follower.position().version);
}

TEST_P(StoreTest, OnlyASnapshotHelpsWhereTheLogDoesNotLead) {
  const Tenant tenant = stored_tenant();
  const auto head = must_read([](ReadTransaction& tx) { return change_head(tx); });
  const auto changes = [&](core::Epoch epoch, std::int64_t version, std::size_t max_records) {
    return must_read([&](ReadTransaction& tx) {
             return changes_since(tx, {epoch, {version}}, max_records);
           })
        .has_value();
  };
  const core::Epoch other{head.epoch.number + 1};
  EXPECT_FALSE(changes(other, head.version.number, 100)) << "another epoch";
  EXPECT_FALSE(changes(head.epoch, head.version.number + 1, 100)) << "never reached";
  EXPECT_FALSE(changes(head.epoch, 0, 100)) << "before the first change that is kept";
  EXPECT_FALSE(changes(head.epoch, 1, 2)) << "too many records";
  EXPECT_TRUE(changes(head.epoch, 1, 100));
  ASSERT_THAT(database().write(
                  [&](WriteTransaction& tx) { return forget_changes(tx, tenant.user.version); }),
              Succeeds());
  EXPECT_FALSE(changes(head.epoch, tenant.user.version.number - 1, 100)) << "forgotten";
  EXPECT_TRUE(changes(head.epoch, tenant.user.version.number, 100));
}

TEST_P(StoreTest, ARevokedKeyIsToldAsRevokedAndItsSecretsStayKnown) {
  const Tenant tenant = stored_tenant();
  const IssuedKey issued = stored_key(tenant.application);
  ASSERT_THAT(change([&](WriteTransaction& tx) {
                return change_key_state(tx, tenant.scope(),
                                        {.id = issued.key.id,
                                         .from = KeyState::kActive,
                                         .to = KeyState::kRevoked,
                                         .reason = core::RevokeReason::kOther,
                                         .comment = ""});
              }),
              Succeeds());
  const auto record = record_in_snapshot<core::KeyRecord>(database(), issued.key.id.str());
  ASSERT_TRUE(record);
  EXPECT_TRUE(record->revoked);
  EXPECT_EQ(record->standing, core::Standing::kInactive);
  EXPECT_EQ(record->secrets.size(), 1U);
}

TEST_P(StoreTest, ARevokedSecretIsNotToldAnyMore) {
  const Tenant tenant = stored_tenant();
  IssuedKey issued = a_key(tenant.application);
  issued.secrets.push_back({new_digest(), clock_.now()});
  ASSERT_THAT(change([&](WriteTransaction& tx) { return create_key(tx, tenant.scope(), issued); }),
              Succeeds());
  ASSERT_THAT(change([&](WriteTransaction& tx) {
                return revoke_secret(tx, tenant.scope(), issued.key.id, issued.secrets[0].digest);
              }),
              Succeeds());
  const auto record = record_in_snapshot<core::KeyRecord>(database(), issued.key.id.str());
  ASSERT_TRUE(record);
  ASSERT_EQ(record->secrets.size(), 1U);
  EXPECT_EQ(record->secrets[0].digest, issued.secrets[1].digest);
  EXPECT_EQ(record->secrets[0].not_after, clock_.now());
  EXPECT_EQ(record->grants, issued.grants);
}

TEST_P(StoreTest, ManagersHoldEveryRightAndConsumersWhatTheyWereGiven) {
  const Tenant provider = stored_tenant();
  const Tenant consumer = stored_tenant();
  const core::Api api = stored_api(provider.organization.id, "fleet");
  const core::NamedGrant most{"fleet", {"GET /devices"}, {"GET"}, {"devices:read"}};
  ASSERT_THAT(change([&](WriteTransaction& tx) {
                return set_consumer(tx, provider.scope(), api.id,
                                    a_right(api, consumer.organization.id, most));
              }),
              Succeeds());
  const auto rights_of = [&](const RightSetId& id) {
    const auto record = record_in_snapshot<core::RightSetRecord>(database(), id.str());
    EXPECT_TRUE(record) << id.str();
    return record->rights;
  };
  const auto of_managers = rights_of(RightSetId::of_managers(provider.organization.id));
  ASSERT_EQ(of_managers.size(), 1U);
  EXPECT_EQ(of_managers[0].api, api.number);
  EXPECT_EQ(of_managers[0].endpoint_reach, core::Reach::kEvery);
  EXPECT_EQ(of_managers[0].scope_reach, core::Reach::kEvery);
  EXPECT_EQ(of_managers[0].methods, core::MethodSet::all());
  EXPECT_EQ(rights_of(RightSetId::of_tree_managers(provider.organization.id)), of_managers);
  EXPECT_THAT(rights_of(RightSetId::of_consumers(consumer.organization.id)),
              testing::ElementsAre(*core::compile_grant(most, api, {}, "")));
  EXPECT_TRUE(rights_of(RightSetId::of_managers(consumer.organization.id)).empty());
}

TEST_P(StoreTest, AUsersRolesDecideWhichSetsOfRightsTheyHold) {
  Tenant tenant = stored_tenant();
  const auto sets_as = [&](core::PredefinedRole role) {
    tenant.user.roles = {id_of(role)};
    EXPECT_THAT(
        change([&](WriteTransaction& tx) { return update_user(tx, tenant.scope(), tenant.user); }),
        Succeeds());
    return record_in_snapshot<core::UserRecord>(database(), tenant.user.id.str())->right_sets;
  };
  const RightSetId consume = RightSetId::of_consumers(tenant.organization.id);
  using testing::ElementsAre;
  const auto of_role = [](core::PredefinedRole role) { return RightSetId::of_role(id_of(role)); };
  using enum core::PredefinedRole;
  EXPECT_THAT(sets_as(kAssetConsumer), ElementsAre(consume, of_role(kAssetConsumer)));
  EXPECT_THAT(sets_as(kAssetProvider),
              ElementsAre(consume, of_role(kAssetProvider),
                          RightSetId::of_managers(tenant.organization.id)));
  EXPECT_THAT(sets_as(kAdministrator),
              ElementsAre(consume, of_role(kAdministrator),
                          RightSetId::of_tree_managers(tenant.organization.id)));
}

TEST_P(StoreTest, TheFirstErrorOfTheSinkEndsASnapshot) {
  stored_tenant();
  int count = 0;
  const auto ended = database().read([&](ReadTransaction& tx) {
    return snapshot(tx, [&](GatewayRecord&&) -> Result<void> {
      ++count;
      return fail(Error::unavailable("the gateway hung up"));
    });
  });
  EXPECT_THAT(ended, FailsWith(ErrorCode::kUnavailable));
  EXPECT_EQ(count, 1);
}

}  // namespace
}  // namespace claviger::store
