// Applications.
#pragma once

#include <optional>
#include <string>

#include "claviger/base/result.h"
#include "claviger/core/application.h"
#include "claviger/service/context.h"
#include "claviger/service/page.h"

namespace claviger::service {

/// An application and how many of its keys are active.
struct ApplicationView {
  core::Application application;
  int active_keys = 0;
};

/// Most applications of a user that are named at once: where a deletion is asked about, and in a
/// handover.
inline constexpr int kMostNamedApplications = 100;

struct NewApplication {
  std::string name;
  std::string description;
};

/// Needs "Create application". Errors: kLimitReached with as many active ones as a user may have.
Result<ApplicationView> create_application(Context& context, const Caller& caller,
                                           const NewApplication& wanted);

struct ApplicationChange {
  std::optional<std::string> name;
  std::optional<std::string> description;
};

/// Needs "Edit application". Errors: kNotFound, also for a revoked one.
Result<Changed<ApplicationView>> edit_application(Context& context, const Caller& caller,
                                                  core::ApplicationId id,
                                                  const ApplicationChange& change);

/// All its keys are refused from now on, for ever. Needs "Revoke application". Errors: kNotFound,
/// also for a revoked one.
Result<Changed<ApplicationView>> revoke_application(Context& context, const Caller& caller,
                                                    core::ApplicationId id);

/// Needs "View applications". Revoked ones are hidden. Errors: kNotFound.
Result<ApplicationView> get_application(Context& context, const Caller& caller,
                                        core::ApplicationId id);

/// Needs "View applications".
Result<Listed<ApplicationView>> list_applications(Context& context, const Caller& caller,
                                                  const std::optional<core::UserId>& owner,
                                                  const Page<core::ApplicationId>& page);

}  // namespace claviger::service
