// The service behind nginx's auth_request, as fast as one can be: ideal_auth PORT TEXTS serves on
// 127.0.0.1 and answers 204 to a call whose bearer token is a line of the file TEXTS, and 401 to
// any other. It checks nothing else and counts nothing.
#include "bench/support/environment.h"
#include "bench/support/socket.h"

#include <array>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <span>
#include <string>
#include <string_view>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unordered_map>
#include <unordered_set>

namespace claviger::bench {
namespace {

constexpr std::string_view kAllowed = "HTTP/1.1 204 No Content\r\n\r\n";
constexpr std::string_view kRefused = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n";
constexpr std::string_view kEndOfHead = "\r\n\r\n";
constexpr std::string_view kHeader = "\r\nAuthorization: Bearer ";  // as nginx passes it on

class AuthService {
 public:
  AuthService(std::uint16_t port, const std::string& texts) : listener_(listen_on(port)) {
    std::ifstream in(texts);
    for (std::string line; std::getline(in, line);) tokens_.insert(line);
  }

  /// Serves until it is killed; false if it cannot begin.
  bool serve() {
    if (!listener_.is_open() || !watch(listener_)) return false;
    std::array<epoll_event, 64> events{};
    while (true) {
      const int count = epoll_wait(poll_.number(), events.data(), events.size(), -1);
      for (int i = 0; i < count; ++i) {
        const int number = events[static_cast<std::size_t>(i)].data.fd;
        if (number == listener_.number()) {
          take_connections();
        } else if (!answer(connections_.at(number))) {
          connections_.erase(number);
        }
      }
    }
  }

 private:
  struct Connection {
    Socket socket;
    std::string unread;
  };

  bool watch(const Socket& socket) {
    epoll_event event{.events = EPOLLIN, .data = {.fd = socket.number()}};
    return epoll_ctl(poll_.number(), EPOLL_CTL_ADD, socket.number(), &event) == 0;
  }

  void take_connections() {
    for (Socket socket = accept_from(listener_); socket.is_open();
         socket = accept_from(listener_)) {
      const int number = socket.number();
      if (watch(socket)) connections_[number] = {std::move(socket), {}};
    }
  }

  /// Answers what has arrived; false once the peer has gone.
  bool answer(Connection& connection) {
    std::array<char, 16384> bytes;
    const ssize_t size = recv(connection.socket.number(), bytes.data(), bytes.size(), 0);
    if (size <= 0) return false;
    connection.unread.append(bytes.data(), static_cast<std::size_t>(size));
    while (true) {
      const std::size_t end = connection.unread.find(kEndOfHead);
      if (end == std::string::npos) return true;
      const std::string_view head(connection.unread.data(), end);
      if (!write_all(connection.socket, is_allowed(head) ? kAllowed : kRefused)) return false;
      connection.unread.erase(0, end + kEndOfHead.size());
    }
  }

  [[nodiscard]] bool is_allowed(std::string_view head) const {
    const std::size_t at = head.find(kHeader);
    if (at == std::string_view::npos) return false;
    const std::string_view rest = head.substr(at + kHeader.size());
    return tokens_.contains(std::string(rest.substr(0, rest.find('\r'))));
  }

  std::unordered_set<std::string> tokens_;
  Socket listener_;
  Socket poll_{epoll_create1(EPOLL_CLOEXEC)};
  std::unordered_map<int, Connection> connections_;
};

}  // namespace
}  // namespace claviger::bench

int main(int argc, char** argv) {
  const std::span<char*> arguments(argv, static_cast<std::size_t>(argc));
  if (arguments.size() == 3) {
    const std::uint16_t port = claviger::bench::port_in(arguments[1]);
    if (claviger::bench::AuthService(port, arguments[2]).serve()) return EXIT_SUCCESS;
  }
  std::cerr << "usage: ideal_auth PORT TEXTS\n";
  return EXIT_FAILURE;
}
