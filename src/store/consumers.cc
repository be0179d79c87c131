#include "claviger/store/consumers.h"

#include "connection.h"
#include "json.h"
#include "refusal.h"
#include "where.h"

namespace claviger::store {
namespace {

using core::ApiId;
using core::ConsumerRight;
using core::OrganizationId;
using core::RightSetId;

/// A column that holds a list of exactly one.
template <class T>
std::optional<T> only(std::optional<std::vector<T>> list) {
  if (!list || list->size() != 1) return std::nullopt;
  return std::move(list->front());
}

std::optional<core::NamedGrant> parse_named_grant(std::string_view json) {
  return only(parse_named_grants(json));
}

std::optional<core::Grant> parse_compiled_grant(std::string_view json) {
  return only(parse_compiled_grants(json));
}

ConsumerRight read_consumer(Row& row) {
  const auto consumer = row.id<OrganizationId>();
  return {consumer, row.word(parse_named_grant)};
}

HeldRight read_held_right(Row& row) {
  const auto api = row.id<ApiId>();
  core::NamedGrant most = row.word(parse_named_grant);
  return {api, std::move(most), row.word(parse_compiled_grant)};
}

}  // namespace

Result<core::Version> set_consumer(WriteTransaction& tx, const Scope& scope, const ApiId& api,
                                   const CompiledRight& wanted) {
  const ConsumerRight& right = wanted.right;
  const core::Version version =
      TRY(tx.record_change(ChangedSubject::of(RightSetId::of_consumers(right.consumer))));
  Where where(scope);
  where.id(api).with({{"consumer", right.consumer},
                      {"most", to_json(std::vector{right.most})},
                      {"compiled", to_json(std::vector{wanted.compiled})},
                      {"version", version}});
  const std::int64_t rows = TRY(tx.connection().execute(
      where.after("INSERT INTO api_consumers (api_id, consumer_id, organization_id, most, "
                  "compiled, version) "
                  "SELECT id, :consumer, organization_id, :most, :compiled, :version FROM apis") +
          " ON CONFLICT (api_id, consumer_id) DO UPDATE SET most = excluded.most, "
          "compiled = excluded.compiled, version = excluded.version",
      where.binds(), {.foreign_key = "The consuming organization does not exist."}));
  TRY(found_row(rows, "API"));
  return version;
}

Result<core::Version> remove_consumer(WriteTransaction& tx, const Scope& scope, const ApiId& api,
                                      const OrganizationId& consumer) {
  const core::Version version =
      TRY(tx.record_change(ChangedSubject::of(RightSetId::of_consumers(consumer))));
  Where where(scope);
  where.add("api_id = :api", {"api", api}).add("consumer_id = :consumer", {"consumer", consumer});
  const std::int64_t rows =
      TRY(tx.connection().execute(where.after("DELETE FROM api_consumers"), where.binds()));
  TRY(found_row(rows, "consumer of this API"));
  return version;
}

Result<std::vector<ConsumerRight>> list_consumers(const ReadTransaction& tx, const Scope& scope,
                                                  const ApiId& api) {
  Where where(scope);
  where.add("api_id = :api", {"api", api});
  return tx.connection().select(
      where.after("SELECT consumer_id, most FROM api_consumers") + " ORDER BY consumer_id",
      where.binds(), read_consumer);
}

Result<std::vector<HeldRight>> consumer_rights(const ReadTransaction& tx,
                                               const TenantScope& consumer) {
  return tx.connection().select(
      "SELECT api_id, most, compiled FROM api_consumers WHERE consumer_id = :tenant "
      "ORDER BY api_id",
      {{"tenant", consumer.organization}}, read_held_right);
}

Result<std::optional<HeldRight>> find_consumer_right(const ReadTransaction& tx,
                                                     const TenantScope& consumer,
                                                     const ApiId& api) {
  return tx.connection().select_one(
      "SELECT api_id, most, compiled FROM api_consumers WHERE consumer_id = :tenant "
      "AND api_id = :api",
      {{"tenant", consumer.organization}, {"api", api}}, read_held_right);
}

}  // namespace claviger::store
