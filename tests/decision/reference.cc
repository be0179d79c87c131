#include "tests/decision/reference.h"

#include "tests/decision/reading.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <bitset>

namespace claviger::model {
namespace {

using core::Reason;

constexpr std::size_t kLongestCredential = 512;

/// The key that has or had a secret.
struct Holder {
  Name key;
  Secret secret;
};

std::optional<Holder> holder_of(const World& world, const std::string& credential) {
  const std::set<std::string> kinds_for_calls = {"ak", "pat"};
  if (credential.size() > kLongestCredential) return std::nullopt;
  if (credential.starts_with("clv_")) {
    const std::optional<std::string> kind = kind_of_secret(credential);
    if (!kind || !kinds_for_calls.contains(*kind)) return std::nullopt;
  }
  for (const auto& [name, key] : world.keys) {
    const auto secret = key.secrets.find(credential);
    if (secret != key.secrets.end()) return Holder{name, secret->second};
  }
  return std::nullopt;
}

/// kAllowed, or what stops the key and whoever stands behind it.
Reason standing_of(const World& world, const Key& key, const Secret& secret, Time now) {
  const Application& application = world.applications.at(key.application);
  if (key.revoked || secret.revoked) return Reason::kKeyRevoked;
  if (now >= secret.not_after) return Reason::kSecretRetired;
  if (!key.active) return Reason::kKeyDisabled;
  if (now < key.not_before) return Reason::kKeyNotYetValid;
  if (now >= key.expires_at) return Reason::kKeyExpired;
  if (!application.active) return Reason::kApplicationInactive;
  if (!world.users.at(application.owner).active) return Reason::kOwnerInactive;
  if (!world.users.at(key.maker).active) return Reason::kMakerInactive;
  if (!world.organizations.at(key.organization)) return Reason::kOrganizationInactive;
  return Reason::kAllowed;
}

using Segments = std::vector<std::string>;

bool is_parameter(const std::string& segment) {
  return segment.starts_with('{');
}

/// True if two patterns match the same segments up to (not including) place `end`.
bool begin_alike(const Segments& a, const Segments& b, std::size_t end) {
  for (std::size_t i = 0; i < end; ++i) {
    const bool alike = a[i] == b[i] || (is_parameter(a[i]) && is_parameter(b[i]));
    if (!alike) return false;
  }
  return true;
}

/// A parameter takes any segment but an empty one and one that some server may read as a literal in
/// the same place: another spelling of it.
bool parameter_takes(const std::string& segment, const Segments& pattern, std::size_t place,
                     const std::vector<Segments>& all_patterns) {
  const auto has_it_as_literal = [&](const Segments& other) {
    return other.size() > place && begin_alike(other, pattern, place) &&
           !is_parameter(other[place]) && other[place] != segment &&
           decoded(other[place]) == decoded(segment);
  };
  return !segment.empty() &&
         std::none_of(all_patterns.begin(), all_patterns.end(), has_it_as_literal);
}

bool matches(const Segments& pattern, const Segments& segments,
             const std::vector<Segments>& all_patterns) {
  if (pattern.size() != segments.size()) return false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const bool fits = is_parameter(pattern[i])
                          ? parameter_takes(segments[i], pattern, i, all_patterns)
                          : pattern[i] == segments[i];
    if (!fits) return false;
  }
  return true;
}

/// "L" for a literal and "P" for a parameter, segment by segment: of two patterns that match one
/// path, the one whose word comes first in the alphabet has the literal in the earliest place.
std::string kinds_of(const Segments& pattern) {
  std::string kinds;
  for (const std::string& segment : pattern) kinds += is_parameter(segment) ? 'P' : 'L';
  return kinds;
}

/// The name of the endpoint that a call means; nullopt if the API has none for this path and
/// method.
std::optional<Name> endpoint_of(const Api& api, const std::string& method, std::string path) {
  if (!path.starts_with(api.base_path)) return std::nullopt;
  path.erase(0, api.base_path.size());
  if (!path.starts_with('/')) return std::nullopt;
  const Segments segments = split(path.substr(1), '/');

  std::vector<Segments> patterns;
  for (const auto& [name, endpoint] : api.endpoints)
    patterns.push_back(split(endpoint.path.substr(1), '/'));
  std::map<std::string, std::vector<Name>> matching;
  for (const auto& [name, endpoint] : api.endpoints) {
    const Segments pattern = split(endpoint.path.substr(1), '/');
    if (matches(pattern, segments, patterns)) matching[kinds_of(pattern)].push_back(name);
  }
  if (matching.empty()) return std::nullopt;
  for (const Name& name : matching.begin()->second) {
    if (api.endpoints.at(name).methods.contains(method)) return name;
  }
  return std::nullopt;
}

/// What a call needs, by names.
struct Need {
  Name api;
  Name endpoint;
  std::string method;
  Scopes scopes;
};

bool grants_endpoint(const Grant& grant, const Need& need) {
  if (grant.api != need.api || !grant.methods.contains(need.method)) return false;
  if (grant.every_endpoint) return true;
  const auto endpoint = grant.endpoints.find(need.endpoint);
  return endpoint != grant.endpoints.end() && endpoint->second.contains(need.method);
}

bool covers(const Grant& grant, const Need& need) {
  const bool has_scopes = std::includes(grant.scopes.begin(), grant.scopes.end(),
                                        need.scopes.begin(), need.scopes.end());
  return grants_endpoint(grant, need) && (grant.every_scope || has_scopes);
}

/// All scopes of those grants that each cover the call whole.
Scopes scopes_held(const std::vector<Grant>& grants, const Need& need, const Api& api) {
  Scopes held;
  for (const Grant& grant : grants) {
    if (!covers(grant, need)) continue;
    if (grant.every_scope)
      held.insert(api.scopes.begin(), api.scopes.end());
    else
      held.insert(grant.scopes.begin(), grant.scopes.end());
  }
  return held;
}

std::vector<Grant> rights_of(const World& world, const Name& user) {
  std::vector<Grant> rights;
  for (const Name& set : world.users.at(user).right_sets) {
    const std::vector<Grant>& more = world.right_sets.at(set);
    rights.insert(rights.end(), more.begin(), more.end());
  }
  return rights;
}

/// The 128 bits of an address as a text of '0' and '1'; an IPv4 one as its mapped IPv6 one.
std::string bits_of(const std::string& address) {
  const bool is_v4 = address.find(':') == std::string::npos;
  std::array<unsigned char, 16> bytes{};
  inet_pton(AF_INET6, (is_v4 ? "::ffff:" + address : address).c_str(), bytes.data());
  std::string bits;
  for (const unsigned char byte : bytes) bits += std::bitset<8>(byte).to_string();
  return bits;
}

bool is_within(const std::string& peer, const std::string& network) {
  const std::vector<std::string> parts = split(network, '/');
  std::string prefix = bits_of(parts[0]);
  if (parts.size() == 2) {
    const bool is_v4 = parts[0].find(':') == std::string::npos;
    prefix.resize(static_cast<std::size_t>(std::stoi(parts[1])) + (is_v4 ? 96 : 0));
  }
  return bits_of(peer).starts_with(prefix);
}

bool allows_peer(const Key& key, const std::string& peer) {
  if (!key.networks) return true;
  return std::any_of(key.networks->begin(), key.networks->end(),
                     [&](const std::string& network) { return is_within(peer, network); });
}

/// kAllowed, or which right is missing: `need` is filled as far as it is known.
Reason rights_to(const World& world, const Key& key, const Api& api, const std::string& path,
                 Need& need) {
  const auto some_grant = [&](const auto& test) {
    return std::any_of(key.grants.begin(), key.grants.end(), test);
  };
  if (!api.active) return Reason::kApiInactive;
  if (!some_grant([&](const Grant& grant) { return grant.api == need.api; }))
    return Reason::kApiNotGranted;
  const std::optional<Name> endpoint = endpoint_of(api, need.method, path);
  if (!endpoint) return Reason::kEndpointUnknown;
  need.endpoint = *endpoint;
  need.scopes = api.endpoints.at(*endpoint).scopes;
  if (!some_grant([&](const Grant& grant) { return grants_endpoint(grant, need); }))
    return Reason::kEndpointNotGranted;
  if (key.read_only && need.method != "GET" && need.method != "HEAD") return Reason::kKeyReadOnly;
  if (!some_grant([&](const Grant& grant) { return covers(grant, need); }))
    return Reason::kScopeMissing;
  const std::vector<Grant> rights = rights_of(world, key.maker);
  if (std::none_of(rights.begin(), rights.end(),
                   [&](const Grant& right) { return covers(right, need); }))
    return Reason::kMakerLacksRight;
  return Reason::kAllowed;
}

Verdict refused(Reason reason) {
  Verdict verdict;
  verdict.reason = reason;
  return verdict;
}

}  // namespace

