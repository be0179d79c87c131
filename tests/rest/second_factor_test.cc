// The second factor of sign-ins: one-time codes of an app, and the codes for when the app is gone.
#include "installation.h"
#include "one_time_codes.h"
#include "support/waiting.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <span>
#include <thread>

#include "claviger/base/encoding.h"

namespace claviger::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// A server of their own, which slows nobody down: wrong codes are tried here.
class SecondFactor : public testing::Test {
 protected:
  struct Someone {
    std::string id;
    std::string email;
    Session session;
    Json started = {};
    std::vector<std::string> recovery_codes = {};
  };

  static Installation& installation() {
    static Installation own({"CLAVIGER__LIMITS__SIGN_INS_PER_MINUTE=0"});
    return own;
  }

  static const Session& administrator() { return installation().administrator(); }

  static Answer attempt(const Someone& who, const Json& code, std::string_view with = kPassword) {
    Json body = {{"email", who.email}, {"password", with}};
    if (!code.is_null()) body["code"] = code;
    return send(installation().endpoint(),
                {.method = "POST", .target = "/v1/sessions", .body = body.dump()});
  }

  static Answer remove(const Session& session, const std::string& target, const Json& body) {
    return session.send({.method = "DELETE", .target = target, .body = body.dump()});
  }

  static Someone make(std::string_view role = "Administrator") {
    static int number = 0;
    const std::string email = "someone-" + std::to_string(++number) + "@example.com";
    const Answer made = administrator().post(
        "/v1/users",
        {{"email", email}, {"name", "Someone"}, {"password", kPassword}, {"roles", {role}}});
    EXPECT_EQ(made.status(), 201) << made.response.body;
    return {.id = made.body.value("id", ""),
            .email = email,
            .session = sign_in(installation().endpoint(), email)};
  }

  /// The same with a second factor, whose present code is used up.
  static Someone make_with_second_factor(std::string_view role = "Administrator") {
    Someone who = make(role);
    const Answer started = who.session.post("/v1/me/totp", {{"currentPassword", kPassword}});
    EXPECT_EQ(started.status(), 201) << started.response.body;
    who.started = started.body;
    const Answer on = who.session.post("/v1/me/totp/confirm", {{"code", code_of(who.started)}});
    EXPECT_EQ(on.status(), 200) << on.response.body;
    who.recovery_codes = on.body["recoveryCodes"].get<std::vector<std::string>>();
    return who;
  }

  /// How often the audit says that this was done to somebody.
  static std::size_t audited(const std::string& action, const Someone& to) {
    return administrator().list("/v1/audit?targetId=" + to.id + "&action=" + action).size();
  }
};

TEST_F(SecondFactor, IsOnFromTheFirstRightCode) {
  Someone dana = make("Asset Consumer");
  const Session other = sign_in(installation().endpoint(), dana.email);
  const Answer wrong = dana.session.post("/v1/me/totp", {{"currentPassword", "not my password"}});
  EXPECT_THAT(wrong.faults(), ElementsAre("/currentPassword wrong-password"));
  const Answer early = dana.session.post("/v1/me/totp/confirm", {{"code", "123456"}});
  EXPECT_EQ(early.status(), 409);
  const Answer started = dana.session.post("/v1/me/totp", {{"currentPassword", kPassword}});
  ASSERT_EQ(started.status(), 201) << started.response.body;
  EXPECT_EQ(started.response.header("Cache-Control"), "no-store");
  EXPECT_THAT(started.body.value("otpauthUri", ""),
              AllOf(StartsWith("otpauth://totp/Claviger:"),
                    HasSubstr("secret=" + started.body.value("secret", "?"))));
  EXPECT_EQ(dana.session.get("/v1/me").body["secondFactor"], false);
  EXPECT_EQ(attempt(dana, nullptr).status(), 201) << "not yet";

  EXPECT_THAT(dana.session.post("/v1/me/totp/confirm", {{"code", "12345"}}).faults(),
              ElementsAre("/code wrong-code"));
  const Answer on = dana.session.post("/v1/me/totp/confirm", {{"code", code_of(started.body)}});
  ASSERT_EQ(on.status(), 200) << on.response.body;
  EXPECT_EQ(on.response.header("Cache-Control"), "no-store");
  EXPECT_EQ(on.body["recoveryCodes"].size(), 10U);
  EXPECT_EQ(dana.session.get("/v1/me").body["secondFactor"], true);
  EXPECT_EQ(administrator().get("/v1/users/" + dana.id).body["secondFactor"], true);
  EXPECT_EQ(administrator().list("/v1/users?email=" + dana.email)[0]["secondFactor"], true);
  EXPECT_EQ(other.get("/v1/me").status(), 401) << "the other sessions have ended";
  EXPECT_EQ(dana.session.post("/v1/me/totp", {{"currentPassword", kPassword}}).status(), 409);
  EXPECT_EQ(audited("user.switch-on-second-factor", dana), 1U);
}

