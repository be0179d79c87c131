#include "claviger/cli/environment.h"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <utility>

namespace claviger::cli {
namespace {

constexpr std::size_t kMostHiddenBytes = 4096;

std::optional<std::string> process_variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

std::size_t terminal_columns() {
  constexpr std::size_t kUnknown = 80;
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kUnknown;
  return size.ws_col;
}

std::atomic<int> interrupting_signal = 0;

void note_signal(int signal) {
  interrupting_signal = signal;
}

/// Turns the terminal's echo off while it lives, also through Ctrl-C: the signal is kept, the echo
/// comes back, and only then does the signal take its effect.
class HiddenInput {
 public:
  HiddenInput() {
    struct sigaction action {};

    action.sa_handler = note_signal;  // without SA_RESTART: it ends the read
    ::sigaction(SIGINT, &action, &previous_interrupt_);
    ::sigaction(SIGTERM, &action, &previous_termination_);
    has_terminal_ = ::tcgetattr(STDIN_FILENO, &previous_) == 0;
    if (!has_terminal_) return;
    termios hidden = previous_;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
  }

  ~HiddenInput() {
    if (has_terminal_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &previous_);
    ::sigaction(SIGINT, &previous_interrupt_, nullptr);
    ::sigaction(SIGTERM, &previous_termination_, nullptr);
    if (const int signal = interrupting_signal.exchange(0); signal != 0) ::raise(signal);
  }

  HiddenInput(const HiddenInput&) = delete;
  HiddenInput& operator=(const HiddenInput&) = delete;

 private:
  bool has_terminal_ = false;
  termios previous_{};

  struct sigaction previous_interrupt_ {};

  struct sigaction previous_termination_ {};
};

/// Reads the descriptor itself, as a stream's buffer would keep the text.
Result<Secret> read_hidden_line() {
  const HiddenInput hidden;
  std::string line;
  line.reserve(kMostHiddenBytes);  // so that it never moves and leaves a copy behind
  char c = 0;
  ssize_t count = 0;
  while (line.size() < kMostHiddenBytes && (count = ::read(STDIN_FILENO, &c, 1)) == 1 && c != '\n')
    line += c;
  Secret secret(std::move(line));
  if (count <= 0)
    return fail(Error::refused(ErrorCode::kMalformedRequest, "The input ended before a line did."));
  return secret;
}

}  // namespace

Environment process_environment(const Clock& clock) {
  return {.in = std::cin,
          .out = std::cout,
          .err = std::cerr,
          .in_is_terminal = ::isatty(STDIN_FILENO) == 1,
          .out_is_terminal = ::isatty(STDOUT_FILENO) == 1,
          .err_is_terminal = ::isatty(STDERR_FILENO) == 1,
          .columns = terminal_columns(),
          .variable = process_variable,
          .read_hidden_line = read_hidden_line,
          .clock = clock};
}

}  // namespace claviger::cli
