#include "claviger/store/organizations.h"

#include "connection.h"
#include "refusal.h"
#include "where.h"

namespace claviger::store {
namespace {

using core::Organization;
using core::OrganizationId;
using core::RightSetId;

constexpr std::string_view kSelect =
    "SELECT id, name, parent_id, status, max_applications_per_user, max_keys_per_application, "
    "CASE WHEN EXISTS (SELECT 1 FROM organization_tree "
    "JOIN organizations AS above ON above.id = organization_tree.ancestor_id "
    "WHERE organization_tree.descendant_id = organizations.id AND above.id <> organizations.id "
    "AND above.status <> 'enabled') THEN 1 ELSE 0 END, created_at, version FROM organizations";
constexpr std::string_view kPresent = "status <> 'deleted'";

std::optional<int> read_limit(Row& row) {
  const std::optional<std::int64_t> limit = row.optional_number();
  if (!limit) return std::nullopt;
  return static_cast<int>(*limit);
}

core::ActiveLimits read_limits(Row& row) {
  core::ActiveLimits limits;
  limits.applications_per_user = read_limit(row);
  limits.keys_per_application = read_limit(row);
  return limits;
}

Organization read_organization(Row& row) {
  Organization organization;
  organization.id = row.id<OrganizationId>();
  organization.name = row.text();
  organization.parent = row.optional_id<OrganizationId>();
  organization.status = row.word(core::parse_account_status);
  organization.limits = read_limits(row);
  organization.is_stopped_from_above = row.flag();
  organization.created_at = row.time();
  organization.version = row.version();
  return organization;
}

/// Enters the organization below itself and below all that its parent lies below.
Result<void> insert_into_tree(WriteTransaction& tx, const Organization& organization) {
  TRY(tx.connection().execute(
      "INSERT INTO organization_tree (ancestor_id, descendant_id) VALUES (:id, :id)",
      {{"id", organization.id}}));
  if (!organization.parent) return {};
  TRY(tx.connection().execute(
      "INSERT INTO organization_tree (ancestor_id, descendant_id) "
      "SELECT ancestor_id, :id FROM organization_tree WHERE descendant_id = :parent",
      {{"id", organization.id}, {"parent", *organization.parent}}));
  return {};
}

/// What lies below stops and starts with it, and the gateways are told of each.
Result<void> record_changes_below(WriteTransaction& tx, const OrganizationId& id) {
  const std::vector<OrganizationId> below =
      TRY(tx.connection().select("SELECT descendant_id FROM organization_tree WHERE ancestor_id = "
                                 ":id AND descendant_id <> :id",
                                 {{"id", id}}, [](Row& row) { return row.id<OrganizationId>(); }));
  for (const OrganizationId& each : below) TRY(tx.record_change(ChangedSubject::of(each)));
  return {};
}

}  // namespace

Result<core::Version> create_organization(WriteTransaction& tx, const Scope& scope,
                                          const Organization& organization) {
  if (organization.parent) TRY(get_organization(tx, scope, *organization.parent));
  TRY(tx.record_change(ChangedSubject::of(organization.id)));
  // Its users name these sets, which come into being with it.
  TRY(tx.record_change(ChangedSubject::of(RightSetId::of_managers(organization.id))));
  TRY(tx.record_change(ChangedSubject::of(RightSetId::of_tree_managers(organization.id))));
  const core::Version version =
      TRY(tx.record_change(ChangedSubject::of(RightSetId::of_consumers(organization.id))));
  TRY(tx.connection().execute(
      "INSERT INTO organizations (id, name, parent_id, status, max_applications_per_user, "
      "max_keys_per_application, created_at, version) VALUES (:id, :name, :parent, :status, "
      ":applications, :keys, :created_at, :version)",
      {{"id", organization.id},
       {"name", organization.name},
       {"parent", organization.parent},
       {"status", core::to_string(organization.status)},
       {"applications", organization.limits.applications_per_user},
       {"keys", organization.limits.keys_per_application},
       {"created_at", organization.created_at},
       {"version", version}},
      {.unique = "This organization exists already."}));
  TRY(insert_into_tree(tx, organization));
  return version;
}

Result<core::Version> update_organization(WriteTransaction& tx, const Scope& scope,
                                          const Organization& organization) {
  const Organization before = TRY(get_organization(tx, scope, organization.id));
  const core::Version version = TRY(tx.record_change(ChangedSubject::of(organization.id)));
  if (organization.status != before.status) TRY(record_changes_below(tx, organization.id));
  Where where(scope, "id");
  where.id(organization.id)
      .add(kPresent)
      .with({{"name", organization.name},
             {"status", core::to_string(organization.status)},
             {"applications", organization.limits.applications_per_user},
             {"keys", organization.limits.keys_per_application},
             {"version", version}});
  const std::int64_t rows = TRY(tx.connection().execute(
      where.after("UPDATE organizations SET name = :name, status = :status, "
                  "max_applications_per_user = :applications, max_keys_per_application = :keys, "
                  "version = :version"),
      where.binds()));
  TRY(found_row(rows, "organization"));
  return version;
}

Result<Organization> get_organization(const ReadTransaction& tx, const Scope& scope,
                                      const OrganizationId& id) {
  Where where(scope, "id");
  where.id(id).add(kPresent);
  auto organization =
      TRY(tx.connection().select_one(where.after(kSelect), where.binds(), read_organization));
  return found(std::move(organization), "organization");
}

Result<core::ActiveLimits> get_active_limits(const ReadTransaction& tx, const OrganizationId& id) {
  auto limits = TRY(tx.connection().select_one(
      "SELECT max_applications_per_user, max_keys_per_application FROM organizations "
      "WHERE id = :id",
      {{"id", id}}, read_limits));
  return found(std::move(limits), "organization");
}

Result<void> check_organization(const ReadTransaction& tx, const Scope& scope,
                                const OrganizationId& id) {
  if (scope.extent() != Scope::Extent::kOne) {
    TRY(get_organization(tx, scope, id));
  } else if (scope.organization() != id) {
    return fail(not_found("organization"));
  }
  return {};
}

Result<bool> lies_within(const ReadTransaction& tx, const OrganizationId& id,
                         const OrganizationId& top) {
  if (id == top) return true;
  const auto below = TRY(tx.connection().select_one(
      "SELECT 1 FROM organization_tree WHERE ancestor_id = :top AND descendant_id = :id",
      {{"top", top}, {"id", id}}, [](Row& row) { return row.number(); }));
  return below.has_value();
}

Result<Listed<Organization>> list_organizations(const ReadTransaction& tx, const Scope& scope,
                                                const Page<OrganizationId>& page) {
  Where where(scope, "id");
  where.add(kPresent).page(page);
  auto rows = TRY(tx.connection().select(where.after(kSelect), where.binds(), read_organization));
  return listed(std::move(rows), page);
}

Result<Listed<Organization>> list_organizations_ever(const ReadTransaction& tx, AllTenants all,
                                                     const Page<OrganizationId>& page) {
  Where where(all);
  where.page(page);
  auto rows = TRY(tx.connection().select(where.after(kSelect), where.binds(), read_organization));
  return listed(std::move(rows), page);
}

Result<Organization> get_organization_ever(const ReadTransaction& tx, AllTenants all,
                                           const OrganizationId& id) {
  Where where(all);
  where.id(id);
  auto organization =
      TRY(tx.connection().select_one(where.after(kSelect), where.binds(), read_organization));
  return found(std::move(organization), "organization");
}

Result<std::vector<OrganizationId>> list_ancestors(const ReadTransaction& tx,
                                                   const OrganizationId& id) {
  return tx.connection().select(
      "SELECT ancestor_id FROM organization_tree WHERE descendant_id = :id", {{"id", id}},
      [](Row& row) { return row.id<OrganizationId>(); });
}

Result<bool> has_children(const ReadTransaction& tx, const OrganizationId& id) {
  const auto child = TRY(tx.connection().select_one(
      "SELECT 1 FROM organizations WHERE parent_id = :id AND status <> 'deleted' LIMIT 1",
      {{"id", id}}, [](Row& row) { return row.number(); }));
  return child.has_value();
}

}  // namespace claviger::store
