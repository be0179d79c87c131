#include "claviger/store/user_holdings.h"

#include "connection.h"

#include <string>
#include <string_view>

namespace claviger::store {
namespace {

constexpr std::string_view kActiveKey =
    "state = 'active' AND (expires_at IS NULL OR expires_at > :now)";

Result<std::int64_t> count(const ReadTransaction& tx, std::string_view sql, const Binds& binds) {
  const auto number =
      TRY(tx.connection().select_one(sql, binds, [](Row& row) { return row.number(); }));
  return number.value_or(0);
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

Result<std::vector<HeldKey>> keys_held_by(const ReadTransaction& tx, const core::UserId& user,
                                          Time now) {
  return tx.connection().select(
      "SELECT id, created_at FROM access_keys WHERE application_id IN (SELECT id FROM applications "
      "WHERE owner_id = :user AND status = 'active') AND " +
          std::string(kActiveKey) +
          " UNION SELECT id, created_at FROM access_keys WHERE maker_id = :user AND application_id "
          "NOT IN (SELECT id FROM applications WHERE owner_id = :user) AND " +
          std::string(kActiveKey),
      {{"user", user}, {"now", now}}, [](Row& row) {
        const auto id = row.id<core::KeyId>();
        return HeldKey{.id = id, .created_at = row.time()};
      });
}

}  // namespace claviger::store
