#include "route.h"

#include <nlohmann/json.hpp>

#include "claviger/http/json_body.h"

namespace claviger::api {

Result<nlohmann::json> Call::json() const {
  return http::parse_json(request.body);
}

Error Call::nothing_there() {
  return Error::refused(ErrorCode::kNotFound, "There is nothing under this id.");
}

}  // namespace claviger::api
