// Commands on keys that have a file of their own, and what they share.
#pragma once

#include "secret_output.h"

#include <memory>

#include "claviger/cli/command.h"

namespace claviger::cli {

[[nodiscard]] std::unique_ptr<Command> key_create_command();
[[nodiscard]] std::unique_ptr<Command> key_list_command();
[[nodiscard]] std::unique_ptr<Command> key_counts_command();
[[nodiscard]] std::unique_ptr<Command> key_renew_command();
[[nodiscard]] std::unique_ptr<Command> key_rotate_command();
[[nodiscard]] std::unique_ptr<Command> key_successor_command();
[[nodiscard]] std::unique_ptr<Command> key_end_secret_command();
[[nodiscard]] std::unique_ptr<Command> key_revoke_command();
[[nodiscard]] std::unique_ptr<Command> key_disable_command();
[[nodiscard]] std::unique_ptr<Command> key_delete_command();
[[nodiscard]] std::unique_ptr<Command> key_import_command();
[[nodiscard]] std::unique_ptr<Command> key_verify_command();
[[nodiscard]] std::unique_ptr<Command> key_inspect_command();

/// How long an old secret goes on, as flag and in the body.
[[nodiscard]] Argument overlap_argument(std::optional<std::string>& overlap);
/// kInvalidInput for what is no span: "m" is asked about.
[[nodiscard]] Result<void> put_overlap(const std::optional<std::string>& overlap,
                                       nlohmann::json& body);

/// The reply to the creation of a key, which has its secret at the top.
[[nodiscard]] SecretShape issued_shape(const Kind& kind);

/// The warnings of such a reply, and one for a key without an end that nobody asked for.
void report_warnings(Console& console, const nlohmann::json& key,
                     const std::optional<std::string>& expires);

}  // namespace claviger::cli
