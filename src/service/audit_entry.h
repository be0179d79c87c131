// The audit line of a caller's act. Private to the service module.
//
//   TRY(tx.audit(audit_of(caller, {.action = "user.update",
//                                  .organization = user.organization,
//                                  .target_kind = "user",
//                                  .target_id = user.id.str(),
//                                  .changes = Changes().changed("name", before.name,
//                                  user.name)})));
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "claviger/service/context.h"
#include "claviger/service/shown.h"
#include "claviger/store/transaction.h"

namespace claviger::service {

/// What an act changed, field by field: by the names of the API's resources, with values as the API
/// shows them (shown.h). A Secret does not convert to JSON: the compiler refuses it.
class Changes {
 public:
  Changes() = default;

  /// Of something new.
  static Changes made(const nlohmann::json& after);

  /// Of something that is no more.
  static Changes gone(const nlohmann::json& before);

  /// The fields that differ. One that only one of the objects has is told without the other side.
  static Changes between(const nlohmann::json& before, const nlohmann::json& after);

  /// One field more, that is there from now on.
  template <class Value>
  Changes&& made(std::string_view field, const Value& after) && {
    changes_[std::string(field)]["after"] = json_of(after);
    return std::move(*this);
  }

  /// One field more, if it has changed.
  template <class Value>
  Changes&& changed(std::string_view field, const Value& before, const Value& after) && {
    nlohmann::json was = json_of(before);
    nlohmann::json is = json_of(after);
    if (was != is)
      changes_[std::string(field)] = {{"before", std::move(was)}, {"after", std::move(is)}};
    return std::move(*this);
  }

  /// As the row holds it. What would be larger than a row should be has its lists cut: "… and 900
  /// more" is their last item then.
  [[nodiscard]] std::string str() const;

 private:
  static nlohmann::json json_of(const nlohmann::json& value) { return value; }

  static nlohmann::json json_of(Time time) { return shown(time); }

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

[[nodiscard]] store::AuditEntry audit_of(const Caller& caller, Act act);

}  // namespace claviger::service
