#include "claviger/core/api.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

namespace claviger::core {
namespace {

constexpr std::size_t kMaxApiNameBytes = 64;
constexpr std::string_view kEverything = "*";

std::string label(const Endpoint& endpoint) {
  return fmt::format("{} {}", to_string(endpoint.method), endpoint.path);
}

MethodSet methods_of(const Endpoint& endpoint) {
  return with_head(MethodSet().with(endpoint.method));
}

ScopeSet scopes_of(const Endpoint& endpoint, const ScopeNumbers& numbers) {
  ScopeSet scopes;
  for (const std::string& name : endpoint.scopes) {
    if (const auto number = numbers.find(name)) scopes.add(*number);
  }
  return scopes;
}

Fault unknown(std::string pointer, std::string_view what, std::string_view name, const Api& api) {
  return {std::move(pointer), fmt::format("unknown-{}", what),
          PublicText(fmt::format("The API \"{}\" has no {} \"{}\".", api.name, what, name))};
}

void compile_methods(const NamedGrant& named, const std::string& pointer, Grant& grant,
                     std::vector<Fault>& faults) {
  if (named.methods.empty()) {
    grant.methods = MethodSet::all();
    return;
  }
  for (std::size_t i = 0; i < named.methods.size(); ++i) {
    if (const auto method = parse_method(named.methods[i])) {
      grant.methods = grant.methods.with(*method);
      continue;
    }
    faults.push_back({fmt::format("{}/methods/{}", pointer, i), "unknown-method",
                      PublicText(fmt::format("\"{}\" is not one of GET, HEAD, POST, PUT, PATCH, "
                                             "DELETE and OPTIONS, in upper case.",
                                             named.methods[i]))});
  }
  grant.methods = with_head(grant.methods);
}

/// The endpoints that a grant asks for.
class AskedEndpoints {
 public:
  explicit AskedEndpoints(const Grant& asked) : is_every_(asked.endpoint_reach == Reach::kEvery) {
    for (const EndpointGrant& granted : asked.endpoints) numbers_.insert(granted.endpoint);
  }

  [[nodiscard]] bool contain(const Endpoint& endpoint) const {
    return is_every_ || numbers_.count(endpoint.number) != 0;
  }

 private:
  bool is_every_;
  std::set<EndpointNumber> numbers_;
};

/// True if one held grant reaches every endpoint, also later ones, with the methods asked for.
bool reaches_every_endpoint(const std::vector<Grant>& held, const Grant& asked) {
  return std::any_of(held.begin(), held.end(), [&](const Grant& grant) {
    return grant.api == asked.api && grant.endpoint_reach == Reach::kEvery &&
           grant.methods.covers(asked.methods);
  });
}

/// Looks for what is asked for on the endpoints of an API beyond what is held.
class EndpointExcess {
 public:
  EndpointExcess(const Grant& asked, const std::vector<Grant>& held, const Api& api)
      : asked_(asked), api_(api), numbers_(api), held_(GrantList::encode(held)) {}

  /// What is beyond on one endpoint, as a sentence; nullopt if nothing is. A call that `asked`
  /// would cover must be covered by what is held, or it would be refused at each use.
  [[nodiscard]] std::optional<std::string> on(const Endpoint& endpoint) const {
    const ScopeSet given = asked_.scope_reach == Reach::kEvery ? ScopeSet::all() : asked_.scopes;
    Need need{api_.number, endpoint.number, endpoint.method, {}};
    for (const Method method : {endpoint.method, Method::kHead}) {
      if (!(methods_of(endpoint) & asked_.methods).contains(method)) continue;
      need.method = method;
      need.scopes = {};
      if (!is_held(need))
        return fmt::format("You do not hold \"{}\" on \"{}\".", label(endpoint), api_.name);
      need.scopes = scopes_of(endpoint, numbers_) & given;
      if (!is_held(need))
        return fmt::format("You do not hold \"{}\" on \"{}\" together with the scopes it needs.",
                           label(endpoint), api_.name);
    }
    return std::nullopt;
  }

 private:
  /// True if one of the held grants covers the need whole: several do not add up.
  [[nodiscard]] bool is_held(const Need& need) const {
    return GrantList(held_).cover(need).coverage == Coverage::kCovered;
  }

