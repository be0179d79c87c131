// What the audit tells of each action that it has a word for.
#include "installation.h"
#include "one_time_codes.h"
#include "veeam_fixture.h"

#include <map>
#include <optional>
#include <set>

namespace claviger::test {
namespace {

using testing::Contains;

/// What a row is to tell of one act.
struct Told {
  std::string target;
  Json changes;
};

Json from_to(const Json& before, const Json& after) {
  return {{"before", before}, {"after", after}};
}

/// Each of the fields, on one side.
Json each(const std::string& side, const Json& fields) {
  Json changes = Json::object();
  for (const auto& [field, value] : fields.items()) changes[field][side] = value;
  return changes;
}

Json picked(const Json& resource, const std::vector<std::string>& fields) {
  Json rest = Json::object();
  for (const std::string& field : fields) rest[field] = resource.at(field);
  return rest;
}

Json with(Json fields, const Json& more) {
  fields.update(more);
  return fields;
}

Json endpoint_of(const char* method, const char* path, const std::vector<std::string>& scopes) {
  return {{"method", method}, {"path", path}, {"scopes", scopes}};
}

/// Does everything that the audit has a word for, once, and keeps what each row is to say.
class Doings {
 public:
  Doings() {
    organization_ = make_organization("audited");
    consumer_organization_ = make_organization("consumer");
    admin_ = make_person("Organization Administrator", organization_);
    consumer_ = make_person("Asset Consumer", consumer_organization_);
  }

  void do_all() {
    bootstrap();
    organizations();
    roles();
    people();
    passwords_and_codes();
    sessions();
    catalog();
    applications();
    keys();
    ends_of_keys();
    imports_and_tokens();
  }

  [[nodiscard]] const std::map<std::string, Told>& told() const { return told_; }

 private:
  struct Somebody {
    std::string id;
    std::string email;
    Session session;
  };

  static Json sent(const Answer& answer) {
    EXPECT_LT(answer.status(), 300) << answer.response.body;
    return answer.body;
  }

  static std::string unique(const std::string& prefix) {
    static int count = 0;
    return prefix + "-of-the-audit-" + std::to_string(++count);
  }

  static std::string id_of(const Json& resource) { return resource.value("id", ""); }

  void tell(const std::string& action, const std::string& target, Json changes) {
    told_[action] = {target, std::move(changes)};
  }

  [[nodiscard]] std::string make_organization(const std::string& name) const {
    return id_of(sent(root_.post("/v1/organizations", {{"name", unique(name)}})));
  }

  [[nodiscard]] Somebody make_person(const std::string& role,
                                     const std::string& organization) const {
    const std::string email = unique("someone") + "@example.com";
    const Json made = sent(root_.post("/v1/users", {{"email", email},
                                                    {"name", "Someone"},
                                                    {"password", kPassword},
                                                    {"roles", {role}},
                                                    {"organizationId", organization}}));
    return {id_of(made), email, sign_in(compatible().endpoint(), email)};
  }

  void bootstrap() {
    const Json rows = root_.list("/v1/audit?action=installation.bootstrap");
    ASSERT_EQ(rows.size(), 1U);
    tell("installation.bootstrap", id_of(sent(root_.get("/v1/me"))),
         each("after", {{"email", kAdministratorEmail},
                        {"name", "Administrator"},
                        {"status", "enabled"},
                        {"roles", {"Administrator"}},
                        {"secondFactor", false}}));
  }

  void organizations() {
    const std::string name = unique("first name");
    const Json made = sent(root_.post("/v1/organizations", {{"name", name}}));
    const std::string path = "/v1/organizations/" + id_of(made);
    tell("organization.create", id_of(made),
         each("after", {{"name", name},
                        {"parentId", made["parentId"]},
                        {"maxApplicationsPerUser", 10},
                        {"maxKeysPerApplication", 10},
                        {"status", "enabled"}}));
    const std::string renamed = unique("second name");
    sent(root_.patch(path, {{"name", renamed}, {"maxKeysPerApplication", nullptr}}));
    tell("organization.update", id_of(made),
         {{"name", from_to(name, renamed)}, {"maxKeysPerApplication", from_to(10, nullptr)}});
    sent(root_.act(path + "/disable"));
    tell("organization.disable", id_of(made), {{"status", from_to("enabled", "disabled")}});
    sent(root_.act(path + "/enable"));
    tell("organization.enable", id_of(made), {{"status", from_to("disabled", "enabled")}});
    sent(root_.remove(path));
    tell("organization.delete", id_of(made), {{"status", from_to("enabled", "deleted")}});
  }

