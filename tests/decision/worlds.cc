#include "tests/decision/worlds.h"

#include <array>

#include "claviger/core/key_text.h"

namespace claviger::model {
namespace {

using std::chrono::seconds;

const std::vector<Name> kOrganizations = {"org-1", "org-2", "org-3"};
const std::vector<Name> kRightSets = {"rights-1", "rights-2", "rights-3", "rights-4"};
const std::vector<Name> kUsers = {"user-1", "user-2", "user-3", "user-4"};
const std::vector<Name> kApis = {"fleet", "billing", "meters"};
const std::vector<Name> kApplications = {"app-1", "app-2", "app-3", "app-4", "app-5"};
constexpr std::size_t kKeys = 10;

const std::vector<std::string> kMethods = {"GET",   "HEAD",   "POST",   "PUT",
                                           "PATCH", "DELETE", "OPTIONS"};
const std::vector<Name> kScopes = {"read", "write", "events", "admin"};

/// Templates that compete with each other for the same paths.
const std::vector<std::string> kTemplates = {"/",
                                             "/devices",
                                             "/devices/",
                                             "/devices/{id}",
                                             "/devices/latest",
                                             "/devices/{id}/events",
                                             "/devices/{id}/{part}",
                                             "/devices/latest/{part}",
                                             "/devices/@me",
                                             "/devices/@me/events",
                                             "/{any}",
                                             "/{any}/{id}",
                                             "/{any}/latest",
                                             "/admin",
                                             "/administrator",
                                             "/admin/{x}/{y}/{z}",
                                             "/caf%C3%A9",
                                             "/caf%C3%A9/{id}",
                                             "/a:b/{c}"};

const std::vector<std::string> kNetworks = {"10.0.0.0/8",   "10.1.0.0/16", "10.1.2.3",
                                            "192.0.2.0/25", "0.0.0.0/0",   "2001:db8::/32",
                                            "2001:db8::1",  "::/0",        "::ffff:10.0.0.0/104"};

/// A moment that is most often long ago or far ahead, and else right beside kAround.
Time edge_or(Time usual, std::size_t percent_edge, Dice& dice) {
  if (!dice.chance(percent_edge)) return usual;
  constexpr std::array<std::int64_t, 5> kMicroseconds = {-3'600'000'000, -1, 0, 1, 3'600'000'000};
  return kAround + Microseconds{kMicroseconds[dice.below(kMicroseconds.size())]};
}

Methods random_methods(Dice& dice) {
  if (dice.chance(70)) return {kMethods.begin(), kMethods.end()};
  const std::vector<std::string> some = dice.some(kMethods, 40);
  return {some.begin(), some.end()};
}

Scopes random_scopes(std::size_t percent, Dice& dice) {
  const std::vector<Name> some = dice.some(kScopes, percent);
  return {some.begin(), some.end()};
}

/// "endpoint-7" is the seventh template, on every API that has it.
Name endpoint_name(std::size_t index) {
  return "endpoint-" + std::to_string(index + 1);
}

Grant random_grant(std::size_t percent_every, Dice& dice) {
  Grant grant;
  grant.api = dice.pick(kApis);
  grant.methods = random_methods(dice);
  grant.every_endpoint = dice.chance(percent_every);
  for (std::size_t i = 0; i < kTemplates.size(); ++i) {
    if (dice.chance(50)) grant.endpoints[endpoint_name(i)] = random_methods(dice);
  }
  grant.every_scope = dice.chance(percent_every);
  grant.scopes = random_scopes(75, dice);
  return grant;
}

std::vector<Grant> random_grants(std::size_t most, std::size_t percent_every, Dice& dice) {
  std::vector<Grant> grants(dice.chance(5) ? 0 : 1 + dice.below(most));
  for (Grant& grant : grants) grant = random_grant(percent_every, dice);
  return grants;
}

std::map<Name, Endpoint> random_endpoints(Dice& dice) {
  std::map<Name, Endpoint> endpoints;
  for (std::size_t i = 0; i < kTemplates.size(); ++i) {
    if (dice.chance(50))
      endpoints[endpoint_name(i)] = {random_methods(dice), kTemplates[i], random_scopes(20, dice)};
  }
  return endpoints;
}

Api random_api(Dice& dice) {
  Api api;
  api.active = dice.chance(97);
  const std::vector<Name> carriers = dice.some(kCarriers, 40);
  api.carriers.insert(carriers.begin(), carriers.end());
  if (dice.chance(70)) api.carriers.insert("authorization");
  api.lets_preflight_through = dice.chance(40);
  const std::vector<std::optional<Microseconds>> bounds = {std::nullopt, seconds{1}, seconds{300},
                                                           seconds{300}};
  api.max_staleness = dice.pick(bounds);
  api.base_path = dice.pick(std::vector<std::string>{"", "/v1", "/v1/deep", "/devices"});
  api.scopes = kScopes;
  api.endpoints = random_endpoints(dice);
  return api;
}

User random_user(Dice& dice) {
  return {dice.chance(97), dice.some(kRightSets, 55)};
}

Application random_application(Dice& dice) {
  return {dice.chance(97), dice.pick(kUsers)};
}

std::optional<std::vector<std::string>> random_networks(Dice& dice) {
  if (dice.chance(65)) return std::nullopt;
  return dice.some(kNetworks, 25);
}

/// Mostly a secret of ours, sometimes one of a kind that no API takes, or of another system: then
/// also as long as a credential may be, and longer. A server holds a damaged one only by mistake.
std::string random_secret(Dice& dice) {
  using core::SecretKind;
  const std::vector<SecretKind> usual = {SecretKind::kAccessKey, SecretKind::kPersonalAccessToken};
  const std::vector<SecretKind> other = {SecretKind::kOauthAccessToken, SecretKind::kSession,
                                         SecretKind::kOauthRefreshToken, SecretKind::kClientSecret,
                                         SecretKind::kAgent};
  if (dice.chance(8)) {
    std::string text = "other-system-" + std::to_string(dice.below(1'000'000'000));
    const std::vector<std::size_t> sizes = {text.size(), 100, 512, 512, 513};
    text.resize(dice.pick(sizes), 'x');
    return text;
  }
  const SecretKind kind = dice.pick(dice.chance(90) ? usual : other);
  std::string text(core::make_secret(kind, dice).reveal());
  if (dice.chance(3)) text.back() = dice.pick(std::vector<char>{'0', 'z', '-'});
  return text;
}

Key random_key(Dice& dice) {
  Key key;
  key.application = dice.pick(kApplications);
  key.maker = dice.pick(kUsers);
  key.organization = dice.pick(kOrganizations);
  key.grants = random_grants(4, 30, dice);
  key.networks = random_networks(dice);
  key.read_only = dice.chance(15);
  key.active = dice.chance(97);
  key.revoked = dice.chance(3);
  key.not_before = edge_or(kStartOfTime, 10, dice);
  key.expires_at = edge_or(kEndOfTime, 15, dice);
  for (std::size_t i = 0; i < 1 + dice.below(2); ++i)
    key.secrets[random_secret(dice)].not_after = edge_or(kEndOfTime, 10, dice);
  return key;
}

void change_key(Key& key, Dice& dice) {
  switch (dice.below(6)) {
    case 0:
      key.active = !key.active;
      return;
    case 1:
      key.revoked = true;
      return;
    case 2:
      key.secrets[random_secret(dice)].not_after = edge_or(kEndOfTime, 10, dice);
      return;
    case 3:
      if (!key.secrets.empty()) key.secrets.begin()->second.revoked = true;
      return;
    case 4:
      key.expires_at = edge_or(kEndOfTime, 50, dice);
      return;
    default:
      key.networks = random_networks(dice);
      return;
  }
}

}  // namespace

World random_world(Dice& dice) {
  World world;
  if (dice.chance(98)) world.known_at = kAround - (dice.chance(95) ? seconds{0} : seconds{300});
  for (const Name& name : kOrganizations) world.organizations[name] = dice.chance(97);
  for (const Name& name : kRightSets) world.right_sets[name] = random_grants(5, 75, dice);
  for (const Name& name : kUsers) world.users[name] = random_user(dice);
  for (const Name& name : kApis) world.apis[name] = random_api(dice);
  for (const Name& name : kApplications) world.applications[name] = random_application(dice);
  for (std::size_t i = 1; i <= kKeys; ++i)
    world.keys["key-" + std::to_string(i)] = random_key(dice);
  return world;
}

void change(World& world, Dice& dice) {
  switch (dice.below(6)) {
    case 0:
      world.organizations[dice.pick(kOrganizations)] = dice.chance(80);
      return;
    case 1:
      world.right_sets[dice.pick(kRightSets)] = random_grants(5, 75, dice);
      return;
    case 2:
      world.users[dice.pick(kUsers)] = random_user(dice);
      return;
    case 3:
      world.apis[dice.pick(kApis)] = random_api(dice);
      return;
    case 4:
      world.applications[dice.pick(kApplications)] = random_application(dice);
      return;
    default:
      change_key(world.keys["key-" + std::to_string(1 + dice.below(kKeys))], dice);
      return;
  }
}

}  // namespace claviger::model
