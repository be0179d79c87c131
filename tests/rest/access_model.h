// What the access rules say of a request, worked out anew from the route's line in the table and
// from the caller's permissions: a second opinion, which knows nothing of the server's code.
#pragma once

#include "driven_routes.h"

#include <optional>
#include <set>
#include <string>

namespace claviger::test {

/// Whose the thing is that a request is about, as the caller sees it.
enum class Relation { kOwn, kColleagues, kBelow, kForeign, kAbsent };

[[nodiscard]] std::string_view to_string(Relation relation);

/// Permissions by their public names.
using Names = std::set<std::string, std::less<>>;

struct Subject {
  Names permissions;
  bool reaches_below = false;  ///< the permissions hold in the organizations below as well
  bool is_of_first_organization = false;
};

/// With what they include.
[[nodiscard]] Names closed(Names permissions);

struct Expected {
  enum class Outcome { kLetThrough, kDenied, kAbsent };

  Outcome outcome = Outcome::kLetThrough;
  std::string missing = {};  ///< of a denial: the permission that it names, where it is for want
                             ///< of one
};

[[nodiscard]] Expected expected_of(const Subject& subject, const api::ListedRoute& route,
                                   Kind about, Relation relation);

}  // namespace claviger::test
