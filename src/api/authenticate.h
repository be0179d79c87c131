// Who calls: the session behind a bearer token or the session cookie, or the key that is a bearer
// token. Private to the api module.
#pragma once

#include "route.h"

#include <string>

#include "claviger/base/result.h"
#include "claviger/base/secret.h"
#include "claviger/base/time.h"
#include "claviger/core/user.h"
#include "claviger/service/verify_key.h"

namespace claviger::api {

/// Errors: kSignInRequired; kMalformedRequest for a credential sent twice; kPermissionDenied for a
/// cookie that another site's page sent along (docs/threats.md, S04). A page of this server's own
/// is one of https://HOST, or of http://HOST where HOST is localhost, 127.0.0.1 or [::1]. A call
/// with a key is counted as `metering` says.
Result<core::Principal> authenticate(const Call& call, service::Metering metering);

/// The Set-Cookie value that hands a session to a browser: host-bound, for this site's requests
/// alone, out of reach of scripts. An empty token takes it back.
[[nodiscard]] std::string session_cookie(const Secret& token, Microseconds lifetime);

}  // namespace claviger::api
