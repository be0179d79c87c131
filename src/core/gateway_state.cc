#include "claviger/core/gateway_state.h"

namespace claviger::core {
namespace {

constexpr std::string_view kManagers = "manage/";
constexpr std::string_view kConsumers = "consume/";
constexpr std::string_view kAll = "*";

}  // namespace

std::string RightSetId::str() const {
  switch (holders) {
    case Holders::kPlatformManagers:
      return std::string(kManagers).append(kAll);
    case Holders::kManagers:
      return std::string(kManagers).append(organization.str());
    case Holders::kConsumers:
      return std::string(kConsumers).append(organization.str());
  }
  return "";
}

std::optional<RightSetId> RightSetId::parse(std::string_view text) {
  const bool managers = text.starts_with(kManagers);
  if (!managers && !text.starts_with(kConsumers)) return std::nullopt;
  text.remove_prefix((managers ? kManagers : kConsumers).size());
  if (managers && text == kAll) return of_platform_managers();
  const auto organization = OrganizationId::parse(text);
  if (!organization) return std::nullopt;
  return managers ? of_managers(*organization) : of_consumers(*organization);
}

}  // namespace claviger::core
