// Stream sockets on the loopback interface.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

namespace claviger::bench {

/// A socket, closed at the end. -1 stands for none.
class Socket {
 public:
  Socket() = default;

  explicit Socket(int number) : number_(number) {}

  Socket(Socket&& other) noexcept : number_(std::exchange(other.number_, -1)) {}

  Socket& operator=(Socket&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }

  ~Socket();

  [[nodiscard]] int number() const { return number_; }

  [[nodiscard]] bool is_open() const { return number_ >= 0; }

 private:
  int number_ = -1;
};

enum class Blocking : std::uint8_t { kNo, kYes };

/// A socket that listens on that port of 127.0.0.1. Not open if the port is taken.
[[nodiscard]] Socket listen_on(std::uint16_t port);

/// Takes a waiting connection; not open if there is none.
[[nodiscard]] Socket accept_from(const Socket& listener);

/// A connection to 127.0.0.1, with Nagle's delay off. Not open if nobody answers.
[[nodiscard]] Socket connect_to(std::uint16_t port, Blocking blocking);

/// Writes all of `bytes`, waiting if need be. False if the peer is gone.
[[nodiscard]] bool write_all(const Socket& socket, std::string_view bytes);

}  // namespace claviger::bench
