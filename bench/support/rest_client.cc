#include "bench/support/rest_client.h"

#include <array>
#include <sys/socket.h>

#include <fmt/format.h>

namespace claviger::bench {

RestClient::RestClient(RestAccess access) : access_(std::move(access)) {}

std::string RestClient::post_text(std::string_view path, std::string_view json) const {
  return fmt::format(
      "POST {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nAuthorization: Bearer {}\r\n"
      "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
      path, access_.port, access_.token, json.size(), json);
}

Result<HttpAnswer> RestClient::get(std::string_view path) {
  return exchange(
      fmt::format("GET {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nAuthorization: Bearer {}\r\n\r\n", path,
                  access_.port, access_.token));
}

Result<HttpAnswer> RestClient::exchange(std::string_view request) {
  if (!socket_.is_open()) socket_ = connect_to(access_.port, Blocking::kYes);
  if (!socket_.is_open() || !write_all(socket_, request))
    return fail(Error::unavailable("the REST API takes no request"));
  std::array<char, 16384> bytes;
  while (reader_.is_sound()) {
    if (auto answer = reader_.next()) return *std::move(answer);
    const ssize_t size = recv(socket_.number(), bytes.data(), bytes.size(), 0);
    if (size <= 0) break;
    reader_.take({bytes.data(), static_cast<std::size_t>(size)});
  }
  return fail(Error::unavailable("the REST API gave no answer that can be read"));
}

Result<std::string> RestClient::post(std::string_view path, std::string_view json, int expected) {
  HttpAnswer answer = TRY(exchange(post_text(path, json)));
  if (answer.status == expected) return std::move(answer.body);
  return fail(Error::unavailable(fmt::format("POST {} gave {} instead of {}: {}", path,
                                             answer.status, expected, answer.body)));
}

}  // namespace claviger::bench
