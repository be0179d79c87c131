// For tests: the command line in process, against a server of its own that answers as told.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "claviger/cli/run.h"
#include "claviger/http/headers.h"
#include "claviger/http/message.h"
#include "claviger/http/server.h"

namespace claviger::cli {

/// A real HTTP server on a free port of the loopback address. A request that no answer was given
/// for gets 404 as a problem document.
class ScriptedServer {
 public:
  ScriptedServer();
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  /// The answer to `call` ("GET /v1/keys", without query); given again, the answers are used in
  /// their order, the last one for ever.
  void answer(const std::string& call, int status, const nlohmann::json& body);
  void answer(const std::string& call, http::Response response);

  [[nodiscard]] std::string url() const;

  /// What came in so far: "GET /v1/keys?limit=100", then the body behind a space if there is one.
  [[nodiscard]] std::vector<std::string> requests() const;
  /// This header of each; empty where it was not sent.
  [[nodiscard]] std::vector<std::string> headers(const std::string& name) const;

  /// The Authorization of each.
  [[nodiscard]] std::vector<std::string> authorizations() const { return headers("Authorization"); }

  /// The body of the last request, as JSON.
  [[nodiscard]] nlohmann::json last_body() const;

 private:
  http::Response respond(const http::Request& request);

  SystemClock clock_;
  SystemRandom random_;
  mutable std::mutex mutex_;
  std::map<std::string, std::vector<http::Response>> answers_;
  std::vector<std::string> requests_;
  std::vector<std::string> bodies_;
  std::vector<http::Headers> headers_;
  std::unique_ptr<http::Server> server_;
  std::thread thread_;
};

class FixedClock final : public Clock {
 public:
  [[nodiscard]] Time now() const override { return *parse_rfc3339("2026-11-22T18:00:00Z"); }
};

/// One page of a list, and the last.
[[nodiscard]] nlohmann::json page(std::vector<nlohmann::json> items);
/// One page of a list, with others behind it.
[[nodiscard]] nlohmann::json page(std::vector<nlohmann::json> items, const std::string& cursor);
/// A thing with the ETag of its version.
[[nodiscard]] http::Response tagged(const nlohmann::json& thing, const std::string& etag);
/// A problem document of this code.
[[nodiscard]] http::Response problem(int status, const std::string& code,
                                     const std::string& detail);

inline const std::string kKeyId = "key_01kat0q6p2e7w8m9xr3v5bn4cd";
inline const std::string kOtherKeyId = "key_01kat0q6p2e7w8m9xr3v5bn4ce";
inline const std::string kUserId = "usr_01kat0q6p2e7w8m9xr3v5bn4cd";
inline const std::string kOrgId = "org_01kat0q6p2e7w8m9xr3v5bn4cd";
inline const std::string kApiId = "api_01kat0q6p2e7w8m9xr3v5bn4cd";
inline const std::string kAppId = "app_01kat0q6p2e7w8m9xr3v5bn4cd";
/// Well formed, and of nobody.
inline const std::string kSecretText = "clv_ak_0123456789ABCDEFGHIJKLMNOPQRSTUV4XxMcz";

/// The exit code of a program that is found by PATH, or nullopt if there is no such program. What
/// it writes to its standard output and error goes to the file `output`, if one is named.
[[nodiscard]] std::optional<int> exit_code_of_program(std::vector<std::string> words,
                                                      const std::string& output = "");

struct Outcome {
  ExitCode code;
  std::string out;
  std::string err;
};

/// Signed in to the server by CLAVIGER_TOKEN, with an empty configuration and no terminal.
class CliTest : public testing::Test {
 protected:
  CliTest();
  ~CliTest() override;

  Outcome run(const std::vector<std::string>& words, const std::string& input = "");

  [[nodiscard]] std::filesystem::path file(const std::string& name) const { return folder_ / name; }

  void write_file(const std::string& name, const std::string& text) const;
  [[nodiscard]] std::string read_file(const std::string& name) const;

  /// Standard input, output and error are a terminal from now on.
  void use_terminal();

  ScriptedServer server_;
  std::map<std::string, std::string> variables_;
  bool in_is_terminal_ = false;
  bool out_is_terminal_ = false;
  bool err_is_terminal_ = false;
  std::vector<std::string> hidden_lines_;  ///< what the user types unseen, in its order

 private:
  std::filesystem::path folder_;
};

}  // namespace claviger::cli
