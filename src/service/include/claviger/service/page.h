// Lists in pages, as use cases give them.
#pragma once

#include "claviger/store/page.h"

namespace claviger::service {

using store::kMaxPageSize;
using store::Listed;
using store::Page;

}  // namespace claviger::service
