#include "claviger/service/handovers.h"

#include "audit_entry.h"
#include "if_there.h"
#include "number_limits.h"
#include "user_access.h"
#include "withdraw_offers.h"
#include "write_as.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "claviger/service/access.h"
#include "claviger/store/applications.h"
#include "claviger/store/handovers.h"
#include "claviger/store/users.h"

namespace claviger::service {
namespace {

using core::Handover;
using core::HandoverId;
using core::HandoverStatus;

/// Personal access tokens stay: whoever knows one would act for its new owner (docs/threats.md,
/// Z01).
bool can_be_given(const core::Application& application) {
  return application.use == core::ApplicationUse::kUsual &&
         application.status == core::ApplicationStatus::kActive;
}

/// Those of the applications that are the giver's and can be given.
Result<std::vector<core::ApplicationId>> givable(const store::ReadTransaction& tx,
                                                 const core::OrganizationId& organization,
                                                 core::UserId giver,
                                                 const std::vector<core::ApplicationId>& ids) {
  std::vector<core::ApplicationId> found;
  for (const core::ApplicationId& id : ids) {
    const auto application =
        TRY(if_there(store::get_application(tx, store::TenantScope{organization}, id)));
    if (application && application->owner == giver && can_be_given(*application))
      found.push_back(id);
  }
  return found;
}

Result<std::vector<core::ApplicationId>> named_applications(const store::ReadTransaction& tx,
                                                            const core::User& giver,
                                                            const NewHandover& wanted) {
  const auto found = TRY(givable(tx, giver.organization, giver.id, wanted.applications));
  std::vector<Fault> faults;
  for (std::size_t i = 0; i < wanted.applications.size(); ++i) {
    if (std::find(found.begin(), found.end(), wanted.applications[i]) == found.end())
      faults.push_back({fmt::format("/applications/{}", i), "not-the-givers",
                        PublicText("This is no active application of the user that can be handed "
                                   "over.")});
  }
  if (!faults.empty()) return fail(Error::invalid(std::move(faults)));
  return wanted.applications;
}

/// What of the giver's waits for an answer. An application waits for one at a time: offers end with
/// their giver, in one write, and are not to become more than the giver's applications.
Result<std::set<core::ApplicationId>> offered_applications(const store::WriteTransaction& tx,
                                                           const core::User& giver) {
  std::set<core::ApplicationId> offered;
  for (const Handover& offer : TRY(store::pending_offers_of(tx, giver.id)))
    offered.insert(offer.applications.begin(), offer.applications.end());
  return offered;
}

/// What is asked for, if it is the giver's; what the giver has if nothing is.
Result<std::vector<core::ApplicationId>> applications_to_give(const store::WriteTransaction& tx,
                                                              const core::User& giver,
                                                              const NewHandover& wanted) {
  const auto offered = TRY(offered_applications(tx, giver));
  if (!wanted.applications.empty()) {
    auto named = TRY(named_applications(tx, giver, wanted));
    if (std::none_of(named.begin(), named.end(),
                     [&](const auto& id) { return offered.contains(id); }))
      return named;
    return fail(Error::refused(ErrorCode::kConflict,
                               "One of these applications is offered already. Withdraw that offer "
                               "(POST /v1/handovers/{id}/decline), or wait for its answer."));
  }
  std::vector<core::ApplicationId> owned;
  for (const core::Application& application : TRY(active_applications_of(tx, giver)).items)
    if (can_be_given(application) && !offered.contains(application.id))
      owned.push_back(application.id);
  return owned;
}

Error no_such_handover() {
  return Error::refused(ErrorCode::kNotFound, "There is no such handover.");
}

Result<void> write_audit(store::WriteTransaction& tx, const Caller& caller, std::string_view action,
                         const Handover& handover, std::optional<HandoverStatus> decision) {
  Changes changes = Changes()
                        .made("fromUserId", handover.from)
                        .made("toUserId", handover.to)
                        .made("applications", handover.applications);
  changes = decision ? std::move(changes).changed("status", core::to_string(handover.status),
                                                  core::to_string(*decision))
                     : std::move(changes).made("status", core::to_string(handover.status));
  return tx.audit(audit_of(caller, {.action = action,
                                    .organization = handover.organization,
                                    .target_kind = "handover",
                                    .target_id = handover.id.str(),
                                    .changes = std::move(changes)}));
}

template <class Id>
Result<void> audit_owner(store::WriteTransaction& tx, const Caller& caller,
                         const Handover& handover, std::string_view kind, const Id& id) {
  return tx.audit(
      audit_of(caller, {.action = std::string(kind) + ".update",
                        .organization = handover.organization,
                        .target_kind = kind,
                        .target_id = id.str(),
                        .changes = Changes().changed("ownerId", handover.from, handover.to)}));
}

/// Each thing that is given has its row: who looks for what became of it looks there.
Result<void> give(store::WriteTransaction& tx, const Caller& caller, const Handover& handover) {
  for (const core::ApplicationId& application : handover.applications) {
    const auto keys = TRY(store::give_application(tx, handover, application));
    TRY(audit_owner(tx, caller, handover, "application", application));
    for (const core::KeyId& key : keys) TRY(audit_owner(tx, caller, handover, "key", key));
  }
  return {};
}

}  // namespace

Result<void> withdraw_offers_of(store::WriteTransaction& tx, const Caller& caller,
                                core::UserId user) {
  for (const Handover& offer : TRY(store::pending_offers_of(tx, user))) {
    TRY(store::decide_handover(tx, offer.id, HandoverStatus::kWithdrawn));
    TRY(write_audit(tx, caller, "handover.withdraw", offer, HandoverStatus::kWithdrawn));
  }
  return {};
}

Result<Handover> offer_handover(Context& context, const Caller& caller, const NewHandover& wanted) {
  TRY(require_person(caller));
  return write_as(context, caller, [&](store::WriteTransaction& tx) -> Result<Handover> {
    const core::User giver = TRY(oneself_or_managed(tx, caller, wanted.from));
    TRY(require_seen(caller, giver.version));
    // Whoever takes from somebody rules over them.
    if (giver.id != caller.principal.user) {
      TRY(user_to_change(tx, caller, giver.id));
      // Their offer stands in the place of those that were made before.
      TRY(withdraw_offers_of(tx, caller, giver.id));
    }
    const core::User receiver =
        TRY(store::get_user(tx, store::TenantScope{giver.organization}, wanted.to));
    if (receiver.id == giver.id || receiver.status != core::AccountStatus::kEnabled)
      return fail(Error::refused(ErrorCode::kConflict,
                                 "The receiver must be another user, who is enabled."));
    Handover offered{.id = HandoverId::make(tx.now(), context.random),
                     .organization = giver.organization,
                     .from = giver.id,
                     .to = receiver.id,
                     .applications = TRY(applications_to_give(tx, giver, wanted)),
                     .status = HandoverStatus::kPending,
                     .created_at = tx.now(),
                     .expires_at = tx.now() + kHandoverLifetime,
                     .decided_at = std::nullopt};
    if (offered.applications.empty())
      return fail(Error::refused(
          ErrorCode::kConflict,
          "This user has no active application to hand over that is not offered already."));
    TRY(store::create_handover(tx, offered));
    TRY(write_audit(tx, caller, "handover.offer", offered, std::nullopt));
    return offered;
  });
}

Result<Listed<Handover>> list_my_handovers(Context& context, const Caller& caller,
                                           const Page<HandoverId>& page) {
  TRY(require_person(caller));
  return context.database.read([&](store::ReadTransaction& tx) {
    return store::list_handovers(tx, caller.principal.user, page);
  });
}

Result<Changed<Handover>> accept_handover(Context& context, const Caller& caller, HandoverId id) {
  TRY(require_person(caller));
  using Outcome = Changed<Handover>;
  const auto scope = store::TenantScope::of(caller.principal);
  return write_as(context, caller, [&](store::WriteTransaction& tx) -> Result<Outcome> {
    Handover handover = TRY(store::get_handover(tx, scope, id));
    if (handover.to != caller.principal.user) return fail(no_such_handover());
    handover.applications =
        TRY(givable(tx, handover.organization, handover.from, handover.applications));
    if (handover.applications.empty())
      return fail(Error::refused(ErrorCode::kConflict,
                                 "None of these applications is active and the giver's any more."));
    TRY(require_room_for_applications(tx, caller,
                                      static_cast<std::int64_t>(handover.applications.size())));
    TRY(store::decide_handover(tx, id, HandoverStatus::kAccepted));
    TRY(give(tx, caller, handover));
    TRY(write_audit(tx, caller, "handover.accept", handover, HandoverStatus::kAccepted));
    return Outcome{TRY(store::get_handover(tx, scope, id)), tx.version().value_or(core::Version{}),
                   tx.now()};
  });
}

Result<Handover> decline_handover(Context& context, const Caller& caller, HandoverId id) {
  TRY(require_person(caller));
  const auto scope = store::TenantScope::of(caller.principal);
  return write_as(context, caller, [&](store::WriteTransaction& tx) -> Result<Handover> {
    const Handover handover = TRY(store::get_handover(tx, scope, id));
    const bool receives = handover.to == caller.principal.user;
    if (!receives && handover.from != caller.principal.user) return fail(no_such_handover());
    const HandoverStatus decision =
        receives ? HandoverStatus::kDeclined : HandoverStatus::kWithdrawn;
    TRY(store::decide_handover(tx, id, decision));
    TRY(write_audit(tx, caller, receives ? "handover.decline" : "handover.withdraw", handover,
                    decision));
    return store::get_handover(tx, scope, id);
  });
}

}  // namespace claviger::service