Verdict judge(const World& world, const Call& call) {
  if (!world.known_at) return refused(Reason::kStateUnavailable);
  const auto found = world.apis.find(call.api);
  if (found == world.apis.end()) return refused(Reason::kApiUnknown);
  const Api& api = found->second;
  if (api.max_staleness && call.now > *world.known_at + *api.max_staleness)
    return refused(Reason::kStateStale);

  const auto [refusal, reading] = read_call(call, api.carriers);
  if (refusal != Reason::kAllowed) return refused(refusal);
  if (reading.is_preflight && api.lets_preflight_through && api.active)
    return refused(Reason::kPreflight);

  if (reading.credential.empty()) return refused(Reason::kCredentialMissing);
  const std::optional<Holder> holder = holder_of(world, reading.credential);
  if (!holder) return refused(Reason::kCredentialUnknown);
  const Key& key = world.keys.at(holder->key);
  const Reason standing = standing_of(world, key, holder->secret, call.now);
  if (standing != Reason::kAllowed) return refused(standing);

  Need need{call.api, {}, call.method, {}};
  const Reason rights = rights_to(world, key, api, reading.path, need);
  if (rights != Reason::kAllowed) return refused(rights);
  if (!allows_peer(key, call.peer)) return refused(Reason::kAddressNotAllowed);

  Verdict verdict{Reason::kAllowed, holder->key, key.application, key.organization, key.maker,
                  need.endpoint,    {}};
  const Scopes of_key = scopes_held(key.grants, need, api);
  const Scopes of_maker = scopes_held(rights_of(world, key.maker), need, api);
  std::set_intersection(of_key.begin(), of_key.end(), of_maker.begin(), of_maker.end(),
                        std::inserter(verdict.scopes, verdict.scopes.end()));
  return verdict;
}

}  // namespace claviger::model
