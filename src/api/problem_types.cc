#include "problem_types.h"

#include <algorithm>
#include <array>

#include "claviger/base/error.h"
#include "claviger/core/reason.h"
#include "claviger/core/refusal.h"
#include "claviger/http/problem.h"

namespace claviger::api {
namespace {

template <class Cause>
struct Advice {
  Cause cause;
  std::string_view meaning;
  std::string_view remedy;
};

using core::Reason;
using core::RequestFault;
using http::MessageFault;

constexpr std::array<Advice<ErrorCode>, http::kErrorCodeCount> kErrors = {{
    {ErrorCode::kMalformedRequest,
     "The request cannot be read, or could be read in more than one way: its syntax, its encoding, "
     "a header that stands twice.",
     "Read in \"detail\" which part it is, and send that part once and in its proper form."},
    {ErrorCode::kInvalidInput,
     "The request can be read, but a value in it breaks a rule, is not known, or is missing.",
     "Each entry of \"errors\" names one wrong place, by a JSON Pointer into the body or by the "
     "name "
     "of a parameter, and what belongs there."},
    {ErrorCode::kNotEnforced,
     "The attribute is valid, but this version would not enforce it, and nothing is accepted and "
     "ignored.",
     "Leave the attribute out."},
    {ErrorCode::kSignInRequired,
     "The request has no credential, or none that is valid here: a session that has ended, a key "
     "that is revoked, a text that is none of ours.",
     "Sign in, or send a valid key, as \"Authorization: Bearer ...\"."},
    {ErrorCode::kSecondFactorNeeded,
     "The password is right, and the account needs a code of its second factor as well.",
     "Send the same again with \"code\": the six digits that the authenticator shows, or one of "
     "the recovery codes."},
    {ErrorCode::kPermissionDenied, "The credential is valid, but does not permit this operation.",
     "\"detail\" names what is lacking. An administrator of the organization can grant a "
     "permission; "
     "a key needs its scope as well, and a read-only key sends GET and HEAD alone."},
    {ErrorCode::kNotFound,
     "Nothing is there under this path or id, or nothing that is visible to whoever asks: the two "
     "look alike.",
     "Check the path and the id, and with whose credential the request was sent."},
    {ErrorCode::kMethodNotAllowed, "The path exists, but not with this method.",
     "The header \"Allow\" lists the methods that it has."},
    {ErrorCode::kConflict,
     "The present state of the thing does not allow this: it is revoked, has such a name already, "
     "or the first request under the same Idempotency-Key is still at work.",
     "Read in \"detail\" what is in the way, look at the thing as it is now, and decide anew."},
    {ErrorCode::kPreconditionFailed,
     "The thing was changed since it was read: If-Match names another version.",
     "Read it again, look at what has changed, and send the change with the new ETag."},
    {ErrorCode::kLimitReached, "A limit on numbers is used up, and nothing was made.",
     "Revoke or delete what is not needed any more, or ask an administrator for a higher limit."},
    {ErrorCode::kTooLarge, "The body has more bytes than this operation takes.",
     "Send less at once. An operation without a body takes none at all."},
    {ErrorCode::kUnsupportedMediaType,
     "The body is of a media type that this operation does not read, or is compressed.",
     "Send it as \"detail\" says, in most cases as \"Content-Type: application/json\", and without "
     "a "
     "Content-Encoding."},
    {ErrorCode::kTooManyRequests,
     "This was asked too often, or too many ask for it at this moment.",
     "Wait as many seconds as the header \"Retry-After\" says."},
    {ErrorCode::kUnavailable,
     "The server cannot answer just now: it has too much to do, or something that it needs does "
     "not "
     "answer.",
     "Try again after as many seconds as the header \"Retry-After\" says. A change may or may not "
     "have happened. Under the same Idempotency-Key it is not carried out twice; a 409 then means "
     "that the first one ended without an answer: look at the thing."},
    {ErrorCode::kInternal, "The server failed, by a defect or a broken disk.",
     "Tell the operator the \"requestId\": the log says under it what happened."},
}};

constexpr std::array<Advice<MessageFault>, http::kMessageFaultCount> kMessageFaults = {{
    {MessageFault::kTimeout,
     "The request did not arrive completely in the time that the server waits.",
     "Send it again. If that happens often, the network between is slow or loses packets."},
    {MessageFault::kExpectation, "The request has an Expect header that the server does not meet.",
     "Leave the header out. \"100-continue\" is the only one that is met."},
    {MessageFault::kLargeHead,
     "The request line and the headers together are larger than the server reads.",
     "Send fewer or shorter headers; large cookies of other sites on the same host are a usual "
     "cause."},
}};

/// All but the two that allow.
constexpr std::size_t kRefusalCount = core::kReasonCount - 2;

constexpr std::string_view kTryAgain =
    "Try again in a moment. If it stays so, the operator finds the cause in the log of the "
    "gateway.";
constexpr std::string_view kAnotherKey = "Use another key, or make one.";
constexpr std::string_view kAskAdministrator = "Ask an administrator of the organization.";

constexpr std::array<Advice<Reason>, kRefusalCount> kReasons = {{
    {Reason::kUndecided, "The gateway came to no decision on this call, and so refused it.",
     kTryAgain},
    {Reason::kStateUnavailable,
     "The gateway has no state to decide by: none has arrived yet, or it cannot be used.",
     kTryAgain},
    {Reason::kStateUnreadable, "The gateway could not read a part of the state that it decides by.",
     kTryAgain},
    {Reason::kStateStale,
     "The gateway has not heard from its server for longer than the API allows.",
     "Try again later. The operator sees to it that the gateway reaches its server."},
    {Reason::kApiUnknown,
     "The gateway's configuration names an API that the catalog does not have.",
     "The operator mends the name in the configuration, or imports the API."},
    {Reason::kPathNotCanonical,
     "The path of the call can be read in more than one way, and what is behind the gateway might "
     "read it otherwise.",
     "Send it without \"//\", \"/./\", \"/../\", encoded slashes, and encodings that are not "
     "needed."},
    {Reason::kMethodUnknown, "The method of the call is none that can be granted.",
     "Use GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS, in upper case."},
    {Reason::kMethodOverridden,
     "The call asks what is behind the gateway to take it for one with another method.",
     "Send the method itself."},
    {Reason::kCredentialRepeated, "The credential stands in the call more than once.",
     "Send it exactly once."},
    {Reason::kCredentialsInTwoPlaces, "The call has credentials in two places.",
     "Send one, in one place."},
    {Reason::kCredentialMissing, "The call has no credential.",
     "Send a key, as \"Authorization: Bearer ...\" or in the header that the API names."},
    {Reason::kCredentialUnknown,
     "The call has no credential, or one that is not known: mistyped, cut off, of another "
     "installation, or of another kind than this place takes.",
     "Compare the key with the one that was shown when it was made. A key that was made this very "
     "moment may need another."},
    {Reason::kKeyRevoked,
     "The key, or the secret of it that was presented, was revoked, which is final.", kAnotherKey},
    {Reason::kSecretRetired,
     "The key has a new secret, and the time for which the old one was to go on is over.",
     "Use the new secret."},
    {Reason::kKeyDisabled, "The key is disabled for the time being.",
     "Whoever may disable the key can enable it again."},
    {Reason::kKeyNotYetValid, "The time from which the key is valid has not come.",
     "Wait until then, or use another key."},
    {Reason::kKeyExpired, "The time until which the key was valid is over.",
     "Renew the key, which keeps its secret, or use another one."},
    {Reason::kApplicationInactive, "The application that the key belongs to was revoked.",
     "Use a key of another application."},
    {Reason::kOwnerInactive, "The owner of the key's application is disabled or deleted.",
     kAskAdministrator},
    {Reason::kMakerInactive, "The user who made the key is disabled or deleted.",
     kAskAdministrator},
    {Reason::kOrganizationInactive, "The organization that the key belongs to is disabled.",
     kAskAdministrator},
    {Reason::kApiInactive, "The API does not take calls.", "Ask the provider of the API."},
    {Reason::kApiNotGranted, "The key grants nothing on this API.",
     "Make a key with a grant on it, or a successor of this one."},
    {Reason::kEndpointUnknown, "The API has no such endpoint with this method.",
     "Compare path and method with the endpoints of the API in the catalog."},
    {Reason::kEndpointNotGranted, "The key does not grant this endpoint with this method.",
     "Make a key that does, or a successor of this one."},
    {Reason::kKeyReadOnly, "The key is read-only.",
     "Call with GET or HEAD, or make a key that is not read-only."},
    {Reason::kScopeMissing, "The endpoint needs a scope that the key does not have.",
     "Make a key that has it, or a successor of this one."},
    {Reason::kMakerLacksRight,
     "The key grants this call, but the user who made it does not hold the right to it any more.",
     "Ask an administrator of the organization to give the right back, or have somebody who holds "
     "it make a key."},
    {Reason::kAddressNotAllowed, "The key may not be used from this address.",
     "Call from one of the networks that the key names, or change the list."},
}};

constexpr std::array<Advice<RequestFault>, core::kRequestFaultCount> kFaults = {{
    {RequestFault::kHttpVersion, "The gateway does not speak this version of HTTP.",
     "Use HTTP/1.1, HTTP/1.0 or HTTP/2."},
    {RequestFault::kTwoHosts, "The target of the request and its Host header name different hosts.",
     "Name one host."},
    {RequestFault::kOtherTlsName,
     "The connection was opened for another host than the one that the request names.",
     "Send the request on a connection of its own."},
}};

template <class Cause, std::size_t kCount>
constexpr bool are_in_order(const std::array<Advice<Cause>, kCount>& advice) {
  for (std::size_t i = 0; i < kCount; ++i) {
    if (static_cast<std::size_t>(advice[i].cause) != i || advice[i].remedy.empty()) return false;
  }
  return true;
}

static_assert(are_in_order(kErrors), "one piece of advice per code, in the enumeration's order");
static_assert(are_in_order(kMessageFaults), "one per fault, in the enumeration's order");
static_assert(are_in_order(kReasons), "one per reason to refuse, in the enumeration's order");
static_assert(are_in_order(kFaults), "one per fault, in the enumeration's order");
static_assert(core::is_allowed(static_cast<Reason>(kRefusalCount)), "every refusal is above");

std::vector<ProblemType> make_problem_types() {
  std::vector<ProblemType> types;
  const auto add_servers = [&](const auto& table) {
    for (const auto& [cause, meaning, remedy] : table)
      types.push_back(
          {to_string(cause), http::title_of(cause), http::status_of(cause), meaning, remedy});
  };
  const auto add_gateways = [&](const auto& table) {
    for (const auto& [cause, meaning, remedy] : table) {
      const int status = core::http_status(cause);
      types.push_back(
          {core::to_string(cause), core::title_of_refusal(status), status, meaning, remedy});
    }
  };
  add_servers(kErrors);
  add_servers(kMessageFaults);
  add_gateways(kReasons);
  add_gateways(kFaults);
  std::sort(types.begin(), types.end(),
            [](const ProblemType& a, const ProblemType& b) { return a.code < b.code; });
  return types;
}

}  // namespace

const std::vector<ProblemType>& problem_types() {
  static const std::vector<ProblemType> types = make_problem_types();
  return types;
}

const ProblemType* find_problem_type(std::string_view code) {
  const auto& types = problem_types();
  const auto found = std::find_if(types.begin(), types.end(),
                                  [code](const ProblemType& type) { return type.code == code; });
  return found == types.end() ? nullptr : &*found;
}

}  // namespace claviger::api
