#include "grant_options.h"

#include "document_input.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace claviger::cli {
namespace {

using nlohmann::json;

constexpr std::string_view kEveryEndpoint = "*";

Error invalid(std::string text) {
  return Error::refused(ErrorCode::kInvalidInput, std::move(text));
}

Result<json> grant_on_one_api(Context& context, const GrantOptions& options) {
  std::vector<std::string> endpoints = options.endpoints;
  if (endpoints.empty() && options.scopes.empty())
    return fail(
        invalid("What may the key call? Add --endpoint 'GET /…' (as often as needed), or "
                "--endpoint '*' for all of the API."));
  if (endpoints.empty()) {
    endpoints.emplace_back(kEveryEndpoint);
    context.console().note(
        fmt::format("No --endpoint: the key opens every endpoint of {} that these scopes allow.",
                    *options.api));
  }
  json grant = {{"api", *options.api}, {"endpoints", std::move(endpoints)}};
  if (!options.methods.empty()) grant["methods"] = options.methods;
  if (!options.scopes.empty()) grant["scopes"] = options.scopes;
  return grant;
}

}  // namespace

std::vector<Argument> grant_arguments(GrantOptions& options) {
  return {{.name = "--api",
           .value = "NAME",
           .help = "the API that it opens",
           .target = &options.api,
           .completes = Completes::kApis},
          {.name = "--endpoint",
           .value = "ENDPOINT",
           .help = "an endpoint that it opens, like 'GET /orders/{id}'; '*' for all",
           .target = &options.endpoints},
          {.name = "--method",
           .value = "METHOD",
           .help = "of these endpoints, only with this method",
           .target = &options.methods},
          {.name = "--scope",
           .value = "SCOPE",
           .help = "a scope that it has",
           .target = &options.scopes},
          {.name = "--grants-file",
           .value = "FILE",
           .help = "instead, as JSON: [{\"api\",\"endpoints\",\"methods\",\"scopes\"}]",
           .target = &options.file,
           .completes = Completes::kFiles}};
}

bool are_empty(const GrantOptions& options) {
  return !options.api && options.endpoints.empty() && options.methods.empty() &&
         options.scopes.empty() && !options.file;
}

Result<json> grants_of(Context& context, const GrantOptions& options) {
  if (!options.file) {
    if (!options.api)
      return fail(invalid(
          "What may the key call? Name an API with --api and its endpoints with --endpoint, or "
          "give a --grants-file."));
    return json::array({TRY(grant_on_one_api(context, options))});
  }
  if (options.api || !options.endpoints.empty() || !options.methods.empty() ||
      !options.scopes.empty())
    return fail(invalid("The grants stand in --grants-file or in flags (--api), not in both."));
  return read_json(context, *options.file);
}

}  // namespace claviger::cli
