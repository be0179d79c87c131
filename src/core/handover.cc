#include "claviger/core/handover.h"

#include <array>

namespace claviger::core {
namespace {

constexpr std::array<std::string_view, 5> kStatuses = {"pending", "accepted", "declined",
                                                       "withdrawn", "lapsed"};

}  // namespace

std::string_view to_string(HandoverStatus status) {
  return kStatuses[static_cast<std::size_t>(status)];
}

std::optional<HandoverStatus> parse_handover_status(std::string_view text) {
  for (std::size_t i = 0; i < kStatuses.size(); ++i) {
    if (kStatuses[i] == text) return static_cast<HandoverStatus>(i);
  }
  return std::nullopt;
}

HandoverStatus status_at(const Handover& handover, Time now) {
  const bool lapsed = handover.status == HandoverStatus::kPending && now >= handover.expires_at;
  return lapsed ? HandoverStatus::kLapsed : handover.status;
}

}  // namespace claviger::core
