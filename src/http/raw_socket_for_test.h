// A TCP client that sends bytes exactly as given: what no HTTP client would send.
#pragma once

#include <arpa/inet.h>
#include <chrono>
#include <cstdint>
#include <netinet/in.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace claviger::http {

class RawSocket {
 public:
  explicit RawSocket(std::uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{.tv_sec = 10, .tv_usec = 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    EXPECT_EQ(connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }

  ~RawSocket() { close(fd_); }

  RawSocket(const RawSocket&) = delete;
  RawSocket& operator=(const RawSocket&) = delete;

  /// What the server has closed meanwhile takes nothing more; that is no fault of a test.
  void send(std::string_view bytes) const {
    (void)::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }

  void end_sending() const { shutdown(fd_, SHUT_WR); }

  /// Everything until the server closes the connection.
  std::string read_to_end() {
    while (read_some()) {
    }
    return std::exchange(received_, {});
  }

  /// One response with a Content-Length, or whatever came before the connection ended.
  std::string read_response() {
    for (;;) {
      const std::size_t size = response_size();
      if (size != 0 && received_.size() >= size) {
        std::string response = received_.substr(0, size);
        received_.erase(0, size);
        return response;
      }
      if (!read_some()) return std::exchange(received_, {});
    }
  }

  /// True if the server has closed the connection, and sent nothing before.
  bool is_closed() { return !read_some() && received_.empty(); }

 private:
  bool read_some() {
    char buffer[65536];
    const ssize_t size = recv(fd_, buffer, sizeof buffer, 0);
    if (size <= 0) return false;
    received_.append(buffer, static_cast<std::size_t>(size));
    return true;
  }

  /// Of the first response received; 0 while its head is incomplete.
  [[nodiscard]] std::size_t response_size() const {
    const std::size_t head_end = received_.find("\r\n\r\n");
    if (head_end == std::string::npos) return 0;
    const std::size_t length = received_.find("Content-Length: ");
    if (length > head_end) return head_end + 4;
    return head_end + 4 + std::stoul(received_.substr(length + 16, 20));
  }

  int fd_;
  std::string received_;
};

/// The status code of a response's first line; 0 if there is none.
inline int status_in(std::string_view response) {
  if (!response.starts_with("HTTP/1.1 ") || response.size() < 12) return 0;
  return std::stoi(std::string(response.substr(9, 3)));
}

/// What stands behind the empty line.
inline std::string_view body_in(std::string_view response) {
  const std::size_t end = response.find("\r\n\r\n");
  return end == std::string_view::npos ? std::string_view() : response.substr(end + 4);
}

}  // namespace claviger::http
