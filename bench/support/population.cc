#include "bench/support/population.h"

#include <algorithm>
#include <chrono>
#include <random>
#include <span>

#include "claviger/core/key_text.h"
#include "claviger/keyring/counters.h"
#include "claviger/keyring/writer.h"

namespace claviger::bench {
namespace {

constexpr std::uint64_t kKeysPerApplication = 8;
constexpr std::uint64_t kApplicationsPerUser = 8;
constexpr std::uint64_t kUsersPerOrganization = 8;
constexpr core::ApiNumber kApi{1};
constexpr Time kNow = from_microseconds(1'800'000'000'000'000);

/// Numbers that are the same in every run.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : engine_(seed) {}

  void fill(std::span<std::byte> bytes) override {
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(engine_());
  }

 private:
  std::mt19937_64 engine_;
};

constexpr std::uint64_t groups_of(std::uint64_t count, std::uint64_t size) {
  return (count + size - 1) / size;
}

template <class Id>
std::vector<Id> make_ids(std::uint64_t count, Random& random) {
  std::vector<Id> ids;
  ids.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) ids.push_back(Id::make(kNow, random));
  return ids;
}

constexpr std::array<std::string_view, 6> kScopes = {
    "devices:read", "devices:write", "events:read", "events:write", "alarms:read", "reports:read"};
constexpr core::ScopeNumber kEventsRead{2};

struct Route {
  core::Method method;
  std::string_view path;
  std::uint8_t scope;  ///< index in kScopes
};

constexpr std::array<Route, 12> kRoutes = {{
    {core::Method::kGet, "/devices", 0},
    {core::Method::kPost, "/devices", 1},
    {core::Method::kGet, "/devices/{id}", 0},
    {core::Method::kPatch, "/devices/{id}", 1},
    {core::Method::kDelete, "/devices/{id}", 1},
    {core::Method::kGet, "/devices/{id}/events", 2},
    {core::Method::kPost, "/devices/{id}/events", 3},
    {core::Method::kGet, "/devices/{id}/alarms", 4},
    {core::Method::kGet, "/alarms", 4},
    {core::Method::kGet, "/alarms/{id}", 4},
    {core::Method::kGet, "/reports/{year}/{month}", 5},
    {core::Method::kGet, "/status", 0},
}};
constexpr std::uint32_t kCalledRoute = 5;  ///< the one that kTarget names

constexpr core::MethodSet methods_of(const Route& route) {
  return core::with_head(core::MethodSet().with(route.method));
}

constexpr core::EndpointNumber endpoint_number(std::size_t route) {
  return core::EndpointNumber{static_cast<std::uint32_t>(route) + 1};
}

}  // namespace

Population::Population(std::uint64_t keys) {
  SeededRandom random(keys);
  key_ids_ = make_ids<core::KeyId>(keys, random);
  application_ids_ = make_ids<core::ApplicationId>(groups_of(keys, kKeysPerApplication), random);
  user_ids_ = make_ids<core::UserId>(groups_of(applications(), kApplicationsPerUser), random);
  organization_ids_ =
      make_ids<core::OrganizationId>(groups_of(users(), kUsersPerOrganization), random);
  for (std::uint64_t i = 0; i < keys; ++i)
    texts_ += core::make_secret(core::SecretKind::kAccessKey, random).reveal();
  text_bytes_ = keys == 0 ? 0 : texts_.size() / keys;
}

std::string_view Population::text(std::uint64_t key) const {
  return std::string_view(texts_).substr(key * text_bytes_, text_bytes_);
}

std::string Population::foreign_text(std::uint64_t number) {
  SeededRandom random(~number);
  return std::string(core::make_secret(core::SecretKind::kAccessKey, random).reveal());
}

core::OrganizationRecord Population::organization(std::uint64_t number) const {
  return {.id = organization_ids_[number], .standing = core::Standing::kActive};
}

core::RightSetRecord Population::right_set(std::uint64_t organization) const {
  core::Grant most{.api = kApi,
                   .methods = core::MethodSet::all(),
                   .endpoint_reach = core::Reach::kEvery,
                   .scope_reach = core::Reach::kEvery,
                   .scopes = {},
                   .endpoints = {}};
  return {.id = core::RightSetId::of_consumers(organization_ids_[organization]), .rights = {most}};
}

core::UserRecord Population::user(std::uint64_t number) const {
  const core::OrganizationId organization = organization_ids_[organization_of_user(number)];
  return {.id = user_ids_[number],
          .standing = core::Standing::kActive,
          .right_sets = {core::RightSetId::of_consumers(organization)}};
}

core::ApplicationRecord Population::application(std::uint64_t number) const {
  return {.id = application_ids_[number],
          .owner = user_ids_[user_of_application(number)],
          .standing = core::Standing::kActive};
}

core::KeyRecord Population::key(std::uint64_t number) const {
  const std::uint64_t application = application_of_key(number);
  const std::uint64_t user = user_of_application(application);
  const std::uint64_t kind = kind_of_key(number);
  return {.id = key_ids_[number],
          .application = application_ids_[application],
          .maker = user_ids_[user],
          .organization = organization_ids_[organization_of_user(user)],
          .grants = grants_of_kind(kind),
          .networks = networks_of_kind(kind),
          .read_only = false,
          .not_before = kStartOfTime,
          .expires_at = kEndOfTime,
          .standing = core::Standing::kActive,
          .revoked = false,
          .secrets = {{.digest = sha256(text(number)), .not_after = kEndOfTime}}};
}

