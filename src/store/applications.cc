#include "claviger/store/applications.h"

#include "connection.h"
#include "refusal.h"
#include "where.h"
#include "words.h"

#include "claviger/store/organizations.h"

namespace claviger::store {
namespace {

using core::Application;
using core::ApplicationId;
using core::ApplicationStatus;

constexpr std::string_view kSelect =
    "SELECT id, organization_id, owner_id, name, description, kind, status, created_at, "
    "version FROM applications";

Application read_application(Row& row) {
  Application application;
  application.id = row.id<ApplicationId>();
  application.organization = row.id<core::OrganizationId>();
  application.owner = row.id<core::UserId>();
  application.name = row.text();
  application.description = row.text();
  application.use = row.word(parse_application_use);
  application.status = row.word(parse_application_status);
  application.created_at = row.time();
  application.version = row.version();
  return application;
}

}  // namespace

Result<core::Version> create_application(WriteTransaction& tx, const Scope& scope,
                                         const Application& application) {
  TRY(check_organization(tx, scope, application.organization));
  const core::Version version = TRY(tx.record_change(ChangedSubject::of(application.id)));
  TRY(tx.connection().execute(
      "INSERT INTO applications (id, organization_id, owner_id, name, description, kind, "
      "status, created_at, version) VALUES (:id, :organization, :owner, :name, :description, "
      ":kind, :status, :created_at, :version)",
      {{"id", application.id},
       {"organization", application.organization},
       {"owner", application.owner},
       {"name", application.name},
       {"description", application.description},
       {"kind", to_word(application.use)},
       {"status", to_word(application.status)},
       {"created_at", application.created_at},
       {"version", version}},
      {.unique = "This application exists already.",
       .foreign_key = "The application's owner does not exist."}));
  return version;
}

Result<core::Version> update_application(WriteTransaction& tx, const Scope& scope,
                                         const Application& application) {
  const Application present = TRY(get_application(tx, scope, application.id));
  if (present.status == ApplicationStatus::kRevoked &&
      application.status != ApplicationStatus::kRevoked)
    return fail(Error::refused(ErrorCode::kConflict,
                               "This application is revoked, and a revocation is final."));
  const core::Version version = TRY(tx.record_change(ChangedSubject::of(application.id)));
  Where where(scope);
  where.id(application.id)
      .with({{"owner", application.owner},
             {"name", application.name},
             {"description", application.description},
             {"status", to_word(application.status)},
             {"version", version}});
  TRY(tx.connection().execute(
      where.after("UPDATE applications SET owner_id = :owner, name = :name, "
                  "description = :description, status = :status, version = :version"),
      where.binds(), {.foreign_key = "The application's owner does not exist."}));
  return version;
}

Result<Application> get_application(const ReadTransaction& tx, const Scope& scope,
                                    const ApplicationId& id) {
  Where where(scope);
  where.id(id);
  auto application =
      TRY(tx.connection().select_one(where.after(kSelect), where.binds(), read_application));
  return found(std::move(application), "application");
}

Result<Listed<Application>> list_applications(const ReadTransaction& tx, const Scope& scope,
                                              const ApplicationFilter& filter,
                                              const Page<ApplicationId>& page) {
  Where where(scope);
  if (filter.owner) where.add("owner_id = :owner", {"owner", *filter.owner});
  if (filter.revoked == Revoked::kLeftOut) where.add("status = 'active'");
  where.page(page);
  auto rows = TRY(tx.connection().select(where.after(kSelect), where.binds(), read_application));
  return listed(std::move(rows), page);
}

Result<std::int64_t> count_active_applications(const ReadTransaction& tx, const Scope& scope,
                                               const core::UserId& owner) {
  Where where(scope);
  where.add("owner_id = :owner", {"owner", owner}).add("status = 'active'").add("kind = 'usual'");
  const auto count =
      TRY(tx.connection().select_one(where.after("SELECT COUNT(*) FROM applications"),
                                     where.binds(), [](Row& row) { return row.number(); }));
  return count.value_or(0);
}

Result<std::optional<Application>> find_personal_application(const ReadTransaction& tx,
                                                             const Scope& scope,
                                                             const core::UserId& owner) {
  Where where(scope);
  where.add("owner_id = :owner", {"owner", owner})
      .add("status = 'active'")
      .add("kind = 'personal-tokens'");
  return tx.connection().select_one(where.after(kSelect), where.binds(), read_application);
}

}  // namespace claviger::store