  const Grant& asked_;
  const Api& api_;
  ScopeNumbers numbers_;
  std::vector<std::byte> held_;
};

}  // namespace

bool is_api_name(std::string_view name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !name.empty() && name.size() <= kMaxApiNameBytes && is_letter(name.front()) &&
         is_letter(name.back()) && std::all_of(name.begin(), name.end(), [&](char c) {
           return is_letter(c) || c == '-' || c == '_' || c == '.';
         });
}

ScopeNumbers::ScopeNumbers(const Api& api) {
  const std::size_t count = std::min(api.scopes.size(), kMaxScopesPerApi);
  for (std::size_t i = 0; i < count; ++i)
    numbers_.emplace(api.scopes[i], static_cast<ScopeNumber>(i));
}

std::optional<ScopeNumber> ScopeNumbers::find(std::string_view name) const {
  const auto found = numbers_.find(name);
  if (found == numbers_.end()) return std::nullopt;
  return found->second;
}

GrantCompiler::GrantCompiler(const Api& api) : api_(api), scopes_(api) {
  for (const Endpoint& endpoint : api.endpoints)
    endpoints_.emplace(std::pair(endpoint.method, std::string_view(endpoint.path)), &endpoint);
}

KnownGrant GrantCompiler::compile_known(const NamedGrant& named,
                                        const std::vector<std::string>& extra_scopes,
                                        const std::string& pointer) const {
  KnownGrant known;
  known.grant.api = api_.number;
  compile_endpoints(named, pointer, known.grant, known.unknown);
  compile_methods(named, pointer, known.grant, known.unknown);
  compile_scopes(named, pointer, known.grant, known.unknown);
  for (const std::string& name : extra_scopes) {
    if (const auto number = scopes_.find(name)) known.grant.scopes.add(*number);
  }
  return known;
}

Result<Grant> GrantCompiler::compile(const NamedGrant& named,
                                     const std::vector<std::string>& extra_scopes,
                                     const std::string& pointer) const {
  KnownGrant known = compile_known(named, extra_scopes, pointer);
  if (!known.unknown.empty()) return fail(Error::invalid(std::move(known.unknown)));
  return std::move(known.grant);
}

/// `name` is "GET /devices/{id}".
const Endpoint* GrantCompiler::find_endpoint(std::string_view name) const {
  const std::size_t space = std::min(name.find(' '), name.size());
  const auto method = parse_method(name.substr(0, space));
  if (!method || space == name.size()) return nullptr;
  const auto found = endpoints_.find(std::pair(*method, name.substr(space + 1)));
  return found == endpoints_.end() ? nullptr : found->second;
}

void GrantCompiler::compile_endpoints(const NamedGrant& named, const std::string& pointer,
                                      Grant& grant, std::vector<Fault>& faults) const {
  std::set<EndpointNumber> granted;
  for (std::size_t i = 0; i < named.endpoints.size(); ++i) {
    const std::string& name = named.endpoints[i];
    if (name == kEverything)
      grant.endpoint_reach = Reach::kEvery;
    else if (const Endpoint* endpoint = find_endpoint(name); endpoint == nullptr)
      faults.push_back(unknown(fmt::format("{}/endpoints/{}", pointer, i), "endpoint", name, api_));
    else if (granted.insert(endpoint->number).second)
      grant.endpoints.push_back({endpoint->number, methods_of(*endpoint)});
  }
}

void GrantCompiler::compile_scopes(const NamedGrant& named, const std::string& pointer,
                                   Grant& grant, std::vector<Fault>& faults) const {
  for (std::size_t i = 0; i < named.scopes.size(); ++i) {
    const std::string& name = named.scopes[i];
    if (name == kEverything)
      grant.scope_reach = Reach::kEvery;
    else if (const auto number = scopes_.find(name))
      grant.scopes.add(*number);
    else
      faults.push_back(unknown(fmt::format("{}/scopes/{}", pointer, i), "scope", name, api_));
  }
}

Result<Grant> compile_grant(const NamedGrant& grant, const Api& api,
                            const std::vector<std::string>& extra_scopes,
                            const std::string& pointer) {
  return GrantCompiler(api).compile(grant, extra_scopes, pointer);
}

std::vector<Fault> excess_of(const Grant& asked, const std::vector<Grant>& held, const Api& api,
                             const std::string& pointer) {
  std::vector<Fault> faults;
  const auto excess = [&](std::string_view where, std::string sentence) {
    faults.push_back({fmt::format("{}/{}", pointer, where), "beyond-your-rights",
                      PublicText(std::move(sentence))});
  };
  if (asked.endpoint_reach == Reach::kEvery && !reaches_every_endpoint(held, asked))
    excess("endpoints", fmt::format("You do not hold every endpoint of \"{}\" with these methods; "
                                    "name the endpoints that you need.",
                                    api.name));
  // Whoever asks for every endpoint is not told the names of those that are hidden from them.
  const bool knows_all = std::any_of(held.begin(), held.end(), [&](const Grant& grant) {
    return grant.api == asked.api && grant.endpoint_reach == Reach::kEvery;
  });
  const bool names_them = asked.endpoint_reach == Reach::kListed || knows_all;
  const AskedEndpoints asked_endpoints(asked);
  const EndpointExcess endpoint_excess(asked, held, api);
  for (const Endpoint& endpoint : api.endpoints) {
    if (faults.size() >= kMostFaults) return faults;
    if (!names_them || !asked_endpoints.contain(endpoint)) continue;
    if (auto sentence = endpoint_excess.on(endpoint)) excess("endpoints", *std::move(sentence));
  }
  ScopeSet held_scopes;
  bool every_scope = false;
  for (const Grant& grant : held) {
    if (grant.api != asked.api) continue;
    held_scopes = held_scopes | grant.scopes;
    every_scope = every_scope || grant.scope_reach == Reach::kEvery;
  }
  if (every_scope) return faults;
  if (asked.scope_reach == Reach::kEvery)
    excess("scopes", fmt::format("You do not hold every scope of \"{}\": name those that you hold.",
                                 api.name));
  for (std::size_t i = 0; i < api.scopes.size(); ++i) {
    const auto number = static_cast<ScopeNumber>(i);
    if (asked.scopes.contains(number) && !held_scopes.contains(number))
      excess("scopes",
             fmt::format("You do not hold the scope \"{}\" on \"{}\".", api.scopes[i], api.name));
  }
  return faults;
}

RouteTableSpec route_table_of(const Api& api) {
  RouteTableSpec spec{.base_path = api.base_path, .scopes = api.scopes, .routes = {}};
  const ScopeNumbers numbers(api);
  for (const Endpoint& endpoint : api.endpoints)
    spec.routes.push_back(
        {endpoint.number, methods_of(endpoint), endpoint.path, scopes_of(endpoint, numbers)});
  return spec;
}

}  // namespace claviger::core
