// A state of one of everything, in memory, for tests of the decision: whole and permissive as it is
// made, so that a test takes away the one thing that it is about.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "claviger/core/key_text.h"
#include "claviger/core/state_view.h"

namespace claviger::core {

class TestState final : public StateView {
 public:
  static constexpr Time kNow = from_microseconds(1'800'000'000'000'000);
  static constexpr ApiNumber kApi{7};
  static constexpr EndpointNumber kReadDevice{1};
  static constexpr EndpointNumber kWriteDevice{2};
  static constexpr ScopeNumber kScope = 3;  ///< the one that both endpoints need
  static constexpr std::array<std::string_view, 4> kScopeNames = {"a", "b", "c", "devices"};

  TestState() {
    SystemRandom random;
    const Secret secret = make_secret(SecretKind::kAccessKey, random);
    set_text(std::string(secret.reveal()));
    set_grants({everything()});
    set_rights({everything()});
    set_routes("");
  }

  // What stands in the state. A test writes to these.
  Found<Time> fresh = kNow;
  Found<ApiFacts> fleet = ApiFacts{.id = uuid(1),
                                   .number = kApi,
                                   .standing = Standing::kActive,
                                   .carriers = CarrierSet().with(Carrier::kAuthorization),
                                   .lets_preflight_through = false,
                                   .max_staleness = std::chrono::seconds{300},
                                   .routes = {}};
  Found<SecretFacts> the_secret =
      SecretFacts{.key = KeyRef{1}, .revoked = false, .not_after = kEndOfTime};
  Found<KeyFacts> the_key = KeyFacts{.id = uuid(2),
                                     .application = ApplicationRef{1},
                                     .maker = UserRef{1},
                                     .organization = OrganizationRef{1},
                                     .grants = BlobRef{1},
                                     .networks = BlobRef{},
                                     .standing = Standing::kActive,
                                     .read_only = false,
                                     .not_before = kStartOfTime,
                                     .expires_at = kEndOfTime};
  Found<ApplicationFacts> the_application =
      ApplicationFacts{.id = uuid(3), .owner = UserRef{2}, .standing = Standing::kActive};
  Found<UserFacts> maker =
      UserFacts{.id = uuid(4), .standing = Standing::kActive, .right_sets = kRightSets};
  Found<UserFacts> owner =
      UserFacts{.id = uuid(5), .standing = Standing::kActive, .right_sets = {}};
  Found<OrganizationFacts> the_organization =
      OrganizationFacts{.id = uuid(6), .standing = Standing::kActive};
  Found<GrantList> the_grants;
  Found<GrantList> the_rights;
  Found<NetworkList> the_networks;

  mutable int look_ups = 0;  ///< how often a secret was looked for

  /// Changes a fact of something that is found.
  template <class Facts, class Change>
  static void change(Found<Facts>& found, Change apply) {
    Facts facts = *found;
    apply(facts);
    found = facts;
  }

  static void set_standing(auto& found, Standing standing) {
    change(found, [&](auto& facts) { facts.standing = standing; });
  }

  static Uuid uuid(int number) {
    Uuid id;
    id.bytes.fill(static_cast<std::byte>(number));
    return id;
  }

  /// Every endpoint with every method, and the one scope.
  static Grant everything() {
    Grant grant;
    grant.api = kApi;
    grant.methods = MethodSet::all();
    grant.endpoint_reach = Reach::kEvery;
    grant.scopes.add(kScope);
    return grant;
  }

  [[nodiscard]] const std::string& text() const { return text_; }

  /// Makes `text` the key's secret.
  void set_text(std::string text) {
    digest_ = sha256(text);
    text_ = std::move(text);
  }

  void set_grants(const std::vector<Grant>& grants) {
    grant_bytes_ = GrantList::encode(grants);
    the_grants = GrantList(grant_bytes_);
  }

  void set_rights(const std::vector<Grant>& rights) {
    right_bytes_ = GrantList::encode(rights);
    the_rights = GrantList(right_bytes_);
  }

  /// Those of a second right set.
  void set_more_rights(const std::vector<Grant>& rights) {
    more_right_bytes_ = GrantList::encode(rights);
  }

  void set_networks(const std::vector<Network>& networks) {
    network_bytes_ = NetworkList::encode(networks);
    the_networks = NetworkList(network_bytes_);
    change(the_key, [](KeyFacts& key) { key.networks = BlobRef{2}; });
  }

  /// GET and HEAD, and PUT, on /devices/{id} below the base path.
  void set_routes(std::string base_path) {
    RouteTableSpec spec{std::move(base_path), {kScopeNames.begin(), kScopeNames.end()}, {}};
    ScopeSet needed;
    needed.add(kScope);
    spec.routes = {{kReadDevice, MethodSet::read_only(), "/devices/{id}", needed},
                   {kWriteDevice, MethodSet().with(Method::kPut), "/devices/{id}", needed}};
    route_bytes_ = RouteTable::encode(spec).value();
    change(fleet, [&](ApiFacts& api) { api.routes = RouteTable(route_bytes_); });
  }

  [[nodiscard]] Found<Time> fresh_until() const override { return fresh; }

  [[nodiscard]] Found<ApiFacts> api(std::string_view name) const override {
    return name == "fleet" ? fleet : Found<ApiFacts>::absent();
  }

  [[nodiscard]] Found<SecretFacts> secret(const Digest& digest) const override {
    ++look_ups;
    return digest == digest_ ? the_secret : Found<SecretFacts>::absent();
  }

  [[nodiscard]] Found<KeyFacts> key(KeyRef ref) const override {
    return ref == KeyRef{1} ? the_key : Found<KeyFacts>::absent();
  }

  [[nodiscard]] Found<ApplicationFacts> application(ApplicationRef ref) const override {
    return ref == ApplicationRef{1} ? the_application : Found<ApplicationFacts>::absent();
  }

  [[nodiscard]] Found<UserFacts> user(UserRef ref) const override {
    if (ref == UserRef{1}) return maker;
    return ref == UserRef{2} ? owner : Found<UserFacts>::absent();
  }

  [[nodiscard]] Found<OrganizationFacts> organization(OrganizationRef ref) const override {
    return ref == OrganizationRef{1} ? the_organization : Found<OrganizationFacts>::absent();
  }

  [[nodiscard]] Found<GrantList> grants(BlobRef ref) const override {
    return ref == BlobRef{1} ? the_grants : Found<GrantList>::absent();
  }

  [[nodiscard]] Found<GrantList> rights(RightSetRef ref) const override {
    if (ref == RightSetRef{2}) return GrantList(more_right_bytes_);
    return ref == RightSetRef{1} ? the_rights : Found<GrantList>::absent();
  }

  [[nodiscard]] Found<NetworkList> networks(BlobRef ref) const override {
    return ref == BlobRef{2} ? the_networks : Found<NetworkList>::absent();
  }

 private:
  static constexpr std::array<RightSetRef, 2> kRightSets = {RightSetRef{1}, RightSetRef{2}};

  std::string text_;
  Digest digest_{};
  std::vector<std::byte> grant_bytes_;
  std::vector<std::byte> right_bytes_;
  std::vector<std::byte> more_right_bytes_;
  std::vector<std::byte> network_bytes_;
  std::vector<std::byte> route_bytes_;
};

}  // namespace claviger::core
