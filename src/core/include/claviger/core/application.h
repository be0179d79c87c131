// Applications: named groups of access keys.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "claviger/base/time.h"
#include "claviger/core/ids.h"
#include "claviger/core/version.h"

namespace claviger::core {

enum class ApplicationStatus : std::uint8_t { kActive, kRevoked };

enum class ApplicationUse : std::uint8_t {
  kUsual,
  kPersonalTokens,  ///< its owner's personal access tokens; outside the limits on active ones
};

struct Application {
  ApplicationId id;
  OrganizationId organization;
  UserId owner;
  std::string name;
  std::string description;
  ApplicationUse use = ApplicationUse::kUsual;
  ApplicationStatus status = ApplicationStatus::kRevoked;
  Time created_at;
  Version version;
};

}  // namespace claviger::core
