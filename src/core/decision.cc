#include "claviger/core/decision.h"

#include <algorithm>
#include <array>
#include <optional>

#include "claviger/core/access_key.h"
#include "claviger/core/key_text.h"

namespace claviger::core {
namespace {

/// One decision under way. Each step answers kAllowed to go on, or the reason to refuse.
class Judge {
 public:
  Judge(const RawRequest& raw, std::string_view api_name, const StateView& state, Time now,
        Sha256& sha256)
      : raw_(raw), api_name_(api_name), state_(state), now_(now), sha256_(sha256) {}

  Decision judge() {
    using Step = Reason (Judge::*)();
    // In the order of ARCHITECTURE.md, "The life of a call".
    static constexpr std::array<Step, 10> kSteps = {
        &Judge::state_is_there_and_fresh,    // or 503
        &Judge::request_is_canonical,        // or 400
        &Judge::preflight_passes,            // then nothing else is asked
        &Judge::credential_is_known,         // or 401
        &Judge::key_is_there,                // or 503
        &Judge::key_is_valid_now,            // or 401
        &Judge::everything_named_is_active,  // or 401
        &Judge::key_grants_the_call,         // or 403
        &Judge::maker_holds_the_right,       // or 403
        &Judge::address_is_allowed,          // or 403
    };
    for (const Step step : kSteps) {
      decision_.reason = (this->*step)();
      if (decision_.reason != Reason::kAllowed) return decision_;
    }
    decision_.scopes = granted_scopes_ & held_scopes_;
    return decision_;
  }

 private:
  Reason state_is_there_and_fresh() {
    const Found<Time> fresh_until = state_.fresh_until();
    if (!fresh_until.is_found()) return Reason::kStateUnavailable;
    api_ = state_.api(api_name_);
    if (api_.is_absent()) return Reason::kApiUnknown;
    if (!api_.is_found()) return Reason::kStateUnreadable;
    decision_.api = api_->number;
    const bool stale = api_->max_staleness != kServeAlways && now_ > *fresh_until &&
                       now_ - *fresh_until > api_->max_staleness;
    return stale ? Reason::kStateStale : Reason::kAllowed;
  }

  Reason request_is_canonical() {
    const CanonicalResult result = canonicalise(raw_, api_->carriers);
    request_ = result.request;
    decision_.carrier = request_.carrier;
    return result.refusal;
  }

  Reason preflight_passes() {
    const bool passes = request_.is_preflight && api_->lets_preflight_through &&
                        api_->standing == Standing::kActive;
    return passes ? Reason::kPreflight : Reason::kAllowed;
  }

  /// Hashes and looks up whatever was presented, well-formed or not, so that all that is refused
  /// here takes the same work (docs/threats.md, K09).
  Reason credential_is_known() {
    const std::string_view text = request_.credential;
    digest_ = sha256_.of(text.substr(0, kMaxCredentialBytes));
    state_.prefetch(digest_);
    const bool is_taken = is_text_taken(text);
    secret_ = state_.secret(digest_);
    if (text.empty()) return Reason::kCredentialMissing;
    if (!is_taken) return Reason::kCredentialUnknown;
    if (secret_.is_absent()) return Reason::kCredentialUnknown;
    return secret_.is_found() ? Reason::kAllowed : Reason::kStateUnreadable;
  }

  /// Of our own secrets, those of two kinds are; any other text may be a key of another system.
  static bool is_text_taken(std::string_view text) {
    if (text.size() > kMaxCredentialBytes) return false;
    if (!is_marked_as_ours(text)) return true;
    const std::optional<SecretKind> kind = parse_key_text(text);
    return kind == SecretKind::kAccessKey || kind == SecretKind::kPersonalAccessToken;
  }

  /// The route is matched before it is needed: the key is on its way from memory meanwhile.
  Reason key_is_there() {
    route_ = api_->routes.match(request_.method, request_.path);
    key_ = state_.key(secret_->key);
    if (!key_.is_found()) return Reason::kStateUnreadable;
    decision_.caller_is_known = true;
    decision_.key = key_->id;
    decision_.secret = secret_id_of(digest_);
    return Reason::kAllowed;
  }

