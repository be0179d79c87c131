// audit list, audit verify; audit export has a file of its own.
#include "audit.h"

#include "commands.h"
#include "context.h"
#include "json_field.h"
#include "list_command.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace claviger::cli {
namespace {

using nlohmann::json;

/// "name: \"ci\" -> \"build\"".
std::string changes_text(const json& changes) {
  std::string text;
  if (!changes.is_object()) return text;
  for (const auto& [field, change] : changes.items()) {
    const json* before = find_field(change, "before");
    const json* after = find_field(change, "after");
    text += fmt::format("{}{}: {} -> {}", text.empty() ? "" : "; ", field,
                        before == nullptr ? "-" : plain_text(*before),
                        after == nullptr ? "-" : plain_text(*after));
  }
  return text;
}

const View& audit_view() {
  constexpr auto kExact = Look::kExact;
  static const View view = {
      {.title = "SEQUENCE", .field = "sequence", .look = kExact},
      {.title = "TIME", .field = "at", .look = Look::kTime},
      {.title = "ACTOR", .field = "actorId", .look = kExact},
      {.title = "ACTION", .field = "action", .look = kExact},
      {.title = "TARGET", .field = "targetId", .look = kExact},
      {.title = "CHANGES", .field = "changes", .shown = Shown::kWide, .text = changes_text},
      {.title = "FROM", .field = "sourceIp", .look = kExact, .shown = Shown::kWide},
      {.title = "BY KEY", .field = "actorKeyId", .look = kExact, .shown = Shown::kWide},
      {.title = "REQUEST", .field = "requestId", .look = kExact, .shown = Shown::kWide},
      {.title = "HASH", .field = "hash", .look = kExact, .shown = Shown::kRecord}};
  return view;
}

std::string intact_text(const json& intact) {
  return intact == true ? "intact" : "broken";
}

class AuditVerify final : public Command {
 public:
  Description description() override {
    return {
        .path = "audit verify",
        .summary = "Follow the chain of hashes from the first row to the last",
        .examples = {"claviger audit verify", "claviger audit verify -o json > audit-head.json"},
        .notes =
            "The exit code is 1 if a row was touched. Note the last row and its hash down: "
            "rows that are taken from\nthe end show by them alone."};
  }

  Result<ExitCode> run(Context& context) override {
    static const View view = {
        {.title = "CHAIN", .field = "intact", .look = Look::kStatus, .text = intact_text},
        {.title = "VERIFIED", .field = "verified", .look = Look::kExact},
        {.title = "HASH", .field = "hash", .look = Look::kExact},
        {.title = "BROKEN AT", .field = "broken.sequence", .look = Look::kExact},
        {.title = "WHY", .field = "broken.why"}};
    Session* session = TRY(context.session());
    const json walk = TRY(session->fetch(
        {.method = "GET", .path = "/v1/audit/verification", .timeout = kTimeToWalk}));
    TRY(context.print(view, walk));
    const json* intact = find_field(walk, "intact");
    const bool is_intact = intact != nullptr && *intact == true;
    if (!is_intact)
      context.console().warning("the audit was touched: do not rely on it from that row on.");
    return is_intact ? ExitCode::kOk : ExitCode::kFailed;
  }

 private:
  static constexpr std::chrono::minutes kTimeToWalk{10};
};

}  // namespace

std::vector<Filter> audit_filters() {
  return {{.flag = "--actor",
           .parameter = "actorId",
           .value = "USER",
           .help = "what this user did (id or e-mail)",
           .kind = &user_kind()},
          {.flag = "--target",
           .parameter = "targetId",
           .value = "ID",
           .help = "what became of this thing: a key's id, an application's"},
          {.flag = "--action", .parameter = "action", .value = "ACTION", .help = "like key.revoke"},
          {.flag = "--since",
           .parameter = "from",
           .value = "WHEN",
           .help = "then or later: a date or RFC 3339",
           .type = FilterValue::kMoment},
          {.flag = "--until",
           .parameter = "to",
           .value = "WHEN",
           .help = "before then",
           .type = FilterValue::kMoment}};
}

void add_audit_commands(CommandTable& table) {
  table.add(list_command(
      {.path = "audit list",
       .summary = "List who did what, the newest first",
       .examples = {"claviger audit list --limit 20",
                    "claviger audit list --target key_01kat0q6p2e7w8m9xr3v5bn4cd -o wide",
                    "claviger audit list --actor ann@example.com --since 2026-11-01"},
       .resource = "/v1/audit",
       .view = audit_view(),
       .filters = audit_filters()}));
  table.add(audit_export_command());
  table.add(std::make_unique<AuditVerify>());
}

}  // namespace claviger::cli
