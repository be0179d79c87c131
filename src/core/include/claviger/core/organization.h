// Organizations: the tenants. Each owns its users, APIs, applications and keys.
#pragma once

#include <optional>
#include <string>

#include "claviger/base/time.h"
#include "claviger/core/ids.h"
#include "claviger/core/state_view.h"
#include "claviger/core/version.h"

namespace claviger::core {

struct Organization {
  OrganizationId id;
  std::string name;
  std::optional<OrganizationId> parent;
  Standing standing = Standing::kInactive;
  Time created_at;
  Version version;
};

}  // namespace claviger::core
