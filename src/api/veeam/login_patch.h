// JSON Patch (RFC 6902) on a login, in the spellings that clients of this contract send. Private to
// the api module.
#pragma once

#include <string_view>
#include <variant>

#include <nlohmann/json.hpp>

#include "claviger/base/result.h"
#include "claviger/service/veeam_logins.h"

namespace claviger::api::veeam {

/// What a patch comes to, or the error object that tells which of its operations cannot be done.
using LoginPatch = std::variant<service::LoginChange, nlohmann::json>;

/// `login` is as it is shown. A path may lack its slash ("status"), and a status may be written in
/// any case. Everything but `status` and `description` is read-only; what changes nothing is left
/// out. All operations, or none. Errors: kMalformedRequest if the body is no patch at all.
[[nodiscard]] Result<LoginPatch> read_login_patch(std::string_view body,
                                                  const nlohmann::json& login);

}  // namespace claviger::api::veeam
