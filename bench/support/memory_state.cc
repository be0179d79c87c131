#include "bench/support/memory_state.h"

#include <cstdlib>

namespace claviger::bench {
namespace {

using core::Found;

constexpr std::size_t index_of(auto ref) {
  return static_cast<std::size_t>(ref);
}

constexpr core::BlobRef blob_of_kind(std::uint64_t kind) {
  return core::BlobRef{static_cast<std::uint32_t>(kind) + 1};  // 0 is none
}

constexpr std::size_t kind_of_blob(core::BlobRef ref) {
  return index_of(ref) - 1;
}

}  // namespace

MemoryState::MemoryState(const Population& population) {
  const core::ApiRecord api = Population::api();
  auto routes = core::RouteTable::encode(api.routes);
  if (!routes) std::abort();  // the table is fixed in the source
  routes_ = *std::move(routes);
  api_ = {.id = api.id.uuid(),
          .number = api.number,
          .standing = api.standing,
          .carriers = api.carriers,
          .lets_preflight_through = api.lets_preflight_through,
          .max_staleness = api.max_staleness,
          .routes = core::RouteTable(routes_)};
  for (std::uint64_t i = 0; i < population.organizations(); ++i) {
    organizations_.push_back(
        {population.organization(i).id.uuid(), population.organization(i).standing});
    right_set_refs_.push_back(core::RightSetRef{static_cast<std::uint32_t>(i)});
  }
  for (std::uint64_t i = 0; i < population.users(); ++i) {
    const core::UserRecord user = population.user(i);
    users_.push_back({.id = user.id.uuid(),
                      .standing = user.standing,
                      .right_sets = {&right_set_refs_[Population::organization_of_user(i)], 1}});
  }
  for (std::uint64_t i = 0; i < population.applications(); ++i) {
    const core::ApplicationRecord application = population.application(i);
    const auto owner = static_cast<std::uint32_t>(Population::user_of_application(i));
    applications_.push_back({.id = application.id.uuid(),
                             .owner = core::UserRef{owner},
                             .standing = application.standing});
  }
  for (std::uint64_t kind = 0; kind < Population::kKinds; ++kind) {
    grants_.push_back(core::GrantList::encode(Population::grants_of_kind(kind)));
    networks_.push_back(core::NetworkList::encode(Population::networks_of_kind(kind)));
  }
  rights_ = core::GrantList::encode(population.right_set(0).rights);
}

Found<core::ApiFacts> MemoryState::api(std::string_view name) const {
  return name == kApiName ? Found<core::ApiFacts>(api_) : Found<core::ApiFacts>::absent();
}

Found<core::SecretFacts> MemoryState::secret(const Digest& digest) const {
  if (!find(digest, entry_)) return Found<core::SecretFacts>::absent();
  return entry_.secret;
}

Found<core::KeyFacts> MemoryState::key(core::KeyRef) const {
  return entry_.key;
}

Found<core::ApplicationFacts> MemoryState::application(core::ApplicationRef ref) const {
  return applications_[index_of(ref)];
}

Found<core::UserFacts> MemoryState::user(core::UserRef ref) const {
  return users_[index_of(ref)];
}

Found<core::OrganizationFacts> MemoryState::organization(core::OrganizationRef ref) const {
  return organizations_[index_of(ref)];
}

Found<core::GrantList> MemoryState::grants(core::BlobRef ref) const {
  return core::GrantList(grants_[kind_of_blob(ref)]);
}

Found<core::GrantList> MemoryState::rights(core::RightSetRef) const {
  return core::GrantList(rights_);
}

Found<core::NetworkList> MemoryState::networks(core::BlobRef ref) const {
  return core::NetworkList(networks_[kind_of_blob(ref)]);
}

KeyEntry entry_of(const Population& population, std::uint64_t key) {
  const core::KeyRecord record = population.key(key);
  const std::uint64_t application = Population::application_of_key(key);
  const std::uint64_t user = Population::user_of_application(application);
  const std::uint64_t organization = Population::organization_of_user(user);
  const core::BlobRef blob = blob_of_kind(Population::kind_of_key(key));
  return {.secret = {.key = core::KeyRef{static_cast<std::uint32_t>(key)},
                     .revoked = record.revoked,
                     .not_after = record.secrets.front().not_after},
          .key = {.id = record.id.uuid(),
                  .application = core::ApplicationRef{static_cast<std::uint32_t>(application)},
                  .maker = core::UserRef{static_cast<std::uint32_t>(user)},
                  .organization = core::OrganizationRef{static_cast<std::uint32_t>(organization)},
                  .grants = blob,
                  .networks = blob,
                  .standing = record.standing,
                  .read_only = record.read_only,
                  .not_before = record.not_before,
                  .expires_at = record.expires_at}};
}

bool OneKeyState::find(const Digest&, KeyEntry& entry) const {
  entry = entry_;
  return true;
}

}  // namespace claviger::bench
