#include "installation.h"

#include "exchange_log.h"
#include "support/waiting.h"

#include <atomic>
#include <charconv>
#include <csignal>
#include <stdexcept>

namespace claviger::test {
namespace {

/// A server hashes passwords while it starts, beside whatever else the machine does.
constexpr std::chrono::seconds kStartPatience{30};

std::string text_after(const std::string& text, std::string_view mark, std::string_view alphabet) {
  const std::size_t found = text.find(mark);
  if (found == std::string::npos) return {};
  const std::size_t start = found + mark.size();
  return text.substr(start, text.find_first_not_of(alphabet, start) - start);
}

std::uint16_t port_in(const std::string& log) {
  const std::string digits =
      text_after(log, R"("msg":"listening","url":"http://127.0.0.1:)", "0123456789");
  std::uint16_t port = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), port);
  return port;
}

Json operation(std::vector<std::string> scopes) {
  Json described = {{"summary", "an operation"}, {"responses", Json::object()}};
  if (!scopes.empty()) described["security"] = {{{"oauth", std::move(scopes)}}};
  return described;
}

}  // namespace

std::string Answer::code() const {
  return body.is_object() && status() >= 400 ? body.value("code", "") : "";
}

std::vector<std::string> Answer::faults() const {
  std::vector<std::string> faults;
  if (!body.is_object() || !body.contains("errors")) return faults;
  for (const Json& fault : body["errors"])
    faults.push_back(fault.value("pointer", "?") + ' ' + fault.value("code", "?"));
  return faults;
}

std::vector<std::string> serve_command(const ServerSettings& settings) {
  std::vector<std::string> command = {"/usr/bin/env"};
  command.insert(command.end(), settings.environment.begin(), settings.environment.end());
  const std::vector<std::string> serve = {CLAVIGER_PROGRAM,  "serve",        "--data-dir",
                                          settings.data_dir, "--state-dir",  settings.state_dir,
                                          "--listen",        settings.listen};
  command.insert(command.end(), serve.begin(), serve.end());
  command.insert(command.end(), settings.flags.begin(), settings.flags.end());
  return command;
}

Server::Server(const ServerSettings& settings)
    : process_(serve_command(settings), directory_.file("log")) {
  static_cast<void>(eventually(
      [&] {
        endpoint_ = {.path = {}, .host = "127.0.0.1", .port = port_in(log())};
        return endpoint_.port != 0 || !runs(process_.pid());
      },
      kStartPatience));
  if (endpoint_.port == 0) throw std::runtime_error("the server does not start: " + log());
}

