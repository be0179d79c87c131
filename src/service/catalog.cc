#include "claviger/service/catalog.h"

#include "api_changes.h"
#include "audit_entry.h"
#include "rights.h"
#include "write_as.h"

#include <algorithm>
#include <map>
#include <set>

#include <boost/url/parse.hpp>
#include <fmt/format.h>

#include "claviger/service/access.h"
#include "claviger/store/apis.h"
#include "claviger/store/consumers.h"
#include "claviger/store/organizations.h"

namespace claviger::service {
namespace {

Fault wrong(std::string pointer, std::string code, std::string detail) {
  return {std::move(pointer), std::move(code), PublicText(std::move(detail))};
}

bool is_upstream(const std::string& url) {
  const auto parsed = boost::urls::parse_uri(url);
  return parsed && (parsed->scheme() == "http" || parsed->scheme() == "https") &&
         !parsed->host().empty() && !parsed->has_userinfo() && !parsed->has_query() &&
         !parsed->has_fragment();
}

Result<void> check(const NewApi& wanted) {
  std::vector<Fault> faults;
  if (!core::is_api_name(wanted.name))
    faults.push_back(wrong("name", "not-an-api-name",
                           "An API's name is 1 to 64 of a-z, 0-9 and, inside, - _ and . (it stands "
                           "in the gateways' configuration)."));
  if (wanted.name == core::kPlatformApiName)
    faults.push_back(wrong("name", "reserved-name",
                           "This is the name of the management API itself; choose another."));
  if (!is_upstream(wanted.upstream))
    faults.push_back(wrong("upstream", "not-an-upstream",
                           "The upstream is an http or https URL such as http://127.0.0.1:9000."));
  const std::string base_path = wanted.base_path.value_or("");
  if (!base_path.empty() && (!core::is_canonical_path(base_path) || base_path.ends_with('/')))
    faults.push_back(wrong("basePath", "not-a-base-path",
                           "The base path begins with a slash, ends without one and is canonical, "
                           "such as /v1."));
  if (!faults.empty()) return fail(Error::invalid(std::move(faults)));
  return {};
}

/// What the document says, in the shape of an API. Numbers are given by the store.
core::Api api_of(const NewApi& wanted, Context& context, Time now) {
  core::Api api;
  api.name = wanted.name;
  api.title = wanted.document.title;
  api.base_path = wanted.base_path.value_or(wanted.document.base_path);
  api.upstream = wanted.upstream;
  api.standing = core::Standing::kActive;
  api.carriers = core::CarrierSet().with(core::Carrier::kAuthorization);
  api.created_at = now;
  std::set<std::string_view> seen;
  for (const DocumentedEndpoint& described : wanted.document.endpoints) {
    api.endpoints.push_back({.id = core::EndpointId::make(now, context.random),
                             .number = {},
                             .method = described.method,
                             .path = described.path,
                             .summary = described.summary,
                             .scopes = described.scopes});
    for (const std::string& scope : described.scopes) {
      if (seen.insert(scope).second) api.scopes.push_back(scope);
    }
  }
  return api;
}

ApiView view_of(core::Api api) {
  const std::size_t endpoints = api.endpoints.size();
  return {std::move(api), endpoints};
}

/// True if one of the rights opens the endpoint to at least one method.
bool is_within(const core::GrantList& rights, const core::Api& api,
               const core::Endpoint& endpoint) {
  const auto opens = [&](core::Method method) {
    const core::Coverage coverage =
        rights.cover({api.number, endpoint.number, method, {}}).coverage;
    return coverage == core::Coverage::kCovered;
  };
  return opens(endpoint.method) ||
         (endpoint.method == core::Method::kGet && opens(core::Method::kHead));
}

ApiView view_of(ApiWithRights found) {
  core::Api api = std::move(found.api);
  if (found.manages) return view_of(std::move(api));
  api.upstream.clear();
  const std::vector<std::byte> bytes = core::GrantList::encode(found.rights);
  const core::GrantList rights(bytes);
  const auto beyond =
      std::remove_if(api.endpoints.begin(), api.endpoints.end(),
                     [&](const auto& endpoint) { return !is_within(rights, api, endpoint); });
  api.endpoints.erase(beyond, api.endpoints.end());
  return view_of(std::move(api));
}

Result<ApiView> view_of(const store::ReadTransaction& tx, store::ApiSummary summary,
                        const core::Principal& principal) {
  if (TRY(manages_apis_of(tx, principal, summary.api.organization)))
    return ApiView{std::move(summary.api), summary.endpoint_count};
  summary.api.upstream.clear();
  return ApiView{std::move(summary.api), std::nullopt};
}

ConsumptionSettings settings_of(const core::Api& api, std::vector<core::ConsumerRight> consumers) {
  return {.x_api_key = api.carriers.contains(core::Carrier::kXApiKey),
          .lets_preflight_through = api.lets_preflight_through,
          .max_staleness = api.max_staleness,
          .expiry = api.expiry,
          .consumers = std::move(consumers)};
}

Result<void> check(const core::ExpiryRule& rule, Time now) {
  if (!rule.usual || !rule.most) return {};
  if (core::after(now, *rule.usual) <= core::after(now, *rule.most)) return {};
  return fail(Error::invalid(
      {wrong("/defaultExpiry", "beyond-the-maximum",
             fmt::format("The default is longer than the maximum, which is {}. Choose a shorter "
                         "default, or a longer maximum.",
                         core::to_string(*rule.most)))}));
}

/// What the consumers' rights stand for on the API. Errors: kInvalidInput for a consumer that
/// stands twice and for names that the API does not have.
Result<std::vector<store::CompiledRight>> compile_consumers(
    const core::Api& api, const std::vector<core::ConsumerRight>& wanted) {
  const core::GrantCompiler compiler(api);
  std::set<core::OrganizationId> seen;
  std::vector<store::CompiledRight> compiled;
  std::vector<Fault> faults;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const std::string pointer = fmt::format("/consumers/{}", i);
    if (!seen.insert(wanted[i].consumer).second)
      faults.push_back(
          wrong(pointer + "/organizationId", "named-twice",
                "This organization stands twice; give it once, with all it may take."));
    core::ConsumerRight right = wanted[i];
    right.most.api = api.name;
    auto grant = compiler.compile(right.most, {}, pointer + "/most");
    if (grant)
      compiled.push_back({std::move(right), *std::move(grant)});
    else
      faults.insert(faults.end(), grant.error().faults().begin(), grant.error().faults().end());
    if (faults.size() >= kMostFaults) break;
  }
  if (!faults.empty()) return fail(Error::invalid(std::move(faults)));
  return compiled;
}

/// What the audit tells: of the consumers, those that come, go or may take something else.
Changes difference(const ConsumptionSettings& before, const ConsumptionSettings& after) {
  const auto without_those_in = [](const ConsumptionSettings& settings,
                                   const std::vector<core::ConsumerRight>& others) {
    std::set<nlohmann::json> known;
    for (const core::ConsumerRight& other : others) known.insert(shown(other));
    ConsumptionSettings rest = settings;
    std::erase_if(rest.consumers, [&](const core::ConsumerRight& consumer) {
      return known.count(shown(consumer)) != 0;
    });
    return rest;
  };
  return Changes::between(shown(without_those_in(before, after.consumers)),
                          shown(without_those_in(after, before.consumers)));
}

/// Adds the consumers that are wanted, changes those that differ, and removes the others.
Result<void> replace_consumers(store::WriteTransaction& tx, const store::Scope& scope,
                               core::ApiId api, const std::vector<store::CompiledRight>& wanted) {
  std::map<core::OrganizationId, core::NamedGrant> present;
  for (core::ConsumerRight& right : TRY(store::list_consumers(tx, scope, api)))
    present.emplace(right.consumer, std::move(right.most));
  for (const store::CompiledRight& right : wanted) {
    const auto there = present.find(right.right.consumer);
    if (there == present.end() || !(there->second == right.right.most))
      TRY(store::set_consumer(tx, scope, api, right));
    if (there != present.end()) present.erase(there);
  }
  for (const auto& [consumer, most] : present)
    TRY(store::remove_consumer(tx, scope, api, consumer));
  return {};
}

}  // namespace

