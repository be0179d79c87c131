#include "claviger/keyring/bus_guard.h"

#include <csignal>
#include <mutex>

namespace claviger::keyring {
namespace detail {

thread_local std::jmp_buf* volatile bus_guard_exit = nullptr;

}  // namespace detail

namespace {

struct sigaction previous;

extern "C" void on_bus_error(int signal, siginfo_t* info, void* context) {
  if (detail::bus_guard_exit != nullptr) _longjmp(*detail::bus_guard_exit, 1);
  if ((previous.sa_flags & SA_SIGINFO) != 0 && previous.sa_sigaction != nullptr) {
    previous.sa_sigaction(signal, info, context);
    return;
  }
  if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) {
    previous.sa_handler(signal);
    return;
  }
  // The access is repeated on return, and then ends the process as it would have.
  struct sigaction fallback = {};
  fallback.sa_handler = SIG_DFL;
  sigaction(signal, &fallback, nullptr);
}

}  // namespace

void install_bus_guard() {
  static std::once_flag once;
  std::call_once(once, [] {
    struct sigaction action = {};
    action.sa_sigaction = on_bus_error;
    action.sa_flags = SA_SIGINFO | SA_NODEFER;
    sigemptyset(&action.sa_mask);
    sigaction(SIGBUS, &action, &previous);
  });
}

}  // namespace claviger::keyring
