#include "claviger/store/apis.h"

#include "connection.h"
#include "json.h"
#include "refusal.h"
#include "right_sets.h"
#include "where.h"
#include "words.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "claviger/store/organizations.h"

namespace claviger::store {
namespace {

using core::Api;
using core::ApiId;
using core::Endpoint;

constexpr std::string_view kSelect =
    "SELECT id, number, organization_id, name, title, base_path, upstream, standing, carriers, "
    "lets_preflight_through, max_staleness, usual_expiry, most_expiry, scopes, created_at, version "
    "FROM apis";
constexpr std::string_view kSelectSummary =
    "SELECT id, number, organization_id, name, title, base_path, upstream, standing, carriers, "
    "lets_preflight_through, max_staleness, usual_expiry, most_expiry, scopes, created_at, "
    "version, "
    "(SELECT COUNT(*) FROM endpoints WHERE endpoints.api_id = apis.id AND is_present = 1) "
    "FROM apis";

struct StoredEndpoint {
  ApiId api;
  Endpoint endpoint;
};

Value staleness_value(Microseconds staleness) {
  if (staleness == core::kServeAlways) return Value(std::optional<std::int64_t>());
  return Value(std::int64_t{staleness.count()});
}

Value interval_value(const std::optional<core::Interval>& interval) {
  return Value(interval ? std::optional(core::to_string(*interval)) : std::nullopt);
}

std::optional<core::Interval> parse_stored_interval(std::string_view text) {
  const auto interval = core::parse_interval(text);
  return interval ? std::optional(*interval) : std::nullopt;
}

core::ExpiryRule read_expiry_rule(Row& row) {
  core::ExpiryRule rule;
  rule.usual = row.optional_word(parse_stored_interval);
  rule.most = row.optional_word(parse_stored_interval);
  return rule;
}

Api read_api(Row& row) {
  Api api;
  api.id = row.id<ApiId>();
  api.number = core::ApiNumber{static_cast<std::uint32_t>(row.number())};
  api.organization = row.id<core::OrganizationId>();
  api.name = row.text();
  api.title = row.text();
  api.base_path = row.text();
  api.upstream = row.text();
  api.standing = row.word(parse_standing);
  api.carriers = row.word(parse_carriers);
  api.lets_preflight_through = row.flag();
  const auto staleness = row.optional_number();
  api.max_staleness = staleness ? Microseconds{*staleness} : core::kServeAlways;
  api.expiry = read_expiry_rule(row);
  api.scopes = row.word(parse_strings);
  api.created_at = row.time();
  api.version = row.version();
  return api;
}

ApiSummary read_summary(Row& row) {
  Api api = read_api(row);
  return {std::move(api), static_cast<std::size_t>(row.number())};
}

StoredEndpoint read_endpoint(Row& row) {
  StoredEndpoint stored;
  stored.api = row.id<ApiId>();
  stored.endpoint.id = row.id<core::EndpointId>();
  stored.endpoint.number = core::EndpointNumber{static_cast<std::uint32_t>(row.number())};
  stored.endpoint.method = row.word(core::parse_method);
  stored.endpoint.path = row.text();
  stored.endpoint.summary = row.text();
  stored.endpoint.scopes = row.word(parse_strings);
  return stored;
}

/// The endpoints that the APIs from `first` to `last` have now, by API and number. Those that are
/// gone may be many times as many, and are not looked at.
Result<std::vector<StoredEndpoint>> load_endpoints(const ReadTransaction& tx, const Scope& scope,
                                                   const ApiId& first, const ApiId& last) {
  Where where(scope);
  where.add("api_id >= :first", {"first", first})
      .add("api_id <= :last", {"last", last})
      .add("is_present = 1");
  return tx.connection().select(
      where.after("SELECT api_id, id, number, method, path, summary, scopes FROM endpoints") +
          " ORDER BY api_id, number",
      where.binds(), read_endpoint);
}

/// Gives the APIs, which are in the order of their ids, their endpoints.
Result<void> add_endpoints(const ReadTransaction& tx, const Scope& scope, std::vector<Api>& apis) {
  if (apis.empty()) return {};
  auto api = apis.begin();
  for (StoredEndpoint& stored : TRY(load_endpoints(tx, scope, apis.front().id, apis.back().id))) {
    while (api != apis.end() && api->id < stored.api) ++api;
    if (api == apis.end()) break;
    if (api->id == stored.api) api->endpoints.push_back(std::move(stored.endpoint));
  }
  return {};
}

Result<std::optional<Api>> find_api(const ReadTransaction& tx, const Scope& scope,
                                    const Where& where) {
  auto rows = TRY(tx.connection().select(where.after(kSelect), where.binds(), read_api));
  TRY(add_endpoints(tx, scope, rows));
  if (rows.empty()) return std::optional<Api>();
  return std::optional<Api>(std::move(rows.front()));
}

/// "GET /devices/{id}"
std::string label(const Endpoint& endpoint) {
  return fmt::format("{} {}", core::to_string(endpoint.method), endpoint.path);
}

/// An API that was stored can always be encoded: or else no gateway would ever learn anything more.
Result<void> check_endpoints(const Api& api) {
  const core::RouteTableSpec table = core::route_table_of(api);
  std::map<std::string, std::vector<std::size_t>> known;  // by the shape of the path
  std::vector<Fault> faults;
  for (std::size_t i = 0; i < api.endpoints.size(); ++i) {
    std::vector<std::size_t>& others = known[core::path_template_shape(api.endpoints[i].path)];
    const auto same = std::find_if(others.begin(), others.end(), [&](std::size_t other) {
      return !(table.routes[other].methods & table.routes[i].methods).empty();
    });
    if (same == others.end())
      others.push_back(i);
    else
      faults.push_back(
          {fmt::format("/endpoints/{}", i), "duplicate-endpoint",
           PublicText(fmt::format("\"{}\" matches the same calls as \"{}\".",
                                  label(api.endpoints[i]), label(api.endpoints[*same])))});
  }
  if (!faults.empty()) return fail(Error::invalid(std::move(faults)));
  const auto encoded = core::RouteTable::encode(table);
  if (encoded) return {};
  return fail(Error::invalid({{"/endpoints", "not-a-route-table", encoded.error().public_text()}}));
}

/// `present` with the names that are new behind it: a scope keeps its number for ever.
Result<std::vector<std::string>> merged_scopes(std::vector<std::string> present,
                                               const std::vector<std::string>& wanted) {
  std::set<std::string, std::less<>> known(present.begin(), present.end());
  for (const std::string& scope : wanted) {
    if (!known.insert(scope).second) continue;
    present.push_back(scope);
    if (present.size() > core::kMaxScopesPerApi)
      return fail(Error::invalid(
          {{"/scopes", "too-many",
            PublicText(fmt::format("An API can have {} scopes over its life, also those that its "
                                   "document does not name any more; \"{}\" would be one more.",
                                   core::kMaxScopesPerApi, scope))}}));
  }
  return present;
}

Result<core::ApiNumber> next_api_number(WriteTransaction& tx) {
  const auto number = TRY(tx.connection().select_one(
      "UPDATE counters SET last = last + 1 WHERE name = 'api-number' RETURNING last", {},
      [](Row& row) { return row.number(); }));
  if (!number) return fail(Error::internal("the counter of API numbers is missing"));
  return core::ApiNumber{static_cast<std::uint32_t>(*number)};
}

/// The last number that was given to an endpoint of the API. They are given without a gap, so it is
/// also how many endpoints the API has had.
Result<std::uint32_t> last_endpoint_number(WriteTransaction& tx, const Api& api) {
  const auto last = TRY(tx.connection().select_one(
      "SELECT number FROM endpoints WHERE api_id = :api ORDER BY number DESC LIMIT 1",
      {{"api", api.id}}, [](Row& row) { return row.number(); }));
  return static_cast<std::uint32_t>(last.value_or(0));
}

/// Stores an endpoint, which is the same one as ever if it matches the same calls: then it gets its
/// id and number back. Else it has `next`, which is free.
Result<void> store_endpoint(WriteTransaction& tx, const Api& api, Endpoint& endpoint,
                            core::EndpointNumber next) {
  const auto stored = TRY(tx.connection().select_one(
      "INSERT INTO endpoints (id, api_id, organization_id, number, method, path, shape, summary, "
      "scopes, is_present, version) VALUES (:id, :api, :organization, :number, :method, :path, "
      ":shape, :summary, :scopes, 1, :version) "
      "ON CONFLICT (api_id, method, shape) DO UPDATE SET path = excluded.path, "
      "summary = excluded.summary, scopes = excluded.scopes, is_present = 1, "
      "version = excluded.version RETURNING id, number",
      {{"id", endpoint.id},
       {"api", api.id},
       {"organization", api.organization},
       {"number", static_cast<std::int64_t>(next)},
       {"method", core::to_string(endpoint.method)},
       {"path", endpoint.path},
       {"shape", core::path_template_shape(endpoint.path)},
       {"summary", endpoint.summary},
       {"scopes", to_json(endpoint.scopes)},
       {"version", api.version}},
      [&](Row& row) {
        endpoint.id = row.id<core::EndpointId>();
        endpoint.number = core::EndpointNumber{static_cast<std::uint32_t>(row.number())};
        return true;
      }));
  if (!stored) return fail(Error::internal("an endpoint was not stored"));
  return {};
}

Result<void> check_endpoint_number(const Endpoint& endpoint) {
  if (static_cast<std::uint32_t>(endpoint.number) <= kMaxEndpointsOverLife) return {};
  return fail(Error::invalid(
      {{"/endpoints", "too-many",
        PublicText(fmt::format("An API can have {} endpoints over its life, also those that its "
                               "document does not describe any more; \"{}\" would be one more. "
                               "Import the document under another name.",
                               kMaxEndpointsOverLife, label(endpoint)))}}));
}

/// Stores the endpoints of `api` as they are to be, and takes the others away.
Result<void> store_endpoints(WriteTransaction& tx, Api& api) {
  TRY(tx.connection().execute(
      "UPDATE endpoints SET is_present = 0, version = :version "
      "WHERE api_id = :api AND organization_id = :organization AND is_present = 1",
      {{"version", api.version}, {"api", api.id}, {"organization", api.organization}}));
  std::uint32_t last = TRY(last_endpoint_number(tx, api));
  for (Endpoint& endpoint : api.endpoints) {
    const core::EndpointNumber next{last + 1};
    TRY(store_endpoint(tx, api, endpoint, next));
    if (endpoint.number != next) continue;
    TRY(check_endpoint_number(endpoint));
    ++last;
  }
  std::sort(api.endpoints.begin(), api.endpoints.end(),
            [](const Endpoint& a, const Endpoint& b) { return a.number < b.number; });
  return {};
}

/// The values that creating and updating share.
Binds changeable_values(const Api& api) {
  return {{"title", api.title},
          {"base_path", api.base_path},
          {"upstream", api.upstream},
          {"standing", to_word(api.standing)},
          {"carriers", to_json(api.carriers)},
          {"lets_preflight_through", api.lets_preflight_through},
          {"max_staleness", staleness_value(api.max_staleness)},
          {"usual_expiry", interval_value(api.expiry.usual)},
          {"most_expiry", interval_value(api.expiry.most)},
          {"scopes", to_json(api.scopes)},
          {"version", api.version}};
}

}  // namespace

Result<Api> create_api(WriteTransaction& tx, const Scope& scope, const Api& wanted) {
  TRY(check_organization(tx, scope, wanted.organization));
  Api api = wanted;
  api.scopes = TRY(merged_scopes({}, wanted.scopes));
  TRY(check_endpoints(api));
  const bool is_platform = api.name == core::kPlatformApiName;
  api.number = is_platform ? core::kPlatformApi : TRY(next_api_number(tx));
  api.version = TRY(record_api_change(tx, api));
  Binds binds = changeable_values(api);
  binds.insert(binds.end(), {{"id", api.id},
                             {"number", static_cast<std::int64_t>(api.number)},
                             {"organization", api.organization},
                             {"name", api.name},
                             {"created_at", api.created_at}});
  TRY(tx.connection().execute(
      "INSERT INTO apis (id, number, organization_id, name, title, base_path, upstream, standing, "
      "carriers, lets_preflight_through, max_staleness, usual_expiry, most_expiry, scopes, "
      "created_at, version) VALUES (:id, :number, :organization, :name, :title, :base_path, "
      ":upstream, :standing, :carriers, :lets_preflight_through, :max_staleness, :usual_expiry, "
      ":most_expiry, :scopes, :created_at, :version)",
      binds,
      {.unique = "An API of this name exists already.",
       .foreign_key = "The API's organization does not exist."}));
  TRY(store_endpoints(tx, api));
  return api;
}

Result<Api> update_api(WriteTransaction& tx, const Scope& scope, const Api& wanted) {
  Where same(scope);
  same.id(wanted.id);
  const Api present = TRY(
      found(TRY(tx.connection().select_one(same.after(kSelect), same.binds(), read_api)), "API"));
  Api api = wanted;
  api.number = present.number;
  api.organization = present.organization;
  api.name = present.name;
  api.created_at = present.created_at;
  api.scopes = TRY(merged_scopes(present.scopes, wanted.scopes));
  TRY(check_endpoints(api));
  api.version = TRY(record_api_change(tx, api));
  Where where(scope);
  where.id(api.id).with(changeable_values(api));
  TRY(tx.connection().execute(
      where.after("UPDATE apis SET title = :title, base_path = :base_path, upstream = :upstream, "
                  "standing = :standing, carriers = :carriers, "
                  "lets_preflight_through = :lets_preflight_through, "
                  "max_staleness = :max_staleness, usual_expiry = :usual_expiry, "
                  "most_expiry = :most_expiry, scopes = :scopes, version = :version"),
      where.binds()));
  TRY(store_endpoints(tx, api));
  return api;
}

Result<core::Version> update_api_settings(WriteTransaction& tx, const Scope& scope,
                                          const Api& api) {
  const core::Version version = TRY(record_api_change(tx, api));
  Where where(scope);
  where.id(api.id).with({{"carriers", to_json(api.carriers)},
                         {"lets_preflight_through", api.lets_preflight_through},
                         {"max_staleness", staleness_value(api.max_staleness)},
                         {"usual_expiry", interval_value(api.expiry.usual)},
                         {"most_expiry", interval_value(api.expiry.most)},
                         {"version", version}});
  const std::int64_t rows =
      TRY(tx.connection().execute(where.after("UPDATE apis SET carriers = :carriers, "
                                              "lets_preflight_through = :lets_preflight_through, "
                                              "max_staleness = :max_staleness, "
                                              "usual_expiry = :usual_expiry, "
                                              "most_expiry = :most_expiry, version = :version"),
                                  where.binds()));
  TRY(found_row(rows, "API"));
  return version;
}

Result<Api> get_api(const ReadTransaction& tx, const Scope& scope, const ApiId& id) {
  Where where(scope);
  where.id(id);
  return found(TRY(find_api(tx, scope, where)), "API");
}

Result<std::optional<Api>> find_api_by_name(const ReadTransaction& tx, const Scope& scope,
                                            std::string_view name) {
  Where where(scope);
  where.add("name = :name", {"name", name});
  return find_api(tx, scope, where);
}

Result<core::ExpiryRule> find_expiry_rule(const ReadTransaction& tx, const Scope& scope,
                                          std::string_view name) {
  Where where(scope);
  where.add("name = :name", {"name", name});
  const auto rule = TRY(tx.connection().select_one(
      where.after("SELECT usual_expiry, most_expiry FROM apis"), where.binds(), read_expiry_rule));
  return rule.value_or(core::ExpiryRule());
}

Result<Listed<Api>> list_apis(const ReadTransaction& tx, const Scope& scope,
                              const Page<ApiId>& page) {
  Where where(scope);
  where.page(page);
  auto rows = TRY(tx.connection().select(where.after(kSelect), where.binds(), read_api));
  Listed<Api> apis = listed(std::move(rows), page);
  TRY(add_endpoints(tx, scope, apis.items));
  return apis;
}

Result<Listed<ApiSummary>> list_api_summaries(const ReadTransaction& tx, const Scope& scope,
                                              const Page<ApiId>& page) {
  Where where(scope);
  where.page(page);
  auto rows = TRY(tx.connection().select(where.after(kSelectSummary), where.binds(), read_summary));
  return listed(std::move(rows), page);
}

Result<Listed<ApiSummary>> list_consumable_apis(const ReadTransaction& tx,
                                                const TenantScope& consumer,
                                                const Page<ApiId>& page) {
  Where where(AllTenants{});
  where
      .add("id IN (SELECT api_id FROM api_consumers WHERE consumer_id = :consumer)",
           {"consumer", consumer.organization})
      .page(page);
  auto rows = TRY(tx.connection().select(where.after(kSelectSummary), where.binds(), read_summary));
  return listed(std::move(rows), page);
}

}  // namespace claviger::store
