#include "connection.h"

#include "request_parser.h"
#include "response_text.h"
#include "target.h"

#include <algorithm>
#include <cstdint>
#include <exception>
#include <type_traits>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>

#include "claviger/base/encoding.h"
#include "claviger/base/log.h"

namespace claviger::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// How long the rest of a refused request is read and thrown away, so that the client sees the
/// answer before the connection is reset under it (RFC 9112 §9.6).
constexpr milliseconds kLingerTime{2000};
constexpr milliseconds kNoLimit = milliseconds::max();

/// Whether a client's X-Request-Id may stand in a log and a response.
bool is_sane_request_id(std::string_view id) {
  constexpr std::size_t kLongest = 64;
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  };
  return !id.empty() && id.size() <= kLongest && std::all_of(id.begin(), id.end(), allowed);
}

std::string make_request_id(Random& random) {
  std::array<std::byte, 16> bytes{};
  random.fill(bytes);
  return to_hex(bytes);
}

Problem problem(ErrorCode code, std::string detail) {
  return problem_of(Error::refused(code, std::move(detail)));
}

Problem too_busy() {
  return problem(ErrorCode::kUnavailable, "The server has too much to do. Try again in a moment.");
}

Problem body_too_large(const Route& route) {
  return problem(ErrorCode::kTooLarge, route.max_body_bytes == 0
                                           ? "This route takes no body."
                                           : "The body is larger than the " +
                                                 std::to_string(route.max_body_bytes) +
                                                 " bytes that this route takes.");
}

/// The media type of a body, without its parameters; empty if none, or more than one, is named.
std::string_view media_type(const Headers& headers) {
  const auto content_type = headers.one("Content-Type");
  if (!content_type || !content_type->has_value()) return {};
  std::string_view type = (**content_type).substr(0, (**content_type).find(';'));
  while (type.ends_with(' ') || type.ends_with('\t')) type.remove_suffix(1);
  return type;
}

/// Whether the body that `head` announces may be read for `route` at all.
std::optional<Problem> check_body(const Head& head, const Headers& headers, const Route& route) {
  if (head.framing == Framing::kNoBody ||
      (head.framing == Framing::kLength && head.content_length == 0))
    return std::nullopt;
  if (route.max_body_bytes == 0 || head.content_length > route.max_body_bytes)
    return body_too_large(route);
  const auto coding = headers.one("Content-Encoding");
  if (!coding || (coding->has_value() && !equal_ignoring_case(**coding, "identity")))
    return problem(ErrorCode::kUnsupportedMediaType, "Send the body without a Content-Encoding.");
  const std::string_view type = media_type(headers);
  const bool accepted = std::any_of(route.content_types.begin(), route.content_types.end(),
                                    [type](const std::string& known) {
                                      return known == "*/*" || equal_ignoring_case(known, type);
                                    });
  if (accepted) return std::nullopt;
  std::string known;
  for (const std::string& content_type : route.content_types)
    known += (known.empty() ? "" : " or ") + content_type;
  return problem(ErrorCode::kUnsupportedMediaType, "Send the body as Content-Type " + known + ".");
}

Response failure(const Router& router, const Request& request, std::string cause) {
  const Error error = Error::internal(std::move(cause));
  log_cause(error, request);
  return router.refusal(problem_of(error), request);
}

/// What a route's function returns, or a 500 if it throws.
template <class Function>
std::invoke_result_t<Function> run(const Function& function, const Router& router,
                                   const Request& request) {
  try {
    return function();
  } catch (const std::exception& exception) {
    return failure(router, request, std::string("handler threw: ") + exception.what());
  } catch (...) {
    return failure(router, request, "handler threw something that is no std::exception");
  }
}

/// A response of a handler, or a 500 if it could not be sent as it is.
Response checked(Response response, const Router& router, const Request& request) {
  if (can_be_sent(response.headers)) return response;
  return failure(router, request, "handler made a header that cannot be sent");
}

/// One request's line in the log.
struct AccessRecord {
  std::string method;
  std::string_view route;
  int status;
  Moment begun;
  std::string request_id;

