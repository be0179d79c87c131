#include "new_session.h"

#include "audit_entry.h"
#include "if_there.h"

#include "claviger/store/organizations.h"
#include "claviger/store/sessions.h"
#include "claviger/store/users.h"

namespace claviger::service {

Error no_session() {
  return Error::refused(ErrorCode::kSignInRequired,
                        "You are not signed in, or your session has ended. Sign in again.");
}

nlohmann::json audited(const core::Session& session) {
  nlohmann::json fields = shown(session);
  fields["userId"] = session.user.str();
  return fields;
}

Result<bool> may_come_in(const store::ReadTransaction& tx, const core::User& user) {
  // Whose session it is says which organization, so the look-up is over all of them.
  const auto organization =
      TRY(if_there(store::get_organization(tx, store::AllTenants{}, user.organization)));
  return user.status == core::AccountStatus::kEnabled && organization.has_value() &&
         organization->is_active();
}

bool has_ended(const core::Session& session, const SessionPolicy& policy, Time now) {
  return now >= session.expires_at || now - session.last_seen_at >= policy.idle;
}

Result<core::Session> begin_session(Context& context, store::WriteTransaction& tx,
                                    const core::User& user, const SessionTerms& terms,
                                    const Visit& visit) {
  const auto id = core::SessionId::make(tx.now(), context.random);
  core::Session made{.id = id,
                     .user = user.id,
                     .family = terms.before ? terms.before->family : id,
                     .token = terms.token,
                     .signed_in_at = terms.before ? terms.before->signed_in_at : tx.now(),
                     .created_at = tx.now(),
                     .expires_at = terms.expires_at,
                     .last_seen_at = tx.now(),
                     .read_only = terms.extent == Extent::kReading,
                     .refresh_token = terms.refresh_token,
                     .refreshable_until = terms.refreshable_until,
                     .source_ip = visit.source_ip,
                     .user_agent = visit.user_agent};
  TRY(store::delete_ended_sessions(
      tx, {.now = tx.now(), .idle_since = tx.now() - context.sessions.idle}));
  const auto ended = TRY(store::delete_oldest_sessions_of(tx, user.id, kMostSessionsOfUser - 1));
  TRY(store::create_session(tx, made));
  if (!terms.before) TRY(store::set_last_sign_in(tx, user.id, tx.now()));
  Changes changes = Changes::made(audited(made));
  if (terms.before) changes = std::move(changes).changed("id", terms.before->id, id);
  if (ended != 0) changes = std::move(changes).made("ended", ended);
  TRY(tx.audit({.actor = user.id,
                .organization = user.organization,
                .action = terms.before ? "session.refresh" : "session.create",
                .target_kind = "session",
                .target_id = made.id.str(),
                .changes = changes.str(),
                .request_id = visit.request_id,
                .source_ip = visit.source_ip}));
  return made;
}

}  // namespace claviger::service
