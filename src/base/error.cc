#include "claviger/base/error.h"

namespace claviger {

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::kMalformedRequest:
      return "malformed-request";
    case ErrorCode::kInvalidInput:
      return "invalid-input";
    case ErrorCode::kNotEnforced:
      return "not-enforced";
    case ErrorCode::kSignInRequired:
      return "sign-in-required";
    case ErrorCode::kSecondFactorNeeded:
      return "second-factor-needed";
    case ErrorCode::kPermissionDenied:
      return "permission-denied";
    case ErrorCode::kNotFound:
      return "not-found";
    case ErrorCode::kMethodNotAllowed:
      return "method-not-allowed";
    case ErrorCode::kConflict:
      return "conflict";
    case ErrorCode::kPreconditionFailed:
      return "precondition-failed";
    case ErrorCode::kLimitReached:
      return "limit-reached";
    case ErrorCode::kTooLarge:
      return "too-large";
    case ErrorCode::kUnsupportedMediaType:
      return "unsupported-media-type";
    case ErrorCode::kTooManyRequests:
      return "too-many-requests";
    case ErrorCode::kUnavailable:
      return "unavailable";
    case ErrorCode::kInternal:
      return "internal";
  }
  return "internal";
}

Error Error::invalid(std::vector<Fault> faults) {
  std::string text = faults.front().detail.str();
  if (faults.size() > kMostFaults)
    text = "The request has " + std::to_string(faults.size()) + " faults; the first " +
           std::to_string(kMostFaults) + " are listed below.";
  else if (faults.size() > 1)
    text = "The request has " + std::to_string(faults.size()) + " faults; each is listed below.";
  Error error(ErrorCode::kInvalidInput, PublicText(std::move(text)), {});
  if (faults.size() > kMostFaults) faults.erase(faults.begin() + kMostFaults, faults.end());
  error.faults_ = std::move(faults);
  return error;
}

Error Error::too_often(std::string public_text, RateLimit limit) {
  Error error(ErrorCode::kTooManyRequests, PublicText(std::move(public_text)), {});
  error.rate_limit_ = std::move(limit);
  return error;
}

Error Error::internal(std::string internal_text) {
  return {ErrorCode::kInternal,
          PublicText("The server failed to carry this out. Nothing was changed; the operator finds "
                     "the cause in the log under the request id."),
          std::move(internal_text)};
}

Error Error::unavailable(std::string internal_text) {
  return {ErrorCode::kUnavailable,
          PublicText("The server cannot answer just now. Try again in a moment."),
          std::move(internal_text)};
}

}  // namespace claviger
