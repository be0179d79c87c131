// The audit line of a caller's act. Private to the service module.
//
//   TRY(tx.audit(audit_of(caller, {.action = "user.update",
//                                  .organization = user.organization,
//                                  .target_kind = "user",
//                                  .target_id = user.id.str(),
//                                  .changes = Changes().changed("name", before.name,
//                                  user.name)})));
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "claviger/service/context.h"
#include "claviger/store/transaction.h"

namespace claviger::service {

/// What an act changed, field by field. A field takes texts, numbers, truth values, times, ids and
/// lists of texts. A Secret does not convert to any of them: the compiler refuses it.
class Changes {
 public:
  /// A field of what is there from now on.
  template <class Value>
  Changes&& made(std::string_view field, const Value& after) && {
    changes_[std::string(field)]["after"] = json_of(after);
    return std::move(*this);
  }

  /// A field that may have changed; nothing is said of one that has not.
  template <class Value>
  Changes&& changed(std::string_view field, const Value& before, const Value& after) && {
    nlohmann::json was = json_of(before);
    nlohmann::json is = json_of(after);
    if (was != is)
      changes_[std::string(field)] = {{"before", std::move(was)}, {"after", std::move(is)}};
    return std::move(*this);
  }

  [[nodiscard]] std::string str() const {
    return changes_.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }

 private:
  static nlohmann::json json_of(std::string_view text) { return text; }

  static nlohmann::json json_of(const std::string& text) { return text; }

  static nlohmann::json json_of(const char* text) { return text; }

  static nlohmann::json json_of(bool truth) { return truth; }

  static nlohmann::json json_of(std::int64_t number) { return number; }

  static nlohmann::json json_of(int number) { return number; }

  static nlohmann::json json_of(Time time) {
    return time == kEndOfTime ? nlohmann::json("never") : nlohmann::json(to_rfc3339(time));
  }

  static nlohmann::json json_of(const std::vector<std::string>& texts) { return texts; }

  static nlohmann::json json_of(const std::map<std::string, std::string, std::less<>>& texts) {
    return texts;
  }

  template <class Kind>
  static nlohmann::json json_of(const Id<Kind>& id) {
    return id.str();
  }

  template <class Kind>
  static nlohmann::json json_of(const std::vector<Id<Kind>>& ids) {
    nlohmann::json texts = nlohmann::json::array();
    for (const Id<Kind>& id : ids) texts.push_back(id.str());
    return texts;
  }

  template <class Value>
  static nlohmann::json json_of(const std::optional<Value>& value) {
    return value ? json_of(*value) : nlohmann::json(nullptr);
  }

  nlohmann::json changes_ = nlohmann::json::object();
};

/// What was done to what, for audit_of().
struct Act {
  std::string_view action;  ///< "key.revoke"
  core::OrganizationId organization;
  std::string_view target_kind;
  std::string target_id;
  Changes changes = {};
};

inline store::AuditEntry audit_of(const Caller& caller, Act act) {
  return {.actor = caller.principal.user,
          .actor_key = caller.principal.key,
          .organization = act.organization,
          .action = std::string(act.action),
          .target_kind = std::string(act.target_kind),
          .target_id = std::move(act.target_id),
          .changes = act.changes.str(),
          .request_id = caller.request_id,
          .source_ip = caller.source_ip};
}

}  // namespace claviger::service
