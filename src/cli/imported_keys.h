// Keys of another system, as a file lists them, on their way into the body of an import.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "claviger/base/result.h"
#include "claviger/base/time.h"

namespace claviger::cli {

/// The keys in `text`: a JSON array of them, an object that has it as "keys", or CSV. `grants` are
/// those of every key that names none; null: there are none. CSV has a line of titles: "name", and
/// "secret" or "sha256", "length" and "alphabet"; also "description", "expires" and "from" (ranges
/// with spaces between them). kInvalidInput in a sentence that repeats no secret.
[[nodiscard]] Result<nlohmann::json> imported_keys(std::string_view text,
                                                   const nlohmann::json& grants, Time now);

/// The same keys without their secrets, to be shown.
[[nodiscard]] nlohmann::json without_secrets(nlohmann::json keys);

}  // namespace claviger::cli
