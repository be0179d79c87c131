// The header fields of a message.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "claviger/base/result.h"

namespace claviger::http {

/// Equal but for the case of ASCII letters: how names of fields and media types compare.
[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b);

/// Fields in the order in which they came. Names compare without regard to case.
class Headers {
 public:
  struct Field {
    std::string name;
    std::string value;

    bool operator==(const Field&) const = default;
  };

  Headers() = default;

  Headers(std::initializer_list<Field> fields) : fields_(fields) {}

  void add(Field field);
  /// Puts `field` in the place of every field of that name.
  void set(Field field);

  [[nodiscard]] bool has(std::string_view name) const;
  [[nodiscard]] std::size_t count(std::string_view name) const;

  /// The value of a field that may stand once: nullopt if it is absent, kMalformedRequest if it
  /// stands twice. The view lives as long as these headers stay unchanged.
  [[nodiscard]] Result<std::optional<std::string_view>> one(std::string_view name) const;

  [[nodiscard]] auto begin() const { return fields_.begin(); }

  [[nodiscard]] auto end() const { return fields_.end(); }

  [[nodiscard]] std::size_t size() const { return fields_.size(); }

 private:
  std::vector<Field> fields_;
};

}  // namespace claviger::http
