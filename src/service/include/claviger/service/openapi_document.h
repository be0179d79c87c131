// Reading an OpenAPI 3.x document for what enforcement needs: paths, methods and scopes.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "claviger/base/result.h"
#include "claviger/core/method.h"

namespace claviger::service {

struct DocumentedEndpoint {
  core::Method method = core::Method::kGet;
  std::string path;
  std::string summary;
  std::vector<std::string> scopes;
};

struct OpenApiDocument {
  std::string title;
  std::string base_path;  ///< the path of the first server's URL, without a slash at its end
  std::vector<DocumentedEndpoint> endpoints;
};

/// Most endpoints that one document may name.
inline constexpr std::size_t kMaxEndpoints = 5000;

/// Reads a document. An endpoint needs the scopes of all its security requirements together, which
/// is the strictest reading of alternatives; without its own it takes the document's. HEAD is what
/// GET is, and makes no endpoint of its own beside it.
/// Errors: kInvalidInput with a fault and a JSON Pointer for each place that cannot be enforced as
/// it stands: no OpenAPI 3, no paths, templates that are not whole segments, $ref in place of a
/// path, TRACE. More than kMaxEndpoints operations or core::kMaxScopesPerApi scopes end the
/// reading.
[[nodiscard]] Result<OpenApiDocument> read_openapi_document(const nlohmann::json& document);

}  // namespace claviger::service
