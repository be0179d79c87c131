// Keys of other systems, taken over with the secrets that their holders already have.
#pragma once

#include <vector>

#include "claviger/base/result.h"
#include "claviger/core/foreign_secret.h"
#include "claviger/service/context.h"
#include "claviger/service/keys.h"

namespace claviger::service {

/// Most keys of one request.
inline constexpr std::size_t kMostImportedKeys = 100;

struct ImportedKey {
  NewKey wanted;
  core::ForeignSecret secret;
};

/// Takes all of them or none. Needs Create. Errors: as issue_key(), with pointers below `/keys/N`;
/// kConflict with a fault at `/keys/N/secret` for each that is a key's already, whoever's it is.
Result<Changed<std::vector<KeyView>>> import_keys(Context& context, const Caller& caller,
                                                  const std::vector<ImportedKey>& keys);

}  // namespace claviger::service
