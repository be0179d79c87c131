#include "claviger/core/gateway_state.h"

namespace claviger::core {
namespace {

constexpr std::string_view kTreeManagers = "manage-below/";
constexpr std::string_view kManagers = "manage/";
constexpr std::string_view kConsumers = "consume/";
constexpr std::string_view kRole = "role/";

/// What stands behind `prefix`, if the text begins with it and an id follows.
template <class Id>
std::optional<Id> id_behind(std::string_view prefix, std::string_view text) {
  if (!text.starts_with(prefix)) return std::nullopt;
  return Id::parse(text.substr(prefix.size()));
}

}  // namespace

std::string RightSetId::str() const {
  switch (holders) {
    case Holders::kTreeManagers:
      return std::string(kTreeManagers).append(organization.str());
    case Holders::kManagers:
      return std::string(kManagers).append(organization.str());
    case Holders::kConsumers:
      return std::string(kConsumers).append(organization.str());
    case Holders::kRole:
      return std::string(kRole).append(role.str());
  }
  return "";
}

std::optional<RightSetId> RightSetId::parse(std::string_view text) {
  if (const auto top = id_behind<OrganizationId>(kTreeManagers, text))
    return of_tree_managers(*top);
  if (const auto managed = id_behind<OrganizationId>(kManagers, text)) return of_managers(*managed);
  if (const auto consuming = id_behind<OrganizationId>(kConsumers, text))
    return of_consumers(*consuming);
  if (const auto role = id_behind<RoleId>(kRole, text)) return of_role(*role);
  return std::nullopt;
}

}  // namespace claviger::core