  void roles() {
    const std::string api = unique("api");
    static_cast<void>(admin().import_fleet(api));
    const Json right = {{"api", api}, {"endpoints", {"*"}}, {"scopes", {"devices:read"}}};
    const Json role = {{"name", unique("role")},
                       {"description", "for the audit"},
                       {"permissions", {"View users"}},
                       {"reach", "organization"},
                       {"rights", Json::array({right})}};
    const Json made = sent(admin().post("/v1/roles", role));
    const std::string path = "/v1/roles/" + id_of(made);
    tell("role.create", id_of(made), each("after", role));
    sent(admin().patch(path, {{"permissions", {"View audit"}}, {"rights", Json::array()}}));
    tell("role.update", id_of(made),
         {{"permissions", from_to({"View users"}, {"View audit"})},
          {"rights", from_to(Json::array({right}), Json::array())}});
    sent(admin().remove(path));
    const Json last = {{"permissions", {"View audit"}}, {"rights", Json::array()}};
    tell("role.delete", id_of(made), each("before", with(role, last)));
  }

  void people() {
    const std::string email = unique("dana") + "@example.com";
    const Json made = sent(admin().post(
        "/v1/users", {{"email", email}, {"name", "Dana"}, {"roles", {"Asset Consumer"}}}));
    const std::string id = id_of(made);
    const std::string path = "/v1/users/" + id;
    tell("user.create", id,
         each("after", {{"email", email},
                        {"name", "Dana"},
                        {"status", "enabled"},
                        {"roles", {"Asset Consumer"}},
                        {"secondFactor", false},
                        {"passwordLink", picked(made["passwordLink"], {"expiresAt"})}}));
    sent(send(
        compatible().endpoint(),
        {.method = "POST",
         .target = "/v1/passwords",
         .body =
             Json({{"token", made["passwordLink"]["token"]}, {"password", kPassword}}).dump()}));
    tell("user.choose-password", id, each("after", {{"ended", 0}}));
    sent(admin().patch(path, {{"name", "Dana Doe"}, {"roles", {"Auditor"}}}));
    tell("user.update", id,
         {{"name", from_to("Dana", "Dana Doe")},
          {"roles", from_to({"Asset Consumer"}, {"Auditor"})}});
    sent(admin().act(path + "/disable"));
    tell("user.disable", id, {{"status", from_to("enabled", "disabled")}});
    sent(admin().act(path + "/enable"));
    tell("user.enable", id, {{"status", from_to("disabled", "enabled")}});
    const Json link = sent(admin().act(path + "/reset-password"));
    tell("user.reset-password", id,
         each("after",
              {{"passwordLink", picked(link.contains("passwordLink") ? link["passwordLink"] : link,
                                       {"expiresAt"})}}));
    sent(admin().remove(path));
    tell("user.delete", id,
         {{"status", from_to("enabled", "deleted")},
          {"roles", from_to({"Auditor"}, Json::array())}});
  }

  void passwords_and_codes() {
    const Somebody who = make_person("Asset Consumer", organization_);
    static_cast<void>(sign_in(compatible().endpoint(), who.email));
    sent(who.session.post("/v1/me/password",
                          {{"currentPassword", kPassword}, {"password", kPassword}}));
    tell("user.change-password", who.id, each("after", {{"ended", 1}}));
    const Json started = sent(who.session.post("/v1/me/totp", {{"currentPassword", kPassword}}));
    tell("user.start-second-factor", who.id, Json::object());
    sent(who.session.post("/v1/me/totp/confirm", {{"code", code_of(started)}}));
    tell("user.switch-on-second-factor", who.id, {{"secondFactor", from_to(false, true)}});
    send(
        compatible().endpoint(),
        {.method = "POST",
         .target = "/v1/sessions",
         .body = Json({{"email", who.email}, {"password", kPassword}, {"code", "000000"}}).dump()});
    tell("session.wrong-code", who.id, Json::object());
    sent(who.session.send(
        {.method = "DELETE",
         .target = "/v1/me/totp",
         .body = Json({{"currentPassword", kPassword}, {"code", code_of(started, 1)}}).dump()}));
    tell("user.switch-off-second-factor", who.id, {{"secondFactor", from_to(true, false)}});
    const Somebody other = make_person("Asset Consumer", organization_);
    const Json again = sent(other.session.post("/v1/me/totp", {{"currentPassword", kPassword}}));
    sent(other.session.post("/v1/me/totp/confirm", {{"code", code_of(again)}}));
    sent(admin().remove("/v1/users/" + other.id + "/totp"));
    tell("user.reset-second-factor", other.id, {{"secondFactor", from_to(true, false)}});
  }

