// A Result is looked at: an error that nobody reads is an operation that silently did not happen.
#include "claviger/base/result.h"

claviger::Result<int> renew();

claviger::Result<void> renew_twice() {
  TRY(renew());
#ifdef SHOULD_FAIL
  renew();
#else
  TRY(renew());
#endif
  return {};
}
