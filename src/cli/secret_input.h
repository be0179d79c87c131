// Where a secret comes in: standard input, a file or the terminal; never an argument.
#pragma once

#include "context.h"

#include <optional>
#include <string>
#include <string_view>

#include "claviger/base/result.h"
#include "claviger/base/secret.h"

namespace claviger::cli {

/// Standard input to its end, or, where that is a terminal, one line that is not shown. One line
/// end behind the secret is dropped. kInvalidInput for nothing, more than one line or too much;
/// `question` names the secret: "Key".
[[nodiscard]] Result<Secret> read_secret(Context& context, std::string_view question);

/// The same from a file; "-" is standard input.
[[nodiscard]] Result<Secret> read_secret_file(Context& context, const std::string& path,
                                              std::string_view question);

/// A new password, typed twice; `instead` is for where nobody can be asked. kInvalidInput if the
/// two differ.
[[nodiscard]] Result<Secret> ask_new_password(Context& context, std::string_view question,
                                              std::string_view instead);

/// The secret that a command works on: `dash`, which must be "-", or `--secret-file`; not both.
struct SecretSource {
  std::string dash = {};
  std::optional<std::string> file = {};
};

[[nodiscard]] Result<Secret> read_secret(Context& context, const SecretSource& source,
                                         std::string_view question);

/// Its arguments in a description.
[[nodiscard]] std::vector<Argument> secret_arguments(SecretSource& source);

}  // namespace claviger::cli
