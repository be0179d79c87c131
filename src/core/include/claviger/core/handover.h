// A handover: one user's applications go to another, who accepts.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "claviger/base/time.h"
#include "claviger/core/ids.h"

namespace claviger::core {

/// "Lapsed" is not stored: every reader computes it from the clock.
enum class HandoverStatus : std::uint8_t { kPending, kAccepted, kDeclined, kWithdrawn, kLapsed };

[[nodiscard]] std::string_view to_string(HandoverStatus status);
[[nodiscard]] std::optional<HandoverStatus> parse_handover_status(std::string_view text);

struct Handover {
  HandoverId id;
  OrganizationId organization;
  UserId from;
  UserId to;
  std::vector<ApplicationId> applications;
  HandoverStatus status = HandoverStatus::kLapsed;
  Time created_at;
  Time expires_at;
  std::optional<Time> decided_at;
};

/// The status that a reader of the clock sees.
[[nodiscard]] HandoverStatus status_at(const Handover& handover, Time now);

}  // namespace claviger::core
