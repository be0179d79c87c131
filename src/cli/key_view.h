// How access keys are shown.
#pragma once

#include "kind.h"
#include "output.h"

namespace claviger::cli {

[[nodiscard]] const View& key_view();

}  // namespace claviger::cli
