// A route of the management API: what stands between the outside and a use case, as a value.
// Private to the api module.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "claviger/api/api.h"
#include "claviger/base/result.h"
#include "claviger/core/permission.h"
#include "claviger/http/message.h"
#include "claviger/http/route.h"
#include "claviger/service/context.h"

namespace claviger::api {

/// One request on its way through a route.
struct Call {
  Parts& parts;
  const http::Request& request;
  const http::PathParameters& path;
  service::Caller caller;  ///< without a principal where the route takes no credential

  [[nodiscard]] service::Context& context() const { return parts.context; }

  /// The body as JSON. Errors: kMalformedRequest.
  [[nodiscard]] Result<nlohmann::json> json() const;

  /// The id that the path holds as `name`. Errors: kNotFound for a text that is no such id: it
  /// names nothing.
  template <class Id>
  [[nodiscard]] Result<Id> id(std::string_view name) const {
    const std::optional<Id> id = Id::parse(path.get(name));
    if (!id) return fail(nothing_there());
    return *id;
  }

 private:
  [[nodiscard]] static Error nothing_there();
};

enum class Credential : std::uint8_t {
  kNone,      ///< anybody may call it
  kRequired,  ///< a session's token, as Bearer or as the session cookie, or a key
};

/// What a call does: which conventions of changes hold for it, and whether it is counted.
enum class Effect : std::uint8_t {
  kReads,      ///< whatever its method; asked twice, it answers anew
  kChanges,    ///< can be tried (dryRun), tied to a version, sent twice; limited in number
  kStops,      ///< a change that takes something away: never refused for its number
  kStopsKeys,  ///< the same, of what the path's {id} or the body's `ids` name, with all its keys
};

/// What becomes of If-Match, where something is changed.
enum class Condition : std::uint8_t {
  kRefused,  ///< what is changed has no version that it could name
  kHeld,     ///< it is held against the version of what is changed
};

enum class Query : std::uint8_t {
  kRefused,  ///< a parameter that nobody reads is a mistake (a dry run that would be a real one)
  kRead,     ///< the handler reads its parameters, and refuses the others
};

/// What a caller must hold: for a thing of their own, and for one of somebody else in their
/// organization. Of several permissions one is enough to come in; which one it takes, says the use
/// case, which knows whose thing it is and what is to happen to it.
struct Needs {
  using OneOf = std::vector<core::Permission>;

  OneOf own;                    ///< empty: whoever comes in so far
  std::optional<OneOf> others;  ///< nullopt: here nobody reaches what is another's
};

/// For what has no owner, or one who decides nothing.
[[nodiscard]] inline Needs nothing() {
  return {.own = {}, .others = Needs::OneOf()};
}

[[nodiscard]] inline Needs one(core::Permission permission) {
  return {.own = {permission}, .others = {{permission}}};
}

[[nodiscard]] inline Needs mine_or_any(core::Permission mine, core::Permission any) {
  return {.own = {mine}, .others = {{any}}};
}

/// For what is the caller's own, whoever that is.
[[nodiscard]] inline Needs nothing_on_own_alone() {
  return {.own = {}, .others = std::nullopt};
}

[[nodiscard]] inline Needs own_alone(core::Permission permission) {
  return {.own = {permission}, .others = std::nullopt};
}

[[nodiscard]] inline Needs nothing_on_own_else(core::Permission permission) {
  return {.own = {}, .others = {{permission}}};
}

using Handler = std::function<Result<http::Response>(const Call&)>;

/// No field has a default but the one whose default refuses.
struct Route {
  std::string method;
  std::string path;
  Credential credential;
  Effect effect;
  Condition condition = Condition::kRefused;
  Needs needs;
  Query query;
  std::size_t max_body_bytes;
  std::vector<std::string> content_types;
  std::chrono::milliseconds time_budget;
  Handler handler;
};

/// For the fields that most routes share.
inline constexpr std::size_t kNoBody = 0;
inline constexpr std::size_t kSmallBody = 64 * 1024;
inline constexpr std::chrono::milliseconds kUsualBudget = std::chrono::seconds{10};
/// The longest wait for a receipt, and something to answer in.
inline constexpr std::chrono::milliseconds kWaitingBudget = std::chrono::seconds{35};

[[nodiscard]] inline std::vector<std::string> json_only() {
  return {"application/json"};
}

using Routes = std::vector<Route>;

/// Where the API lies that other systems' clients speak (docs/veeam.md).
inline constexpr std::string_view kVeeamBase = "/api/v3";

/// Which API a route is of: how its errors look, and which conventions hold.
enum class Surface : std::uint8_t { kManagement, kVeeam };

[[nodiscard]] inline Surface surface_of(const Route& route) {
  return route.path.starts_with(kVeeamBase) ? Surface::kVeeam : Surface::kManagement;
}

// One function per operation family, each in the file of its name below v1/; what serves the
// description is in documentation.cc.
void add_setup_routes(Routes& routes);
void add_session_routes(Routes& routes);
void add_organization_routes(Routes& routes);
void add_user_routes(Routes& routes);
void add_role_routes(Routes& routes);
void add_password_routes(Routes& routes);
void add_second_factor_routes(Routes& routes);
void add_deletion_impact_routes(Routes& routes);
void add_handover_routes(Routes& routes);
void add_application_routes(Routes& routes);
void add_key_routes(Routes& routes);
void add_key_life_routes(Routes& routes);
void add_key_import_routes(Routes& routes);
void add_personal_access_token_routes(Routes& routes);
void add_consumer_routes(Routes& routes);
void add_verify_routes(Routes& routes);
void add_catalog_routes(Routes& routes);
void add_audit_routes(Routes& routes);
void add_gateway_routes(Routes& routes);
void add_documentation_routes(Routes& routes);

/// All of them: what the router, the permission check, the catalog and the API description are held
/// against.
[[nodiscard]] Routes all_routes();

/// True if the call is counted by the limit on changes: a change, unless it stops something, which
/// is never refused for its number.
[[nodiscard]] bool is_counted(const Route& route);

// Likewise below veeam/.
void add_veeam_token_routes(Routes& routes);
void add_veeam_user_routes(Routes& routes);
void add_veeam_login_routes(Routes& routes);

}  // namespace claviger::api
