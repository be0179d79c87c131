#include "serve.h"

#include "data_directory.h"
#include "database_source.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <malloc.h>
#include <stop_token>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include <fmt/format.h>

#include "claviger/agent/keeper.h"
#include "claviger/api/api.h"
#include "claviger/base/log.h"
#include "claviger/http/router.h"
#include "claviger/http/server.h"
#include "claviger/keyring/bus_guard.h"
#include "claviger/service/bootstrap.h"
#include "claviger/service/gateways.h"
#include "claviger/service/left_behind.h"
#include "claviger/service/management_api.h"
#include "claviger/store/database.h"

namespace claviger::app {
namespace {

/// How long requests in flight may take once the server is told to end.
constexpr std::chrono::seconds kGrace{10};
/// How often a gateway's progress is written down: well within the lease.
constexpr std::chrono::seconds kHeartbeat{2};

constexpr const char* kBootstrapEmail = "CLAVIGER_BOOTSTRAP_EMAIL";
constexpr const char* kBootstrapPasswordFile = "CLAVIGER_BOOTSTRAP_PASSWORD_FILE";

std::string describe(const Error& error) {
  return error.internal_text().empty() ? error.public_text().str() : error.internal_text();
}

/// A connection is a file descriptor: as many as the system lets this process have.
void raise_descriptor_limit() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

/// The memory holds passwords and new secrets: neither a core file nor a debugger gets it.
void keep_memory_private() {
  constexpr rlimit kNoCore{0, 0};
  setrlimit(RLIMIT_CORE, &kNoCore);
  prctl(PR_SET_DUMPABLE, 0);
}

/// Every request takes and frees some hundred kilobytes: giving them back to the system each time
/// costs more than the request.
void keep_freed_memory() {
  constexpr int kKeptBytes = 32 << 20;
  constexpr int kTakenAtOnce = 1 << 20;
  mallopt(M_TRIM_THRESHOLD, kKeptBytes);
  mallopt(M_TOP_PAD, kTakenAtOnce);
}

Result<Secret> read_password(const std::string& path) {
  std::ifstream file(path);
  std::string text;
  if (!std::getline(file, text) || text.empty())
    return fail(Error::refused(ErrorCode::kInvalidInput,
                               fmt::format("{} names {}, which cannot be read or is empty.",
                                           kBootstrapPasswordFile, path)));
  return Secret(std::move(text));
}

/// Makes the first administrator from the environment, or prints the link by which one is made.
Result<void> bootstrap(service::Context& context, const service::SetupLink& link,
                       const std::string& origin) {
  if (!TRY(service::is_empty(context))) return {};
  const char* email = std::getenv(kBootstrapEmail);
  const char* password_file = std::getenv(kBootstrapPasswordFile);
  if (email == nullptr || password_file == nullptr) {
    std::cerr << fmt::format(
        "No user exists yet. Within one hour, make the first administrator at\n  "
        "{}/setup?token={}\n",
        origin, link.token().reveal());
    return {};
  }
  const auto made = service::create_first_administrator(
      context, {.email = email, .password = TRY(read_password(password_file))});
  if (!made) return fail(made.error());
  log::info("first administrator made", {{"email", made->email}});
  return {};
}

/// Everything that a running server consists of, in the order in which it is built.
class Installation {
 public:
  static Result<std::unique_ptr<Installation>> build(const Config& config);

  Result<void> run();

 private:
  Installation(const Config& config, std::unique_ptr<store::Database> database,
               std::unique_ptr<service::Passwords> passwords, const Secret& server_key)
      : database_(std::move(database)),
        passwords_(std::move(passwords)),
        gateways_(clock_),
        sign_ins_(config.sign_ins_per_minute),
        changes_by_user_({.name = "changes",
                          .quota = config.changes_per_minute,
                          .window = std::chrono::minutes{1},
                          .refusal = "You change more than this server takes in a minute. Wait as "
                                     "long as Retry-After says."}),
        seal_(server_key),
        context_{.database = *database_,
                 .clock = clock_,
                 .random = random_,
                 .passwords = *passwords_,
                 .changes = changes_,
                 .gateways = gateways_,
                 .state_directory = config.state_dir,
                 .limits = {.of_new_organizations = config.limits_of_new_organizations,
                            .inactive_keys_per_application = config.inactive_keys_per_application},
                 .sessions = {.lifetime = config.session_lifetime, .idle = config.session_idle},
                 .management_endpoints = api::management_endpoints(),
                 .sign_ins = sign_ins_,
                 .changes_by_user = changes_by_user_,
                 .seal = seal_},
        verifier_(config.state_dir),
        setup_link_(clock_, random_),
        cursors_(server_key),
        parts_{.context = context_,
               .verifier = verifier_,
               .setup_link = setup_link_,
               .cursors = cursors_,
               .trusted_proxies = config.trusted_proxies,
               .compatibility = {.veeam = config.is_veeam_compatible},
               .version = CLAVIGER_VERSION} {}

  Result<void> start_agent(const Config& config);
  Result<void> start_http(const Config& config);
  void beat(const std::stop_token& stop);

