#include "support/http_client.h"

#include <algorithm>
#include <arpa/inet.h>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <netinet/in.h>
#include <random>
#include <sys/socket.h>
#include <sys/un.h>
#include <system_error>
#include <unistd.h>

namespace claviger::test {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kHeadEnd = "\r\n\r\n";

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

[[noreturn]] void fail_with_errno(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

sockaddr_in address_of(const std::string& host, std::uint16_t port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  inet_pton(AF_INET, host.c_str(), &address.sin_addr);
  return address;
}

template <class Address, class Call>
int with(const Address& address, Call call) {
  return call(reinterpret_cast<const sockaddr*>(&address), static_cast<socklen_t>(sizeof(address)));
}

int connect_to(const Endpoint& endpoint) {
  const bool local = !endpoint.path.empty();
  const int descriptor = socket(local ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) fail_with_errno("socket");
  const auto connect_with = [&](const sockaddr* address, socklen_t size) {
    return connect(descriptor, address, size);
  };
  int result = 0;
  if (local) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    endpoint.path.copy(address.sun_path, sizeof(address.sun_path) - 1);
    result = with(address, connect_with);
  } else {
    result = with(address_of(endpoint.host, endpoint.port), connect_with);
  }
  if (result == 0) return descriptor;
  const int error = errno;
  close(descriptor);
  errno = error;
  fail_with_errno("connect to " + endpoint.str());
}

void set_patience(int descriptor, std::chrono::milliseconds patience) {
  const timeval time = {.tv_sec = patience.count() / 1000,
                        .tv_usec = patience.count() % 1000 * 1000};
  setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time));
  setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof(time));
}

HeaderFields parse_headers(std::string_view lines) {
  HeaderFields headers;
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find(kLineEnd));
    lines.remove_prefix(std::min(lines.size(), line.size() + kLineEnd.size()));
    const std::size_t colon = std::min(line.find(": "), line.size());
    headers.emplace_back(line.substr(0, colon), line.substr(std::min(colon + 2, line.size())));
  }
  return headers;
}

std::size_t parse_number(std::string_view text, int base) {
  std::size_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number, base);
  return number;
}

}  // namespace

std::optional<std::string> find_header(const HeaderFields& headers, std::string_view name) {
  for (const auto& [header, value] : headers) {
    if (same_name(header, name)) return value;
  }
  return std::nullopt;
}

std::vector<std::string> all_headers(const HeaderFields& headers, std::string_view name) {
  std::vector<std::string> values;
  for (const auto& [header, value] : headers) {
    if (same_name(header, name)) values.push_back(value);
  }
  return values;
}

Endpoint Endpoint::free_tcp() {
  // All of 127.0.0.0/8 is this machine. An address of one's own keeps others away from the port
  // between now and when the server binds it.
  std::minstd_rand numbers(static_cast<unsigned>(getpid()));
  std::uniform_int_distribution<int> byte(1, 254);
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) fail_with_errno("socket");
  Endpoint endpoint;
  endpoint.host = "127." + std::to_string(byte(numbers)) + '.' + std::to_string(byte(numbers)) +
                  '.' + std::to_string(byte(numbers));
  sockaddr_in address = address_of(endpoint.host, 0);
  socklen_t size = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  const bool bound =
      bind(descriptor, generic, size) == 0 && getsockname(descriptor, generic, &size) == 0;
  close(descriptor);
  if (!bound) fail_with_errno("find a free port");
  endpoint.port = ntohs(address.sin_port);
  return endpoint;
}

std::string Endpoint::str() const {
  return path.empty() ? host + ':' + std::to_string(port) : "unix:" + path;
}

HttpConnection::HttpConnection(const Endpoint& endpoint) : descriptor_(connect_to(endpoint)) {
  set_patience(descriptor_, kPatience);
}

HttpConnection::~HttpConnection() {
  if (descriptor_ >= 0) close(descriptor_);
}

HttpConnection::HttpConnection(HttpConnection&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), buffer_(std::move(other.buffer_)) {}

HttpConnection& HttpConnection::operator=(HttpConnection&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(buffer_, other.buffer_);
  return *this;
}

bool HttpConnection::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool HttpConnection::receive_more() {
  char bytes[16384];
  const ssize_t received = recv(descriptor_, bytes, sizeof(bytes), 0);
  if (received <= 0) return false;
  buffer_.append(bytes, static_cast<std::size_t>(received));
  return true;
}

bool HttpConnection::fill_until(std::string_view mark) {
  while (buffer_.find(mark) == std::string::npos) {
    if (!receive_more()) return false;
  }
  return true;
}

bool HttpConnection::fill_to(std::size_t size) {
  while (buffer_.size() < size) {
    if (!receive_more()) return false;
  }
  return true;
}

bool HttpConnection::receive_chunks(std::string& body) {
  for (;;) {
    if (!fill_until(kLineEnd)) return false;
    const std::size_t line = buffer_.find(kLineEnd);
    const std::size_t size = parse_number(std::string_view(buffer_).substr(0, line), 16);
    const std::size_t start = line + kLineEnd.size();
    if (!fill_to(start + size + kLineEnd.size())) return false;
    body += buffer_.substr(start, size);
    buffer_.erase(0, start + size + kLineEnd.size());
    if (size == 0) return true;
  }
}

bool HttpConnection::receive_body(HttpResponse& response) {
  if (response.header("Transfer-Encoding") == "chunked") return receive_chunks(response.body);
  if (const auto length = response.header("Content-Length")) {
    const std::size_t size = parse_number(*length, 10);
    if (!fill_to(size)) return false;
    response.body = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return true;
  }
  const bool has_none = response.status == 204 || response.status == 304 || response.status < 200;
  if (!has_none) response.body = receive_rest();
  return true;
}

HttpResponse HttpConnection::receive(Awaits awaits, std::chrono::milliseconds patience) {
  set_patience(descriptor_, patience);
  HttpResponse response;
  if (!fill_until(kHeadEnd)) return response;
  const std::string head = buffer_.substr(0, buffer_.find(kHeadEnd));
  buffer_.erase(0, head.size() + kHeadEnd.size());
  const std::size_t line = std::min(head.find(kLineEnd), head.size());
  response.status_line = head.substr(0, line);
  response.headers =
      parse_headers(std::string_view(head).substr(std::min(head.size(), line + kLineEnd.size())));
  const std::size_t space = std::min(response.status_line.find(' '), response.status_line.size());
  response.status = static_cast<int>(
      parse_number(std::string_view(response.status_line).substr(space).substr(1, 3), 10));
  if (awaits == Awaits::kBody && !receive_body(response)) return {};
  return response;
}

std::string HttpConnection::receive_rest() {
  while (receive_more()) continue;
  return std::exchange(buffer_, {});
}

std::string HttpRequest::str() const {
  std::string text = method + ' ' + target + " HTTP/1.1\r\n";
  if (!find_header(headers, "Host")) text += "Host: localhost\r\n";
  for (const auto& [name, value] : headers) text += name + ": " + value + "\r\n";
  if (!body.empty()) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  return text + "\r\n" + body;
}

HttpResponse ask(const Endpoint& endpoint, const HttpRequest& request) {
  HttpConnection connection(endpoint);
  connection.send(request.str());
  return connection.receive(request.method == "HEAD" ? Awaits::kNoBody : Awaits::kBody);
}

HttpResponse ask_raw(const Endpoint& endpoint, std::string_view bytes) {
  HttpConnection connection(endpoint);
  connection.send(bytes);
  return connection.receive();
}

}  // namespace claviger::test
