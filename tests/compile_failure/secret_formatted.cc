// A Secret is no argument of a format string: its text leaves through reveal() alone.
#include <string>

#include <fmt/format.h>

#include "claviger/base/secret.h"

std::string describe(const claviger::Secret& secret) {
#ifdef SHOULD_FAIL
  return fmt::format("{}", secret);
#else
  return fmt::format("{} characters", secret.reveal().size());
#endif
}
