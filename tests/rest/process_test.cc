// The server as a process: its files, its start, its end, and what it leaves behind.
#include "installation.h"
#include "protected_api.h"
#include "support/nginx.h"
#include "support/waiting.h"

#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <memory>
#include <sys/stat.h>
#include <thread>

#include <sqlite3.h>

namespace claviger::test {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsSupersetOf;

unsigned mode_of(const std::string& path) {
  struct stat facts = {};
  return stat(path.c_str(), &facts) == 0 ? facts.st_mode & 07777U : 0;
}

/// The first column of every row that a query finds in the database's file.
std::vector<std::string> query(const std::string& database, const std::string& sql) {
  sqlite3* opened = nullptr;
  std::vector<std::string> rows;
  EXPECT_EQ(sqlite3_open_v2(database.c_str(), &opened, SQLITE_OPEN_READONLY, nullptr), SQLITE_OK);
  const std::unique_ptr<sqlite3, decltype(&sqlite3_close)> connection(opened, sqlite3_close);
  const auto take = [](void* rows_, int, char** values, char**) {
    static_cast<std::vector<std::string>*>(rows_)->emplace_back(values[0] ? values[0] : "");
    return 0;
  };
  EXPECT_EQ(sqlite3_exec(opened, sql.c_str(), take, &rows, nullptr), SQLITE_OK)
      << sqlite3_errmsg(opened);
  return rows;
}

/// An installation with an API, an application and a key.
class ServerProcess : public testing::Test {
 protected:
  [[nodiscard]] const Session& user() { return installation_.administrator(); }

