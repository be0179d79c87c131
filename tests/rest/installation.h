// A running server, those who are signed in to it, and what they own.
#pragma once

#include "support/http_client.h"
#include "support/process.h"
#include "support/temporary_directory.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace claviger::test {

using Json = nlohmann::json;

inline constexpr std::string_view kAdministratorEmail = "administrator@example.com";
inline constexpr std::string_view kPassword = "correct horse battery staple";

/// An answer of the REST API.
struct Answer {
  HttpResponse response;
  Json body;  ///< null if it is not JSON

  [[nodiscard]] int status() const { return response.status; }

  /// The code of a problem document; empty if it is none.
  [[nodiscard]] std::string code() const;

  /// "pointer code" of each fault of a problem document.
  [[nodiscard]] std::vector<std::string> faults() const;
};

/// How a server is started.
struct ServerSettings {
  std::string data_dir;
  std::string state_dir;
  std::vector<std::string> environment = {};  ///< "NAME=value"
  std::string listen = "127.0.0.1:0";
  std::vector<std::string> flags = {};
};

/// `claviger serve`, on a free port of 127.0.0.1.
class Server {
 public:
  /// Returns once it listens. Throws std::runtime_error with its log if it ends before.
  explicit Server(const ServerSettings& settings);

  [[nodiscard]] Endpoint endpoint() const { return endpoint_; }

  /// What it wrote to standard output and error.
  [[nodiscard]] std::string log() const { return read_file(directory_.file("log")); }

  [[nodiscard]] Process& process() { return process_; }

  /// The token of the setup link that it printed; empty if it printed none.
  [[nodiscard]] std::string setup_token() const;

 private:
  TemporaryDirectory directory_;
  Process process_;
  Endpoint endpoint_;
};

/// The command that such a server is started with.
[[nodiscard]] std::vector<std::string> serve_command(const ServerSettings& settings);

/// Sends a request, with its body as JSON if it has no other Content-Type.
Answer send(const Endpoint& endpoint, HttpRequest request);

/// Somebody who is signed in.
class Session {
 public:
  Session(Endpoint endpoint, std::string token)
      : endpoint_(std::move(endpoint)), token_(std::move(token)) {}

  [[nodiscard]] const std::string& token() const { return token_; }

  [[nodiscard]] Answer send(HttpRequest request) const;
  [[nodiscard]] Answer get(std::string target) const;
  [[nodiscard]] Answer post(std::string target, const Json& body) const;
  [[nodiscard]] Answer put(std::string target, const Json& body) const;
  [[nodiscard]] Answer patch(std::string target, const Json& body) const;

  /// POST without a body.
  [[nodiscard]] Answer act(std::string target) const;
  [[nodiscard]] Answer remove(std::string target) const;

  /// Makes an application; returns its id.
  [[nodiscard]] std::string make_application(std::string_view name = "application") const;

  /// Imports fleet_document() as an API of this name; returns the API.
  Json import_fleet(const std::string& name) const;

  /// Makes a key that may do everything on the API, or one as `body` says; returns the key with its
  /// secret.
  [[nodiscard]] Json make_key(const std::string& application, const std::string& api) const;
  [[nodiscard]] Json make_key(const std::string& application, const Json& body) const;

  /// The server's decision about a call with the key, which is its secret or what make_key() gave;
  /// the latter is known to the gateway a moment after it was made, and waited for.
  [[nodiscard]] Json verify(const Json& key, const std::string& api,
                            const std::string& method = "GET",
                            const std::string& path = "/devices") const;

  /// Every item of a list, page by page.
  [[nodiscard]] std::vector<Json> list(const std::string& target) const;

 private:
  Endpoint endpoint_;
  std::string token_;
};

/// Signs in. The session's token is empty if that is refused.
[[nodiscard]] Session sign_in(const Endpoint& endpoint, std::string_view email,
                              std::string_view password = kPassword);

/// The body of a key that may do everything on the API.
[[nodiscard]] Json key_body(const std::string& api);

/// GET and POST /devices, GET and DELETE /devices/{id} with the scopes devices:read and
/// devices:write, and GET /events without any.
[[nodiscard]] Json fleet_document();

/// A server with data and state directories of its own and its first administrator, who was made
/// from the environment.
class Installation {
 public:
  /// With more of "NAME=value" in the server's environment.
  explicit Installation(std::vector<std::string> environment = {});

  [[nodiscard]] Server& server() { return *server_; }

  [[nodiscard]] Endpoint endpoint() const { return server_->endpoint(); }

  /// The administrator, signed in at the first call.
  const Session& administrator();

  [[nodiscard]] std::string data_dir() const { return directory_.file("data"); }

  [[nodiscard]] std::string state_dir() const { return directory_.file("state"); }

  [[nodiscard]] std::string database() const { return data_dir() + "/claviger.db"; }

  /// As it was started; for another start on the same directories.
  [[nodiscard]] ServerSettings settings() const;

  /// Ends the server by SIGTERM and returns its exit code; -1 if it does not end.
  int stop();

  void start();

 private:
  TemporaryDirectory directory_;
  std::vector<std::string> environment_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<Session> administrator_;
};

/// An organization of a test's own, and its administrator.
struct Tenant {
  std::string organization;
  std::string email;
  Session user;
};

/// Somebody of a tenant.
struct Person {
  std::string id;
  std::string email;
  Session session;
};

/// Tests that share one server, because it takes long to start; each has its own tenants.
class RestTest : public testing::Test {
 protected:
  [[nodiscard]] static Installation& installation();

  [[nodiscard]] static Endpoint endpoint() { return installation().endpoint(); }

  [[nodiscard]] static const Session& administrator() { return installation().administrator(); }

  /// A text that no other test has.
  [[nodiscard]] static std::string unique(std::string_view prefix);

  /// A new organization with a user of this role, who is signed in.
  [[nodiscard]] static Tenant make_tenant(std::string_view role = "Organization Administrator");

  /// A new user of the tenant's organization, who is signed in.
  [[nodiscard]] static Session make_user(const Tenant& tenant, std::string_view role);
  [[nodiscard]] static Person make_person(const Tenant& tenant, std::string_view role);

  /// All of the giver's applications go to the receiver, and the gateways know.
  static void hand_over(const Person& giver, const Person& receiver);
};

}  // namespace claviger::test
