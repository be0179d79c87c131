// One connection: reads a request, has it answered, and begins again.
//
//   kWaiting ─► kHead ─► kBody ─► kHandling ─► kWriting ─► kWaiting, or kLingering ─► closed
//
// What is refused on the way goes to kWriting at once. Everything runs on the loop's thread, but
// handle(), which runs on a worker's while the phase is kHandling and the loop keeps off.
#pragma once

#include "loop.h"
#include "request_gate.h"

#include <memory>
#include <string>

#include <boost/asio/ip/tcp.hpp>

#include "claviger/http/problem.h"

namespace claviger::http {

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Loop& loop, boost::asio::ip::tcp::socket socket);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// `place` is where the loop keeps this connection.
  void start(Loop::Connections::iterator place);

  /// Whether no complete head has arrived: it can be closed and no request is lost.
  [[nodiscard]] bool waits() const { return phase_ == Phase::kWaiting || phase_ == Phase::kHead; }

  /// Ends what has taken longer than its time limit.
  void check_deadline(Moment now);

  /// Closes the socket and leaves the loop. A handler that runs goes on, for nobody.
  void close();

 private:
  enum class Phase { kWaiting, kHead, kBody, kHandling, kWriting, kLingering, kClosed };

  struct Exchange;

  void enter(Phase phase, std::chrono::milliseconds limit);

  void wait_until_readable();
  void on_readable(boost::system::error_code ec);
  void wait_until_writable();

  /// Goes as far as the bytes that arrived allow, and then waits for more.
  void advance();
  /// Each is false if it needs more bytes.
  bool read_head();
  bool read_body();

  void begin_exchange();
  void open_request(Head head);
  /// False if there is no route for the request, and that was answered.
  bool find_route();
  /// Reads on if the route takes the body that `head` announces, and from this client.
  void expect_body(const Head& head);
  void ask_admission();
  void on_admission(const std::optional<Response>& refusal);
  void begin_body();
  void dispatch();
  void handle();
  void on_handled(const Response& response);

  /// Answers a request that will get no handler. If some of its body is still to come, the
  /// connection ends.
  void answer(const Problem& problem, const Headers& headers);
  /// The same where its bytes can no longer be told from those that follow: the connection ends.
  void refuse(const Problem& problem);
  /// The same where the head did not come to be read.
  void refuse_head(const Problem& problem);

  void send(const Response& response);
  void write();
  void end_exchange();

  Loop& loop_;
  boost::asio::ip::tcp::socket socket_;
  Loop::Connections::iterator place_;
  Phase phase_ = Phase::kWaiting;
  Moment deadline_;
  bool wait_is_pending_ = false;  ///< for readability
  std::string peer_address_;
  std::string input_;   ///< what arrived and was not used yet
  std::string output_;  ///< what is being sent
  std::size_t written_ = 0;
  std::unique_ptr<Exchange> exchange_;  ///< from a request's first byte to its response's last
};

}  // namespace claviger::http