  void sessions() {
    const Somebody who = make_person("Asset Consumer", organization_);
    const Json session = who.session.list("/v1/me/sessions").at(0);
    const Json fields = with(picked(session, {"createdAt", "expiresAt", "sourceIp", "userAgent"}),
                             {{"userId", who.id}});
    tell("session.create", id_of(session), each("after", fields));
    sent(who.session.remove("/v1/sessions"));
    tell("session.delete", id_of(session), each("before", fields));
    const Answer first = token(form(who.email));
    const std::string refresh =
        "grant_type=refresh_token&refresh_token=" + first.body.value("refresh_token", "");
    const std::string path = "/v1/users/" + who.id + "/sessions";
    const std::string old = id_of(admin().list(path).at(0));
    sent(token(refresh));
    const Json traded = admin().list(path).at(0);
    Json changes =
        each("after", with(picked(traded, {"createdAt", "expiresAt", "sourceIp", "userAgent"}),
                           {{"userId", who.id}}));
    changes["id"] = from_to(old, traded["id"]);
    tell("session.refresh", id_of(traded), changes);
    static_cast<void>(token(refresh));
    tell("session.end-replayed", who.id, each("after", {{"ended", 1}}));
    static_cast<void>(sign_in(compatible().endpoint(), who.email));
    sent(admin().remove(path));
    tell("user.end-sessions", who.id, each("after", {{"ended", 1}}));
  }

  void catalog() {
    const Json management = root_.list("/v1/audit?action=api.publish").at(0);
    Json published = management["changes"];
    EXPECT_EQ(published["name"]["after"], "claviger");
    EXPECT_EQ(published["endpoints"]["after"].size(), published["endpointCount"]["after"]);
    tell("api.publish", management.value("targetId", ""), published);
    const Json made = admin().import_fleet(api_);
    api_id_ = id_of(made);
    Json endpoints = {endpoint_of("GET", "/devices", {"devices:read"}),
                      endpoint_of("POST", "/devices", {"devices:write"}),
                      endpoint_of("DELETE", "/devices/{id}", {"devices:write"}),
                      endpoint_of("GET", "/devices/{id}", {"devices:read"}),
                      endpoint_of("GET", "/events", {})};
    tell("api.create", api_id_,
         each("after", {{"name", api_},
                        {"title", "Fleet"},
                        {"basePath", ""},
                        {"upstream", "http://127.0.0.1:9"},
                        {"scopes", made["scopes"]},
                        {"endpointCount", 5},
                        {"endpoints", endpoints}}));
    Json document = fleet_document();
    document["paths"].erase("/events");
    sent(admin().post("/v1/apis/import?name=" + api_ + "&upstream=http://127.0.0.1:10", document));
    tell("api.update", api_id_,
         {{"upstream", from_to("http://127.0.0.1:9", "http://127.0.0.1:10")},
          {"endpointCount", from_to(5, 4)},
          {"endpoints", from_to(Json::array({endpoint_of("GET", "/events", {})}), Json::array())}});
    const Json most = {{"endpoints", {"GET /devices"}}, {"scopes", {"*"}}};
    const Json consumers =
        Json::array({{{"organizationId", consumer_organization_}, {"most", most}}});
    sent(admin().put("/v1/apis/" + api_id_ + "/consumption-settings",
                     {{"carriers", {"Authorization", "X-API-Key"}},
                      {"preflight", "allow"},
                      {"maxStalenessSeconds", 60},
                      {"consumers", consumers}}));
    tell("api.consumption-settings", api_id_,
         {{"carriers", from_to({"Authorization"}, {"Authorization", "X-API-Key"})},
          {"preflight", from_to("refuse", "allow")},
          {"maxStalenessSeconds", from_to(300, 60)},
          {"consumers", from_to(Json::array(), consumers)}});
  }

