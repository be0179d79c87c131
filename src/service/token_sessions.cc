// Sessions for programs: a short one with a token that trades it for the next.
#include "claviger/service/sessions.h"

#include "check_password.h"
#include "new_session.h"

#include <algorithm>

#include "claviger/core/key_text.h"
#include "claviger/store/roles.h"
#include "claviger/store/sessions.h"
#include "claviger/store/users.h"

namespace claviger::service {
namespace {

/// A refresh token ends with the session's own end, whatever is traded, and when nobody has traded
/// it for as long as a session may be idle.
Result<TokenPair> begin_token_session(Context& context, store::WriteTransaction& tx,
                                      const core::User& user, SessionTerms terms,
                                      const Visit& visit) {
  const Time signed_in_at = terms.before ? terms.before->signed_in_at : tx.now();
  const Time last_end = signed_in_at + context.sessions.lifetime;
  terms.expires_at = std::min(tx.now() + kTokenLifetime, last_end);
  terms.refreshable_until = std::min(terms.expires_at + context.sessions.idle, last_end);
  TokenPair pair{.access = core::make_secret(core::SecretKind::kSession, context.random),
                 .refresh = core::make_secret(core::SecretKind::kOauthRefreshToken, context.random),
                 .lifetime = terms.expires_at - tx.now(),
                 .user = {user, TRY(store::load_roles(tx, user.roles))}};
  terms.token = sha256(pair.access.reveal());
  terms.refresh_token = sha256(pair.refresh.reveal());
  TRY(begin_session(context, tx, user, terms, visit));
  return pair;
}

/// A refresh token that was traded comes again: one of the two who traded it has stolen it, and
/// nobody can tell which. All that came of it ends (RFC 9700 §4.14.2).
Result<void> end_if_replayed(store::WriteTransaction& tx, const Digest& refresh_token,
                             const Visit& visit) {
  const auto spent = TRY(store::find_spent_refresh_token(tx, refresh_token));
  if (!spent || TRY(store::delete_sessions_of_family(tx, spent->family)) == 0) return {};
  const core::User user = TRY(store::get_user_ever(tx, store::AllTenants{}, spent->user));
  return tx.audit({.actor = std::nullopt,
                   .organization = user.organization,
                   .action = "session.end-replayed",
                   .target_kind = "user",
                   .target_id = user.id.str(),
                   .request_id = visit.request_id,
                   .source_ip = visit.source_ip});
}

}  // namespace

Result<TokenPair> sign_in_for_tokens(Context& context, std::string_view email,
                                     const Secret& password, Extent extent, const Visit& visit) {
  const store::SignIn checked = TRY(check_password(context, email, password, visit));
  auto pair =
      TRY(context.database.write([&](store::WriteTransaction& tx) -> Result<TokenPair> {
        const core::User user = TRY(still_right(tx, checked));
        return begin_token_session(context, tx, user, {.expires_at = {}, .extent = extent}, visit);
      }));
  password_was_right(context, checked, visit);
  return pair;
}

Result<TokenPair> refresh_tokens(Context& context, std::string_view refresh_token,
                                 const Visit& visit) {
  using Outcome = std::optional<TokenPair>;
  if (core::parse_key_text(refresh_token) != core::SecretKind::kOauthRefreshToken)
    return fail(no_session());
  const Digest digest = sha256(refresh_token);
  // Nothing is no error of the write: what a replay has ended stays so.
  auto pair = TRY(context.database.write([&](store::WriteTransaction& tx) -> Result<Outcome> {
    const auto session = TRY(store::find_session_to_refresh(tx, digest));
    if (!session) {
      TRY(end_if_replayed(tx, digest, visit));
      return std::nullopt;
    }
    if (tx.now() >= session->refreshable_until) return std::nullopt;
    // The token alone says who it is, so the look-up is over all organizations.
    const auto user = store::get_user(tx, store::AllTenants{}, session->user);
    if (!user || !TRY(may_come_in(tx, *user))) return std::nullopt;
    TRY(store::spend_refresh_token(tx, *session,
                                   session->signed_in_at + context.sessions.lifetime));
    const Extent extent = session->read_only ? Extent::kReading : Extent::kEverything;
    return TRY(begin_token_session(
        context, tx, *user, {.expires_at = {}, .extent = extent, .before = session}, visit));
  }));
  if (!pair) return fail(no_session());
  return *std::move(pair);
}

}  // namespace claviger::service
