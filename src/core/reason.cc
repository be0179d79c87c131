#include "claviger/core/reason.h"

#include <array>

namespace claviger::core {
namespace {

struct Text {
  Reason reason;
  int status;
  std::string_view name;
  std::string_view sentence;
};

constexpr std::array<Text, kReasonCount> kTexts = {{
    {Reason::kUndecided, 503, "undecided", "No decision was made on this call. Try again."},
    {Reason::kStateUnavailable, 503, "state-unavailable",
     "The gateway has no valid keyring. Try again in a moment."},
    {Reason::kStateUnreadable, 503, "state-unreadable",
     "The gateway could not read its keyring. Try again in a moment."},
    {Reason::kStateStale, 503, "state-stale",
     "The gateway has not heard from its server for too long to decide. Try again later."},
    {Reason::kApiUnknown, 503, "api-unknown",
     "The gateway guards an API that the catalog does not have. Its operator must mend that."},
    {Reason::kPathNotCanonical, 400, "path-not-canonical",
     "The path can be read in more than one way. Send it in canonical form."},
    {Reason::kMethodUnknown, 400, "method-unknown",
     "The method is not one of GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS, in upper case."},
    {Reason::kMethodOverridden, 400, "method-overridden",
     "The query names another method (_method). Send the method itself."},
    {Reason::kCredentialRepeated, 400, "credential-repeated",
     "The credential is sent more than once. Send it exactly once."},
    {Reason::kCredentialsInTwoPlaces, 400, "credentials-in-two-places",
     "Credentials are sent in two places. Send one, in one place."},
    {Reason::kCredentialMissing, 401, "credential-missing", "A valid credential is needed."},
    {Reason::kCredentialUnknown, 401, "credential-unknown", "A valid credential is needed."},
    {Reason::kKeyRevoked, 401, "key-revoked",
     "This key, or this secret of it, is revoked. Use another one."},
    {Reason::kSecretRetired, 401, "secret-retired",
     "This key was rotated and the old secret has ended. Use the new one."},
    {Reason::kKeyDisabled, 401, "key-disabled", "This key is disabled. Enable it or use another."},
    {Reason::kKeyNotYetValid, 401, "key-not-yet-valid", "This key is not valid yet."},
    {Reason::kKeyExpired, 401, "key-expired", "This key has expired. Renew it or use another."},
    {Reason::kApplicationInactive, 401, "application-inactive",
     "The application of this key is revoked. Use a key of another application."},
    {Reason::kOwnerInactive, 401, "owner-inactive",
     "The owner of this key's application is disabled. Ask an administrator."},
    {Reason::kMakerInactive, 401, "maker-inactive",
     "The user who made this key is disabled. Ask an administrator."},
    {Reason::kOrganizationInactive, 401, "organization-inactive",
     "The organization of this key is suspended. Ask an administrator."},
    {Reason::kApiInactive, 403, "api-inactive", "This API is not active."},
    {Reason::kApiNotGranted, 403, "api-not-granted",
     "This key holds no grant on this API. Make a key that does."},
    {Reason::kEndpointUnknown, 403, "endpoint-unknown",
     "This API has no such endpoint with this method."},
    {Reason::kEndpointNotGranted, 403, "endpoint-not-granted",
     "This key does not grant this endpoint with this method. Make a key that does."},
    {Reason::kKeyReadOnly, 403, "key-read-only", "This key is read-only: GET and HEAD."},
    {Reason::kScopeMissing, 403, "scope-missing",
     "This key lacks a scope that the endpoint needs. Make a key that has it."},
    {Reason::kMakerLacksRight, 403, "maker-lacks-right",
     "The user who made this key no longer holds the right to this call. Ask an administrator."},
    {Reason::kAddressNotAllowed, 403, "address-not-allowed",
     "This key may not be used from this address."},
    {Reason::kAllowed, 200, "allowed", "The call is allowed."},
    {Reason::kPreflight, 200, "preflight", "A CORS preflight needs no credential here."},
}};

constexpr bool texts_are_in_order() {
  for (std::size_t i = 0; i < kTexts.size(); ++i) {
    if (static_cast<std::size_t>(kTexts[i].reason) != i) return false;
  }
  return true;
}

static_assert(texts_are_in_order(), "one text per reason, in the order of the enumeration");

const Text& text_of(Reason reason) {
  const auto index = static_cast<std::size_t>(reason);
  return kTexts[index < kTexts.size() ? index : 0];
}

}  // namespace

std::string_view to_string(Reason reason) {
  return text_of(reason).name;
}

std::string_view explain(Reason reason) {
  return text_of(reason).sentence;
}

int http_status(Reason reason) {
  return text_of(reason).status;
}

}  // namespace claviger::core
