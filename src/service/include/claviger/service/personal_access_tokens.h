// Personal access tokens: keys of a person's own, outside the limit on active ones. What becomes of
// one is what becomes of any key (key_life.h).
#pragma once

#include "claviger/base/result.h"
#include "claviger/service/context.h"
#include "claviger/service/keys.h"
#include "claviger/service/page.h"

namespace claviger::service {

struct NewToken {
  NewKey wanted;  ///< its application is the caller's "Personal access tokens"
  /// May do whatever its user may, now and later, as far as its classes reach; names no grants.
  bool is_living = false;
};

/// Needs "Create access keys for my application". Errors: as issue_key(); kPermissionDenied if a
/// key asks for a living one.
Result<IssuedKey> issue_token(Context& context, const Caller& caller, const NewToken& token);

/// The caller's own, those that have ended too.
Result<Listed<KeyView>> list_tokens(Context& context, const Caller& caller,
                                    const Page<core::KeyId>& page);

}  // namespace claviger::service
