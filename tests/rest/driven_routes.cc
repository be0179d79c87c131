#include "driven_routes.h"

#include <functional>
#include <map>

namespace claviger::test {
namespace {

/// A request's body and query; paths are filled from the things.
struct Description {
  std::function<Json(const Things& about, const Things& own)> body = {};
  std::string query = {};
  Kind about = Kind::kNothing;  ///< what the body names; else what the path does
};

Json reason() {
  return {{"reason", "other"}};
}

Description fixed(Json body) {
  return {.body = [body = std::move(body)](const Things&, const Things&) { return body; }};
}

/// A key on the caller's own API: what is somebody else's is the application alone.
Json new_key(const Things&, const Things& own) {
  return key_body(own.api_name);
}

Description several_keys(Json body) {
  return {.body =
              [body = std::move(body)](const Things& about, const Things&) {
                Json ids = body;
                ids["ids"] = {about.key};
                return ids;
              },
          .about = Kind::kKey};
}

Json imported_keys(const Things& about, const Things& own) {
  Json key = key_body(own.api_name);
  key["secret"] = "an-old-systems-key-0123456789abcdef";
  return {{"applicationId", about.application}, {"keys", {key}}};
}

Json question(const Things& about, const Things&) {
  return {{"key", "clv_ak_none"}, {"api", about.api_name}, {"method", "GET"}, {"path", "/devices"}};
}

Json new_user(const Things&, const Things& own) {
  return {{"email", "nobody-yet@example.com"}, {"name", "Nobody"}, {"roles", {own.role}}};
}

Json handover(const Things& about, const Things&) {
  return {{"toUserId", about.receiver}};
}

/// Every route that takes a body, or a query that it cannot do without.
const std::map<std::string, Description>& descriptions() {
  static const std::map<std::string, Description> kDescriptions = {
      {"POST /v1/setup", fixed({{"token", "clv_lnk_none"},
                                {"email", "nobody-yet@example.com"},
                                {"password", kPassword}})},
      {"POST /v1/sessions", fixed({{"email", "nobody@example.com"}, {"password", kPassword}})},
      {"POST /v1/passwords", fixed({{"token", "clv_lnk_none"}, {"password", kPassword}})},
      {"POST /v1/me/password", fixed({{"currentPassword", "not mine"}, {"password", kPassword}})},
      {"POST /v1/me/totp", fixed({{"currentPassword", "not mine"}})},
      {"POST /v1/me/totp/confirm", fixed({{"code", "000000"}})},
      {"DELETE /v1/me/totp", fixed({{"currentPassword", "not mine"}, {"code", "000000"}})},
      {"POST /v1/me/tokens", {.body = new_key}},
      {"POST /v1/organizations", fixed({{"name", "Another"}})},
      {"PATCH /v1/organizations/{id}", fixed({{"name", "Renamed"}})},
      {"POST /v1/users", {.body = new_user}},
      {"PATCH /v1/users/{id}", fixed({{"name", "Renamed"}})},
      {"POST /v1/users/{id}/handover", {.body = handover}},
      {"POST /v1/roles", fixed({{"name", "Another"}})},
      {"PATCH /v1/roles/{id}", fixed({{"description", "changed"}})},
      {"POST /v1/applications", fixed({{"name", "Another"}})},
      {"PATCH /v1/applications/{id}", fixed({{"name", "Renamed"}})},
      {"POST /v1/applications/{id}/keys", {.body = new_key}},
      {"PATCH /v1/keys/{id}", fixed({{"name", "Renamed"}})},
      {"POST /v1/keys/{id}/renew", fixed({{"expiresIn", "30d"}})},
      {"POST /v1/keys/{id}/rotate", fixed(Json::object())},
      {"POST /v1/keys/{id}/successor", fixed(Json::object())},
      {"POST /v1/keys/{id}/secrets/{which}/revoke", fixed(Json::object())},
      {"POST /v1/keys/{id}/revoke", fixed(reason())},
      {"POST /v1/keys/{id}/disable", fixed(Json::object())},
      {"POST /v1/keys/{id}/enable", fixed(Json::object())},
      {"POST /v1/keys/delete", several_keys(Json::object())},
      {"POST /v1/keys/revoke", several_keys(reason())},
      {"POST /v1/keys/disable", several_keys(Json::object())},
      {"POST /v1/keys/import", {.body = imported_keys, .about = Kind::kApplication}},
      {"POST /v1/keys/verify", {.body = question, .about = Kind::kApi}},
      {"POST /v1/apis/import",
       {.body = [](const Things&, const Things&) { return fleet_document(); },
        .query = "name=nobodys-yet&upstream=http://127.0.0.1:9"}},
      {"PUT /v1/apis/{id}/consumption-settings", fixed({{"consumers", Json::array()}})},
      {"POST /v1/apis/{id}/keys/{keyId}/withdraw", fixed(reason())},
      {"POST /api/v3/users/{userUid}/logins/apikey", {.query = "description=new&scopes=rest"}},
      {"PATCH /api/v3/users/{userUid}/logins/{userLoginId}",
       fixed({{{"op", "replace"}, {"path", "/description"}, {"value", "changed"}}})},
  };
  return kDescriptions;
}

struct Collection {
  std::string_view path;
  Kind kind;
  std::string Things::*id;
};

/// What an {id} behind such a path is.
constexpr std::array<Collection, 8> kCollections = {{
    {"/v1/organizations/", Kind::kOrganization, &Things::organization},
    {"/v1/users/", Kind::kUser, &Things::user},
    {"/v1/roles/", Kind::kRole, &Things::role},
    {"/v1/applications/", Kind::kApplication, &Things::application},
    {"/v1/keys/", Kind::kKey, &Things::key},
    {"/v1/me/sessions/", Kind::kSession, &Things::session},
    {"/v1/apis/", Kind::kApi, &Things::api},
    {"/v1/handovers/", Kind::kHandover, &Things::handover},
}};

bool replace(std::string& text, std::string_view what, const std::string& with) {
  const std::size_t at = text.find(what);
  if (at != std::string::npos) text.replace(at, what.size(), with);
  return at != std::string::npos;
}

/// Fills a path; what is left of a brace nobody has described.
Kind fill(std::string& path, const Things& things) {
  Kind about = Kind::kNothing;
  for (const Collection& collection : kCollections) {
    if (path.starts_with(std::string(collection.path) + "{id}") &&
        replace(path, "{id}", things.*collection.id))
      about = collection.kind;
  }
  if (replace(path, "{organizationUid}", things.organization_uid)) about = Kind::kOrganization;
  if (replace(path, "{userUid}", things.user_uid))
    about = path.ends_with("/logins") ? Kind::kLogin : Kind::kUser;
  if (replace(path, "{userLoginId}", things.login)) about = Kind::kLogin;
  replace(path, "{keyId}", things.key);
  replace(path, "{which}", things.secret);
  replace(path, "{sessionId}", things.session);
  replace(path, "{file}", "page.css");
  replace(path, "{code}", "not-found");
  return about;
}

const std::vector<std::string Things::*>& members() {
  static const std::vector<std::string Things::*> kMembers = {
      &Things::organization, &Things::user,    &Things::receiver, &Things::role,
      &Things::application,  &Things::key,     &Things::secret,   &Things::session,
      &Things::api,          &Things::handover};
  return kMembers;
}

Json expect(int status, const Answer& answer) {
  EXPECT_EQ(answer.status(), status) << answer.response.body;
  return answer.body.is_object() ? answer.body : Json::object();
}

Json new_user_of(const std::string& organization, const std::string& email,
                 const std::string& role) {
  return {{"email", email},
          {"name", "Someone"},
          {"password", kPassword},
          {"roles", {role}},
          {"organizationId", organization}};
}

/// An API that whoever belongs to the organization may consume.
void publish_api(const Session& administrator, Things& things) {
  things.api = administrator.import_fleet(things.api_name).value("id", "");
  const Json consumer = {{"organizationId", things.organization},
                         {"most", {{"endpoints", {"*"}}, {"scopes", {"*"}}}}};
  expect(200, administrator.put("/v1/apis/" + things.api + "/consumption-settings",
                                {{"consumers", {consumer}}}));
}

/// What somebody makes for themselves.
void make_own_things(const Session& session, Things& things) {
  things.application = session.make_application();
  things.key = session.make_key(things.application, things.api_name).value("id", "");
  const Json key = expect(200, session.get("/v1/keys/" + things.key));
  things.secret = key["secrets"][0].value("id", "");
  const Json me = expect(200, session.get("/api/v3/users/me"))["data"];
  things.organization_uid = me.value("organizationUid", "");
  things.user_uid = me.value("instanceUid", "");
  const Answer login =
      session.act("/api/v3/users/" + things.user_uid + "/logins/apikey?description=a&scopes=rest");
  things.login = std::to_string(expect(200, login)["data"].value("id", 0));
}

std::string session_of(const Session& session) {
  return expect(200, session.get("/v1/me/sessions"))["data"][0].value("id", "");
}

}  // namespace

std::string never_made(std::string id) {
  const std::size_t begin = id.find('_') + 1;
  if (id.size() > begin + 10) id.replace(begin, 10, "01kat0q6p2");
  return id;
}

Things Things::never_made() const {
  Things absent = *this;
  for (std::string Things::*const member : members())
    absent.*member = test::never_made(absent.*member);
  absent.api_name = "never-made";
  absent.organization_uid.replace(0, 8, "01234567");
  absent.user_uid.replace(0, 8, "01234567");
  absent.login = "987654321";
  return absent;
}

std::vector<std::string> Things::names() const {
  std::vector<std::string> names = {api_name, organization_uid, user_uid};
  for (std::string Things::*const member : members()) names.push_back(this->*member);
  return names;
}

std::vector<api::ListedRoute> guarded_routes() {
  std::vector<api::ListedRoute> routes = api::route_list();
  for (api::ListedRoute& route : api::veeam_route_list()) routes.push_back(std::move(route));
  std::erase_if(routes, [](const api::ListedRoute& route) { return !route.takes_credential; });
  return routes;
}

Json facade_error(const Answer& answer, int status) {
  EXPECT_EQ(answer.status(), status) << answer.response.body;
  EXPECT_EQ(answer.response.header("Content-Type").value_or(""), "application/json");
  const bool has_errors = answer.body.is_object() && answer.body.size() == 1 &&
                          answer.body.contains("errors") && !answer.body["errors"].empty();
  EXPECT_TRUE(has_errors) << answer.response.body;
  if (!has_errors) return Json::object();
  for (const Json& error : answer.body["errors"]) {
    EXPECT_NE(error.value("message", ""), "");
    EXPECT_TRUE(error.value("code", 0) == status || error.value("code", 0) == 1001) << error;
    EXPECT_NE(error.value("type", ""), "");
  }
  return answer.body["errors"][0];
}

std::string name_of(const api::ListedRoute& route) {
  return route.method + ' ' + route.path;
}

std::optional<Driven> drive(const api::ListedRoute& route, const Things& things,
                            const Things& own) {
  Driven driven{.request = {.method = route.method, .target = route.path}};
  driven.about = fill(driven.request.target, things);
  if (driven.request.target.find('{') != std::string::npos) return std::nullopt;
  const auto described = descriptions().find(name_of(route));
  if (described == descriptions().end()) {
    if (route.max_body_bytes > 0) return std::nullopt;
    return driven;
  }
  const Description& description = described->second;
  if (description.body) driven.request.body = description.body(things, own).dump();
  driven.request.target += description.query.empty() ? "" : '?' + description.query;
  if (driven.about == Kind::kNothing) driven.about = description.about;
  return driven;
}

Json without_request_id(const Answer& answer) {
  Json body = answer.body;
  if (body.is_object()) body.erase("requestId");
  return body;
}

/// One's own new application, on its way to somebody.
std::string offer(const Session& giver, const std::string& id, const std::string& receiver) {
  const Json body = {{"toUserId", receiver}, {"applications", {giver.make_application()}}};
  return expect(201, giver.post("/v1/users/" + id + "/handover", body)).value("id", "");
}

Home make_home(const Installation& installation, const Session& above, const std::string& parent,
               const std::string& name) {
  Things things;
  things.api_name = "fleet-of-" + name;
  things.organization =
      expect(201, above.post("/v1/organizations", {{"name", name}, {"parentId", parent}}))
          .value("id", "");
  const std::string email = "administrator@" + name + ".example";
  things.user = expect(201, above.post("/v1/users", new_user_of(things.organization, email,
                                                                "Organization Administrator")))
                    .value("id", "");
  const Session session = sign_in(installation.endpoint(), email);
  const auto member = [&](const std::string& address) {
    return expect(201, session.post("/v1/users",
                                    new_user_of(things.organization, address, "Asset Consumer")))
        .value("id", "");
  };
  things.receiver = member("receiver@" + name + ".example");
  things.role = expect(201, session.post("/v1/roles", {{"name", "Nothing"}})).value("id", "");
  publish_api(session, things);
  make_own_things(session, things);
  things.session = session_of(session);
  // Offered to another than the administrator, whose it is then.
  things.handover = offer(session, things.user, things.receiver);
  return {.administrator = session, .things = std::move(things)};
}

Actor make_actor(const Installation& installation, const Home& home, const std::string& name,
                 const std::string& role) {
  Things things = home.things;
  const std::string email = name + '@' + home.things.api_name + ".example";
  things.user =
      expect(201, home.administrator.post("/v1/users", new_user_of(things.organization, email,
                                                                   "Organization Administrator")))
          .value("id", "");
  make_own_things(sign_in(installation.endpoint(), email), things);
  const std::string giver = "giver-for-" + email;
  const std::string giver_id =
      expect(201, home.administrator.post(
                      "/v1/users", new_user_of(things.organization, giver, "Asset Consumer")))
          .value("id", "");
  things.handover = offer(sign_in(installation.endpoint(), giver), giver_id, things.user);
  expect(200, home.administrator.patch("/v1/users/" + things.user, {{"roles", {role}}}));
  const Session session = sign_in(installation.endpoint(), email);
  things.session = session_of(session);
  return {.name = name, .role = role, .session = session, .things = std::move(things)};
}

}  // namespace claviger::test
