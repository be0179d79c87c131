#include "claviger/store/user_holdings.h"

#include "connection.h"

#include <string>
#include <string_view>

#include <fmt/format.h>

namespace claviger::store {
namespace {

constexpr std::string_view kActiveKey =
    "state = 'active' AND (expires_at IS NULL OR expires_at > :now)";

Result<std::int64_t> count(const ReadTransaction& tx, std::string_view sql, const Binds& binds) {
  const auto number =
      TRY(tx.connection().select_one(sql, binds, [](Row& row) { return row.number(); }));
  return number.value_or(0);
}

std::string active_keys(std::string_view condition) {
  return fmt::format("SELECT id, created_at FROM access_keys WHERE {} AND {}", condition,
                     kActiveKey);
}

std::string keys_of(const core::OrganizationId&) {
  return active_keys(
      "organization_id IN (SELECT descendant_id FROM organization_tree "
      "WHERE ancestor_id = :holder)");
}

std::string keys_of(const core::UserId&) {
  return active_keys(
             "application_id IN (SELECT id FROM applications WHERE owner_id = :holder "
             "AND status = 'active')") +
         " UNION " +
         active_keys(
             "maker_id = :holder AND application_id NOT IN (SELECT id FROM applications "
             "WHERE owner_id = :holder)");
}

std::string keys_of(const core::ApplicationId&) {
  return active_keys("application_id = :holder");
}

std::string keys_of(const core::KeyId&) {
  return active_keys("id = :holder");
}

}  // namespace

Result<UserHoldings> holdings_of(const ReadTransaction& tx, const core::UserId& user, Time now) {
  UserHoldings holdings;
  holdings.applications = TRY(
      count(tx, "SELECT COUNT(*) FROM applications WHERE owner_id = :user AND status = 'active'",
            {{"user", user}}));
  holdings.keys_in_them = TRY(
      count(tx,
            "SELECT COUNT(*) FROM access_keys WHERE application_id IN (SELECT id FROM applications "
            "WHERE owner_id = :user AND status = 'active') AND " +
                std::string(kActiveKey),
            {{"user", user}, {"now", now}}));
  holdings.keys_elsewhere =
      TRY(count(tx,
                "SELECT COUNT(*) FROM access_keys WHERE maker_id = :user AND application_id NOT IN "
                "(SELECT id FROM applications WHERE owner_id = :user) AND " +
                    std::string(kActiveKey),
                {{"user", user}, {"now", now}}));
  return holdings;
}

Result<std::vector<HeldKey>> keys_held_by(const ReadTransaction& tx, const KeyHolder& holder,
                                          Time now) {
  return std::visit(
      [&](const auto& id) {
        return tx.connection().select(keys_of(id), {{"holder", id}, {"now", now}}, [](Row& row) {
          const auto key = row.id<core::KeyId>();
          return HeldKey{.id = key, .created_at = row.time()};
        });
      },
      holder);
}

}  // namespace claviger::store
