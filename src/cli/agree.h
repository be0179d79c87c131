// Before something stops: what it is, and whether that is meant.
#pragma once

#include "change.h"
#include "context.h"

#include <functional>
#include <string>
#include <string_view>

#include "claviger/base/result.h"
#include "claviger/cli/command.h"

namespace claviger::cli {

/// What will be stopped, in a sentence.
using About = std::function<Result<std::string>(Session&)>;

/// Says what it is about to people, and asks them unless they have agreed; a dry run needs neither.
/// `effect` goes on after "This ": "revokes it for ever". kNo: they do not want it, and have been
/// told that nothing was changed. kInvalidInput if nobody can be asked.
[[nodiscard]] Result<Answer> agree(Context& context, const About& about, std::string_view effect,
                                   const ChangeOptions& options);

/// --yes, written into `options`.
[[nodiscard]] Argument yes_argument(ChangeOptions& options);

/// "1 key", "2 keys".
[[nodiscard]] std::string counted(long long number, std::string_view word);

}  // namespace claviger::cli
