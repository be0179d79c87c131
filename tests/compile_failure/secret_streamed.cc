// A Secret goes into no stream: its text leaves through reveal() alone.
#include <ostream>

#include "claviger/base/secret.h"

void print(std::ostream& out, const claviger::Secret& secret) {
#ifdef SHOULD_FAIL
  out << secret;
#else
  out << secret.reveal().size();
#endif
}
