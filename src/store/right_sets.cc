#include "right_sets.h"

#include "connection.h"

#include "claviger/store/consumers.h"

namespace claviger::store {
namespace {

using core::OrganizationId;
using core::RightSetId;

/// Every right on an API, also on what it will have later.
core::Grant whole_api(Row& row) {
  core::Grant grant;
  grant.api = core::ApiNumber{static_cast<std::uint32_t>(row.number())};
  grant.methods = core::MethodSet::all();
  grant.endpoint_reach = core::Reach::kEvery;
  grant.scope_reach = core::Reach::kEvery;
  return grant;
}

Result<std::vector<core::Grant>> all_of_every_api(const ReadTransaction& tx) {
  return tx.connection().select("SELECT number FROM apis ORDER BY number", {}, whole_api);
}

Result<std::vector<core::Grant>> all_of_the_apis_of(const ReadTransaction& tx,
                                                    const OrganizationId& organization) {
  return tx.connection().select(
      "SELECT number FROM apis WHERE organization_id = :tenant ORDER BY number",
      {{"tenant", organization}}, whole_api);
}

Result<std::vector<core::Grant>> what_may_be_consumed_by(const ReadTransaction& tx,
                                                         const OrganizationId& organization) {
  std::vector<core::Grant> grants;
  for (HeldRight& right : TRY(consumer_rights(tx, TenantScope{organization})))
    grants.push_back(std::move(right.compiled));
  return grants;
}

}  // namespace

Result<core::Version> record_api_change(WriteTransaction& tx, const core::Api& api) {
  const auto consumers = TRY(tx.connection().select(
      "SELECT consumer_id FROM api_consumers WHERE api_id = :api AND organization_id = :tenant",
      {{"api", api.id}, {"tenant", api.organization}},
      [](Row& row) { return row.id<OrganizationId>(); }));
  for (const OrganizationId& consumer : consumers)
    TRY(tx.record_change(ChangedSubject::of(RightSetId::of_consumers(consumer))));
  TRY(tx.record_change(ChangedSubject::of(RightSetId::of_managers(api.organization))));
  TRY(tx.record_change(ChangedSubject::of(RightSetId::of_platform_managers())));
  return tx.record_change(ChangedSubject::of(api.id));
}

std::vector<RightSetId> right_sets_of(const core::User& user) {
  std::vector<RightSetId> sets = {RightSetId::of_consumers(user.organization)};
  const core::PermissionSet permissions = core::permissions_of(user.roles);
  if (permissions.contains(core::Permission::kManageAssets))
    sets.push_back(RightSetId::of_platform_managers());
  else if (core::manages_apis(permissions))
    sets.push_back(RightSetId::of_managers(user.organization));
  return sets;
}

Result<core::RightSetRecord> load_right_set(const ReadTransaction& tx, const RightSetId& id) {
  switch (id.holders) {
    case RightSetId::Holders::kPlatformManagers:
      return core::RightSetRecord{id, TRY(all_of_every_api(tx))};
    case RightSetId::Holders::kManagers:
      return core::RightSetRecord{id, TRY(all_of_the_apis_of(tx, id.organization))};
    case RightSetId::Holders::kConsumers:
      return core::RightSetRecord{id, TRY(what_may_be_consumed_by(tx, id.organization))};
  }
  return fail(Error::internal("no set of rights: " + id.str()));
}

}  // namespace claviger::store
