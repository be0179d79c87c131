#include "claviger/store/second_factors.h"

#include "connection.h"

#include "claviger/base/encoding.h"

namespace claviger::store {
namespace {

Result<void> delete_recovery_codes(WriteTransaction& tx, const core::UserId& user) {
  TRY(tx.connection().execute("DELETE FROM recovery_codes WHERE user_id = :user",
                              {{"user", user}}));
  return {};
}

}  // namespace

Result<void> start_second_factor(WriteTransaction& tx, const core::UserId& user,
                                 std::string_view sealed_secret) {
  TRY(tx.connection().execute(
      "DELETE FROM second_factors WHERE user_id = :user AND confirmed_at IS NULL",
      {{"user", user}}));
  TRY(tx.connection().execute(
      "INSERT INTO second_factors (user_id, sealed_secret, created_at, last_step) "
      "VALUES (:user, :sealed_secret, :now, 0)",
      {{"user", user}, {"sealed_secret", sealed_secret}, {"now", tx.now()}},
      {.unique = "Your second factor is on already. Switch it off before you start another.",
       .foreign_key = "The user does not exist."}));
  return {};
}

Result<std::optional<SecondFactor>> find_second_factor(const ReadTransaction& tx,
                                                       const core::UserId& user) {
  return tx.connection().select_one(
      "SELECT sealed_secret, confirmed_at, last_step FROM second_factors WHERE user_id = :user",
      {{"user", user}}, [](Row& row) {
        SecondFactor factor;
        factor.sealed_secret = row.text();
        factor.confirmed_at = row.optional_time();
        factor.last_step = {row.number()};
        return factor;
      });
}

Result<void> confirm_second_factor(WriteTransaction& tx, const core::UserId& user,
                                   const std::vector<Digest>& recovery_codes) {
  const std::int64_t rows = TRY(
      tx.connection().execute("UPDATE second_factors SET confirmed_at = :now WHERE user_id = :user "
                              "AND confirmed_at IS NULL",
                              {{"now", tx.now()}, {"user", user}}));
  if (rows == 0)
    return fail(Error::refused(ErrorCode::kConflict,
                               "There is no second factor that waits to be switched on."));
  TRY(delete_recovery_codes(tx, user));
  for (const Digest& code : recovery_codes)
    TRY(tx.connection().execute(
        "INSERT INTO recovery_codes (digest, user_id) VALUES (:digest, :user)",
        {{"digest", to_hex(code)}, {"user", user}}));
  return {};
}

Result<bool> take_totp_step(WriteTransaction& tx, const core::UserId& user, core::TotpStep step) {
  const std::int64_t rows = TRY(tx.connection().execute(
      "UPDATE second_factors SET last_step = :step WHERE user_id = :user AND last_step < :step",
      {{"step", step.number}, {"user", user}}));
  return rows == 1;
}

Result<bool> take_recovery_code(WriteTransaction& tx, const core::UserId& user,
                                const Digest& code) {
  const std::int64_t rows = TRY(tx.connection().execute(
      "DELETE FROM recovery_codes WHERE digest = :digest AND user_id = :user",
      {{"digest", to_hex(code)}, {"user", user}}));
  return rows == 1;
}

Result<bool> delete_second_factor(WriteTransaction& tx, const core::UserId& user) {
  TRY(delete_recovery_codes(tx, user));
  const std::int64_t on = TRY(tx.connection().execute(
      "DELETE FROM second_factors WHERE user_id = :user AND confirmed_at IS NOT NULL",
      {{"user", user}}));
  TRY(tx.connection().execute("DELETE FROM second_factors WHERE user_id = :user",
                              {{"user", user}}));
  return on == 1;
}

}  // namespace claviger::store