  void applications() {
    const Session& user = admin();
    const std::string id = user.make_application("before");
    const Json made = sent(user.get("/v1/applications/" + id));
    tell("application.create", id, each("after", picked(made, {"name", "description", "ownerId"})));
    sent(user.patch("/v1/applications/" + id, {{"name", "after"}, {"description", "what for"}}));
    tell("application.update", id,
         {{"name", from_to("before", "after")}, {"description", from_to("", "what for")}});
    const Somebody receiver = make_person("Organization Administrator", organization_);
    for (const std::string action : {"decline", "withdraw", "accept"}) {
      const Json body = {{"toUserId", receiver.id}, {"applications", {id}}};
      const std::string handover =
          id_of(sent(user.post("/v1/users/" + admin_->id + "/handover", body)));
      const Json fields = each("after", with(body, {{"fromUserId", admin_->id}}));
      tell("handover.offer", handover, with(fields, each("after", {{"status", "pending"}})));
      const bool is_withdrawn = action == "withdraw";
      const Session& decides = is_withdrawn ? user : receiver.session;
      const Json after = sent(
          decides.act("/v1/handovers/" + handover + (action == "accept" ? "/accept" : "/decline")));
      const Json status =
          after.contains("handover") ? after["handover"]["status"] : after["status"];
      tell("handover." + action, handover, with(fields, {{"status", from_to("pending", status)}}));
    }
    sent(receiver.session.act("/v1/applications/" + id + "/revoke"));
    tell("application.revoke", id, {{"status", from_to("active", "revoked")}});
  }

  /// A key with something in every field.
  [[nodiscard]] Json whole_key() const {
    return {{"name", "whole"},
            {"description", "what for"},
            {"metadata", {{"ticket", "4711"}}},
            {"grants",
             {{{"api", api_},
               {"endpoints", {"GET /devices"}},
               {"methods", {"GET"}},
               {"scopes", {"devices:read"}}}}},
            {"scopes", {"devices:write"}},
            {"serviceClasses", {"integration"}},
            {"readOnly", true},
            {"notBefore", "2026-01-01T00:00:00Z"},
            {"expiresAt", "2037-01-01T00:00:00Z"},
            {"allowedIps", {"10.0.0.0/8"}}};
  }

  /// What the audit tells of a key that was made of this.
  [[nodiscard]] static Json fields_of(const Json& asked, const Json& made) {
    Json fields = with(asked, picked(made, {"applicationId", "prefix", "lastFour", "notBefore",
                                            "expiresAt", "predecessorId"}));
    EXPECT_EQ(made["notBefore"].get<std::string>().substr(0, 10), "2026-01-01");
    EXPECT_EQ(made["expiresAt"].get<std::string>().substr(0, 10), "2037-01-01");
    for (Json& grant : fields["grants"]) grant["withdrawn"] = false;
    fields["successorId"] = nullptr;
    return fields;
  }

  void keys() {
    application_ = admin().make_application();
    const Json made = admin().make_key(application_, whole_key());
    const std::string id = id_of(made);
    const std::string path = "/v1/keys/" + id;
    tell("key.create", id, each("after", fields_of(whole_key(), made)));
    sent(admin().patch(path, {{"name", "edited"}, {"allowedIps", nullptr}}));
    tell("key.update", id,
         {{"name", from_to("whole", "edited")}, {"allowedIps", from_to({"10.0.0.0/8"}, nullptr)}});
    const Json renewed =
        sent(admin().post(path + "/renew", {{"expiresAt", "2036-01-01T00:00:00Z"}}));
    tell("key.renew", id, {{"expiresAt", from_to(made["expiresAt"], renewed["key"]["expiresAt"])}});
    const auto audited = [](const Json& secrets) {
      Json list = Json::array();
      for (const Json& secret : secrets)
        list.push_back(picked(secret, {"id", "notAfter", "revoked"}));
      return list;
    };
    const Json one = sent(admin().get(path));
    const Json two = sent(admin().post(path + "/rotate", {{"overlap", "1d"}}))["key"];
    tell("key.rotate", id,
         {{"prefix", from_to(one["prefix"], two["prefix"])},
          {"lastFour", from_to(one["lastFour"], two["lastFour"])},
          {"secrets", from_to(audited(one["secrets"]), audited(two["secrets"]))}});
    const std::string secret = one["secrets"][0].value("id", "");
    const Json cut = sent(admin().act(path + "/secrets/" + secret + "/revoke"))["key"];
    tell("key.secret.revoke", id,
         {{"secrets", from_to(audited(two["secrets"]), audited(cut["secrets"]))}});
    sent(admin().act(path + "/disable"));
    tell("key.disable", id, {{"status", from_to("active", "disabled")}});
    sent(admin().act(path + "/enable"));
    tell("key.enable", id, {{"status", from_to("disabled", "active")}});
    const Json next = sent(admin().post(path + "/successor", {{"overlap", "1d"}}));
    const Json succeeded = sent(admin().get(path));
    tell("key.succeed", id,
         {{"successorId", from_to(nullptr, next["id"])},
          {"expiresAt", from_to(renewed["key"]["expiresAt"], succeeded["expiresAt"])}});
  }

