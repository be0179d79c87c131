// A session as it begins, and when it ends. Private to the service module.
#pragma once

#include <optional>

#include <nlohmann/json_fwd.hpp>

#include "claviger/base/digest.h"
#include "claviger/base/result.h"
#include "claviger/core/user.h"
#include "claviger/service/context.h"
#include "claviger/service/sessions.h"
#include "claviger/store/transaction.h"

namespace claviger::service {

/// More than anybody is signed in at a time; each is a row.
inline constexpr int kMostSessionsOfUser = 100;

[[nodiscard]] Error no_session();

/// What the audit tells of a session.
[[nodiscard]] nlohmann::json audited(const core::Session& session);

/// True if the user, the user's organization and all above that are enabled.
Result<bool> may_come_in(const store::ReadTransaction& tx, const core::User& user);

/// True if the session's token authorises nothing any more.
[[nodiscard]] bool has_ended(const core::Session& session, const SessionPolicy& policy, Time now);

/// How a session is to be, apart from whose it is.
struct SessionTerms {
  Digest token{};
  Time expires_at;
  Extent extent = Extent::kReading;
  std::optional<Digest> refresh_token = {};
  Time refreshable_until = kStartOfTime;
  /// The session that is traded for this one; nullopt for a sign-in.
  std::optional<core::Session> before = {};
};

/// Stores it with its line in the audit. The user's oldest session ends where there are too many.
Result<core::Session> begin_session(Context& context, store::WriteTransaction& tx,
                                    const core::User& user, const SessionTerms& terms,
                                    const Visit& visit);

}  // namespace claviger::service
