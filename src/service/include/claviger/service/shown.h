// How things are shown as JSON where the API and the audit say the same of them: an object of the
// fields that somebody sets, by the names of the API's resources.
#pragma once

#include <optional>
#include <vector>

#include <nlohmann/json.hpp>

#include "claviger/base/time.h"
#include "claviger/core/access_key.h"
#include "claviger/core/api.h"
#include "claviger/core/application.h"
#include "claviger/core/network.h"
#include "claviger/core/organization.h"
#include "claviger/core/permission.h"
#include "claviger/core/role.h"
#include "claviger/core/user.h"
#include "claviger/service/catalog.h"
#include "claviger/service/users.h"

namespace claviger::service {

/// null for a moment at the end of time, "never", and at its beginning, "always".
[[nodiscard]] nlohmann::json shown(Time time);

[[nodiscard]] nlohmann::json shown(core::PermissionSet permissions);
[[nodiscard]] nlohmann::json shown(const core::NamedGrant& grant);
[[nodiscard]] nlohmann::json shown(const std::vector<core::NamedGrant>& grants);

/// null: from anywhere.
[[nodiscard]] nlohmann::json shown(const std::optional<std::vector<core::Network>>& networks);

[[nodiscard]] nlohmann::json shown(const core::Organization& organization);
[[nodiscard]] nlohmann::json shown(const UserView& view);
[[nodiscard]] nlohmann::json shown(const core::Role& role);
[[nodiscard]] nlohmann::json shown(const core::Session& session);
[[nodiscard]] nlohmann::json shown(const core::Application& application);

/// Without its endpoints.
[[nodiscard]] nlohmann::json shown(const core::Api& api);

/// null: none is set.
[[nodiscard]] nlohmann::json shown(const std::optional<core::Interval>& interval);

[[nodiscard]] nlohmann::json shown(const core::ConsumerRight& consumer);
[[nodiscard]] nlohmann::json shown(const ConsumptionSettings& settings);

/// What the key is and may do, and not what became of it.
[[nodiscard]] nlohmann::json shown(const core::AccessKey& key);

}  // namespace claviger::service
