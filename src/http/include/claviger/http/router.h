// From a method and a path to a route, or to a refusal.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "claviger/base/result.h"
#include "claviger/http/problem.h"
#include "claviger/http/route.h"

namespace claviger::http {

/// An immutable table of routes. A literal segment beats a parameter, and a parameter beats the
/// rest of a path. The path is found first and the method afterwards, so that where a path exists
/// without the method, the answer is 405 and never another route's. A trailing slash makes another
/// path. HEAD finds the route of GET. Thread-safe.
class Router {
 public:
  struct Match {
    const Route* route;  ///< lives as long as the router, wherever that is moved to
    PathParameters parameters;
  };

  struct NoSuchPath {};

  struct NoSuchMethod {
    std::string allow;  ///< for the Allow header: "GET, HEAD, PATCH"
  };

  /// A parameter's segment does not decode: see PathParameters for what it must be.
  struct MalformedPath {
    Error error;
  };

  using Outcome = std::variant<Match, NoSuchPath, NoSuchMethod, MalformedPath>;

  /// kInternal, naming the route, for: a field left out, a template that cannot be read, two routes
  /// for one method and path, and two names for a parameter in the same place. `forms`: of
  /// refusals, where they are not problem documents; the first one that fits a path counts.
  [[nodiscard]] static Result<Router> build(std::vector<Route> routes,
                                            std::vector<ProblemForm> forms = {});

  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;
  ~Router();

  /// `path` without the query, as sent.
  [[nodiscard]] Outcome find(std::string_view method, std::string_view path) const;

  /// What no handler answers, in the form of the request's path. That may be a path that nobody
  /// has checked, or the beginning of one: a request is refused at any point of its arrival.
  [[nodiscard]] Response refusal(const Problem& problem, const Request& request) const;

 private:
  struct Node;
  class Walk;

  Router();

  Result<void> add(Route route);

  std::unique_ptr<Node> root_;
  std::vector<ProblemForm> forms_;
};

}  // namespace claviger::http
