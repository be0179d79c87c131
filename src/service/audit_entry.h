// The audit line of a caller's act. Private to the service module.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "claviger/service/context.h"
#include "claviger/store/transaction.h"

namespace claviger::service {

/// What was done to what, for audit_of().
struct Act {
  std::string_view action;  ///< "key.revoke"
  core::OrganizationId organization;
  std::string_view target_kind;
  std::string target_id;
  std::string detail = "{}";
};

inline store::AuditEntry audit_of(const Caller& caller, Act act) {
  return {.actor = caller.principal.user,
          .organization = act.organization,
          .action = std::string(act.action),
          .target_kind = std::string(act.target_kind),
          .target_id = std::move(act.target_id),
          .detail = std::move(act.detail),
          .request_id = caller.request_id,
          .source_ip = caller.source_ip};
}

}  // namespace claviger::service
