// The management API as an API of the catalog, so that keys work on it as on any other.
#pragma once

#include "claviger/base/result.h"
#include "claviger/service/context.h"
#include "claviger/store/transaction.h"

namespace claviger::service {

/// Enters the management API into the catalog, or brings the entry up to date with this program's
/// routes: an API of the first organization, by the name core::kPlatformApiName, whose scopes are
/// the permissions. Does nothing if it is so already, or if there is no organization yet.
Result<void> publish_management_api(Context& context);

/// The same within the transaction that makes the first organization.
Result<void> publish_management_api(Context& context, store::WriteTransaction& tx,
                                    core::OrganizationId first_organization);

}  // namespace claviger::service
