// Secrets are compared in constant time: == would tell by its time where they differ.
#include "claviger/base/secret.h"

bool same(const claviger::Secret& a, const claviger::Secret& b) {
#ifdef SHOULD_FAIL
  return a == b;
#else
  return claviger::equal_in_constant_time(a.reveal(), b.reveal());
#endif
}
