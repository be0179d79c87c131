#include "claviger/service/import_keys.h"

#include "key_access.h"
#include "key_grants.h"
#include "new_key.h"
#include "write_as.h"

#include <set>

#include <fmt/format.h>

#include "claviger/store/key_secrets.h"

namespace claviger::service {
namespace {

using Grants = std::vector<core::Grant>;

std::string place_of(std::size_t i) {
  return fmt::format("/keys/{}", i);
}

/// What is wrong with one of the keys, at its place in the request.
std::vector<Fault> faults_of(std::size_t i, const Error& error) {
  std::vector<Fault> faults = error.faults();
  for (Fault& fault : faults) fault.pointer = place_of(i) + fault.pointer;
  return faults;
}

/// The grants of each key, with every fault of all of them.
Result<std::vector<Grants>> compile_all(const store::ReadTransaction& tx, const Caller& caller,
                                        const std::vector<ImportedKey>& keys) {
  std::vector<Grants> compiled;
  std::vector<Fault> faults;
  for (std::size_t i = 0; i < keys.size() && faults.size() < kMostFaults; ++i) {
    const NewKey& wanted = keys[i].wanted;
    auto grants = compile_grants(tx, caller, {wanted.grants, wanted.scopes, wanted.classes});
    if (grants) {
      compiled.push_back(*std::move(grants));
      continue;
    }
    if (grants.error().code() != ErrorCode::kInvalidInput) return fail(grants.error());
    for (Fault& fault : faults_of(i, grants.error())) faults.push_back(std::move(fault));
  }
  if (!faults.empty()) return fail(Error::invalid(std::move(faults)));
  return compiled;
}

/// A secret opens one key: two owners of one would be one caller.
Result<void> require_unknown(const store::ReadTransaction& tx,
                             const std::vector<ImportedKey>& keys) {
  std::set<Digest> seen;
  std::vector<Fault> faults;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const Digest& digest = keys[i].secret.digest;
    const bool is_known =
        !seen.insert(digest).second || TRY(store::is_secret_taken(tx, store::AllTenants{}, digest));
    if (is_known)
      faults.push_back({place_of(i) + "/secret", "secret-taken",
                        PublicText("This secret is or was a key's already.")});
  }
  if (faults.empty()) return {};
  Error error = Error::refused(
      ErrorCode::kConflict,
      fmt::format("{} of these secrets cannot be taken over, so nothing was imported.",
                  faults.size()));
  for (Fault& fault : faults) {
    Error longer = std::move(error).with(std::move(fault));
    error = std::move(longer);
  }
  return fail(std::move(error));
}

}  // namespace

Result<Changed<std::vector<KeyView>>> import_keys(Context& context, const Caller& caller,
                                                  const std::vector<ImportedKey>& keys) {
  const auto compiled = TRY(context.database.read(
      [&](store::ReadTransaction& tx) { return compile_all(tx, caller, keys); }));
  using Outcome = Changed<std::vector<KeyView>>;
  return write_as(context, caller, [&](store::WriteTransaction& tx) -> Result<Outcome> {
    TRY(require_unknown(tx, keys));
    Outcome outcome{.value = {}, .version = {}, .changed_at = tx.now()};
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const auto application = TRY(application_for_keys(tx, caller, keys[i].wanted.application));
      auto made = make_key(context, tx, caller, application,
                           {.wanted = keys[i].wanted,
                            .grants = compiled[i],
                            .id = core::KeyId::make(tx.now(), context.random),
                            .secret = {.digest = keys[i].secret.digest, .not_after = kEndOfTime},
                            .hint = keys[i].secret.hint,
                            .audited_as = "key.import"});
      if (!made && made.error().code() == ErrorCode::kInvalidInput)
        return fail(Error::invalid(faults_of(i, made.error())));
      core::AccessKey key = TRY(std::move(made));
      outcome.version = key.version;
      outcome.value.push_back(view_of(context, std::move(key)));
    }
    return outcome;
  });
}

}  // namespace claviger::service
