#include "change.h"

#include "agree.h"
#include "expiry.h"
#include "json_field.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace claviger::cli {
namespace {

using nlohmann::json;

constexpr std::chrono::seconds kTimeToAnswer{10};  // beyond what the server waits

bool has_applied(const json& gateway) {
  return text_at(gateway, "state") == "applied";
}

std::string gateway_text(const json& gateway) {
  const std::string who = text_at(gateway, "name");
  if (!has_applied(gateway)) return who + " silent";
  const json* milliseconds = find_field(gateway, "milliseconds");
  if (milliseconds == nullptr || !milliseconds->is_number()) return who + " applied";
  return fmt::format("{} {:.1f} ms", who, milliseconds->get<double>());
}

bool prints_whole(Format format) {
  return format == Format::kJson || format == Format::kYaml;
}

}  // namespace

std::string receipt_text(const json& gateways) {
  if (gateways.empty()) return "no gateway is connected";
  std::string text;
  for (const json& gateway : gateways) text += (text.empty() ? "" : ", ") + gateway_text(gateway);
  return text;
}

std::vector<Argument> change_arguments(ChangeOptions& options, Receipts receipts) {
  std::vector<Argument> arguments;
  if (receipts == Receipts::kGiven)
    arguments = {{.name = "--wait",
                  .help = "until every gateway has applied it, and say when each had",
                  .target = &options.waits},
                 {.name = "--timeout",
                  .value = "SPAN",
                  .help = "with --wait, how long at most (5s)",
                  .target = &options.timeout}};
  arguments.push_back({.name = "--dry-run",
                       .help = "let the server try it, show what would be, and change nothing",
                       .target = &options.is_dry_run});
  return arguments;
}

Result<void> apply(const ChangeOptions& options, ApiRequest& request) {
  if (options.waits) {
    const Microseconds most = TRY(parse_wait(options.timeout));
    request.query.push_back({"wait", "applied"});
    request.query.push_back({"timeout", options.timeout});
    request.timeout = std::chrono::ceil<std::chrono::milliseconds>(most) + kTimeToAnswer;
  }
  if (options.is_dry_run) request.query.push_back({"dryRun", "true"});
  return {};
}

std::string impact_text(const json& impact) {
  const std::int64_t least = number_at(impact, "callsInLast30Days.atLeast");
  const std::int64_t most = number_at(impact, "callsInLast30Days.atMost");
  // The calls lie between two numbers, which are often the same.
  const std::string calls =
      least == most ? counted(most, "call") : fmt::format("{} to {}", least, counted(most, "call"));
  return fmt::format("What would stop: {}, with {} in the last 30 days.",
                     counted(number_at(impact, "keys"), "active key"), calls);
}

void report_dry_run(Context& context, const json& reply) {
  const json* is_dry_run = find_field(reply, "dryRun");
  if (is_dry_run == nullptr || *is_dry_run != true) return;
  context.console().note("This was a dry run: nothing has been changed.");
  const json* impact = find_field(reply, "impact");
  if (impact != nullptr) context.console().note(impact_text(*impact));
}

ExitCode judge_receipt(Context& context, const json& reply) {
  const json* gateways = find_field(reply, "receipt.gateways");
  if (gateways == nullptr || !gateways->is_array()) return ExitCode::kOk;
  const auto applied = std::count_if(gateways->begin(), gateways->end(), has_applied);
  const auto silent = static_cast<std::ptrdiff_t>(gateways->size()) - applied;
  if (silent == 0) return ExitCode::kOk;
  context.console().warning(
      fmt::format("{} of {} gateways did not confirm in time.", silent, gateways->size()));
  return ExitCode::kFailed;
}

View changed_view(const Kind& kind) {
  View view = kind.view();
  view.push_back(
      {.title = "RECEIPT", .field = "receipt", .shown = Shown::kRecord, .text = receipt_text});
  return view;
}

json changed_record(const Kind& kind, const json& reply) {
  const json* inner = find_field(reply, kind.member);
  json record = inner != nullptr && inner->is_object() ? *inner : reply;
  const json* gateways = find_field(reply, "receipt.gateways");
  if (gateways != nullptr) record["receipt"] = *gateways;
  return record;
}

Result<ExitCode> print_changed(Context& context, const Kind& kind, const json& reply) {
  const Settings* settings = TRY(context.settings());
  const Format format = TRY(settings->output()).format;
  TRY(context.print(changed_view(kind),
                    prints_whole(format) ? reply : changed_record(kind, reply)));
  report_dry_run(context, reply);
  return judge_receipt(context, reply);
}

Result<ExitCode> print_changed_list(Context& context, const Kind& kind, const json& reply) {
  const Settings* settings = TRY(context.settings());
  const json* things = find_field(reply, std::string(kind.member) + 's');
  if (prints_whole(TRY(settings->output()).format) || things == nullptr)
    TRY(context.print(kind.view(), reply));
  else
    TRY(context.print_items(kind.view(), *things));
  const json* gateways = find_field(reply, "receipt.gateways");
  if (gateways != nullptr) context.console().note("Receipt: " + receipt_text(*gateways));
  report_dry_run(context, reply);
  return judge_receipt(context, reply);
}

}  // namespace claviger::cli
