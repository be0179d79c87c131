#include "claviger/store/apis.h"

#include "connection.h"
#include "right_sets.h"
#include "store_test.h"

#include <algorithm>
#include <map>

#include "claviger/store/consumers.h"

namespace claviger::store {
namespace {

using core::Method;
using testing::ElementsAre;
using testing::HasSubstr;

/// The endpoints' numbers by method and path.
std::map<std::string, std::uint32_t> numbers_of(const core::Api& api) {
  std::map<std::string, std::uint32_t> numbers;
  for (const core::Endpoint& endpoint : api.endpoints)
    numbers[std::string(core::to_string(endpoint.method)) + ' ' + endpoint.path] =
        static_cast<std::uint32_t>(endpoint.number);
  return numbers;
}

TEST_P(StoreTest, AnApiComesBackAsItWasStored) {
  const core::Organization provider = stored_organization();
  core::Api api = an_api(provider.id, "fleet");
  api.lets_preflight_through = true;
  api.max_staleness = core::kServeAlways;
  api.expiry = {.usual = core::Interval{3, {}}, .most = core::Interval{18, std::chrono::hours{36}}};
  const TenantScope scope{provider.id};
  const auto stored = change([&](WriteTransaction& tx) { return create_api(tx, scope, api); });
  ASSERT_THAT(stored, Succeeds());
  const auto found = must_read([&](ReadTransaction& tx) { return get_api(tx, scope, api.id); });
  EXPECT_EQ(found.id, api.id);
  EXPECT_EQ(found.number, stored->number);
  EXPECT_EQ(found.organization, provider.id);
  EXPECT_EQ(found.name, "fleet");
  EXPECT_EQ(found.title, api.title);
  EXPECT_EQ(found.base_path, api.base_path);
  EXPECT_EQ(found.upstream, api.upstream);
  EXPECT_EQ(found.standing, core::Standing::kActive);
  EXPECT_EQ(found.carriers, api.carriers);
  EXPECT_TRUE(found.lets_preflight_through);
  EXPECT_EQ(found.max_staleness, core::kServeAlways);
  EXPECT_EQ(found.expiry, api.expiry);
  EXPECT_THAT(found.scopes, ElementsAre("devices:read", "devices:write"));
  EXPECT_EQ(found.version, stored->version);
  ASSERT_EQ(found.endpoints.size(), 3U);
  EXPECT_EQ(found.endpoints[1].id, api.endpoints[1].id);
  EXPECT_EQ(found.endpoints[1].path, "/devices/{id}");
  EXPECT_EQ(found.endpoints[1].summary, "What it does");
  EXPECT_THAT(found.endpoints[1].scopes, ElementsAre("devices:read"));
  EXPECT_EQ(numbers_of(found), numbers_of(*stored));
  const auto by_name =
      must_read([&](ReadTransaction& tx) { return find_api_by_name(tx, AllTenants{}, "fleet"); });
  ASSERT_TRUE(by_name);
  EXPECT_EQ(by_name->id, api.id);
  EXPECT_EQ(by_name->endpoints.size(), 3U);
}

TEST_P(StoreTest, EachApiAndEachEndpointHasANumberOfItsOwn) {
  const core::Organization provider = stored_organization();
  const core::Api first = stored_api(provider.id, "first");
  const core::Api second = stored_api(provider.id, "second");
  EXPECT_NE(first.number, second.number);
  EXPECT_THAT(numbers_of(first),
              ElementsAre(std::pair("GET /devices", 1U), std::pair("GET /devices/{id}", 2U),
                          std::pair("POST /devices", 3U)));
}

TEST_P(StoreTest, AnEndpointKeepsItsNumberOverEveryImportAndNoOtherEverHasIt) {
  const core::Organization provider = stored_organization();
  const TenantScope scope{provider.id};
  const core::Api first = stored_api(provider.id, "fleet");
  const auto import = [&](std::vector<core::Endpoint> endpoints) {
    core::Api api = first;
    api.endpoints = std::move(endpoints);
    const auto stored = change([&](WriteTransaction& tx) { return update_api(tx, scope, api); });
    EXPECT_THAT(stored, Succeeds());
    const auto found = must_read([&](ReadTransaction& tx) { return get_api(tx, scope, api.id); });
    EXPECT_EQ(numbers_of(found), numbers_of(*stored));
    return found;
  };
  // One goes, one stays under a parameter of another name, one comes.
  const core::Api second = import({an_endpoint(Method::kDelete, "/devices/{id}"),
                                   an_endpoint(Method::kGet, "/devices/{deviceId}"),
                                   an_endpoint(Method::kGet, "/devices")});
  EXPECT_THAT(numbers_of(second),
              ElementsAre(std::pair("DELETE /devices/{id}", 4U), std::pair("GET /devices", 1U),
                          std::pair("GET /devices/{deviceId}", 2U)));
  // The one that went comes back, another is new.
  const core::Api third =
      import({an_endpoint(Method::kPut, "/devices/{id}"), an_endpoint(Method::kPost, "/devices")});
  EXPECT_THAT(numbers_of(third),
              ElementsAre(std::pair("POST /devices", 3U), std::pair("PUT /devices/{id}", 5U)));
  EXPECT_EQ(third.endpoints[0].id, first.endpoints[2].id);
}

// There may be many times as many as an API has, and everybody would wait for the writer that reads
// them.
TEST_P(StoreTest, EndpointsThatAreGoneAreNotReadAgain) {
  const core::Organization provider = stored_organization();
  const TenantScope scope{provider.id};
  core::Api api = stored_api(provider.id, "fleet");
  api.endpoints.pop_back();
  const auto import = [&] {
    return change([&](WriteTransaction& tx) { return update_api(tx, scope, api); });
  };
  ASSERT_THAT(import(), Succeeds());
  const auto spoil = [&](WriteTransaction& tx) -> Result<std::int64_t> {
    const core::Version version = TRY(record_api_change(tx, api));
    return tx.connection().execute(
        "UPDATE endpoints SET scopes = 'unreadable', version = :version WHERE is_present = 0",
        {{"version", version}});
  };
  EXPECT_EQ(change(spoil).value_or(0), 1);
  ASSERT_THAT(import(), Succeeds());
  const auto found = must_read([&](ReadTransaction& tx) { return get_api(tx, scope, api.id); });
  EXPECT_EQ(found.endpoints.size(), 2U);
  EXPECT_EQ(must_read([&](ReadTransaction& tx) { return list_apis(tx, scope, {}); }).items.size(),
            1U);
}

TEST_P(StoreTest, AnApiHasSoManyEndpointsOverItsLifeAndNoMore) {
  const core::Organization provider = stored_organization();
  const TenantScope scope{provider.id};
  core::Api api = stored_api(provider.id, "fleet");
  std::uint32_t had = 3;
  const auto import_new = [&](std::uint32_t count) {
    api.endpoints.clear();
    for (std::uint32_t i = 0; i < count; ++i)
      api.endpoints.push_back(an_endpoint(Method::kGet, "/path" + std::to_string(++had)));
    return change([&](WriteTransaction& tx) { return update_api(tx, scope, api); });
  };
  while (kMaxEndpointsOverLife - had > 4000) ASSERT_THAT(import_new(4000), Succeeds());
  ASSERT_THAT(import_new(kMaxEndpointsOverLife - had), Succeeds());
  const auto refused = import_new(1);
  ASSERT_THAT(refused, FailsWith(ErrorCode::kInvalidInput));
  EXPECT_EQ(refused.error().faults()[0].pointer, "/endpoints");
  EXPECT_THAT(refused.error().public_text().str(),
              AllOf(HasSubstr("20000 endpoints over its life"), HasSubstr("\"GET /path20001\""),
                    HasSubstr("under another name")));
  // What it has had can always come back.
  api.endpoints = {an_endpoint(Method::kPost, "/devices"), an_endpoint(Method::kGet, "/path20000")};
  const auto back = change([&](WriteTransaction& tx) { return update_api(tx, scope, api); });
  ASSERT_THAT(back, Succeeds());
  EXPECT_THAT(numbers_of(*back),
              ElementsAre(std::pair("GET /path20000", 20'000U), std::pair("POST /devices", 3U)));
}

TEST_P(StoreTest, AScopeKeepsItsNumberForEver) {
  const core::Organization provider = stored_organization();
  const TenantScope scope{provider.id};
  core::Api api = stored_api(provider.id, "fleet");
  api.scopes = {"alarms:read", "devices:write"};
  const auto updated = change([&](WriteTransaction& tx) { return update_api(tx, scope, api); });
  ASSERT_THAT(updated, Succeeds());
  EXPECT_THAT(updated->scopes, ElementsAre("devices:read", "devices:write", "alarms:read"));
  api.scopes.clear();
  for (int i = 0; i < 126; ++i) api.scopes.push_back("s" + std::to_string(i));
  EXPECT_THAT(change([&](WriteTransaction& tx) { return update_api(tx, scope, api); }),
              FailsWith(ErrorCode::kInvalidInput));
}

TEST_P(StoreTest, TwoEndpointsThatMatchTheSameCallsAreRefused) {
  const core::Organization provider = stored_organization();
  const TenantScope scope{provider.id};
  const core::Api stored = stored_api(provider.id, "stored");
  // GET stands for HEAD at a gateway, which could not encode the two of them.
  for (const Method method : {Method::kGet, Method::kHead}) {
    const core::Endpoint twin = an_endpoint(method, "/devices/{other}");
    core::Api created = an_api(provider.id, "fleet");
    created.endpoints.push_back(twin);
    core::Api updated = stored;
    updated.endpoints.push_back(twin);
    for (const auto& refused :
         {change([&](WriteTransaction& tx) { return create_api(tx, scope, created); }),
          change([&](WriteTransaction& tx) { return update_api(tx, scope, updated); })}) {
      ASSERT_THAT(refused, FailsWith(ErrorCode::kInvalidInput));
      EXPECT_EQ(refused.error().faults()[0].pointer, "/endpoints/3");
      EXPECT_THAT(refused.error().public_text().str(),
                  HasSubstr("matches the same calls as \"GET /devices/{id}\""));
    }
  }
}

TEST_P(StoreTest, AnApiThatCannotBeEncodedForAGatewayIsRefused) {
  const core::Organization provider = stored_organization();
  core::Api api = an_api(provider.id, "fleet");
  api.endpoints.push_back(an_endpoint(Method::kGet, "/devices/{id}.json"));
  const auto refused =
      change([&](WriteTransaction& tx) { return create_api(tx, TenantScope{provider.id}, api); });
  ASSERT_THAT(refused, FailsWith(ErrorCode::kInvalidInput));
  EXPECT_EQ(refused.error().faults()[0].pointer, "/endpoints");
}

TEST_P(StoreTest, AnApiNameIsTakenOverAllOrganizations) {
  const core::Organization ours = stored_organization();
  const core::Organization theirs = stored_organization();
  stored_api(theirs.id, "fleet");
  const core::Api api = an_api(ours.id, "fleet");
  const auto refused =
      change([&](WriteTransaction& tx) { return create_api(tx, TenantScope{ours.id}, api); });
  ASSERT_THAT(refused, FailsWith(ErrorCode::kConflict));
  EXPECT_THAT(refused.error().public_text().str(), HasSubstr("API of this name"));
}

TEST_P(StoreTest, ForeignApisLookAbsentUnlessLookedForOverAllTenants) {
  const core::Organization ours = stored_organization();
  const core::Organization theirs = stored_organization();
  const core::Api own = stored_api(ours.id, "own");
  const core::Api foreign = stored_api(theirs.id, "foreign");
  const TenantScope scope{ours.id};
  EXPECT_THAT(database().read([&](ReadTransaction& tx) { return get_api(tx, scope, foreign.id); }),
              FailsWith(ErrorCode::kNotFound));
  EXPECT_FALSE(
      must_read([&](ReadTransaction& tx) { return find_api_by_name(tx, scope, "foreign"); }));
  EXPECT_THAT(change([&](WriteTransaction& tx) { return update_api(tx, scope, foreign); }),
              FailsWith(ErrorCode::kNotFound));
  const core::Api intruder = an_api(theirs.id, "intruder");
  EXPECT_THAT(change([&](WriteTransaction& tx) { return create_api(tx, scope, intruder); }),
              FailsWith(ErrorCode::kNotFound));
  const auto seen = must_read([&](ReadTransaction& tx) { return list_apis(tx, scope, {}); });
  ASSERT_EQ(seen.items.size(), 1U);
  EXPECT_EQ(seen.items[0].id, own.id);
  const auto all = must_read([&](ReadTransaction& tx) { return list_apis(tx, AllTenants{}, {}); });
  ASSERT_EQ(all.items.size(), 2U);
  for (const core::Api& api : all.items) EXPECT_EQ(api.endpoints.size(), 3U);
}

TEST_P(StoreTest, AListCountsTheEndpointsThatAreThere) {
  const core::Organization provider = stored_organization();
  const core::Organization consumer = stored_organization();
  const TenantScope scope{provider.id};
  core::Api shared = stored_api(provider.id, "shared");
  clock_.advance(std::chrono::seconds{1});  // the list is in the order of creation
  const core::Api other = stored_api(provider.id, "other");
  shared.endpoints.pop_back();
  ASSERT_THAT(change([&](WriteTransaction& tx) { return update_api(tx, scope, shared); }),
              Succeeds());
  ASSERT_THAT(change([&](WriteTransaction& tx) {
                return set_consumer(tx, scope, shared.id,
                                    a_right(shared, consumer.id, {"shared", {"*"}, {}, {}}));
              }),
              Succeeds());
  const auto own =
      must_read([&](ReadTransaction& tx) { return list_api_summaries(tx, scope, {}); });
  ASSERT_EQ(own.items.size(), 2U);
  EXPECT_EQ(own.items[0].api.id, shared.id);
  EXPECT_EQ(own.items[0].endpoint_count, 2U);
  EXPECT_TRUE(own.items[0].api.endpoints.empty());
  EXPECT_EQ(own.items[1].api.id, other.id);
  EXPECT_EQ(own.items[1].endpoint_count, 3U);

  const auto consumable = [&](const core::OrganizationId& organization, Page<core::ApiId> page) {
    return must_read([&](ReadTransaction& tx) {
      return list_consumable_apis(tx, TenantScope{organization}, page);
    });
  };
  const auto consumed = consumable(consumer.id, {.limit = 1});
  ASSERT_EQ(consumed.items.size(), 1U);
  EXPECT_EQ(consumed.items[0].api.id, shared.id);
  EXPECT_EQ(consumed.items[0].endpoint_count, 2U);
  EXPECT_FALSE(consumed.has_more);
  EXPECT_TRUE(consumable(consumer.id, {.after = shared.id}).items.empty());
  EXPECT_TRUE(consumable(provider.id, {}).items.empty());
}

TEST_P(StoreTest, AConsumerHoldsTheMostThatTheProviderGave) {
  const core::Organization provider = stored_organization();
  const core::Organization consumer = stored_organization();
  const core::Api api = stored_api(provider.id, "fleet");
  const TenantScope scope{provider.id};
  const auto set = [&](const core::NamedGrant& most) {
    return change([&](WriteTransaction& tx) {
      return set_consumer(tx, scope, api.id, a_right(api, consumer.id, most));
    });
  };
  ASSERT_THAT(set({"fleet", {"*"}, {}, {"*"}}), Succeeds());
  const core::NamedGrant most{"fleet", {"GET /devices"}, {"GET"}, {"devices:read"}};
  ASSERT_THAT(set(most), Succeeds());
  const auto consumers =
      must_read([&](ReadTransaction& tx) { return list_consumers(tx, scope, api.id); });
  ASSERT_EQ(consumers.size(), 1U);
  EXPECT_EQ(consumers[0].consumer, consumer.id);
  EXPECT_EQ(consumers[0].most, most);
  const auto rights =
      must_read([&](ReadTransaction& tx) { return consumer_rights(tx, TenantScope{consumer.id}); });
  ASSERT_EQ(rights.size(), 1U);
  EXPECT_EQ(rights[0].api, api.id);
  EXPECT_EQ(rights[0].most, most);
  EXPECT_EQ(rights[0].compiled, *core::compile_grant(most, api, {}, ""));
  const auto held = must_read([&](ReadTransaction& tx) {
    return find_consumer_right(tx, TenantScope{consumer.id}, api.id);
  });
  ASSERT_TRUE(held);
  EXPECT_EQ(held->compiled, rights[0].compiled);
  EXPECT_FALSE(must_read([&](ReadTransaction& tx) {
    return find_consumer_right(tx, TenantScope{provider.id}, api.id);
  }));
  EXPECT_TRUE(must_read([&](ReadTransaction& tx) {
                return consumer_rights(tx, TenantScope{provider.id});
              }).empty());
}

TEST_P(StoreTest, AConsumerIsAnOrganizationThatExists) {
  const core::Organization provider = stored_organization();
  const core::Api api = stored_api(provider.id, "fleet");
  const auto right = a_right(api, new_id<core::OrganizationId>(), {"fleet", {"*"}, {}, {}});
  EXPECT_THAT(change([&](WriteTransaction& tx) {
                return set_consumer(tx, TenantScope{provider.id}, api.id, right);
              }),
              FailsWith(ErrorCode::kConflict));
}

TEST_P(StoreTest, AnApisSettingsChangeWithoutItsDocument) {
  const core::Organization provider = stored_organization();
  const TenantScope scope{provider.id};
  const core::Api before = stored_api(provider.id, "fleet");
  core::Api api = before;
  api.endpoints.clear();
  api.title = "another";
  api.carriers = core::CarrierSet().with(core::Carrier::kXApiKey);
  api.lets_preflight_through = true;
  api.max_staleness = core::kServeAlways;
  api.expiry = {.usual = core::Interval{3, {}}, .most = core::Interval{18, std::chrono::hours{36}}};
  const auto set = [&](const core::OrganizationId& organization) {
    return change([&](WriteTransaction& tx) {
      return update_api_settings(tx, TenantScope{organization}, api);
    });
  };
  EXPECT_THAT(set(stored_organization().id), FailsWith(ErrorCode::kNotFound));
  const auto version = set(provider.id);
  ASSERT_THAT(version, Succeeds());
  const auto after = must_read([&](ReadTransaction& tx) { return get_api(tx, scope, api.id); });
  EXPECT_EQ(after.carriers, api.carriers);
  EXPECT_TRUE(after.lets_preflight_through);
  EXPECT_EQ(after.max_staleness, core::kServeAlways);
  EXPECT_EQ(after.expiry, api.expiry);
  EXPECT_EQ(after.version, *version);
  EXPECT_EQ(after.title, before.title);
  EXPECT_EQ(numbers_of(after), numbers_of(before));
}

TEST_P(StoreTest, ConsumersAreManagedByTheApisOwnerAlone) {
  const core::Organization provider = stored_organization();
  const core::Organization consumer = stored_organization();
  const core::Api api = stored_api(provider.id, "fleet");
  const auto right = a_right(api, consumer.id, {"fleet", {"*"}, {}, {"*"}});
  EXPECT_THAT(change([&](WriteTransaction& tx) {
                return set_consumer(tx, TenantScope{consumer.id}, api.id, right);
              }),
              FailsWith(ErrorCode::kNotFound));
  ASSERT_THAT(change([&](WriteTransaction& tx) {
                return set_consumer(tx, TenantScope{provider.id}, api.id, right);
              }),
              Succeeds());
  const auto remove = [&](const Scope& scope) {
    return change(
        [&](WriteTransaction& tx) { return remove_consumer(tx, scope, api.id, consumer.id); });
  };
  EXPECT_THAT(remove(TenantScope{consumer.id}), FailsWith(ErrorCode::kNotFound));
  EXPECT_TRUE(must_read([&](ReadTransaction& tx) {
                return list_consumers(tx, TenantScope{consumer.id}, api.id);
              }).empty());
  ASSERT_THAT(remove(TenantScope{provider.id}), Succeeds());
  EXPECT_THAT(remove(TenantScope{provider.id}), FailsWith(ErrorCode::kNotFound));
  EXPECT_TRUE(must_read([&](ReadTransaction& tx) {
                return consumer_rights(tx, TenantScope{consumer.id});
              }).empty());
}

}  // namespace
}  // namespace claviger::store
