#include "diagnosis.h"

#include "json_field.h"
#include "settings.h"

#include <cmath>
#include <ctime>
#include <iomanip>
#include <sstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace claviger::cli {
namespace {

using nlohmann::json;

// A key may be refused as not yet valid by so much; sessions and receipts hold against a minute.
constexpr std::chrono::seconds kTolerableSkew{5};
constexpr std::chrono::minutes kHarmfulSkew{2};
constexpr std::chrono::hours kSoon{1};

double seconds_of(Microseconds span) {
  return std::chrono::duration<double>(span).count();
}

Finding judge_gateway(const json& gateway) {
  Finding finding{.check = "gateway " + text_at(gateway, "name"),
                  .health = Health::kOk,
                  .found = "It is live, and has every change."};
  const std::int64_t behind = number_at(gateway, "lag");
  if (text_at(gateway, "state") != "live") {
    finding.health = Health::kFailed;
    finding.found = fmt::format("It was last heard of at {}.", text_at(gateway, "lastSeenAt"));
    finding.advice = fmt::format("Look whether its agent runs on {}.", text_at(gateway, "host"));
  } else if (behind > 0) {
    finding.health = Health::kWarning;
    finding.found = fmt::format("It is live, and {} changes behind.", behind);
    finding.advice = "Look again in a moment; if it stays behind, read the log of its agent.";
  }
  return finding;
}

}  // namespace

std::string_view to_string(Health health) {
  switch (health) {
    case Health::kOk:
      return "ok";
    case Health::kWarning:
      return "warn";
    case Health::kFailed:
      return "fail";
  }
  return "";
}

std::optional<Time> parse_http_date(std::string_view text) {
  constexpr const char* kForm = "%a, %d %b %Y %H:%M:%S GMT";
  std::tm parts{};
  std::istringstream in{std::string(text)};
  in.imbue(std::locale::classic());
  in >> std::get_time(&parts, kForm);
  if (in.fail()) return std::nullopt;
  const Time time{std::chrono::seconds(::timegm(&parts))};
  // get_time() is content with a beginning: what it read must be the whole.
  std::ostringstream again;
  again.imbue(std::locale::classic());
  again << std::put_time(&parts, kForm);
  return again.str() == text ? std::optional(time) : std::nullopt;
}

Finding judge_clock(std::string_view date, Time now, Microseconds elapsed) {
  Finding finding{.check = "clock", .health = Health::kOk, .found = {}};
  const auto server_time = parse_http_date(date);
  if (!server_time) {
    finding.health = Health::kWarning;
    finding.found = "The server does not say what time it is.";
    finding.advice = "Compare its clock with this machine's by hand.";
    return finding;
  }
  // The header is half a second too early on average, and was written while the question was on
  // its way.
  const Microseconds skew = *server_time + std::chrono::milliseconds(500) - (now - elapsed / 2);
  const double seconds = seconds_of(skew);
  const Microseconds distance{std::abs(skew.count())};
  if (distance <= kTolerableSkew) {
    finding.found = "The server's clock and this machine's agree.";
    return finding;
  }
  finding.health = distance > kHarmfulSkew ? Health::kFailed : Health::kWarning;
  finding.found = fmt::format("The server's clock is {:.0f} seconds {} this machine's.",
                              std::abs(seconds), seconds > 0 ? "ahead of" : "behind");
  finding.advice = "Let both keep time by NTP: expiries are compared with the clock.";
  return finding;
}

Finding judge_transport(const std::string& server) {
  if (server.starts_with("https://"))
    return {.check = "transport",
            .health = Health::kOk,
            .found = "Encrypted, by a certificate that is trusted."};
  if (is_on_this_machine(server))
    return {.check = "transport",
            .health = Health::kOk,
            .found = "Not encrypted, and on this machine alone."};
  return {.check = "transport",
          .health = Health::kWarning,
          .found = "Not encrypted: others on the way can read passwords and tokens.",
          .advice = "Put a reverse proxy with TLS before the server, and sign in by https."};
}

Finding judge_account(const json& me, const std::string& expires_at, Time now) {
  Finding finding{.check = "account", .health = Health::kOk, .found = {}};
  const json* permissions = find_field(me, "permissions");
  const std::size_t count =
      permissions != nullptr && permissions->is_array() ? permissions->size() : 0;
  finding.found = fmt::format("Signed in as {}, with {} permission{}", text_at(me, "email"), count,
                              count == 1 ? "" : "s");
  if (count == 0) {
    finding.health = Health::kWarning;
    finding.advice = "Ask an administrator of your organization for a role.";
  }
  const auto end = parse_rfc3339(expires_at);
  if (end) finding.found += ", until " + expires_at;
  finding.found += '.';
  if (end && *end - now < kSoon) {
    finding.health = Health::kWarning;
    finding.advice = "The token ends soon; sign in anew: claviger auth login";
  }
  return finding;
}

std::vector<Finding> judge_gateways(const std::vector<json>& gateways) {
  if (gateways.empty())
    return {{.check = "gateways",
             .health = Health::kWarning,
             .found = "There is none: keys are issued, and decided upon nowhere.",
             .advice = "Start nginx with the module; see docs/operations.md."}};
  std::vector<Finding> findings;
  for (const json& gateway : gateways) findings.push_back(judge_gateway(gateway));
  return findings;
}

Finding failed(std::string check, const Error& error, std::string advice) {
  const bool is_internal = error.code() == ErrorCode::kInternal && !error.internal_text().empty();
  return {.check = std::move(check),
          .health = Health::kFailed,
          .found = is_internal ? std::string(error.internal_text()) : error.public_text().str(),
          .advice = std::move(advice)};
}

}  // namespace claviger::cli
