#include "claviger/store/left_behind.h"

#include "connection.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace claviger::store {
namespace {

/// The columns that hold whose it is, by what it was left behind by; empty: there is nothing.
struct Columns {
  std::string_view organization;
  std::string_view user;
  std::string_view application;
};

constexpr Columns kOfUsers = {"users.organization_id", "", ""};
constexpr Columns kOfApplications = {"applications.organization_id", "applications.owner_id", ""};
constexpr Columns kOfKeysByMaker = {"access_keys.organization_id", "access_keys.maker_id",
                                    "access_keys.application_id"};
constexpr Columns kOfKeysByOwner = {"access_keys.organization_id", "applications.owner_id",
                                    "access_keys.application_id"};

/// Narrows a statement to what was left behind by that; nullopt: it leaves nothing of the kind.
std::optional<std::string> condition(const LeftBehindBy& by, const Columns& columns) {
  const std::array<std::string_view, 4> of_each = {"", columns.organization, columns.user,
                                                   columns.application};
  if (std::holds_alternative<std::monostate>(by)) return "";
  const std::string_view column = of_each.at(by.index());
  if (column.empty()) return std::nullopt;
  return " AND " + std::string(column) + " = :by";
}

struct BindsOf {
  Binds operator()(std::monostate) const { return {{"limit", kLeftBehindPerStep}}; }

  template <class Id>
  Binds operator()(const Id& id) const {
    return {{"limit", kLeftBehindPerStep}, {"by", id}};
  }
};

template <class Id>
Result<std::vector<Id>> ids_in(const ReadTransaction& tx, const LeftBehindBy& by,
                               const std::string& sql) {
  return tx.connection().select(sql, std::visit(BindsOf(), by),
                                [](Row& row) { return row.id<Id>(); });
}

}  // namespace

Result<std::vector<core::UserId>> users_left_behind(const ReadTransaction& tx,
                                                    const LeftBehindBy& by) {
  const auto by_those = condition(by, kOfUsers);
  if (!by_those) return std::vector<core::UserId>();
  return ids_in<core::UserId>(
      tx, by,
      "SELECT users.id FROM users JOIN organizations ON organizations.id = users.organization_id "
      "WHERE organizations.status = 'deleted' AND users.status <> 'deleted'" +
          *by_those + " LIMIT :limit");
}

Result<std::vector<core::ApplicationId>> applications_left_behind(const ReadTransaction& tx,
                                                                  const LeftBehindBy& by) {
  const auto by_those = condition(by, kOfApplications);
  if (!by_those) return std::vector<core::ApplicationId>();
  return ids_in<core::ApplicationId>(
      tx, by,
      "SELECT applications.id FROM applications JOIN users ON users.id = applications.owner_id "
      "WHERE users.status = 'deleted' AND applications.status = 'active'" +
          *by_those + " LIMIT :limit");
}

Result<std::vector<core::KeyId>> keys_left_behind(const ReadTransaction& tx,
                                                  const LeftBehindBy& by) {
  return ids_in<core::KeyId>(
      tx, by,
      "SELECT access_keys.id FROM access_keys JOIN users ON users.id = access_keys.maker_id "
      "WHERE users.status = 'deleted' AND access_keys.state IN ('active', 'disabled', 'pending')" +
          condition(by, kOfKeysByMaker).value_or(" AND 1 = 0") +
          " UNION SELECT access_keys.id FROM access_keys "
          "JOIN applications ON applications.id = access_keys.application_id "
          "JOIN users ON users.id = applications.owner_id "
          "WHERE (users.status = 'deleted' OR applications.status = 'revoked') "
          "AND access_keys.state IN ('active', 'disabled', 'pending')" +
          condition(by, kOfKeysByOwner).value_or(" AND 1 = 0") + " LIMIT :limit");
}

}  // namespace claviger::store
