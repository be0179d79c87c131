// Pairs of an access and a refresh token: sessions for programs, each with a token that trades it
// for the next.
#include "audit_entry.h"
#include "check_password.h"
#include "new_session.h"
#include "use_second_factor.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "claviger/base/encoding.h"
#include "claviger/core/key_text.h"
#include "claviger/service/sessions.h"
#include "claviger/store/roles.h"
#include "claviger/store/sessions.h"
#include "claviger/store/users.h"

namespace claviger::service {
namespace {

/// A refresh token ends with the session's own end, whatever is traded, and when nobody has traded
/// it for as long as a session may be idle.
Result<TokenPair> begin_token_pair(Context& context, store::WriteTransaction& tx,
                                   const core::User& user, SessionTerms terms, const Visit& visit) {
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

/// Writing is for whoever holds a token, or has held it: a text of that form anybody can make up. A
/// trade counts as a change of its user. One that comes again does not: who has stolen a token
/// could keep its owner's replay from being seen, or use up what the owner may change.
Result<bool> may_trade(Context& context, const Digest& refresh_token) {
  using Holder = std::optional<core::UserId>;
  bool is_spent = false;
  const auto holder = TRY(context.database.read([&](store::ReadTransaction& tx) -> Result<Holder> {
    if (const auto session = TRY(store::find_session_to_refresh(tx, refresh_token)))
      return Holder(session->user);
    is_spent = TRY(store::find_spent_refresh_token(tx, refresh_token)).has_value();
    return Holder();
  }));
  if (holder) TRY(context.changes_by_user.take(holder->str(), context.clock.now()));
  return is_spent || holder.has_value();
}

/// A refresh token that was traded comes again: one of the two who traded it has stolen it, and
/// nobody can tell which. All that came of it ends (RFC 9700 §4.14.2).
Result<void> end_if_replayed(store::WriteTransaction& tx, const Digest& refresh_token,
                             const Visit& visit) {
  const auto spent = TRY(store::find_spent_refresh_token(tx, refresh_token));
  if (!spent) return {};
  const std::int64_t ended = TRY(store::delete_sessions_of_family(tx, spent->family));
  if (ended == 0) return {};
  const core::User user = TRY(store::get_user_ever(tx, store::AllTenants{}, spent->user));
  return tx.audit({.actor = std::nullopt,
                   .organization = user.organization,
                   .action = "session.end-replayed",
                   .target_kind = "user",
                   .target_id = user.id.str(),
                   .changes = Changes().made("ended", ended).str(),
                   .request_id = visit.request_id,
                   .source_ip = visit.source_ip});
}

Extent narrower(Extent a, Extent b) {
  return a == Extent::kReading ? a : b;
}

constexpr std::string_view kMfaPurpose = "mfa token";

Error wrong_code() {
  return Error::refused(ErrorCode::kSignInRequired,
                        "The code is not right, or this sign-in has waited too long for it. Sign "
                        "in again.");
}

/// What an mfa token holds, sealed. It ends with the password that was right.
struct WaitingSignIn {
  core::UserId user;
  Digest password{};  ///< of the password's hash
  Time until;
  Extent extent = Extent::kReading;
};

PendingSignIn wait_for_code(Context& context, const store::SignIn& checked, Extent extent) {
  const nlohmann::json waiting = {
      {"user", checked.user.id.str()},
      {"password", to_hex(sha256(checked.password_hash))},
      {"until", to_microseconds(context.clock.now() + kMfaTokenLifetime)},
      {"readOnly", extent == Extent::kReading}};
  return {.mfa_token = Secret(context.seal.seal(kMfaPurpose, waiting.dump(), context.random)),
          .lifetime = kMfaTokenLifetime};
}

std::optional<WaitingSignIn> read_mfa_token(const Context& context, std::string_view mfa_token) {
  const auto opened = context.seal.open(kMfaPurpose, mfa_token);
  if (!opened) return std::nullopt;
  // It is of our own making, or it would not have opened.
  const auto waiting = nlohmann::json::parse(opened->reveal());
  const auto user = core::UserId::parse(waiting.at("user").get_ref<const std::string&>());
  WaitingSignIn read{
      .user = user.value_or(core::UserId()),
      .until = from_microseconds(waiting.at("until").get<std::int64_t>()),
      .extent = waiting.at("readOnly").get<bool>() ? Extent::kReading : Extent::kEverything};
  if (!from_hex(waiting.at("password").get_ref<const std::string&>(), read.password))
    return std::nullopt;
  return read;
}

/// What a sign-in for tokens comes with, beside the password.
struct TokenRequest {
  std::string_view code;
  Extent extent = Extent::kReading;
};

/// Nothing if the code is wrong, which is no error of the write: it stays in the audit.
Result<std::optional<TokenPair>> begin_if_right(Context& context, const store::SignIn& checked,
                                                const TokenRequest& request, const Visit& visit) {
  using Outcome = std::optional<TokenPair>;
  return context.database.write([&](store::WriteTransaction& tx) -> Result<Outcome> {
    const core::User user = TRY(still_right(tx, checked));
    if (!TRY(passes_second_factor(context, tx, user, request.code, visit))) return std::nullopt;
    return TRY(
        begin_token_pair(context, tx, user, {.expires_at = {}, .extent = request.extent}, visit));
  });
}

}  // namespace

Result<std::variant<TokenPair, PendingSignIn>> sign_in_for_tokens(Context& context,
                                                                  std::string_view email,
                                                                  const Secret& password,
                                                                  Extent extent,
                                                                  const Visit& visit) {
  const store::SignIn checked = TRY(check_password(context, email, password, visit));
  if (checked.user.has_second_factor) {
    password_was_right(context, checked, visit.source_ip);
    return wait_for_code(context, checked, extent);
  }
  auto pair = TRY(begin_if_right(context, checked, {.code = "", .extent = extent}, visit));
  if (!pair) return fail(wrong_sign_in());
  password_was_right(context, checked, visit.source_ip);
  return *std::move(pair);
}

Result<TokenPair> finish_sign_in_for_tokens(Context& context, std::string_view mfa_token,
                                            std::string_view code, const Visit& visit,
                                            Extent at_most) {
  const Time now = context.clock.now();
  const auto waiting = read_mfa_token(context, mfa_token);
  if (!waiting || now >= waiting->until) return fail(wrong_code());
  // The token says who it is, so the look-up is over all organizations.
  const auto present = context.database.read([&](store::ReadTransaction& tx) {
    return store::get_sign_in(tx, store::AllTenants{}, waiting->user);
  });
  if (!present || sha256(present->password_hash) != waiting->password) return fail(wrong_code());
  TRY(context.sign_ins.begin(present->user.email, visit.source_ip, now));
  const Extent extent = narrower(waiting->extent, at_most);
  auto pair = begin_if_right(context, *present, {.code = code, .extent = extent}, visit);
  if (!pair && pair.error().code() != ErrorCode::kSignInRequired) {
    context.sign_ins.uncount(present->user.email, visit.source_ip);
    return fail(pair.error());
  }
  if (!pair || !*pair) return fail(wrong_code());
  password_was_right(context, *present, visit.source_ip);
  return **std::move(pair);
}

Result<TokenPair> refresh_tokens(Context& context, std::string_view refresh_token,
                                 const Visit& visit, Extent at_most) {
  using Outcome = std::optional<TokenPair>;
  if (core::parse_key_text(refresh_token) != core::SecretKind::kOauthRefreshToken)
    return fail(no_session());
  const Digest digest = sha256(refresh_token);
  if (!TRY(may_trade(context, digest))) return fail(no_session());
  // Nothing comes of a replay, but the write is kept: what it has ended stays so.
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
    const Extent extent =
        narrower(session->read_only ? Extent::kReading : Extent::kEverything, at_most);
    return TRY(begin_token_pair(context, tx, *user,
                                {.expires_at = {}, .extent = extent, .before = session}, visit));
  }));
  if (!pair) return fail(no_session());
  return *std::move(pair);
}

}  // namespace claviger::service
