#include "postgresql_for_tests.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <libpq-fe.h>
#include <pwd.h>
#include <stdexcept>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <fmt/format.h>

namespace claviger::store {
namespace {

const std::filesystem::path kPrograms = "/usr/lib/postgresql/15/bin";
constexpr std::chrono::seconds kStartTimeout{60};

/// Starts a program; output goes to `log`. PostgreSQL refuses to run as root, so that root's tests
/// run it as `user`; it ends with the tests, however they end.
pid_t start(const passwd* user, const std::filesystem::path& log,
            std::vector<std::string> command) {
  std::vector<std::string> words = {"setpriv", "--pdeathsig", "QUIT"};
  if (user != nullptr) {
    words.insert(words.end(), {fmt::format("--reuid={}", user->pw_uid),
                               fmt::format("--regid={}", user->pw_gid), "--clear-groups"});
  }
  words.insert(words.end(), command.begin(), command.end());
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const pid_t child = ::fork();
  if (child != 0) return child;
  if (::freopen(log.c_str(), "a", stdout) == nullptr || ::dup2(STDOUT_FILENO, STDERR_FILENO) < 0)
    ::_exit(126);
  ::execvp(arguments[0], arguments.data());
  ::_exit(127);
}

void wait_for(pid_t child, std::string_view what) {
  int status = 0;
  ::waitpid(child, &status, 0);
  if (status != 0) throw std::runtime_error(fmt::format("{} failed", what));
}

class PostgresqlForTests final : public TestBackend {
 public:
  PostgresqlForTests() {
    if (!std::filesystem::exists(kPrograms / "initdb"))
      throw std::runtime_error(
          fmt::format("PostgreSQL 15 is not installed: there is no {}. Install postgresql-15; half "
                      "of the store's guarantees are its.",
                      (kPrograms / "initdb").string()));
    if (::geteuid() == 0) user_ = ::getpwnam("postgres");
    if (::geteuid() == 0 && user_ == nullptr) user_ = ::getpwnam("nobody");
    std::string pattern = (std::filesystem::temp_directory_path() / "claviger-pg-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    if (user_ != nullptr && ::chown(folder_.c_str(), user_->pw_uid, user_->pw_gid) != 0)
      throw std::runtime_error("cannot give the folder to PostgreSQL's user");
    start_server();
  }

  ~PostgresqlForTests() override {
    // Nothing is to be kept: no time is spent on an orderly end.
    ::kill(server_, SIGQUIT);
    int status = 0;
    ::waitpid(server_, &status, 0);
    std::filesystem::remove_all(folder_);
  }

  std::string make_empty_database() override {
    const std::string schema = fmt::format("test_{}", ++count_);
    execute("CREATE SCHEMA " + schema);
    return fmt::format("{}&options=-csearch_path%3D{}", url(), schema);
  }

  void cut_connections() {
    execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'");
  }

 private:
  [[nodiscard]] std::string url() const {
    return fmt::format("postgresql:///postgres?host={}&user=claviger", folder_.string());
  }

  void start_server() {
    const std::string data = folder_ / "data";
    const std::filesystem::path log = folder_ / "log";
    wait_for(start(user_, log,
                   {kPrograms / "initdb", "-D", data, "-A", "trust", "-U", "claviger", "-E", "UTF8",
                    "--locale=C.UTF-8", "--no-sync"}),
             "initdb");
    server_ = start(user_, log,
                    {kPrograms / "postgres", "-D", data, "-k", folder_, "-c",
                     "listen_addresses=", "-c", "fsync=on"});
    const auto deadline = std::chrono::steady_clock::now() + kStartTimeout;
    while (PQping(url().c_str()) != PQPING_OK) {
      if (std::chrono::steady_clock::now() > deadline)
        throw std::runtime_error("PostgreSQL did not start");
      std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
  }

  void execute(const std::string& sql) const {
    PGconn* connection = PQconnectdb(url().c_str());
    PGresult* result = PQexec(connection, sql.c_str());
    const ExecStatusType status = PQresultStatus(result);
    PQclear(result);
    PQfinish(connection);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
      throw std::runtime_error("PostgreSQL refused: " + sql);
  }

  const passwd* user_ = nullptr;
  std::filesystem::path folder_;
  pid_t server_ = -1;
  int count_ = 0;
};

PostgresqlForTests& server() {
  static PostgresqlForTests backend;
  return backend;
}

}  // namespace

TestBackend& postgresql_for_tests() {
  return server();
}

void cut_connections_to_postgresql() {
  server().cut_connections();
}

}  // namespace claviger::store
