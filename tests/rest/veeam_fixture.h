// The façade /api/v3, and people who speak to it as clients of Veeam Service Provider Console do.
#pragma once

#include "installation.h"

#include <memory>
#include <string>
#include <string_view>

namespace claviger::test {

/// One server that is compatible, for all of these tests.
inline Installation& compatible() {
  static Installation installation(
      {"CLAVIGER__COMPATIBILITY__VEEAM=true", "CLAVIGER__LIMITS__SIGN_INS_PER_MINUTE=0"});
  return installation;
}

inline std::string form(const std::string& email, std::string_view password = kPassword) {
  std::string encoded;
  for (const char c : password) encoded += c == ' ' ? '+' : c;
  return "grant_type=password&username=" + email + "&password=" + encoded;
}

inline Answer token(const std::string& body,
                    const std::string& type = "application/x-www-form-urlencoded") {
  return send(compatible().endpoint(), {.method = "POST",
                                        .target = "/api/v3/token",
                                        .headers = {{"Content-Type", type}},
                                        .body = body});
}

inline Session signed_in(const std::string& email) {
  const Answer answer = token(form(email));
  EXPECT_EQ(answer.status(), 200) << answer.response.body;
  return {compatible().endpoint(), answer.body.value("access_token", "")};
}

/// The UUID of "usr_…", as the façade itself shows it.
inline std::string uid_of(const Session& session) {
  return session.get("/api/v3/users/me").body["data"].value("instanceUid", "");
}

/// An organization, its administrator and somebody in it, on the compatible server.
class Veeam : public testing::Test {
 protected:
  Veeam() {
    const Session& root = compatible().administrator();
    static int count = 0;
    const std::string name = "company-" + std::to_string(++count);
    organization_ = root.post("/v1/organizations", {{"name", name}}).body.value("id", "");
    company_name_ = name;
    admin_email_ = "admin@" + name + ".example";
    user_email_ = "user@" + name + ".example";
    make_user(admin_email_, "Organization Administrator");
    user_id_ = make_user(user_email_, "Asset Provider");
    admin_ = std::make_unique<Session>(signed_in(admin_email_));
    user_ = std::make_unique<Session>(signed_in(user_email_));
    uid_ = uid_of(*user_);
  }

  std::string make_user(const std::string& email, const std::string& role) const {
    const Answer made =
        compatible().administrator().post("/v1/users", {{"email", email},
                                                        {"name", "Ann Example"},
                                                        {"password", kPassword},
                                                        {"roles", {role}},
                                                        {"organizationId", organization_}});
    EXPECT_EQ(made.status(), 201) << made.response.body;
    return made.body.value("id", "");
  }

  [[nodiscard]] std::string logins() const { return "/api/v3/users/" + uid_ + "/logins"; }

  [[nodiscard]] Json make_login(
      const std::string& query = "description=Nightly&scopes=integration&scopes=rest") const {
    const Answer made = user_->act(logins() + "/apikey?" + query);
    EXPECT_EQ(made.status(), 200) << made.response.body;
    return made.body["data"];
  }

  [[nodiscard]] std::string path_of(const Json& login) const {
    return logins() + '/' + std::to_string(login.value("id", 0));
  }

  [[nodiscard]] static Session caller_with(const Json& login) {
    return {compatible().endpoint(), login.value("parameters", "")};
  }

  [[nodiscard]] Answer patch(const Session& session, const Json& login, const std::string& body,
                             const std::string& type = "application/json") const {
    return session.send({.method = "PATCH",
                         .target = path_of(login),
                         .headers = {{"Content-Type", type}},
                         .body = body});
  }

  std::string organization_;
  std::string company_name_;
  std::string admin_email_;
  std::string user_email_;
  std::string user_id_;
  std::string uid_;
  std::unique_ptr<Session> admin_;
  std::unique_ptr<Session> user_;
};

}  // namespace claviger::test
