#include "support/process.h"

#include "support/temporary_directory.h"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace claviger::test {
namespace {

constexpr int kCannotStart = 127;

/// Runs in the child: only calls that are safe after fork() in a process with threads.
[[noreturn]] void become(char* const* arguments, int output, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  const bool orphaned = getppid() != parent;
  if (!orphaned && dup2(output, STDOUT_FILENO) >= 0 && dup2(output, STDERR_FILENO) >= 0)
    execv(arguments[0], arguments);
  _exit(kCannotStart);
}

}  // namespace

Process::Process(const std::vector<std::string>& arguments, const std::string& output) {
  std::vector<char*> pointers;
  pointers.reserve(arguments.size() + 1);
  for (const std::string& argument : arguments)
    pointers.push_back(const_cast<char*>(argument.c_str()));
  pointers.push_back(nullptr);
  const int file = open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) throw std::system_error(errno, std::generic_category(), "open " + output);
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ == 0) become(pointers.data(), file, parent);
  const int error = errno;
  close(file);
  if (pid_ < 0) throw std::system_error(error, std::generic_category(), "fork");
}

Process::~Process() {
  if (status_) return;
  send(SIGKILL);
  reap(0);
}

void Process::send(int signal) const {
  if (!status_) ::kill(pid_, signal);
}

bool Process::reap(int options) {
  int status = 0;
  if (status_) return true;
  if (waitpid(pid_, &status, options) != pid_) return false;
  status_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return true;
}

std::optional<int> Process::wait(std::chrono::milliseconds patience) {
  static_cast<void>(eventually([this] { return reap(WNOHANG); }, patience));
  return status_;
}

bool runs(pid_t pid) {
  // "pid (name) state …"; the name may hold parentheses of its own.
  const std::string facts = read_file("/proc/" + std::to_string(pid) + "/stat");
  const std::size_t name_end = facts.rfind(')');
  return name_end != std::string::npos && facts.substr(name_end, 3) != ") Z";
}

std::vector<pid_t> children_of(pid_t parent) {
  const std::string number = std::to_string(parent);
  std::ifstream file("/proc/" + number + "/task/" + number + "/children");
  std::vector<pid_t> children;
  for (pid_t child = 0; file >> child;) children.push_back(child);
  return children;
}

Finished run(const std::vector<std::string>& arguments) {
  const TemporaryDirectory directory;
  const std::string output = directory.file("output");
  Process process(arguments, output);
  const std::optional<int> status = process.wait();
  return {.status = status.value_or(-1), .output = read_file(output)};
}

}  // namespace claviger::test