std::string Server::setup_token() const {
  return text_after(
      log(), "/setup?token=", "_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
}

Answer send(const Endpoint& endpoint, HttpRequest request) {
  if (!request.body.empty() && !find_header(request.headers, "Content-Type"))
    request.headers.emplace_back("Content-Type", "application/json");
  Answer answer{.response = ask(endpoint, request), .body = {}};
  log_exchange(request, answer.response);
  Json body = Json::parse(answer.response.body, nullptr, false);
  if (!body.is_discarded()) answer.body = std::move(body);
  return answer;
}

Answer Session::send(HttpRequest request) const {
  request.headers.emplace_back("Authorization", "Bearer " + token_);
  return test::send(endpoint_, std::move(request));
}

Answer Session::get(std::string target) const {
  return send({.target = std::move(target)});
}

Answer Session::post(std::string target, const Json& body) const {
  return send({.method = "POST", .target = std::move(target), .body = body.dump()});
}

Answer Session::put(std::string target, const Json& body) const {
  return send({.method = "PUT", .target = std::move(target), .body = body.dump()});
}

Answer Session::patch(std::string target, const Json& body) const {
  return send({.method = "PATCH", .target = std::move(target), .body = body.dump()});
}

Answer Session::act(std::string target) const {
  return send({.method = "POST", .target = std::move(target)});
}

Answer Session::remove(std::string target) const {
  return send({.method = "DELETE", .target = std::move(target)});
}

std::string Session::make_application(std::string_view name) const {
  const Answer made = post("/v1/applications", {{"name", name}});
  EXPECT_EQ(made.status(), 201) << made.response.body;
  return made.body.value("id", "");
}

Json Session::import_fleet(const std::string& name) const {
  const Answer made =
      post("/v1/apis/import?name=" + name + "&upstream=http://127.0.0.1:9", fleet_document());
  EXPECT_EQ(made.status(), 201) << made.response.body;
  return made.body;
}

Json Session::make_key(const std::string& application, const std::string& api) const {
  return make_key(application, key_body(api));
}

Json Session::make_key(const std::string& application, const Json& body) const {
  const Answer made = post("/v1/applications/" + application + "/keys", body);
  EXPECT_EQ(made.status(), 201) << made.response.body;
  return made.body;
}

Json Session::verify(const Json& key, const std::string& api, const std::string& method,
                     const std::string& path) const {
  const Json question = {{"key", key.is_string() ? key : key["secret"]},
                         {"api", api},
                         {"method", method},
                         {"path", path},
                         {"ip", "192.0.2.1"}};
  Answer answer;
  static_cast<void>(eventually([&] {
    answer = post("/v1/keys/verify", question);
    return key.is_string() || answer.status() != 200 ||
           answer.body["reason"] != "credential-unknown";
  }));
  EXPECT_EQ(answer.status(), 200) << answer.response.body;
  return answer.body;
}

std::vector<Json> Session::list(const std::string& target) const {
  std::vector<Json> items;
  const std::string separator = target.find('?') == std::string::npos ? "?" : "&";
  std::string cursor;
  for (;;) {
    const Answer page = get(target + (cursor.empty() ? "" : separator + "cursor=" + cursor));
    EXPECT_EQ(page.status(), 200) << page.response.body;
    if (page.status() != 200) return items;
    for (const Json& item : page.body["data"]) items.push_back(item);
    if (!page.body["pagination"]["hasMore"].get<bool>()) return items;
    cursor = page.body["pagination"]["nextCursor"];
  }
}

Session sign_in(const Endpoint& endpoint, std::string_view email, std::string_view password) {
  const Answer answer =
      send(endpoint, {.method = "POST",
                      .target = "/v1/sessions",
                      .body = Json({{"email", email}, {"password", password}}).dump()});
  return {endpoint, answer.status() == 201 ? answer.body.value("accessToken", "") : ""};
}

Json key_body(const std::string& api) {
  return {{"name", "key"}, {"grants", {{{"api", api}, {"endpoints", {"*"}}, {"scopes", {"*"}}}}}};
}

Json fleet_document() {
  return {{"openapi", "3.1.0"},
          {"info", {{"title", "Fleet"}, {"version", "1"}}},
          {"paths",
           {{"/devices",
             {{"get", operation({"devices:read"})}, {"post", operation({"devices:write"})}}},
            {"/devices/{id}",
             {{"get", operation({"devices:read"})}, {"delete", operation({"devices:write"})}}},
            {"/events", {{"get", operation({})}}}}}};
}

Installation::Installation(std::vector<std::string> environment)
    : environment_(std::move(environment)) {
  write_file(directory_.file("password"), kPassword);
  start();
}

ServerSettings Installation::settings() const {
  std::vector<std::string> environment = {
      "CLAVIGER_BOOTSTRAP_EMAIL=" + std::string(kAdministratorEmail),
      "CLAVIGER_BOOTSTRAP_PASSWORD_FILE=" + directory_.file("password")};
  environment.insert(environment.end(), environment_.begin(), environment_.end());
  return {.data_dir = data_dir(), .state_dir = state_dir(), .environment = std::move(environment)};
}

const Session& Installation::administrator() {
  if (!administrator_)
    administrator_ = std::make_unique<Session>(sign_in(endpoint(), kAdministratorEmail));
  return *administrator_;
}

int Installation::stop() {
  server_->process().send(SIGTERM);
  return server_->process().wait(std::chrono::seconds{20}).value_or(-1);
}

void Installation::start() {
  server_ = std::make_unique<Server>(settings());
  if (administrator_)
    administrator_ = std::make_unique<Session>(endpoint(), administrator_->token());
}

Installation& RestTest::installation() {
  static Installation installation;
  return installation;
}

std::string RestTest::unique(std::string_view prefix) {
  static std::atomic<int> number = 0;
  return std::string(prefix) + '-' + std::to_string(++number);
}

Tenant RestTest::make_tenant(std::string_view role) {
  const std::string email = unique("someone") + "@example.com";
  const Answer organization =
      administrator().post("/v1/organizations", {{"name", unique("organization")}});
  EXPECT_EQ(organization.status(), 201) << organization.response.body;
  const std::string id = organization.body.value("id", "");
  const Answer user = administrator().post("/v1/users", {{"email", email},
                                                         {"name", "Someone"},
                                                         {"password", kPassword},
                                                         {"roles", {role}},
                                                         {"organizationId", id}});
  EXPECT_EQ(user.status(), 201) << user.response.body;
  return {.organization = id, .email = email, .user = sign_in(endpoint(), email)};
}

Session RestTest::make_user(const Tenant& tenant, std::string_view role) {
  return make_person(tenant, role).session;
}

Person RestTest::make_person(const Tenant& tenant, std::string_view role) {
  const std::string email = unique("someone") + "@example.com";
  const Answer user = administrator().post("/v1/users", {{"email", email},
                                                         {"name", "Someone"},
                                                         {"password", kPassword},
                                                         {"roles", {role}},
                                                         {"organizationId", tenant.organization}});
  EXPECT_EQ(user.status(), 201) << user.response.body;
  return {.id = user.body.value("id", ""), .email = email, .session = sign_in(endpoint(), email)};
}

void RestTest::hand_over(const Person& giver, const Person& receiver) {
  const Answer offered =
      giver.session.post("/v1/users/" + giver.id + "/handover", {{"toUserId", receiver.id}});
  ASSERT_EQ(offered.status(), 201) << offered.response.body;
  ASSERT_EQ(
      receiver.session.act("/v1/handovers/" + offered.body.value("id", "") + "/accept?wait=applied")
          .status(),
      200);
}

}  // namespace claviger::test
