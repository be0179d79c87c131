// What a key may do, compiled and held against what the caller may give. Private to the service
// module.
#pragma once

#include <string>
#include <vector>

#include "claviger/base/result.h"
#include "claviger/core/api.h"
#include "claviger/core/service_class.h"
#include "claviger/service/context.h"
#include "claviger/store/transaction.h"

namespace claviger::service {

struct AskedGrants {
  const std::vector<core::NamedGrant>& grants;
  const std::vector<std::string>& scopes;  ///< added to every grant whose API knows them
  core::ServiceClasses classes;
};

/// Errors: kInvalidInput, naming each grant beyond the caller's rights now, beyond the key that
/// calls, or outside the classes; each API that is not there or stands twice; each unknown name.
Result<std::vector<core::Grant>> compile_grants(const store::ReadTransaction& tx,
                                                const Caller& caller, const AskedGrants& asked);

/// The grants of a token that may do whatever its user may, as far as its classes reach.
struct LivingGrants {
  std::vector<core::NamedGrant> named;
  std::vector<core::Grant> compiled;
};

[[nodiscard]] LivingGrants living_grants(core::ServiceClasses classes);

}  // namespace claviger::service
