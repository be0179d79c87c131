#include "receipt.h"

#include <algorithm>

#include "claviger/core/interval.h"

namespace claviger::api {
namespace {

constexpr Microseconds kLongestWait = std::chrono::seconds{30};

}  // namespace

Wait read_wait(http::QueryReader& query) {
  Wait wait;
  wait.for_applied =
      query.optional_choice("wait", {"applied", "none"}).value_or("none") == "applied";
  const auto text = query.optional_string("timeout", {.max_bytes = 20});
  if (!text) return wait;
  const auto interval = core::parse_interval(*text);
  if (interval && interval->months == 0 && interval->rest <= kLongestWait)
    wait.at_most = interval->rest;
  else
    query.fault("timeout", "not-a-timeout", "A timeout is 1s to 30s.");
  return wait;
}

Result<nlohmann::json> receipt_json(const Call& call, const Wait& wait, core::Version version,
                                    Time changed_at) {
  const auto deadline =
      std::min(call.request.deadline, std::chrono::steady_clock::now() + wait.at_most);
  const service::Receipt receipt =
      TRY(service::receipt_of(call.context(), version, changed_at, deadline));
  nlohmann::json gateways = nlohmann::json::array();
  for (const service::ReceiptLine& line : receipt.gateways) {
    const bool applied = line.reach == service::Reach::kApplied;
    nlohmann::json milliseconds = nullptr;
    if (applied) milliseconds = static_cast<double>(line.after.count()) / 1000.0;
    gateways.push_back({{"id", line.gateway.str()},
                        {"name", line.name},
                        {"state", applied ? "applied" : "silent"},
                        {"milliseconds", milliseconds}});
  }
  return nlohmann::json{{"version", receipt.version.number}, {"gateways", std::move(gateways)}};
}

}  // namespace claviger::api
