// The REST API, as a table of routes for the HTTP server.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "claviger/api/cursor.h"
#include "claviger/core/network.h"
#include "claviger/http/problem.h"
#include "claviger/http/route.h"
#include "claviger/service/bootstrap.h"
#include "claviger/service/context.h"
#include "claviger/service/verify_key.h"

namespace claviger::api {

/// APIs of other systems that are answered as well; none, unless it is said.
struct Compatibility {
  bool veeam = false;
};

/// What the routes work with. All outlive them.
struct Parts {
  service::Context& context;
  service::KeyVerifier& verifier;
  const service::SetupLink& setup_link;
  const CursorSeal& cursors;
  std::vector<core::Network> trusted_proxies;  ///< whose X-Forwarded-For is believed
  Compatibility compatibility;
  std::string_view version;  ///< of this program

  /// The same parts, but for the context.
  [[nodiscard]] Parts in(service::Context& other) const {
    return {other, verifier, setup_link, cursors, trusted_proxies, compatibility, version};
  }
};

/// What keys can call of it: every route that takes a credential, as the catalog shows it.
[[nodiscard]] std::vector<service::ManagementEndpoint> management_endpoints();

/// A route as its line in the table says it, for tests that walk all of them.
struct ListedRoute {
  std::string method;
  std::string path;
  bool takes_credential;
  std::vector<std::string> own;  ///< permissions, one of which opens one's own things; empty: none
  std::optional<std::vector<std::string>> others;  ///< the same of others' things; nullopt: never
  bool heeds_if_match;
  bool reads_query;
  std::size_t max_body_bytes;
  std::vector<std::string> content_types;
};

/// Those of the management API.
[[nodiscard]] std::vector<ListedRoute> route_list();

/// Those below /api/v3, but the one that says of every other path that it is not there.
[[nodiscard]] std::vector<ListedRoute> veeam_route_list();

/// Every route of the management API, and of what `parts` says it is compatible with. No two
/// servers share a table.
[[nodiscard]] std::vector<http::Route> routes(Parts& parts);

/// The forms of refusals that those APIs have: what the server refuses before it comes to a route
/// is said in the form of the route's API.
[[nodiscard]] std::vector<http::ProblemForm> problem_forms(const Parts& parts);

}  // namespace claviger::api
