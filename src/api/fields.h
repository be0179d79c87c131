// `fields=id,name`: lists whose items have these fields alone. Private to the api module.
#pragma once

#include <optional>
#include <string_view>

#include "claviger/base/result.h"
#include "claviger/http/message.h"

namespace claviger::api {

/// The list with the named fields of its items alone, a comma between the names; nullopt if the
/// response is no list. Errors: kInvalidInput for a field that no item has.
[[nodiscard]] Result<std::optional<http::Response>> with_fields(http::Response response,
                                                                std::string_view names);

}  // namespace claviger::api
