#include "claviger/core/api.h"

#include <algorithm>

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

std::optional<ScopeNumber> scope_number(const Api& api, std::string_view name) {
  const auto found = std::find(api.scopes.begin(), api.scopes.end(), name);
  if (found == api.scopes.end()) return std::nullopt;
  return static_cast<ScopeNumber>(found - api.scopes.begin());
}

ScopeSet scopes_of(const Endpoint& endpoint, const Api& api) {
  ScopeSet scopes;
  for (const std::string& name : endpoint.scopes) {
    if (const auto number = scope_number(api, name)) scopes.add(*number);
  }
  return scopes;
}

Fault unknown(std::string pointer, std::string_view what, std::string_view name, const Api& api) {
  return {std::move(pointer), fmt::format("unknown-{}", what),
          PublicText(fmt::format("The API \"{}\" has no {} \"{}\".", api.name, what, name))};
}

void compile_endpoints(const NamedGrant& named, const Api& api, const std::string& pointer,
                       Grant& grant, std::vector<Fault>& faults) {
  for (std::size_t i = 0; i < named.endpoints.size(); ++i) {
    const std::string& name = named.endpoints[i];
    if (name == kEverything) {
      grant.endpoint_reach = Reach::kEvery;
      continue;
    }
    const auto found =
        std::find_if(api.endpoints.begin(), api.endpoints.end(),
                     [&](const Endpoint& endpoint) { return label(endpoint) == name; });
    if (found == api.endpoints.end()) {
      faults.push_back(unknown(fmt::format("{}/endpoints/{}", pointer, i), "endpoint", name, api));
      continue;
    }
    const EndpointGrant granted{found->number, methods_of(*found)};
    if (std::find(grant.endpoints.begin(), grant.endpoints.end(), granted) == grant.endpoints.end())
      grant.endpoints.push_back(granted);
  }
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

void compile_scopes(const NamedGrant& named, const Api& api, const std::string& pointer,
                    Grant& grant, std::vector<Fault>& faults) {
  for (std::size_t i = 0; i < named.scopes.size(); ++i) {
    const std::string& name = named.scopes[i];
    if (name == kEverything)
      grant.scope_reach = Reach::kEvery;
    else if (const auto number = scope_number(api, name))
      grant.scopes.add(*number);
    else
      faults.push_back(unknown(fmt::format("{}/scopes/{}", pointer, i), "scope", name, api));
  }
}

/// True if one of the held grants covers the need whole: several do not add up (design.md §4.1).
bool holds(const std::vector<Grant>& held, const Need& need) {
  return GrantList(GrantList::encode(held)).cover(need).coverage == Coverage::kCovered;
}

bool asks_for(const Grant& asked, const Endpoint& endpoint) {
  if (asked.endpoint_reach == Reach::kEvery) return true;
  return std::any_of(
      asked.endpoints.begin(), asked.endpoints.end(),
      [&](const EndpointGrant& granted) { return granted.endpoint == endpoint.number; });
}

/// True if one held grant reaches every endpoint, also later ones, with the methods asked for.
bool reaches_every_endpoint(const std::vector<Grant>& held, const Grant& asked) {
  return std::any_of(held.begin(), held.end(), [&](const Grant& grant) {
    return grant.api == asked.api && grant.endpoint_reach == Reach::kEvery &&
           grant.methods.covers(asked.methods);
  });
}

/// What is asked for on one endpoint beyond what is held, as a sentence; nullopt if nothing. A call
/// that `asked` would cover must be covered by what is held, or it would be refused at each use.
std::optional<std::string> excess_on(const Endpoint& endpoint, const Grant& asked,
                                     const std::vector<Grant>& held, const Api& api) {
  const ScopeSet given = asked.scope_reach == Reach::kEvery ? ScopeSet::all() : asked.scopes;
  Need need{api.number, endpoint.number, endpoint.method, {}};
  for (const Method method : {endpoint.method, Method::kHead}) {
    if (!(methods_of(endpoint) & asked.methods).contains(method)) continue;
    need.method = method;
    need.scopes = {};
    if (!holds(held, need))
      return fmt::format("You do not hold \"{}\" on \"{}\".", label(endpoint), api.name);
    need.scopes = scopes_of(endpoint, api) & given;
    if (!holds(held, need))
      return fmt::format("You do not hold \"{}\" on \"{}\" together with the scopes it needs.",
                         label(endpoint), api.name);
  }
  return std::nullopt;
}

}  // namespace

bool is_api_name(std::string_view name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !name.empty() && name.size() <= kMaxApiNameBytes && is_letter(name.front()) &&
         is_letter(name.back()) && std::all_of(name.begin(), name.end(), [&](char c) {
           return is_letter(c) || c == '-' || c == '_' || c == '.';
         });
}

Result<Grant> compile_grant(const NamedGrant& named, const Api& api,
                            const std::vector<std::string>& extra_scopes,
                            const std::string& pointer) {
  Grant grant;
  grant.api = api.number;
  std::vector<Fault> faults;
  compile_endpoints(named, api, pointer, grant, faults);
  compile_methods(named, pointer, grant, faults);
  compile_scopes(named, api, pointer, grant, faults);
  for (const std::string& name : extra_scopes) {
    if (const auto number = scope_number(api, name)) grant.scopes.add(*number);
  }
  if (!faults.empty()) return fail(Error::invalid(std::move(faults)));
  return grant;
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
  for (const Endpoint& endpoint : api.endpoints) {
    if (!asks_for(asked, endpoint)) continue;
    if (auto sentence = excess_on(endpoint, asked, held, api))
      excess("endpoints", *std::move(sentence));
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
    excess("scopes", fmt::format("You do not hold every scope of \"{}\".", api.name));
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
  for (const Endpoint& endpoint : api.endpoints)
    spec.routes.push_back(
        {endpoint.number, methods_of(endpoint), endpoint.path, scopes_of(endpoint, api)});
  return spec;
}

}  // namespace claviger::core
