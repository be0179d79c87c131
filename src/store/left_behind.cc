#include "claviger/store/left_behind.h"

#include "connection.h"

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

std::string condition(const LeftBehindBy& by, const Columns& columns) {
  const auto is = [](std::string_view column) {
    return column.empty() ? " AND 1 = 0" : " AND " + std::string(column) + " = :by";
  };
  if (std::holds_alternative<core::OrganizationId>(by)) return is(columns.organization);
  if (std::holds_alternative<core::UserId>(by)) return is(columns.user);
  if (std::holds_alternative<core::ApplicationId>(by)) return is(columns.application);
  return "";
}

Binds binds_of(const LeftBehindBy& by, const std::string& sql) {
  Binds binds = {{"limit", kLeftBehindPerStep}};
  if (sql.find(":by") == std::string::npos) return binds;
  if (const auto* organization = std::get_if<core::OrganizationId>(&by))
    binds.push_back({"by", *organization});
  if (const auto* user = std::get_if<core::UserId>(&by)) binds.push_back({"by", *user});
  if (const auto* application = std::get_if<core::ApplicationId>(&by))
    binds.push_back({"by", *application});
  return binds;
}

template <class Id>
Result<std::vector<Id>> ids_in(const ReadTransaction& tx, const LeftBehindBy& by,
                               const std::string& sql) {
  return tx.connection().select(sql, binds_of(by, sql), [](Row& row) { return row.id<Id>(); });
}

}  // namespace

Result<std::vector<core::UserId>> users_left_behind(const ReadTransaction& tx,
                                                    const LeftBehindBy& by) {
  return ids_in<core::UserId>(
      tx, by,
      "SELECT users.id FROM users JOIN organizations ON organizations.id = users.organization_id "
      "WHERE organizations.status = 'deleted' AND users.status <> 'deleted'" +
          condition(by, kOfUsers) + " LIMIT :limit");
}

Result<std::vector<core::ApplicationId>> applications_left_behind(const ReadTransaction& tx,
                                                                  const LeftBehindBy& by) {
  return ids_in<core::ApplicationId>(
      tx, by,
      "SELECT applications.id FROM applications JOIN users ON users.id = applications.owner_id "
      "WHERE users.status = 'deleted' AND applications.status = 'active'" +
          condition(by, kOfApplications) + " LIMIT :limit");
}

Result<std::vector<core::KeyId>> keys_left_behind(const ReadTransaction& tx,
                                                  const LeftBehindBy& by) {
  return ids_in<core::KeyId>(
      tx, by,
      "SELECT access_keys.id FROM access_keys JOIN users ON users.id = access_keys.maker_id "
      "WHERE users.status = 'deleted' AND access_keys.state IN ('active', 'disabled', 'pending')" +
          condition(by, kOfKeysByMaker) +
          " UNION SELECT access_keys.id FROM access_keys "
          "JOIN applications ON applications.id = access_keys.application_id "
          "JOIN users ON users.id = applications.owner_id "
          "WHERE (users.status = 'deleted' OR applications.status = 'revoked') "
          "AND access_keys.state IN ('active', 'disabled', 'pending')" +
          condition(by, kOfKeysByOwner) + " LIMIT :limit");
}

}  // namespace claviger::store
