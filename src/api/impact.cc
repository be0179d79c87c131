#include "impact.h"

#include "present.h"

#include <set>
#include <string_view>
#include <vector>

namespace claviger::api {
namespace {

using service::KeyHolder;

/// The keys that the body names, as the rehearsal has read them.
Result<std::vector<KeyHolder>> named_keys(const Call& call) {
  const nlohmann::json body = TRY(call.json());
  std::set<core::KeyId> keys;
  for (const nlohmann::json& id : body.at("ids"))
    if (const auto key = core::KeyId::parse(id.get<std::string>())) keys.insert(*key);
  return std::vector<KeyHolder>(keys.begin(), keys.end());
}

template <class Id>
Result<std::vector<KeyHolder>> named_in_path(const Call& call, std::string_view name) {
  return std::vector<KeyHolder>{TRY(call.id<Id>(name))};
}

/// True for a route that stops the thing itself, not something that belongs to it.
bool stops_whole(const Route& route, std::string_view thing) {
  if (route.effect != Effect::kStops || !route.path.starts_with(thing)) return false;
  const std::string_view act = std::string_view(route.path).substr(thing.size());
  return act.empty() || act == "/revoke" || act == "/disable";
}

/// What keys stop with, if they do.
Result<std::vector<KeyHolder>> stopped_by(const Route& route, const Call& call) {
  if (stops_whole(route, "/v1/organizations/{id}"))
    return named_in_path<core::OrganizationId>(call, "id");
  if (stops_whole(route, "/v1/users/{id}")) return named_in_path<core::UserId>(call, "id");
  if (stops_whole(route, "/v1/applications/{id}"))
    return named_in_path<core::ApplicationId>(call, "id");
  if (stops_whole(route, "/v1/keys/{id}")) return named_in_path<core::KeyId>(call, "id");
  if (stops_whole(route, "/v1/keys")) return named_keys(call);
  return std::vector<KeyHolder>();
}

}  // namespace

nlohmann::json present(const service::CountedCalls& calls) {
  nlohmann::json since = nullptr;
  if (calls.since) since = present_time(*calls.since);
  return {
      {"atLeast", calls.at_least}, {"atMost", calls.at_most}, {"countedSince", std::move(since)}};
}

Result<std::optional<nlohmann::json>> impact_of(const Route& route, const Call& call) {
  const auto stopped = TRY(stopped_by(route, call));
  if (stopped.empty()) return std::nullopt;
  const service::StopImpact impact = TRY(service::stop_impact(call.context(), stopped));
  return nlohmann::json{{"keys", impact.keys}, {"callsInLast30Days", present(impact.calls)}};
}

}  // namespace claviger::api
