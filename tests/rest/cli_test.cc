// The command line against the real server, as a user runs it.
#include "exchange_log.h"
#include "installation.h"
#include "one_time_codes.h"
#include "protected_api.h"
#include "support/process.h"
#include "support/temporary_directory.h"

#include <array>
#include <atomic>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace claviger::test {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

/// Stands before the server, and loses the answer to the first request: it closes instead.
class ForgetfulProxy {
 public:
  explicit ForgetfulProxy(Endpoint server)
      : server_(std::move(server)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the sockets API
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 8) != 0 ||
        ::getsockname(listener_, generic, &size) != 0)
      throw std::runtime_error("no socket to listen on");
    url_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    thread_ = std::thread([this] { serve(); });
  }

  ~ForgetfulProxy() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }

  ForgetfulProxy(const ForgetfulProxy&) = delete;
  ForgetfulProxy& operator=(const ForgetfulProxy&) = delete;

  [[nodiscard]] const std::string& url() const { return url_; }

  [[nodiscard]] int lost() const { return lost_; }

 private:
  void serve() {
    while (true) {
      const int connection = ::accept(listener_, nullptr, nullptr);
      if (connection < 0) return;
      std::array<char, 16384> request{};
      const ssize_t size = ::recv(connection, request.data(), request.size(), 0);
      if (size > 0) pass_on(connection, {request.data(), static_cast<std::size_t>(size)});
      ::close(connection);
    }
  }

  /// A request of the command line comes in one piece, as small as these are.
  void pass_on(int connection, std::string_view request) {
    const HttpResponse response = ask_raw(server_, request);
    if (lost_ == 0) {
      ++lost_;
      return;
    }
    const std::string answer = "HTTP/1.1 " + std::to_string(response.status) +
                               " X\r\nContent-Type: application/json\r\nConnection: close\r\n"
                               "Content-Length: " +
                               std::to_string(response.body.size()) + "\r\n\r\n" + response.body;
    (void)::send(connection, answer.data(), answer.size(), MSG_NOSIGNAL);
  }

  Endpoint server_;
  int listener_;
  std::string url_;
  std::atomic<int> lost_ = 0;
  std::thread thread_;
};

class CommandLine : public RestTest {
 protected:
  void SetUp() override {
    tenant_.user.import_fleet(api_);
    ASSERT_EQ(cli({"auth", "login", "--email", tenant_.email, "--password-file",
                   write("password", std::string(kPassword) + "\n")})
                  .status,
              0);
  }

  /// Runs a command on the configuration of this test; its output is both of its streams.
  [[nodiscard]] Finished cli(const std::vector<std::string>& words) const {
    return run(with_program({}, words));
  }

  /// Runs it with -o json; its standard output alone, which must be JSON, and of the shape that the
  /// API description gives to the answer (cli_conformance.py).
  [[nodiscard]] Json json(std::vector<std::string> words) const {
    words.insert(words.end(), {"-o", "json"});
    std::vector<std::string> printing = words;
    printing.emplace_back("--print-request");
    const std::string request = cli(printing).output;
    const std::string errors = directory_.file("errors");
    const Finished finished =
        run(with_program({"/bin/sh", "-c", "exec \"$@\" 2>\"$0\"", errors}, words));
    EXPECT_EQ(finished.status, 0) << finished.output << read_file(errors);
    log_command(words, request, finished.output);
    return Json::parse(finished.output, nullptr, false);
  }

  [[nodiscard]] std::string write(const std::string& name, const std::string& text) const {
    write_file(directory_.file(name), text);
    return directory_.file(name);
  }

  [[nodiscard]] static std::string server() {
    return "http://" + endpoint().host + ":" + std::to_string(endpoint().port);
  }

  /// A new key with its secret, in an application of this test.
  [[nodiscard]] Json make_key() const {
    return json({"key", "create", "ci", "--app", "billing", "--api", api_, "--endpoint", "*",
                 "--scope", "devices:read", "--expires", "30d"});
  }

  [[nodiscard]] std::vector<std::string> with_program(std::vector<std::string> before,
                                                      const std::vector<std::string>& words) const {
    const std::vector<std::string> program = {
        "/usr/bin/env",
        "-u",
        "CLAVIGER_TOKEN",
        "CI=true",
        "CLAVIGER_SERVER=" + server(),
        "CLAVIGER_CONFIG=" + directory_.file("config/config.toml"),
        CLAVIGER_PROGRAM};
    before.insert(before.end(), program.begin(), program.end());
    before.insert(before.end(), words.begin(), words.end());
    return before;
  }

