#include "claviger/store/key_list.h"

#include "connection.h"
#include "key_list_statement.h"
#include "key_rows.h"
#include "where.h"

#include <algorithm>

namespace claviger::store {
namespace {

using core::AccessKey;
using core::KeyStatus;

// Without statistics, a planner takes the index of which the statement names most columns. What
// must not draw it away from the list's own rows is therefore written as an expression: "|| ''" and
// "+ 0" change no value, and no index has them.
constexpr std::string_view kUnexpired = "(COALESCE(expires_at, 9223372036854775807) + 0) > :now";
constexpr std::string_view kEnd = "COALESCE(expires_at, 9223372036854775807)";

/// How long the making of a key's id may lie before the transaction that stores the key.
constexpr Microseconds kLongestBirth = std::chrono::minutes{1};

/// Behind every text that begins with `prefix`: the last code point, which no name holds.
std::string end_of(const std::string& prefix) {
  return prefix + "\xF4\x8F\xBF\xBF";
}

/// The id that lies before all that are made from `time` on (RFC 9562 §5.7).
core::KeyId first_id_of(Time time) {
  Uuid uuid;
  const std::int64_t milliseconds = std::max<std::int64_t>(to_microseconds(time), 0) / 1000;
  for (std::size_t i = 0; i < 6; ++i)
    uuid.bytes[i] = static_cast<std::byte>(milliseconds >> 8 * (5 - i) & 0xFF);
  return core::KeyId(uuid);
}

/// Whose rows a list begins with.
enum class Axis : std::uint8_t { kOrganization, kBounded, kApi };

Axis axis_of(const KeyFilter& filter) {
  if (filter.application || filter.application_owner || filter.maker) return Axis::kBounded;
  return filter.api ? Axis::kApi : Axis::kOrganization;
}

class Conditions {
 public:
  Conditions(const Scope& scope, const KeyFilter& filter, KeyOrder order)
      : filter_(filter),
        axis_(axis_of(filter)),
        order_(order),
        id_(axis_ == Axis::kApi ? "key_apis.key_id" : "access_keys.id"),
        is_tree_(scope.extent() == Scope::Extent::kTree),
        where_(scope,
               axis_ == Axis::kApi ? "key_apis.organization_id" : "access_keys.organization_id") {
    add_rows();
    add_status();
    add_times();
    if (filter_.kind) where_.add("kind = :kind", {"kind", core::to_string(*filter_.kind)});
    if (!filter_.name_prefix.empty()) add_prefix("name", filter_.name_prefix);
    if (!filter_.secret_prefix.empty()) add_prefix("prefix", filter_.secret_prefix);
  }

  /// The page's part, and the statement.
  std::string statement(const KeyPage& page);

  [[nodiscard]] const Binds& binds() const { return where_.binds(); }

 private:
  void add_rows();
  void add_status();
  void add_times();
  void add_prefix(const std::string& column, const std::string& prefix);
  [[nodiscard]] std::string order_column() const;

