// Files that are part of the program, so that a server has them whatever lies on its disk: made
// from openapi/ by openapi/embed.py. Private to the api module.
#pragma once

#include <string_view>

namespace claviger::api {

/// The API description, as it was written.
[[nodiscard]] std::string_view openapi_yaml();

/// The same as JSON.
[[nodiscard]] std::string_view openapi_json();

/// Redoc, which renders the API description in a browser; and under which terms it does.
[[nodiscard]] std::string_view redoc_script();
[[nodiscard]] std::string_view redoc_licences();

/// The stylesheet of the pages.
[[nodiscard]] std::string_view page_css();

}  // namespace claviger::api
