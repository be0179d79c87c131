// How a command ends: the codes that scripts rely on (`claviger help exit-codes`).
#pragma once

#include <string>

#include "claviger/base/error.h"

namespace claviger::cli {

enum class ExitCode : int {
  kOk = 0,
  kFailed = 1,              ///< not done, or done with an outcome that is a "no" (key verify)
  kUsage = 2,               ///< the command, or a value in it, is not valid
  kNotFound = 3,            ///< absent, or not visible to the caller
  kNotAllowed = 4,          ///< sign in first, or the permission is lacking
  kConflict = 5,            ///< the present state does not allow it
  kWaitingForApproval = 6,  ///< accepted, and done once somebody approves
  kTryAgain = 7,            ///< slow down, or the server does not answer
  kInterrupted = 130,       ///< Ctrl-C, as the shell reports it
};

/// The one place where errors, the server's and our own, become exit codes.
[[nodiscard]] ExitCode exit_code_of(ErrorCode code);

/// The page `claviger help exit-codes`.
[[nodiscard]] std::string exit_codes_page();

}  // namespace claviger::cli
