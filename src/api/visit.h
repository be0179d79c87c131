// Where a sign-in comes from. Private to the api module.
#pragma once

#include "route.h"

#include "claviger/service/sessions.h"

namespace claviger::api {

/// With what the client says it is, cut to a sane length. Errors are nobody's: a header that cannot
/// be read says nothing.
[[nodiscard]] service::Visit visit_of(const Call& call);

}  // namespace claviger::api
