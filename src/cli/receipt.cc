#include "receipt.h"

#include "expiry.h"
#include "json_field.h"
#include "key_view.h"

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

/// "gw-1 3.1 ms, gw-2 silent".
std::string receipt_text(const json& gateways) {
  if (gateways.empty()) return "no gateway is connected";
  std::string text;
  for (const json& gateway : gateways) text += (text.empty() ? "" : ", ") + gateway_text(gateway);
  return text;
}

View changed_key_view() {
  View view = key_view();
  view.push_back(
      {.title = "RECEIPT", .field = "receipt", .shown = Shown::kRecord, .text = receipt_text});
  return view;
}

}  // namespace

std::vector<Argument> wait_arguments(WaitOptions& wait) {
  return {{.name = "--wait",
           .help = "until every gateway has applied it, and say when each had",
           .target = &wait.is_wanted},
          {.name = "--timeout",
           .value = "SPAN",
           .help = "with --wait, how long at most (5s)",
           .target = &wait.timeout}};
}

Result<void> add_wait(const WaitOptions& wait, ApiRequest& request) {
  if (!wait.is_wanted) return {};
  const Microseconds most = TRY(parse_wait(wait.timeout));
  request.query.push_back({"wait", "applied"});
  request.query.push_back({"timeout", wait.timeout});
  request.timeout = std::chrono::ceil<std::chrono::milliseconds>(most) + kTimeToAnswer;
  return {};
}

Result<ExitCode> print_changed_key(Context& context, const json& reply) {
  const Settings* settings = TRY(context.settings());
  const Format format = TRY(settings->output()).format;
  const json* key = find_field(reply, "key");
  const json* gateways = find_field(reply, "receipt.gateways");
  if (format == Format::kJson || format == Format::kYaml || key == nullptr) {
    TRY(context.print(key_view(), reply));
  } else {
    json shown = *key;
    if (gateways != nullptr) shown["receipt"] = *gateways;
    TRY(context.print(changed_key_view(), shown));
  }
  if (gateways == nullptr || !gateways->is_array()) return ExitCode::kOk;
  const auto applied = std::count_if(gateways->begin(), gateways->end(), has_applied);
  const auto silent = static_cast<std::ptrdiff_t>(gateways->size()) - applied;
  if (silent == 0) return ExitCode::kOk;
  context.console().warning(
      fmt::format("{} of {} gateways did not confirm in time.", silent, gateways->size()));
  return ExitCode::kFailed;
}

}  // namespace claviger::cli
