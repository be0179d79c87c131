// What the server tells its gateways: the inputs of the decision as records by id, whole or as what
// has changed since a version.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "claviger/base/digest.h"
#include "claviger/base/id.h"
#include "claviger/base/result.h"
#include "claviger/base/time.h"
#include "claviger/core/access_key.h"
#include "claviger/core/api.h"
#include "claviger/core/grant.h"
#include "claviger/core/ids.h"
#include "claviger/core/network.h"
#include "claviger/core/version.h"

namespace claviger::core {

/// The name of a set of rights that many users share.
struct RightSetId {
  enum class Holders : std::uint8_t {
    kTreeManagers,  ///< who manage the APIs of an organization and of all below it
    kManagers,      ///< who manage the APIs of one organization
    kConsumers,     ///< the users of one organization: what they may consume
    kRole,          ///< the users who have a role
  };

  Holders holders = Holders::kConsumers;
  OrganizationId organization;  ///< nil for a role's
  RoleId role;                  ///< nil for an organization's

  auto operator<=>(const RightSetId&) const = default;

  static RightSetId of_tree_managers(OrganizationId top) {
    return {Holders::kTreeManagers, top, {}};
  }

  static RightSetId of_managers(OrganizationId organization) {
    return {Holders::kManagers, organization, {}};
  }

  static RightSetId of_consumers(OrganizationId organization) {
    return {Holders::kConsumers, organization, {}};
  }

  static RightSetId of_role(RoleId role) { return {Holders::kRole, {}, role}; }

  /// "manage-below/org_…", "manage/org_…", "consume/org_…" or "role/role_…".
  [[nodiscard]] std::string str() const;

  /// Reads exactly what str() writes; nullopt for anything else.
  static std::optional<RightSetId> parse(std::string_view text);
};

struct OrganizationRecord {
  OrganizationId id;
  Standing standing = Standing::kInactive;
};

struct RightSetRecord {
  RightSetId id;
  std::vector<Grant> rights;
};

struct UserRecord {
  UserId id;
  Standing standing = Standing::kInactive;
  std::vector<RightSetId> right_sets;
};

struct ApiRecord {
  ApiId id;
  ApiNumber number{};
  std::string name;
  Standing standing = Standing::kInactive;
  CarrierSet carriers;
  bool lets_preflight_through = false;
  Microseconds max_staleness{0};
  RouteTableSpec routes;
};

struct ApplicationRecord {
  ApplicationId id;
  UserId owner;
  Standing standing = Standing::kInactive;
};

struct KeyRecord {
  KeyId id;
  ApplicationId application;
  UserId maker;
  OrganizationId organization;
  std::vector<Grant> grants;
  std::optional<std::vector<Network>> networks;
  bool read_only = true;
  Time not_before = kEndOfTime;
  Time expires_at = kStartOfTime;
  Standing standing = Standing::kInactive;  ///< active only in KeyState::kActive
  bool revoked = true;                      ///< for ever; a later record cannot undo it
  std::vector<KeySecret> secrets;           ///< a secret that is missing here later on is revoked
};

/// A key that is deleted: each of its secrets is revoked for ever. Only among changes; a snapshot
/// just lacks the key.
struct DeletedKeyRecord {
  KeyId id;
};

/// One record. A record that names another comes behind it in every stream.
using GatewayRecord = std::variant<OrganizationRecord, RightSetRecord, UserRecord, ApiRecord,
                                   ApplicationRecord, KeyRecord, DeletedKeyRecord>;

/// What leads from version `from` to version `to`: the present records of all that changed.
struct GatewayChanges {
  Epoch epoch;
  Version from;
  Version to;
  std::vector<GatewayRecord> records;
};

/// Takes the records of a whole state one by one.
using GatewayRecordSink = std::function<Result<void>(GatewayRecord&&)>;

/// What a whole state is the state of.
struct GatewaySnapshot {
  Epoch epoch;
  Version version;
};

}  // namespace claviger::core
