// A new key's secret on its one way out.
#pragma once

#include "context.h"
#include "file.h"

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "claviger/base/result.h"
#include "claviger/cli/command.h"

namespace claviger::cli {

struct SecretOutput {
  bool is_alone = false;            ///< --secret-only
  std::optional<std::string> file;  ///< --out-file
};

/// These flags, for a command's description; they are written into `output`.
[[nodiscard]] std::vector<Argument> secret_output_arguments(SecretOutput& output);

/// The place for a secret that does not exist yet: whatever could go wrong with it goes wrong
/// before the key is made.
class SecretPlace {
 public:
  /// kInvalidInput if the output that was asked for would lose the secret, or if the file cannot be
  /// made.
  [[nodiscard]] static Result<SecretPlace> prepare(Context& context, const SecretOutput& output);

  /// Writes `key`, the API's reply to a creation. Its field "secret" goes to the one place that was
  /// prepared: the file, standard output alone, the object, or a frame on a terminal.
  [[nodiscard]] Result<void> deliver(Context& context, nlohmann::json key);

 private:
  explicit SecretPlace(bool is_alone) : is_alone_(is_alone) {}

  Result<void> deliver_to_file(const nlohmann::json& key, const Secret& secret);

  bool is_alone_;
  std::string path_;
  std::optional<NewPrivateFile> file_;
};

}  // namespace claviger::cli
