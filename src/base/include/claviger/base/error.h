// What can go wrong, and the two kinds of text that tell of it.
//
// A refusal by the product's rules (a key that is expired, a call out of scope) is no Error: it is
// a value of its own type. An Error says that an operation was not carried out.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace claviger {

/// Every way in which an operation of ours ends without its effect. http/problem.cc maps each to
/// one HTTP status by a switch without default, so that a new one cannot be forgotten there.
enum class ErrorCode {
  kMalformedRequest,  ///< the message itself cannot be read: syntax, encoding, framing
  kInvalidInput,      ///< readable, but a value breaks a rule; faults() name each place
  kNotEnforced,       ///< a valid attribute that the gateway would not honour: refused, not ignored
  kSignInRequired,    ///< no credential, or none that is valid
  kSecondFactorNeeded,    ///< the password is right, and the account needs a code as well
  kPermissionDenied,      ///< a valid credential without the right to do this
  kNotFound,              ///< absent, or not visible to the caller: the two look alike
  kMethodNotAllowed,      ///< the path exists, the method does not
  kConflict,              ///< the object's present state does not allow it
  kPreconditionFailed,    ///< the object is no longer the one that the caller has seen
  kLimitReached,          ///< a limit on numbers is used up
  kTooLarge,              ///< more bytes than this route takes
  kUnsupportedMediaType,  ///< a Content-Type that this route does not read
  kTooManyRequests,       ///< slow down; worth trying again later
  kUnavailable,           ///< something that we depend on does not answer; worth trying again
  kInternal,              ///< a defect or a broken disk: the caller learns no more than that
};

/// The code's name in problem documents and in the log: "not-found".
[[nodiscard]] std::string_view to_string(ErrorCode code);

/// A sentence that whoever asked may read: what was wrong, where, what to do. Its own type, so that
/// an internal text (SQL, paths, addresses) cannot slip into an answer.
class PublicText {
 public:
  explicit PublicText(std::string text) : text_(std::move(text)) {}

  [[nodiscard]] const std::string& str() const { return text_; }

  bool operator==(const PublicText&) const = default;

 private:
  std::string text_;
};

/// One wrong place in an input.
struct Fault {
  std::string pointer;  ///< JSON Pointer (RFC 6901) into the body, or the name of a query parameter
  std::string code;     ///< stable, for programs: "unknown-field"
  PublicText detail;
};

/// Most faults that one refusal names: enough to mend by, and an answer should not outgrow its
/// question.
inline constexpr std::size_t kMostFaults = 100;

/// How often something may be done, as a refusal tells it (draft-ietf-httpapi-ratelimit-headers).
struct RateLimit {
  std::string policy;  ///< its name: "sign-in"
  int quota = 0;       ///< so many …
  std::chrono::seconds window{0};
  std::chrono::seconds retry_after{0};
};

class [[nodiscard]] Error {
 public:
  /// Something that the caller can understand and mend.
  static Error refused(ErrorCode code, std::string public_text) {
    return Error(code, PublicText(std::move(public_text)), {});
  }

  /// Wrong input, with every wrong place up to kMostFaults; `faults` is not empty.
  static Error invalid(std::vector<Fault> faults);

  /// Too often; the caller is told when to come again.
  static Error too_often(std::string public_text, RateLimit limit);

  /// Something that only the operator can mend; `internal_text` goes to the log and nowhere else.
  static Error internal(std::string internal_text);

  /// A dependency that does not answer now; `internal_text` goes to the log and nowhere else.
  static Error unavailable(std::string internal_text);

  [[nodiscard]] ErrorCode code() const { return code_; }

  [[nodiscard]] const PublicText& public_text() const { return public_text_; }

  [[nodiscard]] const std::string& internal_text() const { return internal_text_; }

  [[nodiscard]] const std::vector<Fault>& faults() const { return faults_; }

  /// The limit that was overstepped, if it was one.
  [[nodiscard]] const std::optional<RateLimit>& rate_limit() const { return rate_limit_; }

  /// Adds a wrong place to the error.
  [[nodiscard]] Error with(Fault fault) && {
    faults_.push_back(std::move(fault));
    return std::move(*this);
  }

 private:
  Error(ErrorCode code, PublicText public_text, std::string internal_text)
      : code_(code),
        public_text_(std::move(public_text)),
        internal_text_(std::move(internal_text)) {}

  ErrorCode code_;
  PublicText public_text_;
  std::string internal_text_;
  std::vector<Fault> faults_;
  std::optional<RateLimit> rate_limit_;
};

}  // namespace claviger