  const Tenant tenant_ = make_tenant();
  const std::string api_ = unique("fleet");
  const TemporaryDirectory directory_;
};

TEST_F(CommandLine, AKeyLivesFromCreationToDeletionAndTheGatewayFollows) {
  const ProtectedApi gateway(installation(), api_);
  EXPECT_EQ(json({"app", "create", "billing"}).value("status", ""), "active");
  const Json key = make_key();
  const std::string id = key.value("id", "");
  ASSERT_TRUE(gateway.opens(key));

  EXPECT_EQ(json({"key", "edit", id, "--metadata", "team=billing"})["key"]["metadata"]["team"],
            "billing");
  EXPECT_THAT(json({"key", "renew", id, "--expires", "90d"})["key"].value("status", ""), "active");
  const Json rotated = json({"key", "rotate", id, "--overlap", "1h"})["key"];
  EXPECT_TRUE(gateway.opens(rotated));
  EXPECT_TRUE(gateway.opens(key));
  const std::string old_secret =
      rotated["secrets"].size() == 2
          ? (rotated["secrets"][0]["notAfter"].is_null() ? rotated["secrets"][1].value("id", "")
                                                         : rotated["secrets"][0].value("id", ""))
          : "";
  const Json ended = json({"key", "end-secret", id, old_secret, "--yes", "--wait"});
  EXPECT_EQ(ended["receipt"]["gateways"][0].value("state", ""), "applied");

  EXPECT_EQ(cli({"key", "delete", id, "--yes"}).status, 5) << "it is not revoked yet";
  const Finished disabled = cli({"key", "disable", id, "--yes", "--wait"});
  EXPECT_THAT(disabled.output, HasSubstr(" ms"));
  EXPECT_EQ(gateway.call(rotated), 401);
  EXPECT_EQ(json({"key", "enable", id, "--wait"})["key"].value("status", ""), "active");
  EXPECT_TRUE(gateway.opens(rotated));
  EXPECT_EQ(cli({"key", "revoke", id, "--reason", "leaked"}).status, 2) << "nobody agreed";
  EXPECT_EQ(cli({"key", "revoke", id, "--reason", "leaked", "--yes", "--wait"}).status, 0);
  EXPECT_EQ(gateway.call(rotated), 401);
  EXPECT_EQ(json({"key", "delete", id, "--yes"}).value("deleted", 0), 1);
  EXPECT_EQ(cli({"key", "show", id}).status, 3);
}

TEST_F(CommandLine, KeysAreFoundCountedAndStoppedTogether) {
  ASSERT_EQ(cli({"app", "create", "billing"}).status, 0);
  const std::string first = make_key().value("id", "");
  const std::string second = make_key().value("id", "");
  EXPECT_EQ(json({"key", "counts", "--app", "billing"}).value("active", 0), 2);
  EXPECT_EQ(json({"key", "list", "--app", "billing", "--api", api_, "--mine", "--name", "c",
                  "--expires-within", "31d", "--sort", "-expiresAt"})
                .size(),
            2U);
  EXPECT_EQ(json({"key", "list", "--expires-within", "29d"}).size(), 0U);
  EXPECT_EQ(json({"api", "consumers", api_}).size(), 2U);
  EXPECT_EQ(json({"key", "revoke", first, second, "--reason", "superseded", "--dry-run"})
                .value("dryRun", false),
            true);
  EXPECT_EQ(json({"key", "counts", "--app", "billing"}).value("active", 0), 2) << "a dry run";
  EXPECT_EQ(json({"key", "disable", first, second, "--yes"})["keys"].size(), 2U);
  EXPECT_EQ(json({"key", "list", "--status", "disabled", "--app", "billing"}).size(), 2U);
  (void)json({"api", "withdraw", api_, first, "--reason", "contract-ended", "--yes", "--wait"});
  EXPECT_EQ(json({"key", "show", first}).value("status", ""), "revoked");
}

TEST_F(CommandLine, KeysOfAnotherSystemAreTakenOver) {
  const ProtectedApi gateway(installation(), api_);
  ASSERT_EQ(cli({"app", "create", "legacy"}).status, 0);
  const std::string secret = unique("vendor_9b1deb4d3b7d4bad9bdd2b0d7b3dcb6d_");
  const Json imported =
      json({"key", "import", write("keys.csv", "name,secret,expires\nold," + secret + ",90d\n"),
            "--app", "legacy", "--api", api_, "--endpoint", "*", "--scope", "devices:read"});
  EXPECT_THAT(imported.dump(), Not(HasSubstr(secret)));
  EXPECT_TRUE(gateway.opens({{"secret", secret}}));
}