  void write() const {
    constexpr std::size_t kLongestMethod = 20;
    const std::chrono::duration<double> duration = steady_clock::now() - begun;
    log::info("request", {{"method", std::string_view(method).substr(0, kLongestMethod)},
                          {"route", route},
                          {"status", std::int64_t{status}},
                          {"duration_s", duration.count()},
                          {"request_id", std::string_view(request_id)}});
  }
};

}  // namespace

/// One request and what is known of it so far.
struct Connection::Exchange {
  explicit Exchange(std::size_t max_head_bytes) : scanner(max_head_bytes) {}

  [[nodiscard]] AccessRecord record(int status) const {
    return {.method = request.method.empty() ? "-" : request.method,
            .route = route == nullptr ? std::string_view("-") : std::string_view(route->path),
            .status = status,
            .begun = begun,
            .request_id = request.id};
  }

  void log_overrun() const {
    log::warning("time budget exceeded", {{"route", std::string_view(route->path)},
                                          {"request_id", std::string_view(request.id)}});
  }

  HeadScanner scanner;
  RequestParser parser;
  Moment begun = steady_clock::now();
  Request request;
  const Route* route = nullptr;
  PathParameters parameters;
  int version = 11;
  bool keep_alive = false;    ///< as the client would have it
  bool body_unread = false;   ///< some of it is perhaps still to come
  bool client_waits = false;  ///< for a word that it may send the body
};

Connection::Connection(Loop& loop, asio::ip::tcp::socket socket)
    : loop_(loop), socket_(std::move(socket)) {
  ++loop_.shared().connections;
}

Connection::~Connection() {
  --loop_.shared().connections;
}

void Connection::start(Loop::Connections::iterator place) {
  place_ = place;
  error_code ec;
  const auto peer = socket_.remote_endpoint(ec);
  if (!ec) peer_address_ = peer.address().to_string();
  if (!ec) socket_.set_option(asio::ip::tcp::no_delay(true), ec);
  if (!ec) socket_.non_blocking(true, ec);
  if (ec) return close();
  enter(Phase::kWaiting, loop_.shared().settings.head_timeout);
  wait_until_readable();
}

void Connection::enter(Phase phase, milliseconds limit) {
  phase_ = phase;
  deadline_ = limit == kNoLimit ? Moment::max() : steady_clock::now() + limit;
}

void Connection::check_deadline(Moment now) {
  if (now < deadline_) return;
  if (phase_ == Phase::kHead)
    refuse_head(request_timed_out());
  else if (phase_ == Phase::kBody)
    refuse(request_timed_out());
  else
    close();
}

void Connection::close() {
  if (phase_ == Phase::kClosed) return;
  phase_ = Phase::kClosed;
  const std::shared_ptr<Connection> self = shared_from_this();
  error_code ignored;
  socket_.close(ignored);
  loop_.remove(place_);
}

void Connection::wait_until_readable() {
  if (wait_is_pending_) return;
  wait_is_pending_ = true;
  socket_.async_wait(asio::socket_base::wait_read,
                     [self = shared_from_this()](error_code ec) { self->on_readable(ec); });
}

void Connection::on_readable(error_code ec) {
  wait_is_pending_ = false;
  // A time-out was perhaps answered meanwhile: then the write's end goes on from here.
  const bool reads = waits() || phase_ == Phase::kBody || phase_ == Phase::kLingering;
  if (!reads) return;
  if (ec) return close();
  const std::size_t size = socket_.read_some(asio::buffer(loop_.scratch()), ec);
  if (ec == asio::error::would_block) return wait_until_readable();
  if (ec) return close();
  if (phase_ == Phase::kLingering) return wait_until_readable();
  input_.append(loop_.scratch().data(), size);
  advance();
}

void Connection::wait_until_writable() {
  socket_.async_wait(asio::socket_base::wait_write, [self = shared_from_this()](error_code ec) {
    if (self->phase_ != Phase::kWriting) return;
    if (ec) return self->close();
    self->write();
    self->advance();
  });
}

void Connection::advance() {
  while (waits() || phase_ == Phase::kBody) {
    const bool went_on = phase_ == Phase::kBody ? read_body() : read_head();
    if (!went_on) return wait_until_readable();
  }
}

void Connection::begin_exchange() {
  exchange_ = std::make_unique<Exchange>(loop_.shared().settings.max_head_bytes);
  exchange_->request.id = make_request_id(loop_.shared().random);
  enter(Phase::kHead, loop_.shared().settings.head_timeout);
}

