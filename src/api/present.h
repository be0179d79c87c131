// The JSON of the domain's things, each in one place. Private to the api module.
#pragma once

#include <nlohmann/json.hpp>

#include "claviger/core/organization.h"
#include "claviger/core/role.h"
#include "claviger/core/user.h"
#include "claviger/service/applications.h"
#include "claviger/service/catalog.h"
#include "claviger/service/gateways.h"
#include "claviger/service/keys.h"
#include "claviger/service/users.h"

namespace claviger::api {

[[nodiscard]] nlohmann::json present(const core::Organization& organization);
[[nodiscard]] nlohmann::json present(const service::UserView& view);
[[nodiscard]] nlohmann::json present(const core::Role& role);
[[nodiscard]] nlohmann::json present(const core::Session& session);
[[nodiscard]] nlohmann::json present(const service::ApplicationView& view);
[[nodiscard]] nlohmann::json present(const service::ApiView& view);
[[nodiscard]] nlohmann::json present(const service::ConsumptionSettings& settings);
[[nodiscard]] nlohmann::json present(const service::KeyView& view);

/// The same without what is its owner's own business.
[[nodiscard]] nlohmann::json present_to_provider(const service::KeyView& view);
[[nodiscard]] nlohmann::json present(const service::GatewayView& view);

/// The API with its endpoints.
[[nodiscard]] nlohmann::json present_whole(const service::ApiView& view);

/// null for a moment at the end of time, "never".
[[nodiscard]] nlohmann::json present_time(Time time);

}  // namespace claviger::api