  Installation installation_;
  const std::string api_ = user().import_fleet("fleet")["name"];
  const std::string application_ = user().make_application();
  const Json key_ = user().make_key(application_, api_);
};

TEST_F(ServerProcess, D03_ItsFilesAreForThoseWhoNeedThem) {
  EXPECT_EQ(mode_of(installation_.data_dir()), 0700U);
  EXPECT_EQ(mode_of(installation_.data_dir() + "/server.key"), 0600U);
  EXPECT_EQ(mode_of(installation_.database()) & 077U, 0U);
  EXPECT_EQ(mode_of(installation_.state_dir()), 02750U);
  EXPECT_EQ(mode_of(installation_.state_dir() + "/keyring"), 0640U);
  EXPECT_EQ(mode_of(installation_.state_dir() + "/keyring.lock"), 0640U);
  EXPECT_EQ(mode_of(installation_.state_dir() + "/counters"), 0660U);
}

TEST_F(ServerProcess, K10_ItsMemoryIsNotForCoreFilesNorForDebuggers) {
  const std::string process = "/proc/" + std::to_string(installation_.server().process().pid());
  EXPECT_THAT(read_file(process + "/limits"),
              testing::ContainsRegex("Max core file size +0 +0 +bytes"));
}

TEST_F(ServerProcess, ReceiptsAreTrueAlsoWhenTheStateDirectoryWasEmptied) {
  ASSERT_EQ(installation_.stop(), 0) << installation_.server().log();
  for (const auto& file : std::filesystem::directory_iterator(installation_.state_dir()))
    std::filesystem::remove(file.path());
  const auto started = std::chrono::steady_clock::now();
  installation_.start();
  const Json receipt =
      user()
          .post("/v1/keys/" + key_.value("id", "") + "/revoke?wait=applied", {{"reason", "other"}})
          .body["receipt"];
  ASSERT_EQ(receipt["gateways"].size(), 1U) << receipt;
  EXPECT_EQ(receipt["gateways"][0]["state"], "applied");
  // Gateways may have the lost keyring mapped, and leave it only after a while.
  EXPECT_GE(std::chrono::steady_clock::now() - started, std::chrono::milliseconds(1500));
}

TEST_F(ServerProcess, ARestartKeepsEverything) {
  ASSERT_TRUE(user().verify(key_, api_)["allowed"]);
  const Json before = user().get("/v1/keys/" + key_.value("id", "")).body;
  ASSERT_EQ(installation_.stop(), 0) << installation_.server().log();
  installation_.start();
  EXPECT_THAT(installation_.server().setup_token(), testing::IsEmpty());
  EXPECT_EQ(user().get("/v1/me").status(), 200) << "a session outlives the server";
  EXPECT_EQ(user().get("/v1/keys/" + key_.value("id", "")).body, before);
  EXPECT_TRUE(user().verify(key_, api_)["allowed"]);
  ASSERT_EQ(
      user()
          .post("/v1/keys/" + key_.value("id", "") + "/revoke?wait=applied", {{"reason", "other"}})
          .status(),
      200);
  installation_.server().process().send(SIGKILL);
  ASSERT_TRUE(installation_.server().process().wait());
  installation_.start();
  EXPECT_EQ(user().verify(key_, api_)["reason"], "key-revoked")
      << "what was answered outlives a crash";
  EXPECT_EQ(user().list("/v1/gateways").size(), 1U) << "the same gateway as before";
}

// docs/threats.md, K06.
TEST(ColdStart, K06_AGatewayThatKnowsNothingYetRefusesAndKnowsSoonAfterItsServerStarts) {
  const TemporaryDirectory directory;
  const std::string state = directory.file("state");
  std::filesystem::create_directory(state);
  const Nginx nginx(protecting(state, "fleet"));
  const auto status = [&] {
    return ask(nginx.socket("http.sock"),
               {.target = "/devices", .headers = {{"Authorization", "Bearer clv_ak_none"}}})
        .status;
  };
  EXPECT_EQ(status(), 503);
  write_file(directory.file("password"), kPassword);
  const Server server(
      {.data_dir = directory.file("data"),
       .state_dir = state,
       .environment = {"CLAVIGER_BOOTSTRAP_EMAIL=" + std::string(kAdministratorEmail),
                       "CLAVIGER_BOOTSTRAP_PASSWORD_FILE=" + directory.file("password")}});
  EXPECT_EQ(status(), 503) << "an API that no server has told it of";
  sign_in(server.endpoint(), kAdministratorEmail).import_fleet("fleet");
  EXPECT_TRUE(eventually([&] { return status() == 401; }));
}

// docs/threats.md, K03: the receipt was never waited for, and the server dies at once.
TEST_F(ServerProcess, K03_WhatWasCommittedBeforeACrashReachesTheGatewayAfterIt) {
  const ProtectedApi gateway(installation_, api_);
  ASSERT_TRUE(gateway.opens(key_));
  ASSERT_EQ(
      user().post("/v1/keys/" + key_.value("id", "") + "/revoke", {{"reason", "other"}}).status(),
      200);
  installation_.server().process().send(SIGKILL);
  ASSERT_TRUE(installation_.server().process().wait());
  installation_.start();
  EXPECT_TRUE(eventually([&] { return gateway.call(key_) == 401; }, std::chrono::seconds{2}));
}

// docs/threats.md, K07: nobody waited for the receipts, and the server dies at once.
TEST_F(ServerProcess, K07_WhatWasDeletedBeforeACrashIsRefusedAfterIt) {
  const ProtectedApi gateway(installation_, api_);
  ASSERT_TRUE(gateway.opens(key_));
  const std::string path = "/v1/keys/" + key_.value("id", "");
  ASSERT_EQ(user().post(path + "/revoke", {{"reason", "other"}}).status(), 200);
  ASSERT_EQ(user().remove(path).status(), 200);
  installation_.server().process().send(SIGKILL);
  ASSERT_TRUE(installation_.server().process().wait());
  installation_.start();
  EXPECT_TRUE(eventually([&] { return gateway.call(key_) == 401; }, std::chrono::seconds{2}));
  EXPECT_EQ(user().verify(key_["secret"], api_)["reason"], "credential-unknown");
  EXPECT_EQ(user().get(path).status(), 404);
}

TEST_F(ServerProcess, SigtermLetsRequestsEnd) {
  std::atomic<bool> ends = false;
  std::atomic<int> answered = 0;
  std::vector<std::thread> clients;
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back([&] {
      while (!ends) {
        try {
          const Answer answer = user().get("/v1/keys");
          // None at all from one that has ended; but never half of one, nor another.
          if (answer.status() == 200) ++answered;
          EXPECT_THAT(answer.status(), testing::AnyOf(200, 503, 0));
        } catch (const std::system_error&) {
          return;  // nobody listens any more
        }
      }
    });
  }
  EXPECT_TRUE(eventually([&] { return answered > 20; }));
  EXPECT_EQ(installation_.stop(), 0) << installation_.server().log();
  ends = true;
  for (std::thread& client : clients) client.join();
  EXPECT_THAT(installation_.server().log(), HasSubstr("\"msg\":\"ended\""));
}

