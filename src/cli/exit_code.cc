#include "claviger/cli/exit_code.h"

namespace claviger::cli {

ExitCode exit_code_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kMalformedRequest:
    case ErrorCode::kInvalidInput:
    case ErrorCode::kNotEnforced:
      return ExitCode::kUsage;
    case ErrorCode::kSignInRequired:
    case ErrorCode::kSecondFactorNeeded:
    case ErrorCode::kPermissionDenied:
      return ExitCode::kNotAllowed;
    case ErrorCode::kNotFound:
      return ExitCode::kNotFound;
    // A limit on numbers is state: trying again changes nothing, revoking a key does.
    case ErrorCode::kConflict:
    case ErrorCode::kPreconditionFailed:
    case ErrorCode::kLimitReached:
      return ExitCode::kConflict;
    case ErrorCode::kTooManyRequests:
    case ErrorCode::kUnavailable:
      return ExitCode::kTryAgain;
    case ErrorCode::kMethodNotAllowed:
    case ErrorCode::kTooLarge:
    case ErrorCode::kUnsupportedMediaType:
    case ErrorCode::kInternal:
      return ExitCode::kFailed;
  }
  return ExitCode::kFailed;
}

std::string exit_codes_page() {
  return R"(Exit codes of claviger

    0  ok
    1  failed; for key verify, key inspect, audit verify and doctor also: the answer is no;
       with --wait: not every gateway confirmed in time
    2  the command or a value in it is not valid, whether claviger or the server found it
    3  not found, or not visible to you
    4  sign-in needed, or not allowed
    5  conflict: the present state does not allow it, or a limit on numbers is used up
    6  accepted, but waiting for approval
    7  too many requests, or the server does not answer: worth trying again
  130  interrupted (Ctrl-C)

Data goes to standard output and everything else to standard error, so that a script can
read the one and keep the other:

  if ! key=$(claviger key create ci --app billing --api orders --endpoint '*' --secret-only); then
    echo "no key: exit code $?" >&2
  fi
)";
}

}  // namespace claviger::cli
