// How a change is carried out: tried only, or waited for until every gateway has it; and how its
// reply is shown, with the receipt.
#pragma once

#include "context.h"
#include "kind.h"

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "claviger/base/result.h"
#include "claviger/cli/command.h"

namespace claviger::cli {

/// Whether the API gives a receipt for a change.
enum class Receipts { kGiven, kNone };

struct ChangeOptions {
  bool is_agreed = false;   ///< --yes, of commands that ask
  bool is_dry_run = false;  ///< --dry-run
  bool waits = false;       ///< --wait
  std::string timeout = "5s";
};

/// These flags, for a command's description; they are written into `options`.
[[nodiscard]] std::vector<Argument> change_arguments(ChangeOptions& options, Receipts receipts);

/// Puts them into `request`, and gives a reply that waits the time for it. kInvalidInput for a
/// timeout that cannot be read.
[[nodiscard]] Result<void> apply(const ChangeOptions& options, ApiRequest& request);

/// Writes the reply to a change, {"user":{…},"receipt":{…}} or the thing itself: as JSON and YAML,
/// as it is; else the thing with a line for the receipt. kFailed, and a warning, if a gateway was
/// silent.
[[nodiscard]] Result<ExitCode> print_changed(Context& context, const Kind& kind,
                                             const nlohmann::json& reply);

/// The same for a change of several things, {"keys":[…],"receipt":{…}}: in tables and CSV, a list,
/// and the receipt on standard error.
[[nodiscard]] Result<ExitCode> print_changed_list(Context& context, const Kind& kind,
                                                  const nlohmann::json& reply);

/// How the thing in such a reply is shown: as always, and with its receipt.
[[nodiscard]] View changed_view(const Kind& kind);

/// The thing in such a reply, with the receipt's gateways as its field "receipt".
[[nodiscard]] nlohmann::json changed_record(const Kind& kind, const nlohmann::json& reply);

/// kFailed, with a warning, if the receipt in `reply` says that a gateway was silent.
[[nodiscard]] ExitCode judge_receipt(Context& context, const nlohmann::json& reply);

/// "What would stop: 2 active keys, with 9 calls in the last 30 days.", of a dry run's impact.
[[nodiscard]] std::string impact_text(const nlohmann::json& impact);

/// Says to people that it was a dry run, if it was one.
void report_dry_run(Context& context, const nlohmann::json& reply);

/// "gw-1 3.1 ms, gw-2 silent".
[[nodiscard]] std::string receipt_text(const nlohmann::json& gateways);

}  // namespace claviger::cli
