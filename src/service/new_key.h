// A key on its way into the database, whatever it comes from: a secret made here, one brought along
// from another system, an older key. Private to the service module.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "claviger/base/result.h"
#include "claviger/core/access_key.h"
#include "claviger/core/application.h"
#include "claviger/service/context.h"
#include "claviger/service/keys.h"
#include "claviger/store/transaction.h"

namespace claviger::service {

struct KeyToMake {
  const NewKey& wanted;
  const std::vector<core::Grant>& grants;  ///< what is wanted, compiled
  core::KeyId id;
  core::SecretKind kind = core::SecretKind::kAccessKey;
  core::KeySecret secret;
  core::KeyHint hint;
  const core::AccessKey* predecessor = nullptr;  ///< as it was before it was handed on
  std::string_view audited_as = "key.create";
};

/// The application, if it is active and the caller may make keys for it. Errors: kNotFound;
/// kPermissionDenied; kConflict if it is revoked, or if it takes personal access tokens alone.
Result<core::Application> application_for_keys(const store::ReadTransaction& tx,
                                               const Caller& caller, core::ApplicationId id);

/// A successor ends with its predecessor unless an expiry is asked for. Errors: kInvalidInput as
/// end_of(), and for an expiry beyond the key that calls; kLimitReached; kConflict for a secret
/// that is known.
Result<core::AccessKey> make_key(Context& context, store::WriteTransaction& tx,
                                 const Caller& caller, const core::Application& application,
                                 const KeyToMake& made);

/// What can be made of a key without a row, beside the writer: there is one, and others wait for
/// it.
struct PreparedKey {
  core::KeyId id;
  Secret secret;
  core::KeySecret stored;
};

[[nodiscard]] PreparedKey prepare_key(Context& context, core::SecretKind kind);

[[nodiscard]] KeyToMake key_to_make(const NewKey& wanted, const std::vector<core::Grant>& grants,
                                    const PreparedKey& prepared);

/// The answer, once the key works at the gateways that report to this server in time; any other may
/// refuse it for a moment.
[[nodiscard]] IssuedKey shown_key(Context& context, core::AccessKey key, Secret secret);

}  // namespace claviger::service
