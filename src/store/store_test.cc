#include "store_test.h"

namespace claviger::store {

void StoreTest::SetUp() {
  url_ = GetParam()().make_empty_database();
  reopen();
}

void StoreTest::reopen() {
  database_.reset();
  auto opened = Database::open({.url = url_}, clock_);
  ASSERT_TRUE(opened.has_value()) << describe(opened);
  database_ = *std::move(opened);
}

std::unique_ptr<Database> StoreTest::open_another() const {
  auto opened = Database::open({.url = url_}, clock_);
  EXPECT_TRUE(opened.has_value()) << describe(opened);
  return opened.has_value() ? *std::move(opened) : nullptr;
}

Digest StoreTest::new_digest() {
  Digest digest{};
  random_.fill(digest);
  return digest;
}

core::Organization StoreTest::an_organization() {
  core::Organization organization;
  organization.id = new_id<core::OrganizationId>();
  organization.name = "Example";
  organization.status = core::AccountStatus::kEnabled;
  organization.created_at = clock_.now();
  return organization;
}

core::User StoreTest::a_user(const core::OrganizationId& organization) {
  core::User user;
  user.id = new_id<core::UserId>();
  user.organization = organization;
  user.email = user.id.str() + "@example.com";
  user.name = "Dana";
  user.status = core::AccountStatus::kEnabled;
  user.roles = {id_of(core::PredefinedRole::kAssetConsumer)};
  user.created_at = clock_.now();
  return user;
}

CompiledRight StoreTest::a_right(const core::Api& api, const core::OrganizationId& consumer,
                                 const core::NamedGrant& most) {
  return {{consumer, most}, core::compile_grant(most, api, {}, "").value()};
}

core::Endpoint StoreTest::an_endpoint(core::Method method, std::string_view path) {
  SystemRandom random;
  core::Endpoint endpoint;
  endpoint.id = core::EndpointId::make(SystemClock{}.now(), random);
  endpoint.method = method;
  endpoint.path = path;
  endpoint.summary = "What it does";
  endpoint.scopes = {"devices:read"};
  return endpoint;
}

core::Api StoreTest::an_api(const core::OrganizationId& organization, std::string_view name) {
  core::Api api;
  api.id = new_id<core::ApiId>();
  api.organization = organization;
  api.name = name;
  api.title = "Fleet";
  api.base_path = "/v1";
  api.upstream = "http://127.0.0.1:9000";
  api.standing = core::Standing::kActive;
  api.carriers =
      core::CarrierSet().with(core::Carrier::kAuthorization).with(core::Carrier::kXApiKey);
  api.scopes = {"devices:read", "devices:write"};
  api.endpoints = {an_endpoint(core::Method::kGet, "/devices"),
                   an_endpoint(core::Method::kGet, "/devices/{id}"),
                   an_endpoint(core::Method::kPost, "/devices")};
  api.created_at = clock_.now();
  return api;
}

core::Application StoreTest::an_application(const core::User& owner) {
  core::Application application;
  application.id = new_id<core::ApplicationId>();
  application.organization = owner.organization;
  application.owner = owner.id;
  application.name = "Dashboard";
  application.description = "Shows devices";
  application.status = core::ApplicationStatus::kActive;
  application.created_at = clock_.now();
  return application;
}

IssuedKey StoreTest::a_key(const core::Application& application) {
  IssuedKey issued;
  core::AccessKey& key = issued.key;
  key.id = new_id<core::KeyId>();
  key.organization = application.organization;
  key.application = application.id;
  key.maker = application.owner;
  key.name = "Key";
  key.description = "For reading";
  key.hint = {"clv_ak_9fK2", "x7Qz"};
  key.grants = {{"fleet", {"GET /devices"}, {"GET"}, {"devices:read"}}};
  key.scopes = {"devices:read"};
  key.state = core::KeyState::kActive;
  key.created_at = clock_.now();
  core::Grant grant;
  grant.api = core::ApiNumber{1};
  grant.methods = core::MethodSet::read_only();
  grant.scopes.add(0);
  grant.endpoints = {{core::EndpointNumber{1}, core::MethodSet::read_only()}};
  issued.grants = {grant};
  issued.secrets = {{new_digest(), kEndOfTime}};
  return issued;
}

core::Organization StoreTest::stored_organization() {
  return stored(an_organization());
}

core::Organization StoreTest::stored_organization_below(const core::OrganizationId& parent) {
  core::Organization organization = an_organization();
  organization.parent = parent;
  return stored(std::move(organization));
}

core::Organization StoreTest::stored(core::Organization organization) {
  const auto version = change(
      [&](WriteTransaction& tx) { return create_organization(tx, AllTenants{}, organization); });
  EXPECT_TRUE(version.has_value()) << describe(version);
  organization.version = version.has_value() ? *version : core::Version();
  return organization;
}

core::User StoreTest::stored_user(const core::OrganizationId& organization) {
  core::User user = a_user(organization);
  const auto version = change([&](WriteTransaction& tx) {
    return create_user(tx, TenantScope{organization}, user, "hash");
  });
  EXPECT_TRUE(version.has_value()) << describe(version);
  user.version = version.has_value() ? *version : core::Version();
  return user;
}

core::Api StoreTest::stored_api(const core::OrganizationId& organization, std::string_view name) {
  const core::Api api = an_api(organization, name);
  const auto stored =
      change([&](WriteTransaction& tx) { return create_api(tx, TenantScope{organization}, api); });
  EXPECT_TRUE(stored.has_value()) << describe(stored);
  return stored.has_value() ? *stored : api;
}

Tenant StoreTest::stored_tenant() {
  Tenant tenant;
  tenant.organization = stored_organization();
  tenant.user = stored_user(tenant.organization.id);
  tenant.application = an_application(tenant.user);
  const auto version = change([&](WriteTransaction& tx) {
    return create_application(tx, tenant.scope(), tenant.application);
  });
  EXPECT_TRUE(version.has_value()) << describe(version);
  tenant.application.version = version.has_value() ? *version : core::Version();
  return tenant;
}

IssuedKey StoreTest::stored_key(const core::Application& application) {
  IssuedKey issued = a_key(application);
  const auto version = change([&](WriteTransaction& tx) {
    return create_key(tx, TenantScope{application.organization}, issued);
  });
  EXPECT_TRUE(version.has_value()) << describe(version);
  issued.key.version = version.has_value() ? *version : core::Version();
  return issued;
}

}  // namespace claviger::store
