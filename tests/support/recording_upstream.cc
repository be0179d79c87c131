#include "support/recording_upstream.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <system_error>
#include <unistd.h>

namespace claviger::test {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kHeadEnd = "\r\n\r\n";
constexpr int kPollMilliseconds = 20;

std::string_view line_of(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find(kLineEnd));
  text.remove_prefix(std::min(text.size(), line.size() + kLineEnd.size()));
  return line;
}

/// Reads a request; nullopt while it is not whole.
std::optional<Received> parse(const std::string& bytes) {
  const std::size_t end = bytes.find(kHeadEnd);
  if (end == std::string::npos) return std::nullopt;
  Received received;
  std::string_view head = std::string_view(bytes).substr(0, end);
  const std::string_view first = line_of(head);
  const std::size_t space = std::min(first.find(' '), first.size());
  const std::size_t last = first.rfind(' ');
  received.method = first.substr(0, space);
  if (last != std::string_view::npos && last > space)
    received.target = first.substr(space + 1, last - space - 1);
  while (!head.empty()) {
    const std::string_view line = line_of(head);
    const std::size_t colon = std::min(line.find(": "), line.size());
    received.headers.emplace_back(line.substr(0, colon),
                                  line.substr(std::min(colon + 2, line.size())));
  }
  std::size_t size = 0;
  if (const auto length = received.header("Content-Length"))
    std::from_chars(length->data(), length->data() + length->size(), size);
  if (bytes.size() < end + kHeadEnd.size() + size) return std::nullopt;
  received.body = bytes.substr(end + kHeadEnd.size());
  received.bytes = bytes;
  return received;
}

int listen_at(const std::string& path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  const int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
      listen(listener, SOMAXCONN) != 0)
    throw std::system_error(errno, std::generic_category(), "listen at " + path);
  return listener;
}

}  // namespace

RecordingUpstream::RecordingUpstream()
    : endpoint_(Endpoint::unix_socket(directory_.file("upstream.sock"))),
      listener_(listen_at(endpoint_.path)),
      answer_([](const Received&) { return answer_of(200, {}, "ok"); }),
      thread_([this] { serve(); }) {}

RecordingUpstream::~RecordingUpstream() {
  ends_ = true;
  thread_.join();
  for (const auto& [connection, bytes] : connections_) close(connection);
  close(listener_);
}

void RecordingUpstream::answer_with(Answer answer) {
  const std::lock_guard lock(mutex_);
  answer_ = std::move(answer);
}

std::vector<Received> RecordingUpstream::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void RecordingUpstream::forget() {
  const std::lock_guard lock(mutex_);
  requests_.clear();
  count_ = 0;
}

void RecordingUpstream::serve() {
  while (!ends_) {
    std::vector<pollfd> watched = {{.fd = listener_, .events = POLLIN, .revents = 0}};
    for (const auto& [connection, bytes] : connections_)
      watched.push_back({.fd = connection, .events = POLLIN, .revents = 0});
    if (poll(watched.data(), watched.size(), kPollMilliseconds) <= 0) continue;
    if (watched.front().revents != 0) accept_all();
    for (std::size_t i = 1; i < watched.size(); ++i) {
      if (watched[i].revents == 0 || read_from(watched[i].fd)) continue;
      close(watched[i].fd);
      connections_.erase(watched[i].fd);
    }
  }
}

void RecordingUpstream::accept_all() {
  for (;;) {
    const int connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) return;
    connections_[connection];
  }
}

/// False once the connection is done with.
bool RecordingUpstream::read_from(int connection) {
  char bytes[16384];
  const ssize_t size = recv(connection, bytes, sizeof(bytes), MSG_DONTWAIT);
  if (size <= 0) return false;
  std::string& buffer = connections_[connection];
  buffer.append(bytes, static_cast<std::size_t>(size));
  std::optional<Received> received = parse(buffer);
  if (!received) return true;
  const std::string answer = take(*std::move(received));
  static_cast<void>(send(connection, answer.data(), answer.size(), MSG_NOSIGNAL));
  return false;
}

std::string RecordingUpstream::take(Received received) {
  const std::lock_guard lock(mutex_);
  std::string answer = answer_(received);
  requests_.push_back(std::move(received));
  ++count_;
  return answer;
}

std::string answer_of(int status, const HeaderFields& headers, std::string_view body) {
  std::string text = "HTTP/1.1 " + std::to_string(status) + " Answer\r\n";
  for (const auto& [name, value] : headers) text += name + ": " + value + "\r\n";
  text += "Content-Length: " + std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n";
  return text.append(body);
}

}  // namespace claviger::test