  SystemClock clock_;
  SystemRandom random_;
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<service::Passwords> passwords_;
  service::ChangeSignal changes_;
  service::GatewayWatch gateways_;
  service::SignInThrottle sign_ins_;
  service::RateLimiter changes_by_user_;
  service::SecretSeal seal_;
  service::Context context_;
  service::KeyVerifier verifier_;
  service::SetupLink setup_link_;
  api::CursorSeal cursors_;
  api::Parts parts_;
  std::unique_ptr<DatabaseSource> source_;
  std::unique_ptr<agent::Keeper> keeper_;
  std::unique_ptr<http::Server> server_;
};

Result<std::unique_ptr<Installation>> Installation::build(const Config& config) {
  TRY(take_data_directory(config.data_dir));
  static const SystemClock clock;
  store::DatabaseSettings settings;
  settings.url =
      config.database_url.empty()
          ? "sqlite://" + std::filesystem::absolute(config.data_dir).string() + "/claviger.db"
          : config.database_url;
  settings.read_connections = std::clamp(config.worker_threads / 4, 2, 16);
  auto database = TRY(store::Database::open(settings, clock));
  auto passwords = TRY(service::Passwords::create());
  SystemRandom random;
  const Secret key = TRY(server_key(config.data_dir, random));
  std::unique_ptr<Installation> installation(
      new Installation(config, std::move(database), std::move(passwords), key));
  installation->database_->on_change(
      [signal = &installation->changes_](core::Version version) { signal->announce(version); });
  TRY(service::publish_management_api(installation->context_));
  TRY(service::clear_all_left_behind(installation->context_));
  TRY(installation->start_agent(config));
  TRY(installation->start_http(config));
  return installation;
}

Result<void> Installation::start_agent(const Config& config) {
  const auto gateway = TRY(service::enter_gateway(context_, config.gateway_name, CLAVIGER_VERSION));
  source_ = std::make_unique<DatabaseSource>(context_, gateway.id);
  agent::KeeperSettings settings;
  settings.past = gateway.is_new ? agent::Past::kNone : agent::Past::kUnknown;
  settings.state_directory = config.state_dir;
  keeper_ = std::make_unique<agent::Keeper>(settings, *source_, clock_);
  TRY(keeper_->prepare());
  // The first round is part of starting: what stands in its way (another agent on this directory, a
  // newer epoch, no room) is for the operator to hear now, and the first key works at once.
  TRY(keeper_->catch_up());
  return {};
}

Result<void> Installation::start_http(const Config& config) {
  http::ServerSettings settings;
  settings.address = config.listen_address;
  settings.port = config.listen_port;
  settings.worker_threads = static_cast<std::size_t>(config.worker_threads);
  auto router = TRY(http::Router::build(api::routes(parts_), api::problem_forms(parts_)));
  server_ = TRY(http::Server::listen(settings, std::move(router), clock_, random_));
  const bool v6 = config.listen_address.find(':') != std::string::npos;
  const std::string origin = fmt::format("http://{}{}{}:{}", v6 ? "[" : "", config.listen_address,
                                         v6 ? "]" : "", server_->port());
  TRY(bootstrap(context_, setup_link_, origin));
  log::info("listening", {{"url", origin}, {"version", CLAVIGER_VERSION}});
  return {};
}

/// Writes the gateway's progress down at every beat, and ends the server when its disk has failed.
void Installation::beat(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any pause;
  std::unique_lock lock(mutex);
  while (!stop.stop_requested()) {
    const Result<void> recorded = source_->record_progress();
    if (!recorded)
      log::warning("the gateway's progress was not recorded",
                   {{"cause", describe(recorded.error())}});
    if (database_->is_stopped()) {
      log::error(
          "the database's disk has failed: this server ends, and recovers at its next start");
      server_->stop(kGrace);
      return;
    }
    pause.wait_for(lock, stop, kHeartbeat, [] { return false; });
  }
}

Result<void> Installation::run() {
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  sigaddset(&ending, SIGINT);
  // Waits for a signal; SIGTERM is also how the waiting itself is ended.
  std::thread signals([&] {
    int signal = 0;
    sigwait(&ending, &signal);
    server_->stop(kGrace);
  });
  std::thread agent([&] { keeper_->run(); });
  {
    const std::jthread heart([this](const std::stop_token& stop) { beat(stop); });
    server_->run();
  }
  keeper_->stop();
  agent.join();
  // NOLINTNEXTLINE(bugprone-bad-signal-to-kill-thread): it waits for signals, to end by this one
  pthread_kill(signals.native_handle(), SIGTERM);
  signals.join();
  log::info("ended");
  if (database_->is_stopped())
    return fail(
        Error::refused(ErrorCode::kUnavailable, "The database's disk failed under a write."));
  return {};
}

Result<void> build_and_run(const Config& config) {
  const auto installation = TRY(Installation::build(config));
  return installation->run();
}

}  // namespace

int serve(const Config& config) {
  log::configure(config.log_level, config.log_format);
  raise_descriptor_limit();
  keep_freed_memory();
  keep_memory_private();
  keyring::install_bus_guard();
  // Blocked before any thread starts, so that the one that waits for them gets them.
  sigset_t blocked;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  sigaddset(&blocked, SIGINT);
  pthread_sigmask(SIG_BLOCK, &blocked, nullptr);
  signal(SIGPIPE, SIG_IGN);
  const Result<void> done = build_and_run(config);
  if (done) return 0;
  std::cerr << "claviger serve: " << describe(done.error()) << '\n';
  for (const Fault& fault : done.error().faults())
    std::cerr << "  " << fault.pointer << ": " << fault.detail.str() << '\n';
  return 1;
}

}  // namespace claviger::app
