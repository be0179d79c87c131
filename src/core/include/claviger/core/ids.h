// The ids of the domain's things: one type per kind, so that none can stand for another.
#pragma once

#include <string_view>

#include "claviger/base/id.h"

namespace claviger::core {

struct OrganizationKind {
  static constexpr std::string_view kPrefix = "org";
};

struct UserKind {
  static constexpr std::string_view kPrefix = "usr";
};

struct SessionKind {
  static constexpr std::string_view kPrefix = "ses";
};

struct RoleKind {
  static constexpr std::string_view kPrefix = "role";
};

struct ApplicationKind {
  static constexpr std::string_view kPrefix = "app";
};

struct KeyKind {
  static constexpr std::string_view kPrefix = "key";
};

struct SecretKeyKind {
  static constexpr std::string_view kPrefix = "sec";
};

struct ApiKind {
  static constexpr std::string_view kPrefix = "api";
};

struct EndpointKind {
  static constexpr std::string_view kPrefix = "ep";
};

struct GatewayKind {
  static constexpr std::string_view kPrefix = "gw";
};

struct HandoverKind {
  static constexpr std::string_view kPrefix = "hnd";
};

struct DecisionKind {
  static constexpr std::string_view kPrefix = "dec";
};

using OrganizationId = Id<OrganizationKind>;
using UserId = Id<UserKind>;
using SessionId = Id<SessionKind>;
using RoleId = Id<RoleKind>;
using ApplicationId = Id<ApplicationKind>;
using KeyId = Id<KeyKind>;
using SecretId = Id<SecretKeyKind>;
using ApiId = Id<ApiKind>;
using EndpointId = Id<EndpointKind>;
using GatewayId = Id<GatewayKind>;
using HandoverId = Id<HandoverKind>;
using DecisionId = Id<DecisionKind>;

}  // namespace claviger::core
