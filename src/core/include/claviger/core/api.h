// APIs, their endpoints, and who may consume them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "claviger/base/result.h"
#include "claviger/base/time.h"
#include "claviger/core/canonical_request.h"
#include "claviger/core/grant.h"
#include "claviger/core/ids.h"
#include "claviger/core/interval.h"
#include "claviger/core/method.h"
#include "claviger/core/state_view.h"
#include "claviger/core/version.h"

namespace claviger::core {

/// How old the state at a gateway may be before it refuses calls to an API, by default.
inline constexpr Microseconds kDefaultMaxStaleness = std::chrono::seconds{300};

struct Endpoint {
  EndpointId id;
  EndpointNumber number{};
  Method method = Method::kGet;  ///< GET answers HEAD as well
  std::string path;              ///< template below the API's base path
  std::string summary;
  std::vector<std::string> scopes;  ///< all of them are needed
};

/// How long keys on an API work, counted from when the end is chosen.
struct ExpiryRule {
  std::optional<Interval> usual;  ///< where nobody chooses; nullopt: as long as `most` allows
  std::optional<Interval> most;   ///< nullopt: for ever

  bool operator==(const ExpiryRule&) const = default;
};

struct Api {
  ApiId id;
  ApiNumber number{};
  OrganizationId organization;
  std::string name;  ///< unique over all organizations: gateways name it in their configuration
  std::string title;
  std::string base_path;  ///< "" or "/v1"
  std::string upstream;   ///< "http://127.0.0.1:9000"
  Standing standing = Standing::kInactive;
  CarrierSet carriers;
  bool lets_preflight_through = false;
  Microseconds max_staleness = kDefaultMaxStaleness;  ///< kServeAlways: no bound
  ExpiryRule expiry;
  std::vector<std::string> scopes;  ///< by scope number; a name keeps its number for ever
  std::vector<Endpoint> endpoints;
  Time created_at;
  Version version;
};

/// The name of the management API in the catalog. No other API can take it.
inline constexpr std::string_view kPlatformApiName = "claviger";

/// A name that may stand in a gateway's configuration: 1 to 64 of a-z 0-9 and inner '-' '_' '.'.
[[nodiscard]] bool is_api_name(std::string_view name);

/// What is asked for or given on one API, by names, as users write it. Compiled by compile_grant().
struct NamedGrant {
  std::string api;                     ///< or "*": every one but the management API (kEveryApi)
  std::vector<std::string> endpoints;  ///< "GET /devices/{id}", or "*" for every one
  std::vector<std::string> methods;    ///< narrows; empty: no narrowing
  std::vector<std::string> scopes;     ///< "*" for every one

  bool operator==(const NamedGrant&) const = default;
};

/// The most that users of an organization may take of an API by themselves.
struct ConsumerRight {
  OrganizationId consumer;
  NamedGrant most;
};

/// The numbers of an API's scopes by their names. The API outlives it unchanged.
class ScopeNumbers {
 public:
  explicit ScopeNumbers(const Api& api);

  [[nodiscard]] std::optional<ScopeNumber> find(std::string_view name) const;

 private:
  std::map<std::string_view, ScopeNumber> numbers_;
};

/// What a grant's names stand for, as far as the API knows them.
struct KnownGrant {
  Grant grant;
  std::vector<Fault> unknown;  ///< one per name that is not there
};

/// Resolves the names of any number of grants on one API, which outlives it unchanged.
class GrantCompiler {
 public:
  explicit GrantCompiler(const Api& api);

  /// `extra_scopes` are added as far as the API knows them. Pointers lie below `pointer`.
  [[nodiscard]] KnownGrant compile_known(const NamedGrant& grant,
                                         const std::vector<std::string>& extra_scopes,
                                         const std::string& pointer) const;

  /// The same of a grant whose names are all there. Errors: kInvalidInput with a fault per name
  /// that is not.
  [[nodiscard]] Result<Grant> compile(const NamedGrant& grant,
                                      const std::vector<std::string>& extra_scopes,
                                      const std::string& pointer) const;

 private:
  [[nodiscard]] const Endpoint* find_endpoint(std::string_view name) const;
  void compile_endpoints(const NamedGrant& named, const std::string& pointer, Grant& grant,
                         std::vector<Fault>& faults) const;
  void compile_scopes(const NamedGrant& named, const std::string& pointer, Grant& grant,
                      std::vector<Fault>& faults) const;

  const Api& api_;
  ScopeNumbers scopes_;
  std::map<std::pair<Method, std::string_view>, const Endpoint*> endpoints_;
};

/// One grant, compiled by a GrantCompiler of its own.
[[nodiscard]] Result<Grant> compile_grant(const NamedGrant& grant, const Api& api,
                                          const std::vector<std::string>& extra_scopes,
                                          const std::string& pointer);

/// What is asked for beyond what is held: one sentence per excess, with a pointer below `pointer`;
/// empty if `asked` lies within `held` (asking for more is refused, naming each, but not
/// more than kMostFaults endpoints).
[[nodiscard]] std::vector<Fault> excess_of(const Grant& asked, const std::vector<Grant>& held,
                                           const Api& api, const std::string& pointer);

/// The API's endpoints in the form that decides: GET stands for HEAD as well.
[[nodiscard]] RouteTableSpec route_table_of(const Api& api);

}  // namespace claviger::core