Result<ApiView> import_api(Context& context, const Caller& caller, const NewApi& wanted) {
  TRY(check(wanted));
  const store::Scope scope = asset_scope(caller.principal);
  return write_as(context, caller, [&](store::WriteTransaction& tx) -> Result<ApiView> {
    core::Api api = api_of(wanted, context, tx.now());
    const auto present = TRY(store::find_api_by_name(tx, store::AllTenants{}, wanted.name));
    if (present && !store::check_organization(tx, scope, present->organization))
      return fail(Error::refused(
          ErrorCode::kConflict,
          fmt::format("The name \"{}\" is taken by another organization; choose another.",
                      wanted.name)));
    const bool is_new = !present;
    // What is not there has no version that anybody has seen.
    TRY(require_seen(caller, present ? present->version : core::Version()));
    api.id = is_new ? core::ApiId::make(tx.now(), context.random) : present->id;
    api.organization = is_new ? caller.principal.organization : present->organization;
    if (!is_new) {
      api.carriers = present->carriers;
      api.lets_preflight_through = present->lets_preflight_through;
      api.max_staleness = present->max_staleness;
      api.expiry = present->expiry;
    }
    api = TRY(is_new ? store::create_api(tx, scope, api) : store::update_api(tx, scope, api));
    TRY(tx.audit(
        audit_of(caller, {.action = is_new ? "api.create" : "api.update",
                          .organization = api.organization,
                          .target_kind = "api",
                          .target_id = api.id.str(),
                          .changes = present ? api_changes(*present, api) : new_api(api)})));
    return view_of(std::move(api));
  });
}

