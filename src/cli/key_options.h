// What is said of a key beside its grants, as flags.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "claviger/base/result.h"
#include "claviger/base/time.h"
#include "claviger/cli/command.h"

namespace claviger::cli {

struct KeyOptions {
  std::optional<std::string> description;
  std::optional<std::string> expires;
  std::optional<std::string> not_before;
  std::vector<std::string> networks;
  std::vector<std::string> metadata;
  std::vector<std::string> classes;
  bool is_read_only = false;
};

/// The flags that every new key takes, written into `options`.
[[nodiscard]] std::vector<Argument> key_arguments(KeyOptions& options);

/// --not-before and --class, which a successor takes from the key before it.
[[nodiscard]] std::vector<Argument> beginning_arguments(KeyOptions& options);

/// Puts what was typed into the body of a key. kInvalidInput for what cannot be read.
[[nodiscard]] Result<void> put(const KeyOptions& options, Time now, nlohmann::json& body);

/// --expires alone.
[[nodiscard]] Argument expiry_argument(std::optional<std::string>& expires);

/// Puts `expiresIn`, or `expiresAt`, which is null for never. kInvalidInput for what is no expiry.
[[nodiscard]] Result<void> put_expiry(std::string_view text, Time now, nlohmann::json& body);

}  // namespace claviger::cli
