// How each route of the table is driven: a valid request about given things. What walks the whole
// table builds on it, and fails for a route that it does not know.
#pragma once

#include "installation.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "claviger/api/api.h"

namespace claviger::test {

/// One of each kind of thing that a route can be about, of one owner.
struct Things {
  std::string organization;
  std::string user;
  std::string receiver;  ///< another user of the organization
  std::string role;
  std::string application;
  std::string key;
  std::string secret;  ///< of the key
  std::string session;
  std::string api;
  std::string api_name;
  std::string handover;  ///< offered to the user
  // The same as the façade /api/v3 names them.
  std::string organization_uid;
  std::string user_uid;
  std::string login;  ///< a number

  /// The same with ids that nobody has made.
  [[nodiscard]] Things never_made() const;

  /// Every id, and the API's name.
  [[nodiscard]] std::vector<std::string> names() const;
};

/// An id of the same form that nobody has made.
[[nodiscard]] std::string never_made(std::string id);

/// What a request names, and may thereby be somebody else's.
enum class Kind {
  kNothing,
  kOrganization,
  kUser,
  kRole,
  kApplication,
  kKey,
  kSession,
  kApi,
  kHandover,
  kLogin,
};

struct Driven {
  HttpRequest request;
  Kind about = Kind::kNothing;
};

/// True for what is asked by POST, because the question holds a secret.
[[nodiscard]] inline bool is_a_question(std::string_view target) {
  return target.starts_with("/v1/keys/verify");
}

/// True for what the façade /api/v3 answers. Nothing can be tried there: a change is one.
[[nodiscard]] inline bool is_of_facade(std::string_view target) {
  return target.starts_with("/api/v3/");
}

/// Every route that takes a credential, those of the façade included.
[[nodiscard]] std::vector<api::ListedRoute> guarded_routes();

/// Makes sure that an answer of the façade is a refusal in its form; returns the first error.
Json facade_error(const Answer& answer, int status);

/// "GET /v1/keys/{id}".
[[nodiscard]] std::string name_of(const api::ListedRoute& route);

/// A request that the route accepts, about `things`; what else it has to name is the caller's own.
/// nullopt for a route that nobody has described here yet.
[[nodiscard]] std::optional<Driven> drive(const api::ListedRoute& route, const Things& things,
                                          const Things& own);

/// A problem without what differs from one request to the next.
[[nodiscard]] Json without_request_id(const Answer& answer);

/// One organization with its API, which all of its users may consume.
struct Home {
  Session administrator;  ///< an Organization Administrator
  Things things;          ///< the administrator's
};

/// Makes an organization below `parent` and everything of Things in it.
[[nodiscard]] Home make_home(const Installation& installation, const Session& above,
                             const std::string& parent, const std::string& name);

/// Somebody of a home, with a role that is given by its id or name.
struct Actor {
  std::string name;
  std::string role;
  Session session;
  Things things;
};

/// Makes a user, lets them make their things as an Organization Administrator, and gives them the
/// role then.
[[nodiscard]] Actor make_actor(const Installation& installation, const Home& home,
                               const std::string& name, const std::string& role);

}  // namespace claviger::test
