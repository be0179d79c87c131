#include "cli_fixture.h"

#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <spawn.h>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

namespace claviger::cli {
namespace {

using nlohmann::json;

constexpr std::size_t kMostBodyBytes = 1 << 20;

std::string query_of(const http::Request& request) {
  std::string text;
  for (const http::Parameter& parameter : request.query)
    text += (text.empty() ? "?" : "&") + parameter.name + '=' + parameter.value;
  return text;
}

http::Route route(const std::string& method, http::Handler handler) {
  const bool has_body = method == "POST" || method == "PUT" || method == "PATCH";
  return {.method = method,
          .path = "/{rest*}",
          .max_body_bytes = has_body ? kMostBodyBytes : 0,
          .content_types = has_body ? std::vector<std::string>{"*/*"} : std::vector<std::string>{},
          .time_budget = std::chrono::seconds(10),
          .handler = std::move(handler)};
}

}  // namespace

ScriptedServer::ScriptedServer() {
  std::vector<http::Route> routes;
  for (const std::string method : {"GET", "POST", "PUT", "PATCH", "DELETE"})
    routes.push_back(
        route(method, [this](const http::Request& request, const http::PathParameters&) {
          return respond(request);
        }));
  auto router = http::Router::build(std::move(routes));
  if (!router) throw std::runtime_error(router.error().internal_text());
  http::ServerSettings settings;
  settings.worker_threads = 2;
  auto server = http::Server::listen(settings, *std::move(router), clock_, random_);
  if (!server) throw std::runtime_error(server.error().public_text().str());
  server_ = *std::move(server);
  thread_ = std::thread([this] { server_->run(); });
}

ScriptedServer::~ScriptedServer() {
  server_->stop(std::chrono::seconds(1));
  thread_.join();
}

void ScriptedServer::answer(const std::string& call, int status, const json& body) {
  answer(call, body.is_null() ? http::no_content() : http::json_response(status, body));
}

void ScriptedServer::answer(const std::string& call, http::Response response) {
  const std::lock_guard lock(mutex_);
  answers_[call].push_back(std::move(response));
}

std::string ScriptedServer::url() const {
  return fmt::format("http://127.0.0.1:{}", server_->port());
}

std::vector<std::string> ScriptedServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

std::vector<std::string> ScriptedServer::headers(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> values;
  for (const http::Headers& headers : headers_) {
    const auto value = headers.one(name);
    values.emplace_back(value && *value ? **value : "");
  }
  return values;
}

json ScriptedServer::last_body() const {
  const std::lock_guard lock(mutex_);
  return bodies_.empty() ? json() : json::parse(bodies_.back(), nullptr, false);
}

http::Response ScriptedServer::respond(const http::Request& request) {
  const std::lock_guard lock(mutex_);
  std::string line = request.method + ' ' + request.path + query_of(request);
  if (!request.body.empty()) line += ' ' + request.body;
  requests_.push_back(std::move(line));
  headers_.push_back(request.headers);
  bodies_.push_back(request.body);
  const auto found = answers_.find(request.method + ' ' + request.path);
  if (found == answers_.end()) return problem(404, "not-found", "There is no such thing.");
  http::Response response = found->second.front();
  if (found->second.size() > 1) found->second.erase(found->second.begin());
  return response;
}

json page(std::vector<json> items) {
  return {{"data", std::move(items)},
          {"pagination", {{"nextCursor", nullptr}, {"hasMore", false}}}};
}

json page(std::vector<json> items, const std::string& cursor) {
  return {{"data", std::move(items)}, {"pagination", {{"nextCursor", cursor}, {"hasMore", true}}}};
}

http::Response tagged(const json& thing, const std::string& etag) {
  http::Response response = http::json_response(200, thing);
  response.headers.set({"ETag", etag});
  return response;
}

http::Response problem(int status, const std::string& code, const std::string& detail) {
  http::Response response = http::json_response(
      status,
      {{"type", "/problems/" + code}, {"status", status}, {"code", code}, {"detail", detail}});
  response.headers.set({"Content-Type", "application/problem+json"});
  return response;
}

std::optional<int> exit_code_of_program(std::vector<std::string> words, const std::string& output) {
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  if (!output.empty()) {
    ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output.c_str(),
                                       O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ::posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  }
  pid_t child = 0;
  const int failure =
      ::posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) return std::nullopt;
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

CliTest::CliTest() {
  std::string folder = (std::filesystem::temp_directory_path() / "claviger-cli-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) throw std::runtime_error("no folder for the test");
  folder_ = folder;
  variables_ = {{"XDG_CONFIG_HOME", folder},
                {"CLAVIGER_SERVER", server_.url()},
                {"CLAVIGER_TOKEN", "the-token"}};
}

CliTest::~CliTest() {
  std::filesystem::remove_all(folder_);
}

Outcome CliTest::run(const std::vector<std::string>& words, const std::string& input) {
  std::istringstream in(input);
  std::ostringstream out;
  std::ostringstream err;
  const FixedClock clock;
  std::size_t line = 0;
  const Environment environment{
      .in = in,
      .out = out,
      .err = err,
      .in_is_terminal = in_is_terminal_,
      .out_is_terminal = out_is_terminal_,
      .err_is_terminal = err_is_terminal_,
      .columns = 100,
      .variable = [this](const std::string& name) -> std::optional<std::string> {
        const auto found = variables_.find(name);
        return found == variables_.end() ? std::nullopt : std::optional(found->second);
      },
      .read_hidden_line = [&]() -> Result<Secret> {
        return Secret(std::string(hidden_lines_.at(line++)));
      },
      .clock = clock};
  const ExitCode code = cli::run(environment, words);
  return {code, out.str(), err.str()};
}

void CliTest::write_file(const std::string& name, const std::string& text) const {
  std::filesystem::create_directories(file(name).parent_path());
  std::ofstream(file(name)) << text;
}

std::string CliTest::read_file(const std::string& name) const {
  std::ifstream in(file(name));
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void CliTest::use_terminal() {
  in_is_terminal_ = out_is_terminal_ = err_is_terminal_ = true;
}

}  // namespace claviger::cli