  void ends_of_keys() {
    const Json key = admin().make_key(application_, whole_key());
    const std::string path = "/v1/keys/" + id_of(key);
    sent(admin().post(path + "/revoke", {{"reason", "compromised"}, {"comment", "seen in a log"}}));
    tell("key.revoke", id_of(key),
         {{"status", from_to("active", "revoked")},
          {"revokeReason", from_to(nullptr, "compromised")},
          {"revokeComment", from_to("", "seen in a log")}});
    sent(admin().remove(path));
    tell("key.delete", id_of(key), each("before", fields_of(whole_key(), key)));
    const Json grant = {{"api", api_}, {"endpoints", {"GET /devices"}}, {"scopes", {"*"}}};
    const Json taken =
        consumer_->session.make_key(consumer_->session.make_application(),
                                    {{"name", "taken"}, {"grants", Json::array({grant})}});
    sent(admin().post("/v1/apis/" + api_id_ + "/keys/" + id_of(taken) + "/withdraw",
                      {{"reason", "api_defect"}}));
    const Json withdrawn = {{"grants", from_to(Json::array({with(grant, {{"withdrawn", false}})}),
                                               Json::array({with(grant, {{"withdrawn", true}})}))}};
    tell("key.withdraw-grant", id_of(taken), withdrawn);
    tell("api.withdraw-grant", api_id_, with(withdrawn, each("after", {{"keyId", taken["id"]}})));
  }

  void imports_and_tokens() {
    Json asked = whole_key();
    const std::string secret = unique("vendor_9b1deb4d3b7d4bad9bdd2b0d7b3dcb6d_");
    const Json imported = sent(admin().post(
        "/v1/keys/import", {{"applicationId", application_},
                            {"keys", Json::array({with(asked, {{"secret", secret}})})}}));
    tell("key.import", id_of(imported["keys"][0]),
         each("after", fields_of(asked, imported["keys"][0])));
    const Json made = sent(admin().post("/v1/me/tokens", asked));
    tell("token.create", id_of(made), each("after", fields_of(asked, made)));
  }

  [[nodiscard]] const Session& admin() const { return admin_->session; }

  const Session& root_ = compatible().administrator();
  const std::string api_ = unique("fleet");
  std::string api_id_;
  std::string application_;
  std::string organization_;
  std::string consumer_organization_;
  std::optional<Somebody> admin_;
  std::optional<Somebody> consumer_;
  std::map<std::string, Told> told_;
};

TEST(AuditOfEachAction, I11_TellsWhatWasBeforeAndAfterAsTheRequestSaidIt) {
  Doings doings;
  doings.do_all();
  const Session& reader = compatible().administrator();
  std::set<std::string> done;
  for (const auto& [action, told] : doings.told()) {
    done.insert(action);
    const auto rows = reader.list("/v1/audit?action=" + action + "&targetId=" + told.target);
    std::vector<Json> changes;
    for (const Json& row : rows) changes.push_back(row["changes"]);
    EXPECT_THAT(changes, Contains(told.changes)) << action;
  }
  const Answer description = reader.get("/openapi.json");
  const auto described =
      description.body["components"]["schemas"]["AuditRow"]["properties"]["action"]["enum"]
          .get<std::set<std::string>>();
  EXPECT_EQ(done, described) << "every action of the description is done and held above";
  for (const Json& row : reader.list("/v1/audit"))
    EXPECT_TRUE(described.contains(row.value("action", ""))) << row["action"];
}

}  // namespace
}  // namespace claviger::test