TEST_F(ServerProcess, AKeyringThatIsLostOrDamagedIsMendedSoon) {
  const std::string keyring = installation_.state_dir() + "/keyring";
  const auto is_mended = [&] {
    const Answer answer = user().post(
        "/v1/keys/verify",
        {{"key", key_["secret"]}, {"api", api_}, {"method", "GET"}, {"path", "/devices"}});
    return answer.status() == 200 && answer.body["allowed"] == true;
  };
  const auto size = std::filesystem::file_size(keyring);
  ASSERT_TRUE(std::filesystem::remove(keyring));
  EXPECT_TRUE(
      eventually([&] { return std::filesystem::exists(keyring); }, std::chrono::seconds{2}));
  EXPECT_TRUE(eventually(is_mended, std::chrono::seconds{2}));
  std::filesystem::resize_file(keyring, 100);
  EXPECT_TRUE(eventually(
      [&] {
        std::error_code error;
        return std::filesystem::file_size(keyring, error) > 100 && !error;
      },
      std::chrono::seconds{2}));
  EXPECT_TRUE(eventually(is_mended, std::chrono::seconds{2}));
  write_file(keyring + ".new-for-test", std::string(size, 'x'));
  std::filesystem::rename(keyring + ".new-for-test", keyring);
  EXPECT_TRUE(eventually(is_mended, std::chrono::seconds{2}));
}

// docs/threats.md, N20: the server counts calls of the management API in the file that is cut.
TEST_F(ServerProcess, N20_CountersThatAreCutShortDoNotEndItAndAreMendedSoon) {
  const Json key = user().make_key(
      application_,
      {{"name", "automation"},
       {"grants", {{{"api", "claviger"}, {"endpoints", {"*"}}, {"scopes", {"users:view"}}}}}});
  const Session caller(installation_.endpoint(), key.value("secret", ""));
  const auto is_answered = [&] { return caller.get("/v1/me").status() == 200; };
  ASSERT_TRUE(eventually(is_answered));
  const std::string counters = installation_.state_dir() + "/counters";
  const std::string path = "/v1/keys/" + key.value("id", "");
  for (const std::uintmax_t size : {0, 100, 4096}) {
    std::filesystem::resize_file(counters, size);
    EXPECT_THAT(caller.get("/v1/me").status(), testing::AnyOf(200, 503));
    EXPECT_EQ(user().get(path).status(), 200) << "its last use is read from there";
    EXPECT_TRUE(eventually(is_answered, std::chrono::seconds{3}));
    EXPECT_TRUE(std::filesystem::exists(counters + ".damaged"));
  }
  EXPECT_THAT(installation_.server().log(), HasSubstr("the counters of calls were damaged"));
  EXPECT_EQ(installation_.stop(), 0) << "the same process as at the start";
}

