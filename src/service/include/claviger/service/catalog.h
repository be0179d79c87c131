// The catalog: APIs, their endpoints, and who may consume them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "claviger/base/result.h"
#include "claviger/core/api.h"
#include "claviger/service/context.h"
#include "claviger/service/openapi_document.h"
#include "claviger/service/page.h"

namespace claviger::service {

struct NewApi {
  std::string name;
  std::string upstream;
  std::optional<std::string> base_path;  ///< the document's own if absent
  OpenApiDocument document;
};

/// An API as one caller sees it. Who does not manage it is not told its upstream, which is then
/// empty, nor the endpoints beyond the own rights.
struct ApiView {
  core::Api api;  ///< in a list without its endpoints, which may be thousands
  std::optional<std::size_t> endpoint_count;  ///< nullopt in a list for who does not manage it
};

/// Makes an API of a document, or brings the caller's API of that name up to date with it:
/// endpoints and scopes that stay keep their numbers, so that keys keep what they grant; those that
/// are gone can be called by nobody. Needs "Modify Assets". Errors: kConflict if the name belongs
/// to another organization; kInvalidInput.
Result<ApiView> import_api(Context& context, const Caller& caller, const NewApi& wanted);

/// The caller's organization's APIs and those that it may consume. Errors: kNotFound.
Result<ApiView> get_api(Context& context, const Caller& caller, core::ApiId id);
Result<Listed<ApiView>> list_apis(Context& context, const Caller& caller,
                                  const Page<core::ApiId>& page);

/// What may be set of an API besides its endpoints.
struct ConsumptionSettings {
  bool x_api_key = false;  ///< also read the header X-API-Key
  bool lets_preflight_through = false;
  Microseconds max_staleness = core::kDefaultMaxStaleness;  ///< core::kServeAlways: no bound
  core::ExpiryRule expiry;
  std::vector<core::ConsumerRight> consumers;  ///< `most.api` is the API itself
};

struct StoredSettings {
  ConsumptionSettings settings;
  core::Version version;  ///< the API's
};

/// Needs "Modify Assets" on the API's organization. Errors: kNotFound.
Result<StoredSettings> get_consumption_settings(Context& context, const Caller& caller,
                                                core::ApiId id);

/// Replaces the settings. What a consumer loses here stops working at once. Errors: kNotFound;
/// kInvalidInput for a default expiry beyond the maximum, for a consumer that stands twice, and for
/// each name that the API does not have.
Result<Changed<ConsumptionSettings>> set_consumption_settings(Context& context,
                                                              const Caller& caller, core::ApiId id,
                                                              const ConsumptionSettings& wanted);

}  // namespace claviger::service