  const KeyFilter& filter_;
  Axis axis_;
  KeyOrder order_;
  std::string id_;
  bool is_tree_;  ///< several organizations: the index of each is read, and the order is sorted
  Where where_;
};

void Conditions::add_rows() {
  if (filter_.application)
    where_.add("application_id = :application", {"application", *filter_.application});
  if (filter_.application_owner)
    where_.add("owner_id = :owner", {"owner", *filter_.application_owner});
  if (filter_.maker) where_.add("maker_id = :maker", {"maker", *filter_.maker});
  if (!filter_.api) return;
  if (axis_ == Axis::kApi)
    where_.add("key_apis.api_id = :api", {"api", *filter_.api})
        .add("access_keys.id = key_apis.key_id");
  else
    where_.add(
        "EXISTS (SELECT 1 FROM key_apis WHERE key_apis.api_id = :api "
        "AND key_apis.key_id = access_keys.id)",
        {"api", *filter_.api});
}

/// The condition under which a reader of the clock sees this status (core::status_at()).
void Conditions::add_status() {
  if (!filter_.status) {
    if (filter_.revoked == Revoked::kLeftOut) where_.add("state <> 'revoked'");
    return;
  }
  if (*filter_.status == KeyStatus::kExpired) {
    where_.add("state || '' IN ('active', 'disabled')")
        .add(std::string(kEnd) + " <= :now", {"now", filter_.now});
    return;
  }
  const bool leads = axis_ == Axis::kOrganization && order_ == KeyOrder::kCreated;
  where_.add(leads ? "state = :state" : "state || '' = :state",
             {"state", core::to_string(*filter_.status)});
  if (*filter_.status == KeyStatus::kActive || *filter_.status == KeyStatus::kDisabled)
    where_.add(kUnexpired, {"now", filter_.now});
}

/// What was made in a time is a range of ids as well: those are made shortly before the row.
void Conditions::add_times() {
  if (filter_.created_after) {
    where_.add("created_at >= :created_after", {"created_after", *filter_.created_after})
        .add(id_ + " >= :first_id",
             {"first_id", first_id_of(*filter_.created_after - kLongestBirth)});
  }
  if (filter_.created_before) {
    where_.add("created_at < :created_before", {"created_before", *filter_.created_before})
        .add(id_ + " < :last_id",
             {"last_id", first_id_of(*filter_.created_before + std::chrono::milliseconds{1})});
  }
  if (filter_.expires_after)
    where_.add(std::string(kEnd) + " >= :expires_after", {"expires_after", *filter_.expires_after});
  if (filter_.expires_before)
    where_.add(std::string(kEnd) + " < :expires_before",
               {"expires_before", *filter_.expires_before});
}

void Conditions::add_prefix(const std::string& column, const std::string& prefix) {
  where_
      .add(column + " >= :from_" + column, {column == "name" ? "from_name" : "from_prefix", prefix})
      .add(column + " < :to_" + column,
           {column == "name" ? "to_name" : "to_prefix", end_of(prefix)});
}

/// Where limits bound the rows, their own index leads, and the order is sorted.
std::string Conditions::order_column() const {
  const bool is_bounded = axis_ == Axis::kBounded;
  switch (order_) {
    case KeyOrder::kCreated:
      return {};
    case KeyOrder::kName:
      return is_bounded ? "(name || '')" : "name";
    case KeyOrder::kPrefix:
      return is_bounded ? "(prefix || '')" : "prefix";
    case KeyOrder::kEnd:
      return is_bounded ? '(' + std::string(kEnd) + " + 0)" : std::string(kEnd);
  }
  return {};
}

std::string Conditions::statement(const KeyPage& page) {
  const bool forward = page.direction == Direction::kForward;
  const std::string beyond = forward ? " > " : " < ";
  const std::string column = order_column();
  if (page.after && column.empty()) where_.add(id_ + beyond + ":after", {"after", page.after->id});
  if (page.after && !column.empty()) {
    const bool by_end = order_ == KeyOrder::kEnd;
    where_
        .add(column + (forward ? " >= " : " <= ") + ":at",
             {"at", by_end ? Value(page.after->end) : Value(page.after->text)})
        .add('(' + column + beyond + ":at OR " + id_ + beyond + ":after)",
             {"after", page.after->id});
  }
  const std::string suffix = forward ? "" : " DESC";
  std::string order = " ORDER BY ";
  if (!column.empty()) order += column + suffix + ", ";
  order += is_tree_ ? '(' + id_ + " || '')" : id_;
  where_.tail(order + suffix + " LIMIT :limit",
              {"limit", std::clamp(page.limit, 1, kMaxPageSize) + 1});
  // SQLite keeps the order in which a cross join names its tables.
  const std::string_view from =
      axis_ == Axis::kApi ? " FROM key_apis CROSS JOIN access_keys" : " FROM access_keys";
  return where_.after(std::string(kKeyColumns) + std::string(from));
}

/// Where keys of this state are counted.
std::int64_t& place_of(KeyCounts& counts, core::KeyState state, Time expires_at) {
  AccessKey key;
  key.state = state;
  key.expires_at = expires_at;
  return counts[static_cast<std::size_t>(core::status_at(key, kStartOfTime))];
}

/// Of an application or of a user: row by row.
Result<KeyCounts> count_bounded(const ReadTransaction& tx, const Scope& scope,
                                const KeyFilter& filter) {
  Where where(scope);
  if (filter.application)
    where.add("application_id = :application", {"application", *filter.application});
  if (filter.application_owner)
    where.add("owner_id = :owner", {"owner", *filter.application_owner});
  if (filter.maker) where.add("maker_id = :maker", {"maker", *filter.maker});
  where.with({{"now", filter.now}});
  KeyCounts counts{};
  TRY(tx.connection().query(
      where.after("SELECT state, CASE WHEN expires_at <= :now THEN 1 ELSE 0 END FROM access_keys"),
      where.binds(), [&](Row& row) {
        const auto state = row.word(core::parse_key_state);
        ++place_of(counts, state, row.flag() ? kStartOfTime : kEndOfTime);
      }));
  return counts;
}

}  // namespace

KeyPosition position_of(const AccessKey& key, KeyOrder order) {
  switch (order) {
    case KeyOrder::kCreated:
      return {.id = key.id};
    case KeyOrder::kName:
      return {.id = key.id, .text = key.name};
    case KeyOrder::kPrefix:
      return {.id = key.id, .text = key.hint.prefix};
    case KeyOrder::kEnd:
      return {.id = key.id, .text = {}, .end = key.expires_at};
  }
  return {.id = key.id};
}

bool is_indexed(const KeyFilter& filter, KeyOrder order) {
  return order == KeyOrder::kCreated || axis_of(filter) != Axis::kApi;
}

ListStatement list_statement_of(const Scope& scope, const KeyFilter& filter, const KeyPage& page) {
  Conditions conditions(scope, filter, page.order);
  std::string sql = conditions.statement(page);
  return {std::move(sql), conditions.binds()};
}

Result<Listed<AccessKey>> list_keys(const ReadTransaction& tx, const Scope& scope,
                                    const KeyFilter& filter, const KeyPage& page) {
  const ListStatement statement = list_statement_of(scope, filter, page);
  auto rows = TRY(tx.connection().select(statement.sql, statement.binds, read_key));
  return listed(std::move(rows), Page<core::KeyId>{.limit = page.limit});
}

Result<KeyCounts> count_keys_by_status(const ReadTransaction& tx, const Scope& scope,
                                       const KeyFilter& filter) {
  if (axis_of(filter) == Axis::kBounded) return count_bounded(tx, scope, filter);
  KeyCounts counts{};
  Where all(scope);
  TRY(tx.connection().query(
      all.after("SELECT state, CAST(SUM(keys) AS BIGINT) FROM key_counts") + " GROUP BY state",
      all.binds(), [&](Row& row) {
        const auto state = row.word(core::parse_key_state);
        place_of(counts, state, kEndOfTime) += row.number();
      }));
  Where ended(scope);
  ended.add("state IN ('active', 'disabled')")
      .add("expires_at IS NOT NULL AND expires_at <= :now", {"now", filter.now});
  TRY(tx.connection().query(
      ended.after("SELECT state, COUNT(*) FROM access_keys") + " GROUP BY state", ended.binds(),
      [&](Row& row) {
        const auto state = row.word(core::parse_key_state);
        const std::int64_t keys = row.number();
        place_of(counts, state, kEndOfTime) -= keys;
        place_of(counts, state, kStartOfTime) += keys;
      }));
  return counts;
}

}  // namespace claviger::store
