// Who is at the other end, where a proxy stands between. Private to the api module.
#pragma once

#include <string>
#include <vector>

#include "claviger/core/network.h"
#include "claviger/http/message.h"

namespace claviger::api {

/// The peer's address; or, if the peer is a trusted proxy, the last address in X-Forwarded-For that
/// is none. What stands before that was said by somebody whom nobody has to believe
/// (docs/threats.md, N07). An entry that is no address ends the reading at the proxy before it.
[[nodiscard]] std::string client_address(const http::Request& request,
                                         const std::vector<core::Network>& trusted);

}  // namespace claviger::api
