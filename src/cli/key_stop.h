// Before a key is stopped: what stops with it, and whether the user means it.
#pragma once

#include "context.h"

#include <string>
#include <string_view>

#include "claviger/base/result.h"

namespace claviger::cli {

enum class Agreement { kGiven, kAskedFor };

/// Says on standard error which key it is and what it is used for, and asks, unless the agreement
/// is given. `effect` goes on with the sentence "This …". kInvalidInput where nobody can be asked;
/// nothing is said or asked where the request is only printed.
[[nodiscard]] Result<Answer> agree(Context& context, const std::string& key,
                                   std::string_view effect, Agreement agreement);

}  // namespace claviger::cli
