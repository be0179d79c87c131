#include "claviger/store/handovers.h"

#include "connection.h"
#include "json.h"
#include "refusal.h"
#include "where.h"

#include "claviger/store/applications.h"

namespace claviger::store {
namespace {

using core::Handover;
using core::HandoverId;
using core::HandoverStatus;

constexpr std::string_view kSelect =
    "SELECT id, organization_id, from_user_id, to_user_id, applications, status, created_at, "
    "expires_at, decided_at FROM handovers";

Handover read_handover(Row& row) {
  Handover handover;
  handover.id = row.id<HandoverId>();
  handover.organization = row.id<core::OrganizationId>();
  handover.from = row.id<core::UserId>();
  handover.to = row.id<core::UserId>();
  handover.applications = row.word(parse_ids<core::ApplicationId>);
  handover.status = row.word(core::parse_handover_status);
  handover.created_at = row.time();
  handover.expires_at = row.time();
  handover.decided_at = row.optional_time();
  return handover;
}

/// The keys of an application that the giver made get the receiver as their maker: the ceiling of
/// their rights is the receiver's from now on. Those that call the management API stay the giver's,
/// as personal access tokens do: whoever knows their secret would act for the receiver
/// (docs/threats.md, Z01).
Result<std::vector<core::KeyId>> give_keys(WriteTransaction& tx, const Handover& handover,
                                           const core::ApplicationId& application) {
  std::vector<core::KeyId> keys = TRY(tx.connection().select(
      "SELECT id FROM access_keys WHERE application_id = :application AND maker_id = :from "
      "AND kind = 'ak' AND NOT EXISTS (SELECT 1 FROM key_apis JOIN apis ON apis.id = "
      "key_apis.api_id WHERE key_apis.key_id = access_keys.id AND apis.name = :platform)",
      {{"application", application}, {"from", handover.from}, {"platform", core::kPlatformApiName}},
      [](Row& row) { return row.id<core::KeyId>(); }));
  for (const core::KeyId& key : keys) {
    const core::Version version = TRY(tx.record_change(ChangedSubject::of(key)));
    TRY(tx.connection().execute(
        "UPDATE access_keys SET maker_id = :to, version = :version WHERE id = :key",
        {{"to", handover.to}, {"version", version}, {"key", key}}));
  }
  return keys;
}

}  // namespace

Result<void> create_handover(WriteTransaction& tx, const Handover& handover) {
  TRY(tx.connection().execute(
      "INSERT INTO handovers (id, organization_id, from_user_id, to_user_id, applications, status, "
      "created_at, expires_at) VALUES (:id, :organization, :from, :to, :applications, :status, "
      ":created_at, :expires_at)",
      {{"id", handover.id},
       {"organization", handover.organization},
       {"from", handover.from},
       {"to", handover.to},
       {"applications", to_json(handover.applications)},
       {"status", core::to_string(handover.status)},
       {"created_at", handover.created_at},
       {"expires_at", handover.expires_at}},
      {.foreign_key = "There is no such user."}));
  return {};
}

Result<Handover> get_handover(const ReadTransaction& tx, const Scope& scope, const HandoverId& id) {
  Where where(scope);
  where.id(id);
  auto handover =
      TRY(tx.connection().select_one(where.after(kSelect), where.binds(), read_handover));
  return found(std::move(handover), "handover");
}

Result<Listed<Handover>> list_handovers(const ReadTransaction& tx, const core::UserId& user,
                                        const Page<HandoverId>& page) {
  Where where(AllTenants{});
  where.add("(from_user_id = :user OR to_user_id = :user)", {"user", user}).page(page);
  auto rows = TRY(tx.connection().select(where.after(kSelect), where.binds(), read_handover));
  return listed(std::move(rows), page);
}

Result<void> decide_handover(WriteTransaction& tx, const HandoverId& id, HandoverStatus status) {
  const std::int64_t rows = TRY(tx.connection().execute(
      "UPDATE handovers SET status = :status, decided_at = :now WHERE id = :id "
      "AND status = 'pending' AND expires_at > :now",
      {{"status", core::to_string(status)}, {"now", tx.now()}, {"id", id}}));
  if (rows == 0)
    return fail(Error::refused(ErrorCode::kConflict, "This handover is not pending any more."));
  return {};
}

Result<std::vector<Handover>> pending_offers_of(const WriteTransaction& tx,
                                                const core::UserId& user) {
  return tx.connection().select(
      std::string(kSelect) +
          " WHERE from_user_id = :user AND status = 'pending' AND expires_at > :now ORDER BY id",
      {{"user", user}, {"now", tx.now()}}, read_handover);
}

Result<std::vector<core::KeyId>> give_application(WriteTransaction& tx, const Handover& handover,
                                                  const core::ApplicationId& id) {
  const TenantScope scope{handover.organization};
  core::Application application = TRY(get_application(tx, scope, id));
  application.owner = handover.to;
  TRY(update_application(tx, scope, application));
  return give_keys(tx, handover, id);
}

}  // namespace claviger::store
