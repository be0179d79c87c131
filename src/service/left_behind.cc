#include "claviger/service/left_behind.h"

#include "claviger/store/left_behind.h"

namespace claviger::service {

Result<void> clear_left_behind(Context& context) {
  // What is taken back is never done.
  if (context.database.is_rehearsal()) return {};
  const auto step = [](store::WriteTransaction& tx) { return store::clear_some_left_behind(tx); };
  while (TRY(context.database.write(step)) > 0) {
  }
  return {};
}

}  // namespace claviger::service
