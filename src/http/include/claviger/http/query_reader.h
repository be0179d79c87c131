// QueryReader: what ObjectReader is for a body, for the parameters of a query or form.
//
//   QueryReader query(request.query);
//   const auto limit = query.optional_integer("limit", {.min = 1, .max = 100}).value_or(25);
//   const auto status = query.optional_choice("status", {"active", "disabled"});
//   TRY(query.finish());
//
// A parameter that no one asked for, or that stands twice, is a fault; its pointer is its name.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "claviger/base/id.h"
#include "claviger/base/result.h"
#include "claviger/http/object_reader.h"
#include "claviger/http/parameters.h"

namespace claviger::http {

/// Refers to the parameters, which outlive it. For one thread.
class QueryReader {
 public:
  explicit QueryReader(const Parameters& parameters) : parameters_(parameters) {}

  std::string required_string(std::string_view name, StringRule rule);
  std::optional<std::string> optional_string(std::string_view name, StringRule rule);
  std::optional<std::int64_t> optional_integer(std::string_view name, IntegerRule rule);

  /// `true` or `false`, spelled out.
  std::optional<bool> optional_bool(std::string_view name);

  /// RFC 3339.
  std::optional<Time> optional_time(std::string_view name);
  std::optional<std::string> optional_choice(std::string_view name,
                                             std::initializer_list<std::string_view> choices);

  /// Every value of a parameter that may stand more than once.
  std::vector<std::string> all_strings(std::string_view name, StringRule rule);

  template <class IdType>
  std::optional<IdType> optional_id(std::string_view name) {
    const std::optional<std::string> text = optional_string(name, {});
    if (!text) return std::nullopt;
    const std::optional<IdType> id = IdType::parse(*text);
    if (!id)
      fault(name, "not-an-id", "\"" + std::string(name) + "\" is not an id of the right kind.");
    return id;
  }

  /// Reports a fault that only the caller can see.
  void fault(std::string_view name, std::string_view code, std::string detail);

  /// Every fault, unknown parameters included, as one kInvalidInput; nothing if there is none.
  [[nodiscard]] Result<void> finish();

 private:
  std::optional<std::string> checked(std::string_view name, std::string_view value,
                                     StringRule rule);

  const Parameters& parameters_;
  std::vector<std::string> asked_;
  std::vector<Fault> faults_;
};

}  // namespace claviger::http