TEST_F(SecondFactor, S08_ASignInNeedsPasswordAndCodeAndACodeWorksOnce) {
  const Someone dana = make_with_second_factor();
  const Answer needed = attempt(dana, nullptr);
  EXPECT_EQ(needed.status(), 401);
  EXPECT_EQ(needed.code(), "second-factor-needed");
  EXPECT_EQ(attempt(dana, nullptr, "not the right password").code(), "sign-in-required");
  const std::string code = code_of(dana.started, 1);
  const Answer in = attempt(dana, code);
  ASSERT_EQ(in.status(), 201) << in.response.body;
  EXPECT_EQ(in.body["user"]["secondFactor"], true);
  const Answer again = attempt(dana, code);
  EXPECT_EQ(again.status(), 401);
  EXPECT_EQ(again.code(), "sign-in-required");
  EXPECT_EQ(attempt(dana, dana.recovery_codes[0]).status(), 201);
  EXPECT_EQ(attempt(dana, dana.recovery_codes[0]).status(), 401);
  EXPECT_EQ(attempt(dana, dana.recovery_codes[1]).status(), 201);
}

TEST_F(SecondFactor, S08_WhateverIsWrongLooksAlike) {
  const Someone dana = make_with_second_factor();
  const auto seen = [](Answer answer) {
    answer.body.erase("requestId");
    return std::pair(answer.status(), answer.body);
  };
  const std::string code = code_of(dana.started, 1);
  const auto wrong_password = seen(attempt(dana, code, "not the right password"));
  EXPECT_EQ(wrong_password.first, 401);
  for (const std::string& text :
       {" " + code, code + " ", code.substr(0, 3) + " " + code.substr(3), code.substr(1),
        code + "0", std::string("clv_rec_x"), std::string("\uFF11\uFF12\uFF13\uFF14\uFF15\uFF16")})
    EXPECT_EQ(seen(attempt(dana, text)), wrong_password) << text;
  EXPECT_EQ(seen(attempt({"", "nobody@example.com", dana.session}, code)), wrong_password);
  EXPECT_EQ(attempt(dana, code).status(), 201) << "none of these has used it up";
}

TEST_F(SecondFactor, C25_OneCodeInManySignInsAtOnceGivesOneSession) {
  const Someone dana = make_with_second_factor();
  const std::string code = code_of(dana.started, 1);
  std::array<int, 16> statuses{};
  std::vector<std::thread> visitors;
  for (int& status : statuses)
    visitors.emplace_back([&] { status = attempt(dana, code).status(); });
  for (std::thread& visitor : visitors) visitor.join();
  EXPECT_EQ(std::count(statuses.begin(), statuses.end(), 201), 1);
  EXPECT_EQ(dana.session.list("/v1/me/sessions").size(), 2U) << "that one, and this";
}

