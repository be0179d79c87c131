#include "several_keys.h"

#include <set>

#include <fmt/format.h>

namespace claviger::service {
namespace {

Error offenders(std::vector<Fault> faults, ErrorCode code) {
  Error error = Error::refused(
      code,
      fmt::format("{} of these keys cannot take part, so nothing was changed.", faults.size()));
  for (Fault& fault : faults) {
    if (error.faults().size() == kMostFaults) break;
    Error longer = std::move(error).with(std::move(fault));
    error = std::move(longer);
  }
  return error;
}

}  // namespace

Result<std::vector<core::AccessKey>> several_keys(const store::WriteTransaction& tx,
                                                  const Caller& caller,
                                                  const std::vector<core::KeyId>& ids,
                                                  core::KeyAction action) {
  std::vector<core::AccessKey> keys;
  std::vector<Fault> faults;
  std::set<core::KeyId> seen;
  ErrorCode code = ErrorCode::kNotFound;
  const auto blame = [&](std::size_t i, std::string_view word, PublicText text) {
    faults.push_back({fmt::format("/ids/{}", i), std::string(word), std::move(text)});
  };
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (!seen.insert(ids[i]).second) continue;
    Result<core::AccessKey> key = key_for(tx, caller, ids[i], kStopping);
    if (!key) {
      if (key.error().code() != ErrorCode::kNotFound) return fail(key.error());
      blame(i, "not-found", key.error().public_text());
      continue;
    }
    if (const auto after = core::state_after(*key, action, tx.now()); !after) {
      code = ErrorCode::kConflict;
      blame(i, "wrong-status", after.error().public_text());
      continue;
    }
    keys.push_back(*std::move(key));
  }
  if (!faults.empty()) return fail(offenders(std::move(faults), code));
  return keys;
}

}  // namespace claviger::service
