#include "key_expiry.h"

#include <algorithm>
#include <chrono>
#include <string>

#include <fmt/format.h>

#include "claviger/store/apis.h"

namespace claviger::service {
namespace {

/// The shortest of the rules of several APIs, as moments: intervals that have months have no order
/// of their own.
struct Bounds {
  Time usual = kEndOfTime;
  Time latest = kEndOfTime;
  std::string why;  ///< `latest` holds; empty: there is no maximum

  void narrow(const std::string& api, const core::ExpiryRule& rule, Time now) {
    if (rule.usual) usual = std::min(usual, core::after(now, *rule.usual));
    if (!rule.most || core::after(now, *rule.most) >= latest) return;
    latest = core::after(now, *rule.most);
    why = fmt::format("Keys on the API \"{}\" end after {} at most", api,
                      core::to_string(*rule.most));
  }
};

Time moment_of(const NewExpiry& expiry, Time now) {
  return expiry.in ? core::after(now, *expiry.in) : expiry.at.value_or(kEndOfTime);
}

Error wrong(const std::optional<NewExpiry>& asked, std::string code, std::string detail) {
  const bool is_interval = asked && asked->in;
  return Error::invalid({{is_interval ? "/expiresIn" : "/expiresAt", std::move(code),
                          PublicText(std::move(detail))}});
}

}  // namespace

Result<Time> end_of(const store::WriteTransaction& tx, const core::AccessKey& key,
                    const std::optional<NewExpiry>& asked, std::optional<Time> otherwise) {
  const Time now = tx.now();
  Bounds bounds;
  for (const core::NamedGrant& grant : key.grants) {
    if (core::is_withdrawn(key, grant.api)) continue;
    // Whoever may use an API may belong to another organization than the API itself.
    bounds.narrow(grant.api, TRY(store::find_expiry_rule(tx, store::AllTenants{}, grant.api)), now);
  }
  const Time end =
      asked ? moment_of(*asked, now) : std::min(otherwise.value_or(bounds.usual), bounds.latest);
  if (end > bounds.latest)
    return fail(
        wrong(asked, "beyond-the-maximum",
              fmt::format("{}. Choose {} or earlier.", bounds.why,
                          to_rfc3339(std::chrono::floor<std::chrono::seconds>(bounds.latest)))));
  if (end <= std::max(now, key.not_before))
    return fail(
        wrong(asked, "never-valid",
              "The key would have expired before it could be used. Choose a later expiry."));
  return end;
}

}  // namespace claviger::service