TEST_F(CommandLine, ASuccessorTakesOver) {
  ASSERT_EQ(cli({"app", "create", "billing"}).status, 0);
  const std::string id = make_key().value("id", "");
  const Json successor = json(
      {"key", "successor", id, "--api", api_, "--endpoint", "GET /devices", "--overlap", "1h"});
  EXPECT_EQ(successor.value("predecessorId", ""), id);
  EXPECT_EQ(json({"key", "show", id}).value("successorId", ""), successor.value("id", ""));
}

TEST_F(CommandLine, PeopleAreMadeChangedHandedOverAndDeleted) {
  const std::string ann = unique("ann") + "@example.com";
  const std::string bob = unique("bob") + "@example.com";
  const std::string link = directory_.file("link");
  const Finished made = cli({"user", "create", ann, "--name", "Ann", "--role",
                             "Organization Administrator", "--link", "--out-file", link});
  ASSERT_EQ(made.status, 0) << made.output;
  const std::string password = write("new", "an entirely new password\n");
  const Finished chosen =
      cli({"auth", "password", "choose", "--token-file", link, "--password-file", password});
  ASSERT_EQ(chosen.status, 0) << chosen.output;
  EXPECT_NE(
      cli({"auth", "password", "choose", "--token-file", link, "--password-file", password}).status,
      0)
      << "a link works once";
  const Json made_bob = json({"user", "create", bob, "--name", "Bob", "--role",
                              "Organization Administrator", "--password-file", password});
  const std::string bob_id = made_bob.value("id", "");

  EXPECT_EQ(json({"user", "edit", bob, "--name", "Bob Lee", "--add-role", "Auditor"})["user"].value(
                "name", ""),
            "Bob Lee");
  EXPECT_THAT(json({"user", "show", bob})["roles"], Contains("Auditor"));
  EXPECT_EQ(json({"user", "list", "--role", "Auditor", "--status", "enabled"}).size(), 1U);

  const Session session = sign_in(endpoint(), ann, "an entirely new password");
  (void)session.make_application("of-ann");
  EXPECT_EQ(json({"user", "impact", ann}).value("applicationCount", 0), 1);
  const Json offer = json({"user", "handover", ann, "--to", bob});
  EXPECT_EQ(offer.value("status", ""), "pending");
  EXPECT_EQ(json({"user", "disable", ann, "--yes", "--wait"})["user"].value("status", ""),
            "disabled");
  EXPECT_EQ(json({"user", "enable", ann, "--wait"})["user"].value("status", ""), "enabled");
  EXPECT_EQ(cli({"user", "delete", ann}).status, 2) << "nobody agreed";
  const Finished deleted = cli({"user", "delete", ann, "--yes", "--wait"});
  EXPECT_EQ(deleted.status, 0) << deleted.output;
  EXPECT_THAT(deleted.output, HasSubstr("1 application"));
  EXPECT_EQ(cli({"user", "show", ann}).status, 3);
  EXPECT_EQ(json({"user", "delete", bob, "--yes"})["user"].value("id", ""), bob_id);
}

TEST_F(CommandLine, ApplicationsAreOfferedAcceptedAndDeclined) {
  const std::string bob = unique("bob") + "@example.com";
  (void)tenant_.user.make_application("billing");
  (void)tenant_.user.make_application("sync");
  const std::string id =
      json({"user", "create", bob, "--name", "Bob", "--role", "Organization Administrator",
            "--password-file", directory_.file("password")})
          .value("id", "");
  (void)json({"user", "handover", tenant_.email, "--to", bob, "--app", "billing"});
  ASSERT_EQ(cli({"auth", "login", "--context", "bob", "--email", bob, "--password-file",
                 directory_.file("password")})
                .status,
            0);
  const auto offered = [this] { return json({"handover", "list"}).back().value("id", ""); };
  EXPECT_EQ(json({"handover", "decline", offered()}).value("status", ""), "declined");
  (void)json({"user", "handover", tenant_.email, "--to", bob, "--app", "sync"});
  const Json accepted = json({"handover", "accept", offered(), "--wait"});
  EXPECT_EQ(accepted["handover"].value("status", ""), "accepted") << accepted;
  EXPECT_EQ(json({"app", "show", "sync"}).value("ownerId", ""), id);
  EXPECT_NE(json({"app", "show", "billing"}).value("ownerId", ""), id);
}