bool Connection::read_head() {
  if (input_.empty()) return false;
  if (phase_ == Phase::kWaiting) begin_exchange();
  switch (exchange_->scanner.scan(input_)) {
    case HeadScanner::Outcome::kIncomplete:
      return false;
    case HeadScanner::Outcome::kMalformed:
      refuse_head(malformed_request(
          "The request line or a header has a character that may not stand there."));
      return true;
    case HeadScanner::Outcome::kTooLarge:
      refuse_head(head_too_large());
      return true;
    case HeadScanner::Outcome::kComplete:
      break;
  }
  const std::size_t size = exchange_->scanner.size();
  auto read = exchange_->parser.read_head(std::string_view(input_).substr(0, size));
  if (const auto* problem = std::get_if<Problem>(&read)) {
    refuse_head(*problem);
    return true;
  }
  input_.erase(0, size);
  open_request(std::get<Head>(std::move(read)));
  return true;
}

void Connection::open_request(Head head) {
  Request& request = exchange_->request;
  request.method = std::move(head.method);
  request.headers = std::move(head.headers);
  request.peer_address = peer_address_;
  exchange_->version = head.version;
  exchange_->body_unread = head.framing != Framing::kNoBody;
  const auto id = request.headers.one("X-Request-Id");
  if (id && id->has_value() && is_sane_request_id(**id)) request.id = **id;
  Result<Target> target = parse_target(head.target);
  if (!target) {
    request.path = head.target.substr(0, head.target.find('?'));
    return refuse(problem_of(target.error()));
  }
  request.path = std::move(target->path);
  request.query = std::move(target->query);
  exchange_->keep_alive = head.keep_alive;
  if (find_route()) expect_body(head);
}

bool Connection::find_route() {
  const Request& request = exchange_->request;
  Router::Outcome outcome = loop_.shared().router.find(request.method, request.path);
  if (auto* match = std::get_if<Router::Match>(&outcome)) {
    exchange_->route = match->route;
    exchange_->parameters = std::move(match->parameters);
    return true;
  }
  if (const auto* malformed = std::get_if<Router::MalformedPath>(&outcome)) {
    answer(problem_of(malformed->error), {});
  } else if (const auto* no_method = std::get_if<Router::NoSuchMethod>(&outcome)) {
    answer(problem(ErrorCode::kMethodNotAllowed, "This path takes " + no_method->allow + "."),
           {{"Allow", no_method->allow}});
  } else {
    answer(problem(ErrorCode::kNotFound, "Nothing is found at this path."), {});
  }
  return false;
}

void Connection::expect_body(const Head& head) {
  const Headers& headers = exchange_->request.headers;
  if (const auto problem = check_body(head, headers, *exchange_->route))
    return answer(*problem, {});
  exchange_->client_waits =
      head.framing != Framing::kNoBody && head.version == 11 && headers.has("Expect");
  const bool is_long = head.framing == Framing::kChunked || head.content_length > kBytesForAnybody;
  if (is_long && exchange_->route->admission) return ask_admission();
  begin_body();
}

void Connection::ask_admission() {
  enter(Phase::kHandling, kNoLimit);
  const auto ask = [self = shared_from_this()] {
    const Exchange& exchange = *self->exchange_;
    const Request& request = exchange.request;
    const Router& router = self->loop_.shared().router;
    std::optional<Response> refusal =
        run([&] { return exchange.route->admission(request); }, router, request);
    if (refusal) refusal = checked(*std::move(refusal), router, request);
    asio::post(self->loop_.context(),
               [self, refusal = std::move(refusal)] { self->on_admission(refusal); });
  };
  if (!loop_.shared().workers.try_run(ask)) answer(too_busy(), {});
}

void Connection::on_admission(const std::optional<Response>& refusal) {
  if (phase_ != Phase::kHandling) return;
  if (refusal) {
    exchange_->record(refusal->status).write();
    send(*refusal);
  } else {
    begin_body();
  }
  advance();
}

void Connection::begin_body() {
  enter(Phase::kBody, loop_.shared().settings.body_timeout);
  if (!exchange_->client_waits || !input_.empty()) return;
  constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  error_code ec;
  // The line fits into the empty buffer of a socket that nothing was written to since.
  if (socket_.write_some(asio::buffer(kContinue), ec) != kContinue.size()) close();
}

