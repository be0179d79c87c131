// Our things as the façade shows them. Private to the api module.
#pragma once

#include "list_query.h"

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "claviger/base/id.h"
#include "claviger/service/accounts.h"
#include "claviger/service/veeam_logins.h"

namespace claviger::api::veeam {

/// "955b0b80-03b2-49fd-bf38-14785ecff0a8" (RFC 9562 §4).
[[nodiscard]] std::string uuid_text(const Uuid& uuid);

/// Reads that, in either case; nullopt for anything else.
[[nodiscard]] std::optional<Uuid> parse_uuid(std::string_view text);

/// A UserLogin, without its key.
[[nodiscard]] nlohmann::json present(const service::LoginView& login);
[[nodiscard]] Properties login_properties();

/// A User.
[[nodiscard]] nlohmann::json present(const service::AccountView& account);
[[nodiscard]] Properties account_properties();

}  // namespace claviger::api::veeam
