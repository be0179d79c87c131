#include "claviger/core/organization.h"

#include <array>

namespace claviger::core {
namespace {

constexpr std::array<std::string_view, 3> kStatuses = {"disabled", "enabled", "deleted"};

}  // namespace

std::string_view to_string(AccountStatus status) {
  return kStatuses[static_cast<std::size_t>(status)];
}

std::optional<AccountStatus> parse_account_status(std::string_view text) {
  for (std::size_t i = 0; i < kStatuses.size(); ++i) {
    if (kStatuses[i] == text) return static_cast<AccountStatus>(i);
  }
  return std::nullopt;
}

}  // namespace claviger::core
