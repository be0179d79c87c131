// The provider's side of keys: which hold a grant on an API, and taking it away again.
#pragma once

#include "claviger/base/result.h"
#include "claviger/service/context.h"
#include "claviger/service/key_life.h"
#include "claviger/service/page.h"

namespace claviger::service {

/// Keys of any organization that hold a grant on the API, in the order of their creation. For those
/// who manage the API. Errors: kNotFound.
Result<Listed<KeyView>> list_consumer_keys(Context& context, const Caller& caller, core::ApiId api,
                                           const Page<core::KeyId>& page);

/// Takes the grant on the API out of a key, for ever; a key on this API alone is revoked by that.
/// For those who manage the API. Errors: kNotFound, also for a key without a grant on it;
/// kPreconditionFailed.
Result<Changed<KeyView>> withdraw_grant(Context& context, const Caller& caller, core::ApiId api,
                                        core::KeyId key, const Revocation& why);

}  // namespace claviger::service
