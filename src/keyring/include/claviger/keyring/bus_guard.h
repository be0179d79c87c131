// A mapped file that someone cut short answers a read with SIGBUS. Within a guard that is a failed
// read instead of the end of the process.
#pragma once

#include <csetjmp>

namespace claviger::keyring {

/// Installs the handler, once per process; later calls do nothing. Signals outside a guard go to
/// the handler that was there before.
void install_bus_guard();

namespace detail {

/// Where the calling thread goes on if a guarded read fails; null outside a guard.
extern thread_local std::jmp_buf* volatile bus_guard_exit;

}  // namespace detail

/// Runs `read` and returns true, or false if it touched a page that is not there. `read` is left
/// where it stands: while it touches mapped memory it must hold nothing that it would have to give
/// back (no lock, no memory that nobody else knows of, no object with a destructor), and it must
/// not call another guard.
template <class Read>
[[nodiscard]] bool within_bus_guard(Read&& read) {
  std::jmp_buf exit;
  // The signal is not blocked while its handler runs (SA_NODEFER), so no mask is to be restored.
  if (_setjmp(exit) != 0) {
    detail::bus_guard_exit = nullptr;
    return false;
  }
  detail::bus_guard_exit = &exit;
  read();
  detail::bus_guard_exit = nullptr;
  return true;
}

}  // namespace claviger::keyring
