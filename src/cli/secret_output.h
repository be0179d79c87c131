// A new secret on its one way out.
#pragma once

#include "change.h"
#include "context.h"
#include "file.h"
#include "kind.h"

#include <optional>
#include <string>
#include <string_view>
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

/// Where the reply to a change holds what is shown once.
struct SecretShape {
  const Kind& kind;          ///< of the thing that has it
  std::string_view field;    ///< in the thing: "secret"
  std::string_view whole;    ///< in the reply: "key.secret"
  std::string_view what;     ///< what to call it: "secret"
  std::string_view if_lost;  ///< how to come by another: "claviger key rotate"
};

/// The place for a secret that does not exist yet: whatever could go wrong with it goes wrong
/// before it is made.
class SecretPlace {
 public:
  /// kInvalidInput if the output that was asked for would lose the secret, or if the file cannot be
  /// made. A dry run makes no secret, and needs no place.
  [[nodiscard]] static Result<SecretPlace> prepare(Context& context, const SecretOutput& output,
                                                   const SecretShape& shape,
                                                   const ChangeOptions& options);

  /// Writes the API's reply. Its secret goes to the one place that was prepared: the file, standard
  /// output alone, the object, or a frame on a terminal. kInternal, with what to do about it, if
  /// the reply came without: a request that was sent twice has its secret in the first reply alone.
  [[nodiscard]] Result<ExitCode> deliver(Context& context, nlohmann::json reply);

 private:
  SecretPlace(const SecretShape& shape, bool is_alone) : shape_(shape), is_alone_(is_alone) {}

  Result<void> write(Context& context, nlohmann::json& reply);
  Result<void> deliver_to_file(const std::string& id, const Secret& secret);
  Result<void> print(Context& context, const nlohmann::json& reply) const;
  [[nodiscard]] Error lost(const std::string& id, std::string_view why) const;

  SecretShape shape_;
  bool is_alone_;
  bool is_dry_run_ = false;
  std::string path_;
  std::optional<NewPrivateFile> file_;
};

}  // namespace claviger::cli
