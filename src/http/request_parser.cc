#include "request_parser.h"

#include <limits>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>

namespace claviger::http {
namespace {

namespace beast = boost::beast;
using ErrorCode = boost::system::error_code;

/// A chunk's size line, or the trailers, may take so many bytes.
constexpr std::size_t kMostBytesOfChunkHead = 4096;

}  // namespace

/// Takes the parser's events into a Head and a body. The names of its member functions are Beast's.
class RequestParser::Parser final : public beast::http::basic_parser<true> {
 public:
  Parser() {
    // The gate has the limit of the head, the route that of the body.
    header_limit(std::numeric_limits<std::uint32_t>::max());
    body_limit(boost::none);
    eager(true);
  }

  Head take_head() {
    head_.keep_alive = keep_alive();
    if (chunked()) {
      head_.framing = Framing::kChunked;
    } else if (const auto length = content_length()) {
      head_.framing = Framing::kLength;
      head_.content_length = *length;
    }
    return std::move(head_);
  }

  void write_body_to(std::string* body, std::size_t max_bytes) {
    body_ = body;
    max_bytes_ = max_bytes;
  }

 private:
  void on_request_impl(beast::http::verb, beast::string_view method, beast::string_view target,
                       int version, ErrorCode& ec) override {
    ec = {};
    head_.method = method;
    head_.target = target;
    head_.version = version;
  }

  void on_response_impl(int, beast::string_view, int, ErrorCode& ec) override { ec = {}; }

  void on_field_impl(beast::http::field, beast::string_view name, beast::string_view value,
                     ErrorCode& ec) override {
    ec = {};
    // What comes behind the body are trailers: nothing of ours reads any.
    if (is_header_done()) return;
    head_.headers.add({.name = std::string(name), .value = std::string(value)});
  }

  void on_header_impl(ErrorCode& ec) override { ec = {}; }

  void on_body_init_impl(const boost::optional<std::uint64_t>&, ErrorCode& ec) override { ec = {}; }

  std::size_t on_body_impl(beast::string_view bytes, ErrorCode& ec) override {
    return append(bytes, ec);
  }

  void on_chunk_header_impl(std::uint64_t, beast::string_view extensions, ErrorCode& ec) override {
    // An extension is a place to hide a line end in, and nobody sends one in earnest.
    ec = {};
    if (!extensions.empty()) ec = beast::http::error::bad_chunk_extension;
  }

  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view bytes, ErrorCode& ec) override {
    return append(bytes, ec);
  }

  void on_finish_impl(ErrorCode& ec) override { ec = {}; }

  std::size_t append(beast::string_view bytes, ErrorCode& ec) {
    ec = {};
    if (bytes.size() > max_bytes_ - body_->size()) {
      ec = beast::http::error::body_limit;
      return 0;
    }
    body_->append(bytes.data(), bytes.size());
    return bytes.size();
  }

  Head head_;
  std::string* body_ = nullptr;
  std::size_t max_bytes_ = 0;
};

RequestParser::RequestParser() : parser_(std::make_unique<Parser>()) {}

RequestParser::~RequestParser() = default;

std::variant<Head, Problem> RequestParser::read_head(std::string_view head) {
  ErrorCode ec;
  parser_->put(boost::asio::buffer(head), ec);
  const bool complete = parser_->is_header_done() && (!ec || ec == beast::http::error::need_more);
  if (!complete)
    return malformed_request("The request line or a header is not valid HTTP/1.1 (" + ec.message() +
                             ").");
  Head read = parser_->take_head();
  if (std::optional<Problem> problem = check_head(read)) return *std::move(problem);
  return read;
}

RequestParser::BodyStep RequestParser::read_body(std::string_view received, std::size_t max_bytes,
                                                 std::string& body) {
  using Outcome = BodyStep::Outcome;
  if (parser_->is_done()) return {.outcome = Outcome::kComplete, .used = 0};
  if (received.empty()) return {.outcome = Outcome::kMore, .used = 0};
  parser_->write_body_to(&body, max_bytes);
  ErrorCode ec;
  const std::size_t used = parser_->put(boost::asio::buffer(received), ec);
  if (ec == beast::http::error::body_limit) return {.outcome = Outcome::kTooLarge, .used = used};
  if (ec && ec != beast::http::error::need_more)
    return {.outcome = Outcome::kMalformed, .used = used};
  if (parser_->is_done()) return {.outcome = Outcome::kComplete, .used = used};
  if (received.size() - used > kMostBytesOfChunkHead)
    return {.outcome = Outcome::kMalformed, .used = used};
  return {.outcome = Outcome::kMore, .used = used};
}

}  // namespace claviger::http
