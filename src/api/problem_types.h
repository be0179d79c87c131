// The problem types: what each `code` of a problem document means, and what to do. Private to the
// api module.
#pragma once

#include <string_view>
#include <vector>

namespace claviger::api {

struct ProblemType {
  std::string_view code;
  std::string_view title;
  int status = 0;
  std::string_view meaning;  ///< sentences
  std::string_view remedy;   ///< sentences
};

/// Every code that this server or one of its gateways answers with, in alphabetical order. Each
/// enumeration that codes come from has its table, whose completeness the compiler checks.
[[nodiscard]] const std::vector<ProblemType>& problem_types();

/// nullptr if no answer has that code.
[[nodiscard]] const ProblemType* find_problem_type(std::string_view code);

}  // namespace claviger::api
