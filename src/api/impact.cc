#include "impact.h"

#include "present.h"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace claviger::api {
namespace {

using service::KeyHolder;

template <class Id>
std::optional<KeyHolder> as(std::string_view text) {
  const std::optional<Id> id = Id::parse(text);
  return id ? std::optional<KeyHolder>(*id) : std::nullopt;
}

/// What an id names says how it begins.
std::optional<KeyHolder> holder_of(std::string_view id) {
  if (auto organization = as<core::OrganizationId>(id)) return organization;
  if (auto user = as<core::UserId>(id)) return user;
  if (auto application = as<core::ApplicationId>(id)) return application;
  return as<core::KeyId>(id);
}

/// What the path or the body names, each once, as the rehearsal has read it.
Result<std::vector<KeyHolder>> stopped_by(const Call& call) {
  std::set<KeyHolder> stopped;
  const auto add = [&](std::string_view id) {
    if (const auto holder = holder_of(id)) stopped.insert(*holder);
  };
  if (const std::string_view id = call.path.get("id"); !id.empty()) {
    add(id);
  } else {
    const nlohmann::json body = TRY(call.json());
    for (const nlohmann::json& each : body.at("ids")) add(each.get<std::string>());
  }
  return std::vector<KeyHolder>(stopped.begin(), stopped.end());
}

}  // namespace

nlohmann::json present(const service::CountedCalls& calls) {
  nlohmann::json since = nullptr;
  if (calls.since) since = present_time(*calls.since);
  return {
      {"atLeast", calls.at_least}, {"atMost", calls.at_most}, {"countedSince", std::move(since)}};
}

Result<std::optional<nlohmann::json>> impact_of(const Route& route, const Call& call) {
  if (route.effect != Effect::kStopsKeys) return std::nullopt;
  const auto stopped = TRY(stopped_by(call));
  const service::StopImpact impact = TRY(service::stop_impact(call.context(), stopped));
  return nlohmann::json{{"keys", impact.keys}, {"callsInLast30Days", present(impact.calls)}};
}

}  // namespace claviger::api