bool Connection::read_body() {
  Exchange& exchange = *exchange_;
  const RequestParser::BodyStep step =
      exchange.parser.read_body(input_, exchange.route->max_body_bytes, exchange.request.body);
  input_.erase(0, step.used);
  switch (step.outcome) {
    case RequestParser::BodyStep::Outcome::kMore:
      return false;
    case RequestParser::BodyStep::Outcome::kComplete:
      exchange.body_unread = false;
      dispatch();
      return true;
    case RequestParser::BodyStep::Outcome::kTooLarge:
      answer(body_too_large(*exchange.route), {});
      return true;
    case RequestParser::BodyStep::Outcome::kMalformed:
      refuse(malformed_request("The chunks of the body cannot be read."));
      return true;
  }
  return false;
}

void Connection::dispatch() {
  enter(Phase::kHandling, kNoLimit);
  exchange_->request.deadline = steady_clock::now() + exchange_->route->time_budget;
  if (!loop_.shared().workers.try_run([self = shared_from_this()] { self->handle(); }))
    answer(too_busy(), {});
}

void Connection::handle() {
  const Exchange& exchange = *exchange_;
  const Request& request = exchange.request;
  const Router& router = loop_.shared().router;
  const auto call_handler = [&] { return exchange.route->handler(request, exchange.parameters); };
  const bool too_late = steady_clock::now() >= request.deadline;
  Response response = too_late ? router.refusal(too_busy(), request)
                               : checked(run(call_handler, router, request), router, request);
  if (!too_late && steady_clock::now() >= request.deadline) exchange.log_overrun();
  // Made before the loop has the exchange again, written after: the client does not wait for it.
  const AccessRecord record = exchange.record(response.status);
  asio::post(loop_.context(), [self = shared_from_this(), response = std::move(response)] {
    self->on_handled(response);
  });
  record.write();
}

void Connection::on_handled(const Response& response) {
  if (phase_ != Phase::kHandling) return;
  send(response);
  advance();
}

void Connection::answer(const Problem& problem, const Headers& headers) {
  Response response = loop_.shared().router.refusal(problem, exchange_->request);
  for (const Headers::Field& field : headers) response.headers.add(field);
  exchange_->record(response.status).write();
  send(response);
}

void Connection::refuse(const Problem& problem) {
  exchange_->body_unread = true;
  answer(problem, {});
}

void Connection::refuse_head(const Problem& problem) {
  exchange_->request.path = path_as_sent(input_);
  refuse(problem);
}

void Connection::send(const Response& response) {
  exchange_->keep_alive = exchange_->keep_alive && !exchange_->body_unread && !loop_.stopping();
  constexpr int kPersistentByDefault = 11;
  std::string_view connection = "close";
  if (exchange_->keep_alive)
    connection = exchange_->version == kPersistentByDefault ? "" : "keep-alive";
  output_ = response_text(response, {.request_id = exchange_->request.id,
                                     .date = loop_.date(),
                                     .connection = connection,
                                     .method = exchange_->request.method});
  written_ = 0;
  constexpr std::size_t kMiB = 1024 * 1024;
  const auto begun_mib = static_cast<milliseconds::rep>(1 + output_.size() / kMiB);
  enter(Phase::kWriting, loop_.shared().settings.write_timeout * begun_mib);
  write();
}

void Connection::write() {
  while (written_ < output_.size()) {
    error_code ec;
    written_ +=
        socket_.write_some(asio::buffer(output_.data() + written_, output_.size() - written_), ec);
    if (ec == asio::error::would_block) return wait_until_writable();
    if (ec) return close();
  }
  end_exchange();
}

void Connection::end_exchange() {
  const bool keep_alive = exchange_->keep_alive;
  const bool body_unread = exchange_->body_unread;
  exchange_.reset();
  std::string().swap(output_);
  if (keep_alive) {
    if (input_.empty()) std::string().swap(input_);
    enter(Phase::kWaiting, loop_.shared().settings.idle_timeout);
    loop_.begins_to_wait(place_);
    return;
  }
  if (!body_unread) return close();
  error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  enter(Phase::kLingering, kLingerTime);
  wait_until_readable();
}

}  // namespace claviger::http