TEST_F(SecondFactor, IsSwitchedOffByPasswordAndCode) {
  const Someone dana = make_with_second_factor();
  const Session other(installation().endpoint(),
                      attempt(dana, dana.recovery_codes[0]).body.value("accessToken", ""));
  ASSERT_EQ(other.get("/v1/me").status(), 200);
  const auto end = [&](std::string_view present, const std::string& code) {
    return remove(dana.session, "/v1/me/totp", {{"currentPassword", present}, {"code", code}});
  };
  EXPECT_THAT(end("not my password", dana.recovery_codes[1]).faults(),
              ElementsAre("/currentPassword wrong-password"));
  EXPECT_THAT(end(kPassword, "123").faults(), ElementsAre("/code wrong-code"));
  EXPECT_THAT(remove(dana.session, "/v1/me/totp", Json::object()).faults(),
              ElementsAre("/currentPassword missing", "/code missing"));
  EXPECT_EQ(attempt(dana, nullptr).code(), "second-factor-needed");
  EXPECT_EQ(end(kPassword, dana.recovery_codes[1]).status(), 204);
  EXPECT_EQ(attempt(dana, nullptr).status(), 201);
  EXPECT_EQ(other.get("/v1/me").status(), 401);
  EXPECT_EQ(dana.session.get("/v1/me").body["secondFactor"], false);
  EXPECT_EQ(end(kPassword, dana.recovery_codes[2]).status(), 409);
  EXPECT_EQ(audited("user.switch-off-second-factor", dana), 1U);
}

TEST_F(SecondFactor, ADryRunOfSwitchingItOffOrOfAPasswordChangesNothing) {
  const Someone who = make_with_second_factor();
  const auto tried = [&](const Answer& answer) {
    EXPECT_EQ(answer.status(), 200) << answer.response.body;
    EXPECT_EQ(answer.body["dryRun"], true);
  };
  tried(remove(who.session, "/v1/me/totp?dryRun=true",
               {{"currentPassword", kPassword}, {"code", who.recovery_codes[0]}}));
  tried(administrator().remove("/v1/users/" + who.id + "/totp?dryRun=true"));
  tried(who.session.post("/v1/me/password?dryRun=true",
                         {{"currentPassword", kPassword}, {"password", "an entirely new one"}}));
  EXPECT_EQ(attempt(who, nullptr).code(), "second-factor-needed");
  EXPECT_EQ(attempt(who, who.recovery_codes[0]).status(), 201) << "the code was not used up";
}

TEST_F(SecondFactor, IsResetByWhoManagesTheUser) {
  const Someone dana = make_with_second_factor("Asset Consumer");
  const std::string path = "/v1/users/" + dana.id + "/totp";
  EXPECT_EQ(make("Auditor").session.remove(path).status(), 403);
  EXPECT_EQ(administrator().remove(path).status(), 204);
  EXPECT_EQ(dana.session.get("/v1/me").status(), 401) << "all sessions have ended";
  EXPECT_EQ(attempt(dana, nullptr).status(), 201);
  EXPECT_EQ(attempt(dana, dana.recovery_codes[0]).status(), 201) << "which is not looked at now";
  EXPECT_EQ(administrator().remove(path).status(), 409);
  EXPECT_EQ(audited("user.reset-second-factor", dana), 1U);

  const Someone boss = make_with_second_factor();
  EXPECT_EQ(boss.session.remove("/v1/users/" + boss.id + "/totp").status(), 409)
      << "a stolen session does not take one's own away";
  EXPECT_EQ(attempt(boss, nullptr).code(), "second-factor-needed");
}

TEST_F(SecondFactor, StaysOnThroughAPasswordReset) {
  const Someone dana = make_with_second_factor("Asset Consumer");
  const Answer link = administrator().act("/v1/users/" + dana.id + "/reset-password");
  ASSERT_EQ(link.status(), 201) << link.response.body;
  const std::string chosen = "a password of my own choice";
  const Answer reset =
      send(installation().endpoint(),
           {.method = "POST",
            .target = "/v1/passwords",
            .body = Json({{"token", link.body.value("token", "")}, {"password", chosen}}).dump()});
  ASSERT_EQ(reset.status(), 204);
  EXPECT_EQ(attempt(dana, nullptr, chosen).code(), "second-factor-needed");
  EXPECT_EQ(attempt(dana, dana.recovery_codes[0], chosen).status(), 201);
}

