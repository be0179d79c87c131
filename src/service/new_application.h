// An application on its way into the database: one that is asked for, or the one of a user's
// personal access tokens. Private to the service module.
#pragma once

#include "claviger/base/result.h"
#include "claviger/core/application.h"
#include "claviger/service/applications.h"
#include "claviger/service/context.h"
#include "claviger/store/transaction.h"

namespace claviger::service {

/// The caller's own, active, in the caller's organization; stored, and in the audit log.
Result<core::Application> make_application(Context& context, store::WriteTransaction& tx,
                                           const Caller& caller, const NewApplication& wanted,
                                           core::ApplicationUse use);

}  // namespace claviger::service