TEST_F(ServerProcess, ASecondServerOnTheSameDirectoriesSaysWhyItEnds) {
  const TemporaryDirectory directory;
  ServerSettings same_state = installation_.settings();
  same_state.data_dir = directory.file("data");
  const Finished by_state = run(serve_command(same_state));
  EXPECT_EQ(by_state.status, 1) << by_state.output;
  EXPECT_THAT(by_state.output,
              HasSubstr("Another agent writes the keyring in " + installation_.state_dir()));
  ServerSettings same_data = installation_.settings();
  same_data.state_dir = directory.file("state");
  const Finished by_data = run(serve_command(same_data));
  EXPECT_EQ(by_data.status, 1) << by_data.output;
  EXPECT_THAT(by_data.output,
              HasSubstr("Another server runs on the data directory " + installation_.data_dir()));
  EXPECT_TRUE(user().verify(key_, api_)["allowed"]) << "the first one goes on";
}

TEST_F(ServerProcess, APortThatIsTakenIsNamed) {
  const TemporaryDirectory directory;
  const Finished ended = run(serve_command({.data_dir = directory.file("data"),
                                            .state_dir = directory.file("state"),
                                            .listen = installation_.endpoint().str()}));
  EXPECT_EQ(ended.status, 1) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr(std::to_string(installation_.endpoint().port)));
}

TEST_F(ServerProcess, EveryChangeHasItsAudit) {
  const std::string id = key_["id"];
  for (const char* verb : {"/disable", "/enable"})
    ASSERT_EQ(user().post("/v1/keys/" + id + verb, Json::object()).status(), 200);
  ASSERT_EQ(user().post("/v1/keys/" + id + "/revoke", {{"reason", "other"}}).status(), 200);
  ASSERT_EQ(user().post("/v1/keys/" + id + "/revoke", {{"reason", "other"}}).status(), 409);
  const Session second = sign_in(installation_.endpoint(), kAdministratorEmail);
  ASSERT_EQ(second.send({.method = "DELETE", .target = "/v1/sessions"}).status(), 204);
  user().import_fleet("fleet");
  const std::string database = installation_.database();
  EXPECT_THAT(
      query(database, "SELECT action FROM audit ORDER BY sequence"),
      testing::ElementsAre("installation.bootstrap", "api.publish", "session.create", "api.create",
                           "application.create", "key.create", "key.disable", "key.enable",
                           "key.revoke", "session.create", "session.delete", "api.update"));
  EXPECT_THAT(query(database, "SELECT action FROM audit WHERE target_id = '" + id +
                                  "' AND source_ip = '127.0.0.1' AND request_id <> '' AND "
                                  "actor_id LIKE 'usr%' ORDER BY sequence"),
              testing::ElementsAre("key.create", "key.disable", "key.enable", "key.revoke"));
}

TEST(Configuration, AllItsFaultsArePrintedAtOnce) {
  const TemporaryDirectory directory;
  write_file(directory.file("claviger.toml"),
             "[server]\nlistn = \"x\"\n[limits]\n"
             "keys_per_application = -1\n");
  const Finished ended =
      run(serve_command({.data_dir = directory.file("data"),
                         .state_dir = directory.file("state"),
                         .environment = {"CLAVIGER__LOG__LEVEL=loud"},
                         .flags = {"--config", directory.file("claviger.toml")}}));
  EXPECT_EQ(ended.status, 2) << ended.output;
  EXPECT_THAT(ended.output, HasSubstr("claviger.toml:2:1: There is no setting \"server.listn\"."));
  EXPECT_THAT(ended.output, HasSubstr("claviger.toml:4:1: limits.keys_per_application"));
  EXPECT_THAT(ended.output, HasSubstr("CLAVIGER__LOG__LEVEL: log.level is \"loud\"."));
  EXPECT_FALSE(std::filesystem::exists(directory.file("data"))) << "nothing was begun";
}

}  // namespace
}  // namespace claviger::test