TEST_F(CommandLine, SessionsOfAUserAreListedAndEndedByWhoeverManagesTheUser) {
  const std::string bob = unique("bob") + "@example.com";
  (void)json({"user", "create", bob, "--name", "Bob", "--role", "Auditor", "--password-file",
              directory_.file("password")});
  const Session first = sign_in(endpoint(), bob);
  const Session second = sign_in(endpoint(), bob);
  const Json sessions = json({"user", "sessions", "list", bob});
  ASSERT_EQ(sessions.size(), 2U);
  const std::string one = sessions[0].value("id", "");
  EXPECT_EQ(cli({"user", "sessions", "end", bob, one}).status, 2) << "nobody agreed";
  EXPECT_EQ(cli({"user", "sessions", "end", bob, "ses_1", "--yes"}).status, 2);
  const Finished ended = cli({"user", "sessions", "end", bob, one, "--yes"});
  EXPECT_EQ(ended.status, 0) << ended.output;
  EXPECT_NE(first.get("/v1/me").status() == 200, second.get("/v1/me").status() == 200);
  EXPECT_EQ(cli({"user", "sessions", "end", bob, one, "--yes"}).status, 3);
  EXPECT_EQ(json({"user", "sessions", "end", bob, "--all", "--yes"}).value("ended", 0), 1);
  EXPECT_FALSE(json({"user", "reset-password", bob}).value("token", "").empty());
}

TEST_F(CommandLine, ASecondFactorIsSwitchedOnAndOffAndResetForOthers) {
  const std::string password = directory_.file("password");
  const Json started =
      json({"auth", "second-factor", "start", "--current-password-file", password});
  const auto code = [&](std::int64_t steps_ahead) {
    return write("code", code_of(started, steps_ahead) + "\n");
  };
  EXPECT_EQ(cli({"auth", "second-factor", "confirm", "--code-file", code(0), "-o", "name"}).status,
            2)
      << "the recovery codes would be lost";
  const Json confirmed = json({"auth", "second-factor", "confirm", "--code-file", code(0)});
  ASSERT_EQ(confirmed["recoveryCodes"].size(), 10U);
  const std::vector<std::string> login = {"auth",      "login", "--email",         tenant_.email,
                                          "--context", "other", "--password-file", password};
  EXPECT_EQ(cli(login).status, 2) << "it asks for a code, and nobody is there";
  std::vector<std::string> with_code = login;
  with_code.insert(with_code.end(), {"--code-file", code(1)});
  EXPECT_EQ(cli(with_code).status, 0);
  const std::string recovery =
      write("recovery", confirmed["recoveryCodes"][0].get<std::string>() + "\n");
  EXPECT_EQ(cli({"auth", "second-factor", "end", "--current-password-file", password, "--code-file",
                 write("wrong", "000000\n")})
                .status,
            2);
  const Finished ended = cli({"auth", "second-factor", "end", "--current-password-file", password,
                              "--code-file", recovery});
  EXPECT_EQ(ended.status, 0) << ended.output;
  EXPECT_EQ(cli(login).status, 0);

  const Json again = json({"auth", "second-factor", "start", "--current-password-file", password});
  const std::string file = directory_.file("recovery-codes");
  const Finished to_file = cli({"auth", "second-factor", "confirm", "--code-file",
                                write("code", code_of(again) + "\n"), "--out-file", file});
  EXPECT_EQ(to_file.status, 0) << to_file.output;
  const std::string codes = read_file(file);
  EXPECT_EQ(std::count(codes.begin(), codes.end(), '\n'), 10);
  ASSERT_EQ(cli({"auth", "login", "--context", "administrator", "--email",
                 std::string(kAdministratorEmail), "--password-file", password})
                .status,
            0);
  EXPECT_EQ(cli({"user", "reset-second-factor", tenant_.email}).status, 2) << "nobody agreed";
  const Finished reset = cli({"user", "reset-second-factor", tenant_.email, "--yes"});
  EXPECT_EQ(reset.status, 0) << reset.output;
  EXPECT_EQ(cli(login).status, 0);
}

