// Organizations: the tenants. Each owns its users, APIs, applications and keys. They form one tree,
// under the organization that an installation begins with.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "claviger/base/time.h"
#include "claviger/core/ids.h"
#include "claviger/core/version.h"

namespace claviger::core {

/// Of organizations and of users. What is deleted looks absent, and stays as a row for what names
/// it.
enum class AccountStatus : std::uint8_t { kDisabled, kEnabled, kDeleted };

[[nodiscard]] std::string_view to_string(AccountStatus status);
[[nodiscard]] std::optional<AccountStatus> parse_account_status(std::string_view text);

/// The highest number that a limit can be, short of unlimited.
inline constexpr int kHighestActiveLimit = 1'000'000;

/// How many active applications and keys there may be at once; nullopt: any number.
struct ActiveLimits {
  std::optional<int> applications_per_user = 10;
  std::optional<int> keys_per_application = 10;

  auto operator<=>(const ActiveLimits&) const = default;
};

struct Organization {
  OrganizationId id;
  std::string name;
  std::optional<OrganizationId> parent;  ///< nullopt: the first organization alone
  AccountStatus status = AccountStatus::kDisabled;
  ActiveLimits limits;
  bool is_stopped_from_above = false;  ///< one above it is disabled
  Time created_at;
  Version version;

  /// True if its users may sign in and its keys work: it is enabled, and all above it are.
  [[nodiscard]] bool is_active() const {
    return status == AccountStatus::kEnabled && !is_stopped_from_above;
  }
};

}  // namespace claviger::core
