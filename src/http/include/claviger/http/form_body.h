// Bodies that a form sends: application/x-www-form-urlencoded and multipart/form-data (RFC 7578).
#pragma once

#include <string_view>
#include <vector>

#include "claviger/base/result.h"
#include "claviger/http/parameters.h"

namespace claviger::http {

/// Reads the fields of a form in their order. Lenient where scripts are careless: a value that is
/// not percent-encoded stands for itself ("DOMAIN\user", "100%"). Of a multipart body, the file
/// name and the type of a part do not matter. Errors: kMalformedRequest, also for more than
/// Parameters::kMostParameters fields and for text that is not UTF-8 without control characters;
/// kUnsupportedMediaType for any other `content_type`.
[[nodiscard]] Result<std::vector<Parameter>> read_form(std::string_view content_type,
                                                       std::string_view body);

}  // namespace claviger::http
