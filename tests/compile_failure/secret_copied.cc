// A Secret changes hands by a move alone: a copy would live on when the original is wiped.
#include <utility>

#include "claviger/base/secret.h"

claviger::Secret hand_over(claviger::Secret& secret) {
#ifdef SHOULD_FAIL
  return secret;
#else
  return std::move(secret);
#endif
}
