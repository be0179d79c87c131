// Personal access tokens by their numbers: the logins of a user, as the API of Veeam calls them.
// Those that are revoked look absent.
#pragma once

#include <cstdint>
#include <optional>

#include "claviger/base/result.h"
#include "claviger/core/access_key.h"
#include "claviger/store/page.h"
#include "claviger/store/scope.h"
#include "claviger/store/transaction.h"

namespace claviger::store {

/// A number for a personal access token that no other has or had.
Result<std::int64_t> next_login_number(WriteTransaction& tx);

struct LoginFilter {
  std::optional<core::UserId> user = {};
  std::optional<std::int64_t> number = {};
};

/// In the order of their numbers; `after` is the last one of the page before.
struct LoginPage {
  int limit = kDefaultPageSize;
  std::int64_t after = 0;
};

Result<Listed<core::AccessKey>> list_logins(const ReadTransaction& tx, const Scope& scope,
                                            const LoginFilter& filter, const LoginPage& page);

}  // namespace claviger::store
