#include "claviger/store/organizations.h"

#include "connection.h"
#include "refusal.h"
#include "where.h"
#include "words.h"

namespace claviger::store {
namespace {

using core::Organization;
using core::OrganizationId;
using core::RightSetId;

constexpr std::string_view kSelect =
    "SELECT id, name, parent_id, standing, created_at, version FROM organizations";

Organization read_organization(Row& row) {
  Organization organization;
  organization.id = row.id<OrganizationId>();
  organization.name = row.text();
  organization.parent = row.optional_id<OrganizationId>();
  organization.standing = row.word(parse_standing);
  organization.created_at = row.time();
  organization.version = row.version();
  return organization;
}

}  // namespace

Result<core::Version> create_organization(WriteTransaction& tx, AllTenants,
                                          const Organization& organization) {
  TRY(tx.record_change(ChangedSubject::of(organization.id)));
  // Its users name these two sets, which come into being with it.
  TRY(tx.record_change(ChangedSubject::of(RightSetId::of_managers(organization.id))));
  const core::Version version =
      TRY(tx.record_change(ChangedSubject::of(RightSetId::of_consumers(organization.id))));
  TRY(tx.connection().execute(
      "INSERT INTO organizations (id, name, parent_id, standing, created_at, version) "
      "VALUES (:id, :name, :parent, :standing, :created_at, :version)",
      {{"id", organization.id},
       {"name", organization.name},
       {"parent", organization.parent},
       {"standing", to_word(organization.standing)},
       {"created_at", organization.created_at},
       {"version", version}},
      {.unique = "This organization exists already.",
       .foreign_key = "The parent organization does not exist."}));
  return version;
}

Result<core::Version> update_organization(WriteTransaction& tx, const Scope& scope,
                                          const Organization& organization) {
  const core::Version version = TRY(tx.record_change(ChangedSubject::of(organization.id)));
  Where where(scope, "id");
  where.id(organization.id)
      .with({{"name", organization.name},
             {"standing", to_word(organization.standing)},
             {"version", version}});
  const std::int64_t rows = TRY(tx.connection().execute(
      where.after(
          "UPDATE organizations SET name = :name, standing = :standing, version = :version"),
      where.binds()));
  TRY(found_row(rows, "organization"));
  return version;
}

Result<Organization> get_organization(const ReadTransaction& tx, const Scope& scope,
                                      const OrganizationId& id) {
  Where where(scope, "id");
  where.id(id);
  auto organization =
      TRY(tx.connection().select_one(where.after(kSelect), where.binds(), read_organization));
  return found(std::move(organization), "organization");
}

Result<Listed<Organization>> list_organizations(const ReadTransaction& tx, const Scope& scope,
                                                const Page<OrganizationId>& page) {
  Where where(scope, "id");
  where.page(page);
  auto rows = TRY(tx.connection().select(where.after(kSelect), where.binds(), read_organization));
  return listed(std::move(rows), page);
}

}  // namespace claviger::store