TEST_F(CommandLine, RolesAndApplicationsAreEditedInTheVersionThatWasRead) {
  const Json role = json({"role", "create", "Reader", "--permission", "users:view", "--permission",
                          "applications:view"});
  EXPECT_EQ(role["permissions"].size(), 2U);
  EXPECT_EQ(json({"role", "edit", "Reader", "--remove-permission", "users:view", "--description",
                  "reads"})["role"]["permissions"],
            Json({"View applications"}));
  EXPECT_EQ(json({"role", "show", "Reader"}).value("description", ""), "reads");
  EXPECT_THAT(json({"role", "list"}).dump(), HasSubstr("Reader"));
  EXPECT_EQ(cli({"role", "delete", "Reader", "--dry-run"}).status, 0);
  EXPECT_EQ(cli({"role", "delete", "Reader", "--yes"}).status, 0);
  EXPECT_EQ(cli({"role", "show", "Reader"}).status, 3);
  EXPECT_GT(json({"permission", "list"}).size(), 12U);

  ASSERT_EQ(cli({"app", "create", "billing"}).status, 0);
  EXPECT_EQ(json({"app", "edit", "billing", "--description", "pays"}).value("description", ""),
            "pays");
  EXPECT_EQ(json({"app", "show", "billing"}).value("description", ""), "pays");
  EXPECT_TRUE(json({"app", "revoke", "billing", "--yes", "--wait"}).contains("receipt"));
  EXPECT_EQ(json({"app", "list"}).size(), 0U);
}

TEST_F(CommandLine, OrganizationsAreManagedByWhoMayAndRefusedWithASentenceToOthers) {
  const Finished refused = cli({"org", "create", "Acme"});
  EXPECT_EQ(refused.status, 4);
  EXPECT_THAT(refused.output, HasSubstr("Manage organizations"));
  ASSERT_EQ(cli({"auth", "login", "--context", "administrator", "--email",
                 std::string(kAdministratorEmail), "--password-file", directory_.file("password")})
                .status,
            0);
  const std::string name = unique("Acme");
  const std::string id = json({"org", "create", name}).value("id", "");
  EXPECT_EQ(json({"org", "edit", name, "--name", name + "-2"}).value("name", ""), name + "-2");
  const auto status = [](const Json& changed) {
    return changed["organization"].value("status", "");
  };
  EXPECT_EQ(status(json({"org", "disable", name + "-2", "--yes", "--wait"})), "disabled");
  EXPECT_EQ(status(json({"org", "enable", name + "-2"})), "enabled");
  EXPECT_EQ(json({"org", "show", name + "-2"}).value("id", ""), id);
  EXPECT_THAT(json({"org", "list"}).dump(), HasSubstr(id));
  EXPECT_EQ(json({"org", "delete", name + "-2", "--yes"})["organization"].value("id", ""), id);
  EXPECT_TRUE(json({"audit", "verify"}).value("intact", false));
  EXPECT_GE(json({"gateway", "list"}).size(), 1U);
}

TEST_F(CommandLine, TheCatalogIsFilledReadAndAskedAbout) {
  const std::string name = unique("devices");
  const std::string document = write("openapi.yaml", R"(openapi: 3.1.0
info: {title: Devices, version: '1'}
paths: {/devices: {get: {responses: {'200': {description: ok}}}}}
)");
  const Json imported =
      json({"api", "import", document, "--name", name, "--upstream", "http://127.0.0.1:9"});
  EXPECT_EQ(imported["endpoints"][0].value("path", ""), "/devices");
  EXPECT_THAT(json({"api", "list"}).dump(), HasSubstr(name));
  EXPECT_EQ(json({"api", "show", name})["endpoints"].size(), 1U);
  ASSERT_EQ(cli({"app", "create", "billing"}).status, 0);
  const std::string secret = write("secret", make_key().value("secret", "") + "\n");
  const Json answer =
      json({"key", "verify", "--secret-file", secret, "--api", api_, "--path", "/devices"});
  EXPECT_EQ(answer.value("reason", ""), "allowed");
}

TEST_F(CommandLine, ConsumptionSettingsAreReadChangedAndSetAgain) {
  const Json settings = json({"api", "settings", "show", api_});
  ASSERT_TRUE(settings.contains("consumers"));
  Json wanted = settings;
  wanted["maxStalenessSeconds"] = 77;
  const std::string file = write("settings.json", wanted.dump());
  EXPECT_EQ(cli({"api", "settings", "set", api_, file, "--dry-run"}).status, 0);
  EXPECT_EQ(json({"api", "settings", "show", api_}), settings) << "a dry run";
  EXPECT_TRUE(json({"api", "settings", "set", api_, file, "--yes", "--wait"}).contains("receipt"));
  EXPECT_EQ(json({"api", "settings", "show", api_}), wanted);
}

