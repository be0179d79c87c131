// No field of the log takes a Secret.
#include "claviger/base/log.h"
#include "claviger/base/secret.h"

void tell(const claviger::Secret& secret) {
#ifdef SHOULD_FAIL
  claviger::log::info("A key was made.", {{"key", secret}});
#else
  claviger::log::info("A key was made.", {{"empty", secret.empty()}});
#endif
}