core::ApiRecord Population::api() {
  core::RouteTableSpec routes;
  routes.base_path = "/v1";
  routes.scopes.assign(kScopes.begin(), kScopes.end());
  for (std::size_t i = 0; i < kRoutes.size(); ++i) {
    core::ScopeSet scopes;
    scopes.add(core::ScopeNumber{kRoutes[i].scope});
    routes.routes.push_back({.endpoint = endpoint_number(i),
                             .methods = methods_of(kRoutes[i]),
                             .path = std::string(kRoutes[i].path),
                             .scopes = scopes});
  }
  SeededRandom random(0);
  return {.id = core::ApiId::make(kNow, random),
          .number = kApi,
          .name = std::string(kApiName),
          .standing = core::Standing::kActive,
          .carriers = core::CarrierSet().with(core::Carrier::kAuthorization),
          .lets_preflight_through = false,
          .max_staleness = core::kServeAlways,
          .routes = routes};
}

std::uint64_t Population::application_of_key(std::uint64_t key) {
  return key / kKeysPerApplication;
}

std::uint64_t Population::user_of_application(std::uint64_t application) {
  return application / kApplicationsPerUser;
}

std::uint64_t Population::organization_of_user(std::uint64_t user) {
  return user / kUsersPerOrganization;
}

std::uint64_t Population::kind_of_key(std::uint64_t key) {
  return key % kKinds;
}

/// The called endpoint and some of the others, by the bits of the kind.
std::vector<core::Grant> Population::grants_of_kind(std::uint64_t kind) {
  core::Grant grant{.api = kApi,
                    .methods = core::MethodSet::all(),
                    .endpoint_reach = core::Reach::kListed,
                    .scope_reach = core::Reach::kListed,
                    .scopes = {},
                    .endpoints = {}};
  grant.scopes.add(kEventsRead);
  for (std::uint32_t i = 0; i < kRoutes.size(); ++i) {
    if (i != kCalledRoute && (kind >> i % 6 & 1U) == 0) continue;
    grant.endpoints.push_back({endpoint_number(i), methods_of(kRoutes[i])});
    grant.scopes.add(core::ScopeNumber{kRoutes[i].scope});
  }
  return {grant};
}

std::vector<core::Network> Population::networks_of_kind(std::uint64_t kind) {
  const std::string customers = "10." + std::to_string(kind) + ".0.0/16";
  return {*core::Network::parse(customers), *core::Network::parse("127.0.0.0/8")};
}

// ---- the gateway's files

namespace {

using SteadyClock = std::chrono::steady_clock;

double seconds_since(SteadyClock::time_point begin) {
  return std::chrono::duration<double>(SteadyClock::now() - begin).count();
}

/// Puts records into a writer in batches, and counts only the time of the writer.
class TimedWriter {
 public:
  static Result<TimedWriter> create(const std::string& directory, std::uint64_t keys) {
    const auto begin = SteadyClock::now();
    keyring::Writer writer =
        TRY(keyring::Writer::create(directory, {.number = 1}, keyring::Capacity::for_keys(keys)));
    return TimedWriter(std::move(writer), seconds_since(begin));
  }

  Result<void> put(core::GatewayRecord record) {
    batch_.push_back(std::move(record));
    if (batch_.size() == kBatch) TRY(flush());
    return {};
  }

  Result<KeyringCost> publish() {
    TRY(flush());
    const auto begin = SteadyClock::now();
    TRY(writer_.publish({.number = 1}, kNow));
    seconds_ += seconds_since(begin);
    return KeyringCost{.seconds = seconds_};
  }

 private:
  static constexpr std::size_t kBatch = 4096;

  TimedWriter(keyring::Writer writer, double seconds)
      : writer_(std::move(writer)), seconds_(seconds) {
    batch_.reserve(kBatch);
  }

  Result<void> flush() {
    const auto begin = SteadyClock::now();
    for (const core::GatewayRecord& record : batch_) TRY(writer_.put(record));
    seconds_ += seconds_since(begin);
    batch_.clear();
    return {};
  }

  keyring::Writer writer_;
  std::vector<core::GatewayRecord> batch_;
  double seconds_;
};

}  // namespace

Result<KeyringCost> write_gateway_state(const Population& population,
                                        const std::string& directory) {
  TRY(keyring::keep_counters(directory, population.keys(), SystemClock().now()));
  TimedWriter writer = TRY(TimedWriter::create(directory, population.keys()));
  for (std::uint64_t i = 0; i < population.organizations(); ++i) {
    TRY(writer.put(population.organization(i)));
    TRY(writer.put(population.right_set(i)));
  }
  for (std::uint64_t i = 0; i < population.users(); ++i) TRY(writer.put(population.user(i)));
  TRY(writer.put(Population::api()));
  for (std::uint64_t i = 0; i < population.applications(); ++i)
    TRY(writer.put(population.application(i)));
  for (std::uint64_t i = 0; i < population.keys(); ++i) TRY(writer.put(population.key(i)));
  return writer.publish();
}

}  // namespace claviger::bench
