// Name and value pairs of a query string or of a form: `a=1&b=two+words`.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "claviger/base/result.h"

namespace claviger::http {

struct Parameter {
  std::string name;
  std::string value;

  bool operator==(const Parameter&) const = default;
};

/// Decoded parameters in the order in which they came; a name may stand more than once.
class Parameters {
 public:
  /// More than this many are refused.
  static constexpr std::size_t kMostParameters = 256;

  Parameters() = default;

  /// Reads application/x-www-form-urlencoded text, as in a query or a form (`+` is a space). Every
  /// name and value is percent-decoded and then is UTF-8 without control characters; anything else
  /// is kMalformedRequest.
  [[nodiscard]] static Result<Parameters> parse(std::string_view text);

  /// The value of a parameter that may stand once: nullopt if it is absent, kMalformedRequest if it
  /// stands twice. The view lives as long as this object.
  [[nodiscard]] Result<std::optional<std::string_view>> one(std::string_view name) const;

  [[nodiscard]] std::size_t count(std::string_view name) const;

  /// All but those of that name.
  [[nodiscard]] Parameters without(std::string_view name) const;

  [[nodiscard]] auto begin() const { return parameters_.begin(); }

  [[nodiscard]] auto end() const { return parameters_.end(); }

  [[nodiscard]] std::size_t size() const { return parameters_.size(); }

 private:
  std::vector<Parameter> parameters_;
};

}  // namespace claviger::http
