// A program that a test starts and ends.
#pragma once

#include "support/waiting.h"

#include <chrono>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace claviger::test {

/// A child process. It ends with the test, whatever becomes of that.
class Process {
 public:
  /// Starts the program with these arguments, the first of which is its path. What it writes to its
  /// standard output and error goes to the end of the file `output`.
  Process(const std::vector<std::string>& arguments, const std::string& output);

  /// Kills it if it still runs.
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }

  void send(int signal) const;

  /// The status with which it ended (128 + signal if one ended it); nullopt if it still runs after
  /// `patience`.
  std::optional<int> wait(std::chrono::milliseconds patience = kPatience);

 private:
  bool reap(int options);

  pid_t pid_ = -1;
  std::optional<int> status_;
};

/// True until the process has ended, whether or not its parent has taken note of that.
[[nodiscard]] bool runs(pid_t pid);

/// The processes that have `parent` for their parent, at this moment.
[[nodiscard]] std::vector<pid_t> children_of(pid_t parent);

struct Finished {
  int status = -1;
  std::string output;
};

/// Runs a program to its end.
[[nodiscard]] Finished run(const std::vector<std::string>& arguments);

}  // namespace claviger::test