Result<ApiView> get_api(Context& context, const Caller& caller, core::ApiId id) {
  return context.database.read([&](store::ReadTransaction& tx) -> Result<ApiView> {
    return view_of(TRY(get_api_with_rights(tx, caller.principal, id)));
  });
}

Result<Listed<ApiView>> list_apis(Context& context, const Caller& caller,
                                  const Page<core::ApiId>& page) {
  using Views = Listed<ApiView>;
  const store::Scope own = asset_scope(caller.principal);
  const auto consumer = store::TenantScope::of(caller.principal);
  return context.database.read([&](store::ReadTransaction& tx) -> Result<Views> {
    auto owned = TRY(store::list_api_summaries(tx, own, page));
    auto consumable = TRY(store::list_consumable_apis(tx, consumer, page));
    Views views{.items = {}, .has_more = owned.has_more || consumable.has_more};
    for (store::ApiSummary& summary : owned.items)
      views.items.push_back(TRY(view_of(tx, std::move(summary), caller.principal)));
    for (store::ApiSummary& summary : consumable.items) {
      if (store::check_organization(tx, own, summary.api.organization)) continue;
      views.items.push_back(TRY(view_of(tx, std::move(summary), caller.principal)));
    }
    // The first of both together are among the first of each.
    std::sort(views.items.begin(), views.items.end(),
              [](const ApiView& a, const ApiView& b) { return a.api.id < b.api.id; });
    const auto limit = static_cast<std::size_t>(page.limit);
    if (views.items.size() > limit) {
      views.items.resize(limit);
      views.has_more = true;
    }
    return views;
  });
}

Result<StoredSettings> get_consumption_settings(Context& context, const Caller& caller,
                                                core::ApiId id) {
  const store::Scope scope = asset_scope(caller.principal);
  return context.database.read([&](store::ReadTransaction& tx) -> Result<StoredSettings> {
    const core::Api api = TRY(store::get_api(tx, scope, id));
    auto consumers = TRY(store::list_consumers(tx, scope, id));
    return StoredSettings{settings_of(api, std::move(consumers)), api.version};
  });
}

Result<Changed<ConsumptionSettings>> set_consumption_settings(Context& context,
                                                              const Caller& caller, core::ApiId id,
                                                              const ConsumptionSettings& wanted) {
  using Answer = Changed<ConsumptionSettings>;
  const store::Scope scope = asset_scope(caller.principal);
  // Names are resolved beside the writer: the numbers that they stand for never change.
  core::Api api = TRY(context.database.read(
      [&](store::ReadTransaction& tx) { return store::get_api(tx, scope, id); }));
  if (api.number == core::kPlatformApi)
    return fail(Error::refused(ErrorCode::kConflict,
                               "The management API is open to whoever holds a permission; it has "
                               "no consumption settings."));
  TRY(check(wanted.expiry, context.clock.now()));
  const std::vector<store::CompiledRight> consumers = TRY(compile_consumers(api, wanted.consumers));
  api.carriers = core::CarrierSet().with(core::Carrier::kAuthorization);
  if (wanted.x_api_key) api.carriers = api.carriers.with(core::Carrier::kXApiKey);
  api.lets_preflight_through = wanted.lets_preflight_through;
  api.max_staleness = wanted.max_staleness;
  api.expiry = wanted.expiry;
  std::vector<core::ConsumerRight> rights;
  for (const store::CompiledRight& consumer : consumers) rights.push_back(consumer.right);
  const ConsumptionSettings settings = settings_of(api, std::move(rights));
  return write_as(context, caller, [&](store::WriteTransaction& tx) -> Result<Answer> {
    const core::Api present = TRY(store::get_api(tx, scope, id));
    TRY(require_seen(caller, present.version));
    const ConsumptionSettings before =
        settings_of(present, TRY(store::list_consumers(tx, scope, id)));
    const core::Version version = TRY(store::update_api_settings(tx, scope, api));
    TRY(replace_consumers(tx, scope, id, consumers));
    TRY(tx.audit(audit_of(caller, {.action = "api.consumption-settings",
                                   .organization = api.organization,
                                   .target_kind = "api",
                                   .target_id = id.str(),
                                   .changes = difference(before, settings)})));
    return Answer{settings, tx.version().value_or(version), tx.now()};
  });
}

}  // namespace claviger::service
