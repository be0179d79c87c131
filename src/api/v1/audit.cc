// /v1/audit: reading it, taking it along, and proving that nobody has touched it.
#include "claviger/service/audit.h"

#include "list.h"
#include "route.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "claviger/base/csv.h"

namespace claviger::api {
namespace {

// What an export puts into one answer ends with the row that reaches either.
constexpr int kRowsPerExport = 10'000;
constexpr std::size_t kBytesPerExport = std::size_t{8} * 1024 * 1024;
constexpr int kRowsPerRead = 100;  // few, because a row can be as long as what it tells of
constexpr http::StringRule kWord = {.max_bytes = 100};

service::AuditFilter read_filter(http::QueryReader& query) {
  return {.actor = query.optional_id<core::UserId>("actorId"),
          .target_id = query.optional_string("targetId", kWord),
          .action = query.optional_string("action", kWord),
          .from = query.optional_time("from"),
          .to = query.optional_time("to")};
}

/// The line that a page ended with.
std::optional<std::int64_t> read_sequence(const Call& call, http::QueryReader& query) {
  const auto position = read_cursor(call, query);
  if (!position) return std::nullopt;
  return std::stoll(*position);
}

template <class Id>
nlohmann::json id_or_null(const std::optional<Id>& id) {
  return id ? nlohmann::json(id->str()) : nlohmann::json(nullptr);
}

nlohmann::json present_row(const service::AuditRow& row) {
  const auto& entry = row.entry;
  return {{"sequence", row.sequence},
          {"at", to_rfc3339(row.at)},
          {"actorId", id_or_null(entry.actor)},
          {"actorKeyId", id_or_null(entry.actor_key)},
          {"organizationId", id_or_null(entry.organization)},
          {"action", entry.action},
          {"targetKind", entry.target_kind},
          {"targetId", entry.target_id},
          {"changes", nlohmann::json::parse(entry.changes, nullptr, false)},
          {"requestId", entry.request_id},
          {"sourceIp", entry.source_ip},
          {"hash", row.hash}};
}

Result<http::Response> list_audit(const Call& call) {
  http::QueryReader query(call.request.query);
  const int limit = read_limit(query);
  const auto after = read_sequence(call, query);
  const service::AuditFilter filter = read_filter(query);
  TRY(query.finish());
  const auto listed = TRY(
      service::list_audit(call.context(), call.caller, filter, {.limit = limit, .after = after}));
  nlohmann::json data = nlohmann::json::array();
  for (const service::AuditRow& row : listed.items) data.push_back(present_row(row));
  std::optional<std::string> position;
  if (listed.has_more) position = std::to_string(listed.items.back().sequence);
  return list_response(call, std::move(data), position);
}

std::string csv_line(const service::AuditRow& row) {
  const auto& entry = row.entry;
  const auto text = [](const auto& id) { return id ? id->str() : std::string(); };
  return claviger::csv_line({std::to_string(row.sequence), to_rfc3339(row.at), text(entry.actor),
                             text(entry.actor_key), text(entry.organization), entry.action,
                             entry.target_kind, entry.target_id, entry.changes, entry.request_id,
                             entry.source_ip, row.hash});
}

/// At most kRowsPerExport rows, and few enough to stay near kBytesPerExport; the header
/// Claviger-Next-Cursor says where to go on.
Result<http::Response> export_audit(const Call& call) {
  http::QueryReader query(call.request.query);
  const std::string format = query.optional_choice("format", {"ndjson", "csv"}).value_or("ndjson");
  auto after = read_sequence(call, query);
  const service::AuditFilter filter = read_filter(query);
  TRY(query.finish());
  const bool as_csv = format == "csv";
  http::Response response;
  if (as_csv && !after)
    response.body =
        claviger::csv_line({"sequence", "at", "actorId", "actorKeyId", "organizationId", "action",
                            "targetKind", "targetId", "changes", "requestId", "sourceIp", "hash"});
  bool has_more = true;
  bool is_full = false;
  for (int rows = 0; has_more && !is_full && rows < kRowsPerExport; rows += kRowsPerRead) {
    const auto listed = TRY(service::list_audit(call.context(), call.caller, filter,
                                                {.limit = kRowsPerRead, .after = after}));
    has_more = listed.has_more;
    for (const service::AuditRow& row : listed.items) {
      response.body += as_csv ? csv_line(row) : present_row(row).dump() + "\n";
      after = row.sequence;
      is_full = response.body.size() >= kBytesPerExport;
      if (!is_full) continue;
      has_more = has_more || row.sequence != listed.items.back().sequence;
      break;
    }
  }
  response.headers.set(
      {"Content-Type", as_csv ? "text/csv; charset=utf-8" : "application/x-ndjson"});
  if (has_more)
    response.headers.set({"Claviger-Next-Cursor", seal_cursor(call, std::to_string(*after))});
  return response;
}

Result<http::Response> verify_audit(const Call& call) {
  const service::AuditWalk walk = TRY(service::verify_audit(call.context(), call.caller));
  nlohmann::json broken = nullptr;
  if (walk.broken) broken = {{"sequence", walk.broken->sequence}, {"why", walk.broken->why}};
  return http::json_response(200, {{"intact", !walk.broken.has_value()},
                                   {"verified", walk.head.sequence},
                                   {"hash", walk.head.hash},
                                   {"broken", std::move(broken)}});
}

}  // namespace

void add_audit_routes(Routes& routes) {
  const auto reading = [&](std::string path, Query query, Handler handler) {
    routes.push_back({.method = "GET",
                      .path = std::move(path),
                      .credential = Credential::kRequired,
                      .effect = Effect::kReads,
                      .needs = one(core::Permission::kViewAudit),
                      .query = query,
                      .max_body_bytes = kNoBody,
                      .content_types = {},
                      .time_budget = kWaitingBudget,
                      .handler = std::move(handler)});
  };
  reading("/v1/audit", Query::kRead, list_audit);
  reading("/v1/audit/export", Query::kRead, export_audit);
  reading("/v1/audit/verification", Query::kRefused, verify_audit);
}

}  // namespace claviger::api
