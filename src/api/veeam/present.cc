#include "present.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "claviger/base/encoding.h"
#include "claviger/core/role.h"

namespace claviger::api::veeam {
namespace {

using core::PredefinedRole;
using nlohmann::json;

/// Where the hyphens of a UUID stand.
constexpr std::array<std::size_t, 4> kHyphens = {8, 13, 18, 23};
constexpr std::size_t kUuidLength = 36;

/// With seven digits of a second, as this contract writes it.
std::string date_time(Time time) {
  const auto whole = std::chrono::floor<std::chrono::seconds>(time);
  std::string text = to_rfc3339(whole);
  text.pop_back();  // the Z
  const std::string fraction = std::to_string((time - whole).count());
  return text + '.' + std::string(6 - fraction.size(), '0') + fraction + "0+00:00";
}

/// In the order of this contract's own answers, which is the alphabet's.
std::vector<std::string> scopes_of(core::ServiceClasses classes) {
  std::vector<std::string> words = classes.words();
  std::sort(words.begin(), words.end());
  return words;
}

/// A number of 64 bits, without a sign, that no other key has: the half of its id that is random.
std::uint64_t number_in_provider(const core::KeyId& id) {
  std::uint64_t number = 0;
  for (std::size_t i = 8; i < 16; ++i)
    number = number << 8 | std::to_integer<std::uint64_t>(id.uuid().bytes[i]);
  return number;
}

std::string_view status_of(const service::LoginView& login) {
  if (!login.organization.is_active()) return "disabledDueToCompany";
  if (login.user.status != core::AccountStatus::kEnabled) return "disabledDueToUser";
  switch (login.key.status) {
    case core::KeyStatus::kActive:
      return "enabled";
    case core::KeyStatus::kExpired:
    case core::KeyStatus::kPending:
      return "disabledDueToSystem";
    case core::KeyStatus::kDisabled:
    case core::KeyStatus::kRevoked:
    case core::KeyStatus::kRejected:
      return "disabled";
  }
  return "disabled";
}

bool has_role(const service::UserView& user, PredefinedRole role) {
  const core::RoleId id = core::id_of(role);
  return std::find(user.user.roles.begin(), user.user.roles.end(), id) != user.user.roles.end();
}

/// The name of a role for the kind of organization: provider, reseller, company.
using RoleNames = std::array<std::string_view, 3>;

struct RoleMeaning {
  PredefinedRole role;
  RoleNames names;
};

/// The first one that a user has says what the user is; roles of one's own say nothing here.
constexpr std::array<RoleMeaning, 7> kRoleMeanings = {{
    {PredefinedRole::kAdministrator, {"PortalAdministrator", "ResellerOwner", "CompanyOwner"}},
    {PredefinedRole::kOrganizationAdministrator,
     {"SiteAdministrator", "ResellerAdministrator", "CompanyAdministrator"}},
    {PredefinedRole::kAssetProvider,
     {"PortalOperator", "ResellerOperator", "CompanyLocationAdministrator"}},
    {PredefinedRole::kOperator, {"PortalOperator", "ResellerOperator", "CompanyLocationUser"}},
    {PredefinedRole::kAuditor, {"PortalReadonlyOperator", "ResellerUser", "CompanyLocationUser"}},
    {PredefinedRole::kBillingManager,
     {"PortalReadonlyOperator", "ResellerInvoiceAuditor", "CompanyInvoiceAuditor"}},
    {PredefinedRole::kAssetConsumer, {"PortalReadonlyOperator", "ResellerUser", "CompanyTenant"}},
}};

std::string_view role_of(const service::AccountView& account) {
  for (const RoleMeaning& meaning : kRoleMeanings) {
    if (has_role(account.user, meaning.role))
      return meaning.names[static_cast<std::size_t>(account.kind)];
  }
  return "Unknown";
}

/// A name in two: what stands behind the last space is the last name.
std::pair<std::string, std::string> first_and_last(const std::string& name) {
  const std::size_t space = name.rfind(' ');
  if (space == std::string::npos) return {name, ""};
  return {name.substr(0, space), name.substr(space + 1)};
}

}  // namespace

std::string uuid_text(const Uuid& uuid) {
  std::string text = to_hex(uuid.bytes);
  for (const std::size_t place : kHyphens) text.insert(place, 1, '-');
  return text;
}

std::optional<Uuid> parse_uuid(std::string_view text) {
  if (text.size() != kUuidLength) return std::nullopt;
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_hyphen = std::find(kHyphens.begin(), kHyphens.end(), i) != kHyphens.end();
    if (is_hyphen != (text[i] == '-')) return std::nullopt;
    if (!is_hyphen) digits += text[i];
  }
  Uuid uuid;
  if (!from_hex(digits, uuid.bytes)) return std::nullopt;
  return uuid;
}

json present(const service::LoginView& login) {
  const core::AccessKey& key = login.key.key;
  return {{"id", key.login_number.value_or(0)},
          {"userUid", uuid_text(key.maker.uuid())},
          {"userName", login.user.email},
          {"companyId", uuid_text(key.organization.uuid())},
          {"companyName", login.organization.name},
          {"identityProviderName", "AK"},
          {"description", key.description},
          {"isReadAccessOnly", key.read_only},
          {"scopes", scopes_of(key.classes)},
          {"status", status_of(login)},
          {"identifierInProvider", number_in_provider(key.id)},
          {"creationDate", date_time(key.created_at)}};
}

Properties login_properties() {
  static constexpr std::array<std::string_view, 12> kNames = {"id",
                                                              "userUid",
                                                              "userName",
                                                              "companyId",
                                                              "companyName",
                                                              "identityProviderName",
                                                              "description",
                                                              "isReadAccessOnly",
                                                              "scopes",
                                                              "status",
                                                              "identifierInProvider",
                                                              "creationDate"};
  return kNames;
}

json present(const service::AccountView& account) {
  const core::User& user = account.user.user;
  const auto [first, last] = first_and_last(user.name);
  const bool is_enabled = user.status == core::AccountStatus::kEnabled;
  return {{"instanceUid", uuid_text(user.id.uuid())},
          {"organizationUid", uuid_text(user.organization.uuid())},
          {"userName", user.email},
          {"role", role_of(account)},
          {"status", is_enabled ? "Enabled" : "Disabled"},
          {"profile",
           {{"firstName", first},
            {"lastName", last},
            {"title", "Unknown"},
            {"email", user.email},
            {"address", ""},
            {"phone", ""}}},
          {"mfaPolicyStatus", user.has_second_factor ? "Enabled" : "Disabled"},
          {"mfaPolicyConfigurationStatus", user.has_second_factor ? "Configured" : "NotConfigured"},
          {"credentials", {{"userName", user.email}, {"password", nullptr}}}};
}

Properties account_properties() {
  static constexpr std::array<std::string_view, 15> kNames = {"instanceUid",
                                                              "organizationUid",
                                                              "userName",
                                                              "role",
                                                              "status",
                                                              "profile",
                                                              "profile.firstName",
                                                              "profile.lastName",
                                                              "profile.title",
                                                              "profile.email",
                                                              "profile.address",
                                                              "profile.phone",
                                                              "mfaPolicyStatus",
                                                              "mfaPolicyConfigurationStatus",
                                                              "credentials.userName"};
  return kNames;
}

}  // namespace claviger::api::veeam
