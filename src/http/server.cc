#include "claviger/http/server.h"

#include "loop.h"

#include <atomic>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "claviger/base/log.h"

namespace claviger::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

Error invalid_setting(std::string text) {
  return Error::refused(ErrorCode::kInvalidInput, std::move(text));
}

Result<void> check(const ServerSettings& settings) {
  const bool counts = settings.max_connections > 0 && settings.max_head_bytes > 0 &&
                      settings.worker_threads > 0 && settings.io_threads > 0;
  if (!counts)
    return fail(
        invalid_setting("Connections, head bytes, worker and I/O threads must be positive."));
  const auto zero = std::chrono::milliseconds::zero();
  const bool times = settings.head_timeout > zero && settings.body_timeout > zero &&
                     settings.idle_timeout > zero && settings.write_timeout > zero;
  if (!times) return fail(invalid_setting("Each of the server's time-outs must be positive."));
  return {};
}

Result<tcp::acceptor> open_acceptor(asio::io_context& context, const ServerSettings& settings) {
  error_code ec;
  const auto address = asio::ip::make_address(settings.address, ec);
  if (ec)
    return fail(invalid_setting(fmt::format("\"{}\" is not an IP address.", settings.address)));
  const tcp::endpoint endpoint(address, settings.port);
  tcp::acceptor acceptor(context);
  acceptor.open(endpoint.protocol(), ec);
  if (!ec) acceptor.set_option(tcp::acceptor::reuse_address(true), ec);
  if (!ec) acceptor.bind(endpoint, ec);
  if (!ec) acceptor.listen(asio::socket_base::max_listen_connections, ec);
  if (ec)
    return fail(Error::refused(ErrorCode::kUnavailable,
                               fmt::format("Cannot listen on {} port {}: {}.", settings.address,
                                           settings.port, ec.message())));
  return acceptor;
}

}  // namespace

/// The loops, and the one acceptor that feeds them in turn.
class Server::State {
 public:
  State(ServerSettings settings, Router router, const Clock& clock, Random& random)
      : shared_{.settings = settings,
                .router = std::move(router),
                .clock = clock,
                .random = random,
                .workers{settings.worker_threads, settings.max_waiting_requests}} {
    for (std::size_t i = 0; i < settings.io_threads; ++i)
      loops_.push_back(std::make_unique<Loop>(shared_));
    acceptor_.emplace(first().context());
    retry_timer_.emplace(first().context());
  }

  Result<void> listen() {
    acceptor_ = TRY(open_acceptor(first().context(), shared_.settings));
    error_code ec;
    port_ = acceptor_->local_endpoint(ec).port();
    accept();
    return {};
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }

  void run() {
    std::vector<std::thread> others;
    for (std::size_t i = 1; i < loops_.size(); ++i)
      others.emplace_back([loop = loops_[i].get()] { loop->run(); });
    first().run();
    for (std::thread& other : others) other.join();
    shared_.workers.stop();
  }

  void stop(std::chrono::milliseconds grace) {
    const Moment deadline = std::chrono::steady_clock::now() + grace;
    asio::post(first().context(), [this] {
      acceptor_->close();
      retry_timer_->cancel();
    });
    for (const auto& loop : loops_) loop->request_stop(deadline);
  }

 private:
  Loop& first() { return *loops_.front(); }

  void accept() {
    Loop& loop = *loops_[next_loop_++ % loops_.size()];
    acceptor_->async_accept(loop.context(), [this, &loop](error_code ec, tcp::socket socket) {
      if (!acceptor_->is_open()) return;
      if (ec && ec != asio::error::connection_aborted) return retry_later(ec);
      if (!ec) hand_over(loop, std::move(socket));
      accept();
    });
  }

  void hand_over(Loop& loop, tcp::socket socket) {
    if (&loop == &first()) return loop.adopt(std::move(socket));
    asio::post(loop.context(),
               [&loop, moved = std::move(socket)]() mutable { loop.adopt(std::move(moved)); });
  }

  /// Out of descriptors or memory, as a rule: to ask again at once would only burn time.
  void retry_later(error_code ec) {
    const std::string cause = ec.message();
    log::warning("cannot accept a connection", {{"cause", std::string_view(cause)}});
    retry_timer_->expires_after(std::chrono::milliseconds(100));
    retry_timer_->async_wait([this](error_code cancelled) {
      if (!cancelled) accept();
    });
  }

  Shared shared_;
  std::vector<std::unique_ptr<Loop>> loops_;
  std::optional<tcp::acceptor> acceptor_;
  std::optional<asio::steady_timer> retry_timer_;
  std::size_t next_loop_ = 0;
  std::uint16_t port_ = 0;
};

Result<std::unique_ptr<Server>> Server::listen(ServerSettings settings, Router router,
                                               const Clock& clock, Random& random) {
  TRY(check(settings));
  auto state = std::make_unique<State>(std::move(settings), std::move(router), clock, random);
  TRY(state->listen());
  return std::unique_ptr<Server>(new Server(std::move(state)));
}

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}

Server::~Server() = default;

std::uint16_t Server::port() const {
  return state_->port();
}

void Server::run() {
  state_->run();
}

void Server::stop(std::chrono::milliseconds grace) {
  state_->stop(grace);
}

}  // namespace claviger::http