  Reason key_is_valid_now() {
    if (secret_->revoked) return Reason::kKeyRevoked;
    if (now_ >= secret_->not_after) return Reason::kSecretRetired;
    if (key_->standing != Standing::kActive) return Reason::kKeyDisabled;
    if (now_ < key_->not_before) return Reason::kKeyNotYetValid;
    if (now_ >= key_->expires_at) return Reason::kKeyExpired;
    return Reason::kAllowed;
  }

  Reason everything_named_is_active() {
    const Found<ApplicationFacts> application = state_.application(key_->application);
    maker_ = state_.user(key_->maker);
    const Found<OrganizationFacts> organization = state_.organization(key_->organization);
    if (!application.is_found() || !maker_.is_found() || !organization.is_found())
      return Reason::kStateUnreadable;
    const Found<UserFacts> owner =
        application->owner == key_->maker ? maker_ : state_.user(application->owner);
    if (!owner.is_found()) return Reason::kStateUnreadable;
    decision_.application = application->id;
    decision_.user = maker_->id;
    decision_.organization = organization->id;
    if (application->standing != Standing::kActive) return Reason::kApplicationInactive;
    if (owner->standing != Standing::kActive) return Reason::kOwnerInactive;
    if (maker_->standing != Standing::kActive) return Reason::kMakerInactive;
    if (organization->standing != Standing::kActive) return Reason::kOrganizationInactive;
    return Reason::kAllowed;
  }

  Reason key_grants_the_call() {
    if (api_->standing != Standing::kActive) return Reason::kApiInactive;
    if (route_.outcome == RouteMatch::Outcome::kUnreadable) return Reason::kStateUnreadable;
    need_ = {api_->number, route_.endpoint, request_.method, route_.scopes};
    const Found<GrantList> grants = state_.grants(key_->grants);
    if (!grants.is_found()) return Reason::kStateUnreadable;
    const Covering covering = grants->cover(need_);
    if (covering.coverage == Coverage::kNoGrant) return Reason::kApiNotGranted;
    if (route_.outcome != RouteMatch::Outcome::kMatched) return Reason::kEndpointUnknown;
    decision_.endpoint = route_.endpoint;
    if (covering.coverage == Coverage::kNoEndpoint) return Reason::kEndpointNotGranted;
    if (key_->read_only && !MethodSet::read_only().contains(request_.method))
      return Reason::kKeyReadOnly;
    if (covering.coverage == Coverage::kScopeMissing) return Reason::kScopeMissing;
    granted_scopes_ = covering.scopes;
    return Reason::kAllowed;
  }

  Reason maker_holds_the_right() {
    bool covered = false;
    for (const RightSetRef ref : maker_->right_sets) {
      const Found<GrantList> rights = state_.rights(ref);
      if (!rights.is_found()) return Reason::kStateUnreadable;
      const Covering covering = rights->cover(need_);
      if (covering.coverage != Coverage::kCovered) continue;
      covered = true;
      held_scopes_ = held_scopes_ | covering.scopes;
    }
    return covered ? Reason::kAllowed : Reason::kMakerLacksRight;
  }

  Reason address_is_allowed() {
    if (key_->networks == BlobRef{}) return Reason::kAllowed;
    const Found<NetworkList> networks = state_.networks(key_->networks);
    if (!networks.is_found()) return Reason::kStateUnreadable;
    return networks->contains(raw_.peer) ? Reason::kAllowed : Reason::kAddressNotAllowed;
  }

  const RawRequest& raw_;
  const std::string_view api_name_;
  const StateView& state_;
  const Time now_;
  Sha256& sha256_;

  Decision decision_;
  CanonicalRequest request_;
  Found<ApiFacts> api_;
  Digest digest_{};
  Found<SecretFacts> secret_;
  RouteMatch route_;
  Found<KeyFacts> key_;
  Found<UserFacts> maker_;
  Need need_;
  ScopeSet granted_scopes_;
  ScopeSet held_scopes_;
};

}  // namespace

Decision decide(const RawRequest& raw, std::string_view api_name, const StateView& state, Time now,
                Sha256& sha256) {
  return Judge(raw, api_name, state, now, sha256).judge();
}

}  // namespace claviger::core
