// The filters of a list, as flags of the command line.
#pragma once

#include "context.h"
#include "kind.h"
#include "request.h"

#include <optional>
#include <string>
#include <vector>

#include "claviger/base/result.h"
#include "claviger/cli/command.h"

namespace claviger::cli {

/// What a filter's value is, as users type it.
enum class FilterValue {
  kText,
  kMoment,  ///< a date or RFC 3339
  kFlag,    ///< there or not: "true"
};

struct Filter {
  std::string flag;       ///< "--owner"
  std::string parameter;  ///< in the API: "ownerId"
  std::string value;      ///< stands for it in the help: "USER"
  std::string help;
  FilterValue type = FilterValue::kText;
  const Kind* kind = nullptr;  ///< whose id it is; lives for ever
  std::vector<std::string> choices = {};
};

/// The filters of one command, and what was typed for them.
class Filters {
 public:
  explicit Filters(std::vector<Filter> filters);

  /// Their arguments, whose targets live as long as this object.
  [[nodiscard]] std::vector<Argument> arguments();

  /// Adds what was typed to the query. Errors: those of id_of(); kInvalidInput for what is no time.
  [[nodiscard]] Result<void> apply(Context& context, ApiRequest& request) const;

 private:
  struct Typed {
    bool flag = false;
    std::optional<std::string> text = {};
  };

  std::vector<Filter> filters_;
  std::vector<Typed> typed_;  ///< one each, never resized: arguments point into it
};

}  // namespace claviger::cli