TEST_F(CommandLine, ATokenSignsInAndMayDoWhatItsScopesSay) {
  const Json token = json({"token", "create", "reporting", "--scope", "applications:view",
                           "--read-only", "--expires", "7d"});
  const std::string id = token.value("id", "");
  EXPECT_EQ(json({"token", "list"}).size(), 1U);
  const Finished listed =
      run({"/usr/bin/env", "CLAVIGER_TOKEN_FILE=" + write("token", token.value("secret", "")),
           "CLAVIGER_SERVER=" + server(), CLAVIGER_PROGRAM, "app", "list", "-o", "json"});
  EXPECT_EQ(listed.status, 0) << listed.output;
  (void)json({"token", "revoke", id, "--yes", "--wait"});
  EXPECT_EQ(json({"token", "show", id}).value("status", ""), "revoked");
}

TEST_F(CommandLine, AnAnswerThatGetsLostIsAskedForAgainAndTheThingIsMadeOnce) {
  const ForgetfulProxy proxy(endpoint());
  const Finished made =
      run({"/usr/bin/env", "CLAVIGER_TOKEN=" + tenant_.user.token(),
           "CLAVIGER_SERVER=" + proxy.url(), CLAVIGER_PROGRAM, "app", "create", "billing"});
  EXPECT_EQ(made.status, 0) << made.output;
  EXPECT_EQ(proxy.lost(), 1);
  EXPECT_EQ(tenant_.user.list("/v1/applications").size(), 1U);
}

TEST_F(CommandLine, ASecretWhoseAnswerGotLostIsToldWithTheWayToAnother) {
  const std::string application = tenant_.user.make_application("billing");
  const ForgetfulProxy proxy(endpoint());
  const Finished made = run({"/usr/bin/env", "CLAVIGER_TOKEN=" + tenant_.user.token(),
                             "CLAVIGER_SERVER=" + proxy.url(), CLAVIGER_PROGRAM, "key", "create",
                             "ci", "--app", application, "--api", api_, "--endpoint", "*"});
  EXPECT_EQ(made.status, 1) << made.output;
  EXPECT_THAT(made.output, HasSubstr("claviger key rotate key_"));
  EXPECT_EQ(tenant_.user.list("/v1/keys?applicationId=" + application).size(), 1U);
}

TEST_F(CommandLine, TheAuditTellsWhatTheCommandLineDid) {
  const std::string application = json({"app", "create", "billing"}).value("id", "");
  EXPECT_EQ(json({"audit", "list", "--target", application})[0].value("action", ""),
            "application.create");
  const Finished exported = cli({"audit", "export", "--format", "csv", "--target", application});
  EXPECT_EQ(exported.status, 0);
  EXPECT_THAT(exported.output, AllOf(HasSubstr("sequence,at,actorId"), HasSubstr("1 rows.")));
}

TEST_F(CommandLine, SessionsAreListedAndEndedAndThePasswordChanged) {
  const Session other = sign_in(endpoint(), tenant_.email);
  EXPECT_GE(json({"auth", "sessions", "list"}).size(), 2U);
  const std::string old_password = directory_.file("password");
  const Finished changed =
      cli({"auth", "password", "change", "--current-password-file", old_password, "--password-file",
           write("new", "an entirely new password\n")});
  EXPECT_EQ(changed.status, 0) << changed.output;
  EXPECT_EQ(json({"auth", "sessions", "list"}).size(), 1U);
  EXPECT_EQ(other.get("/v1/me").status(), 401);
}

TEST_F(CommandLine, TheDoctorFindsARunningInstallationWell) {
  const Finished healthy = cli({"doctor", "--no-headers"});
  EXPECT_THAT(healthy.output,
              AllOf(HasSubstr("Signed in as " + tenant_.email),
                    HasSubstr("clock and this machine's agree"), Not(HasSubstr("fail"))));
  EXPECT_EQ(healthy.status, 0) << healthy.output;
  const Finished ill = cli({"doctor", "--server", "http://127.0.0.1:1"});
  EXPECT_EQ(ill.status, 1);
  EXPECT_THAT(ill.output, HasSubstr("Cannot reach"));
}

}  // namespace
}  // namespace claviger::test
