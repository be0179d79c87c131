#include "support/world.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "claviger/base/digest.h"
#include "claviger/keyring/counters.h"

namespace claviger::test {
namespace {

using core::Method;
using core::MethodSet;
using core::Standing;

constexpr core::Epoch kEpoch{1};
constexpr core::ApiNumber kFleet{1};
constexpr core::ApiNumber kBilling{2};
constexpr std::uint64_t kRoomForKeys = 1000;

/// The value of a result that must not fail.
template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().internal_text());
  return *std::move(result);
}

void must(const Result<void>& result) {
  if (!result) throw std::runtime_error(result.error().internal_text());
}

core::ScopeSet only(core::ScopeNumber scope) {
  core::ScopeSet scopes;
  scopes.add(scope);
  return scopes;
}

core::Grant everything_on(core::ApiNumber api) {
  return {.api = api,
          .methods = MethodSet::all(),
          .endpoint_reach = core::Reach::kEvery,
          .scope_reach = core::Reach::kEvery,
          .scopes = {},
          .endpoints = {}};
}

core::RouteTableSpec fleet_routes() {
  const MethodSet reads = MethodSet::read_only();
  const core::ScopeSet read = only(fleet::kRead);
  const core::ScopeSet write = only(fleet::kWrite);
  return {
      .base_path = "",
      .scopes = {"devices:read", "devices:write"},
      .routes = {{fleet::kListDevices, reads, "/devices", read},
                 {fleet::kReadDevice, reads, "/devices/{id}", read},
                 {fleet::kAddDevice, MethodSet().with(Method::kPost), "/devices", write},
                 {fleet::kRemoveDevice, MethodSet().with(Method::kDelete), "/devices/{id}", write},
                 {fleet::kReadEvents, reads, "/devices/{id}/events", {}}}};
}

core::RouteTableSpec billing_routes() {
  const MethodSet reads = MethodSet::read_only();
  return {.base_path = "",
          .scopes = {},
          .routes = {{core::EndpointNumber{1}, reads, "/invoices/{id}", {}},
                     {core::EndpointNumber{2}, reads, "/devices/{id}", {}}}};
}

}  // namespace

World::World(std::string directory)
    : directory_(std::move(directory)),
      organization_{.id = make_id<core::OrganizationId>(), .standing = Standing::kActive},
      rights_{.id = core::RightSetId::of_managers(organization_.id),
              .rights = {everything_on(kFleet), everything_on(kBilling)}},
      user_{
          .id = make_id<core::UserId>(), .standing = Standing::kActive, .right_sets = {rights_.id}},
      application_{
          .id = make_id<core::ApplicationId>(), .owner = user_.id, .standing = Standing::kActive},
      fleet_{.id = make_id<core::ApiId>(),
             .number = kFleet,
             .name = "fleet",
             .standing = Standing::kActive,
             .carriers = core::CarrierSet().with(core::Carrier::kAuthorization),
             .lets_preflight_through = true,
             .max_staleness = std::chrono::seconds{300},
             .routes = fleet_routes()},
      billing_{
          .id = make_id<core::ApiId>(),
          .number = kBilling,
          .name = "billing",
          .standing = Standing::kActive,
          .carriers =
              core::CarrierSet().with(core::Carrier::kAuthorization).with(core::Carrier::kXApiKey),
          .lets_preflight_through = false,
          .max_staleness = std::chrono::seconds{300},
          .routes = billing_routes()} {
  must(keyring::keep_counters(directory_, kRoomForKeys, SystemClock().now()));
  publish();
}

void World::publish() {
  // The directory's lock is the old writer's until that is gone.
  writer_.reset();
  writer_ =
      must(keyring::Writer::create(directory_, kEpoch, keyring::Capacity::for_keys(kRoomForKeys)));
  for (const core::GatewayRecord& record : std::initializer_list<core::GatewayRecord>{
           organization_, rights_, user_, fleet_, billing_, application_})
    must(writer_->put(record));
  for (const core::KeyRecord& key : keys_) must(writer_->put(key));
  ++version_.number;
  must(writer_->publish(version_, SystemClock{}.now()));
}

WorldKey World::add_key() {
  const Secret secret = core::make_secret(core::SecretKind::kAccessKey, random_);
  WorldKey key{
      .record = {.id = make_id<core::KeyId>(),
                 .application = application_.id,
                 .maker = user_.id,
                 .organization = organization_.id,
                 .grants = {everything_on(kFleet), everything_on(kBilling)},
                 .networks = std::nullopt,
                 .read_only = false,
                 .not_before = kStartOfTime,
                 .expires_at = kEndOfTime,
                 .standing = Standing::kActive,
                 .revoked = false,
                 .secrets = {{.digest = sha256(secret.reveal()), .not_after = kEndOfTime}}},
      .text = std::string(secret.reveal())};
  put(key.record);
  return key;
}

void World::put(const core::GatewayRecord& record) {
  must(writer_->put(record));
  const auto* key = std::get_if<core::KeyRecord>(&record);
  if (key == nullptr) return;
  std::erase_if(keys_, [&](const core::KeyRecord& other) { return other.id == key->id; });
  keys_.push_back(*key);
}

void World::confirm(Time now) {
  writer_->confirm(now);
}

void World::replace_keyring() {
  publish();
}

std::uint64_t World::calls_of(const WorldKey& key) const {
  const auto count = keyring::find_count(directory_, key.record.id.uuid());
  return count ? count->calls : 0;
}

std::uint64_t World::undecided() const {
  return keyring::read_undecided(directory_);
}

}  // namespace claviger::test
