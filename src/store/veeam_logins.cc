#include "claviger/store/veeam_logins.h"

#include "connection.h"
#include "key_rows.h"
#include "where.h"

#include <algorithm>

namespace claviger::store {

Result<std::int64_t> next_login_number(WriteTransaction& tx) {
  const auto number = TRY(tx.connection().select_one(
      "UPDATE counters SET last = last + 1 WHERE name = 'login-number' RETURNING last", {},
      [](Row& row) { return row.number(); }));
  if (!number) return fail(Error::internal("the counter of login numbers is missing"));
  return *number;
}

Result<Listed<core::AccessKey>> list_logins(const ReadTransaction& tx, const Scope& scope,
                                            const LoginFilter& filter, const LoginPage& page) {
  const int limit = std::clamp(page.limit, 1, kMaxPageSize);
  Where where(scope, "access_keys.organization_id");
  if (filter.user) where.add("maker_id = :user", {"user", *filter.user});
  if (filter.number) where.add("login_number = :number", {"number", *filter.number});
  where.add("login_number > :after", {"after", page.after})
      .add("state <> 'revoked'")
      .tail(" ORDER BY login_number LIMIT :limit", {"limit", limit + 1});
  auto rows = TRY(tx.connection().select(
      where.after(std::string(kKeyColumns) + " FROM access_keys"), where.binds(), read_key));
  return listed(std::move(rows), Page<core::KeyId>{.limit = limit});
}

}  // namespace claviger::store