TEST_F(SecondFactor, DoesNotStopKeysAndKeysDoNotSwitchIt) {
  const Someone dana = make();
  const Json key = dana.session.make_key(
      dana.session.make_application(),
      {{"name", "automation"},
       {"grants",
        {{{"api", "claviger"}, {"endpoints", {"*"}}, {"scopes", {"applications:view"}}}}}});
  const Session caller(installation().endpoint(), key.value("secret", ""));
  ASSERT_TRUE(eventually([&] { return caller.get("/v1/me").status() == 200; }));
  EXPECT_EQ(caller.post("/v1/me/totp", {{"currentPassword", kPassword}}).status(), 403);
  const Answer started = dana.session.post("/v1/me/totp", {{"currentPassword", kPassword}});
  ASSERT_EQ(dana.session.post("/v1/me/totp/confirm", {{"code", code_of(started.body)}}).status(),
            200);
  EXPECT_EQ(caller.get("/v1/me").status(), 200);
  EXPECT_EQ(remove(caller, "/v1/me/totp",
                   {{"currentPassword", kPassword}, {"code", code_of(started.body, 1)}})
                .status(),
            403);
}

TEST_F(SecondFactor, K10_TheDatabaseGivesNothingAway) {
  const Someone dana = make_with_second_factor();
  const std::string secret = dana.started.value("secret", "");
  const std::string raw(from_base32(secret).reveal());
  ASSERT_EQ(raw.size(), 20U);
  const std::string hex = to_hex(std::as_bytes(std::span(raw)));
  std::string stored;
  for (const auto& entry : std::filesystem::directory_iterator(installation().data_dir()))
    if (entry.path().filename().string().starts_with("claviger.db"))
      stored += read_file(entry.path());
  ASSERT_THAT(stored, HasSubstr(dana.email));
  for (const std::string& text : {secret, raw, hex, dana.recovery_codes[0]})
    EXPECT_EQ(stored.find(text), std::string::npos);
}

TEST_F(SecondFactor, K11_IsShownOnceAndByNoReplay) {
  const Someone dana = make();
  const auto post_once = [&](const std::string& target, const Json& body) {
    return dana.session.send({.method = "POST",
                              .target = target,
                              .headers = {{"Idempotency-Key", "\"" + target + "\""}},
                              .body = body.dump()});
  };
  const Json password = {{"currentPassword", kPassword}};
  const Answer rehearsed = dana.session.post("/v1/me/totp?dryRun=true", password);
  EXPECT_EQ(rehearsed.status(), 200) << rehearsed.response.body;
  EXPECT_EQ(rehearsed.body["secret"], nullptr);
  EXPECT_EQ(rehearsed.body["otpauthUri"], nullptr);
  const Answer started = post_once("/v1/me/totp", password);
  ASSERT_EQ(started.status(), 201) << started.response.body;
  const Answer replayed = post_once("/v1/me/totp", password);
  EXPECT_EQ(replayed.status(), 201);
  EXPECT_EQ(replayed.body["secret"], nullptr);
  EXPECT_EQ(replayed.body["otpauthUri"], nullptr);
  const Json code = {{"code", code_of(started.body)}};
  EXPECT_EQ(dana.session.post("/v1/me/totp/confirm?dryRun=true", code).status(), 200);
  EXPECT_EQ(dana.session.get("/v1/me").body["secondFactor"], false);
  ASSERT_EQ(post_once("/v1/me/totp/confirm", code).status(), 200) << "a dry run uses no code up";
  const Answer again = post_once("/v1/me/totp/confirm", code);
  EXPECT_EQ(again.status(), 200);
  EXPECT_EQ(again.body["recoveryCodes"][0], nullptr);
}

}  // namespace
}  // namespace claviger::test
