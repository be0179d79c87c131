#include "key_grants.h"

#include "key_ceiling.h"
#include "rights.h"

#include <optional>
#include <set>

#include <fmt/format.h>

namespace claviger::service {
namespace {

using core::ServiceClass;

/// Compiles what is asked for, grant by grant.
class Compiler {
 public:
  Compiler(const store::ReadTransaction& tx, const Caller& caller, const AskedGrants& asked)
      : tx_(tx), caller_(caller), asked_(asked) {}

  Result<std::vector<core::Grant>> compile() {
    ceiling_ = TRY(KeyCeiling::of(tx_, caller_));
    for (std::size_t i = 0; i < asked_.grants.size(); ++i) {
      TRY(compile_one(asked_.grants[i], fmt::format("/grants/{}", i)));
      // APIs that would only add to a full list are not even loaded.
      if (faults_.size() >= kMostFaults) return fail(Error::invalid(std::move(faults_)));
    }
    for (std::size_t i = 0; i < asked_.scopes.size(); ++i) {
      const std::string& scope = asked_.scopes[i];
      if (known_scopes_.count(scope) == 0)
        fault(fmt::format("/scopes/{}", i), "unknown-scope",
              fmt::format("None of the granted APIs has the scope \"{}\".", scope));
    }
    if (!faults_.empty()) return fail(Error::invalid(std::move(faults_)));
    return std::move(grants_);
  }

 private:
  Result<void> compile_one(const core::NamedGrant& named, const std::string& pointer) {
    if (!seen_.insert(named.api).second) {
      fault(pointer + "/api", "named-twice",
            fmt::format("The API \"{}\" stands twice; put all of it into one grant.", named.api));
      return {};
    }
    const auto found =
        TRY(find_api(tx_, ceiling_ ? ceiling_->maker() : caller_.principal, named.api));
    if (!found) {
      fault(pointer + "/api", "unknown-api",
            fmt::format("There is no API \"{}\" that you may use.", named.api));
      return {};
    }
    check_class(found->api, pointer);
    known_scopes_.insert(found->api.scopes.begin(), found->api.scopes.end());
    // What is beyond is named whether or not other names are unknown.
    const auto known = core::GrantCompiler(found->api).compile_known(named, asked_.scopes, pointer);
    add(known.unknown);
    add(core::excess_of(known.grant, found->rights, found->api, pointer));
    if (ceiling_) add(ceiling_->excess_of(known.grant, found->api, pointer));
    grants_.push_back(known.grant);
    return {};
  }

  /// A grant that the key's classes shut out would be accepted and ignored.
  void check_class(const core::Api& api, const std::string& pointer) {
    const bool is_open = api.number == core::kPlatformApi
                             ? asked_.classes.contains(ServiceClass::kRest) ||
                                   asked_.classes.contains(ServiceClass::kUi)
                             : asked_.classes.contains(ServiceClass::kIntegration);
    if (!is_open)
      fault(pointer + "/api", "outside-the-classes",
            fmt::format("The service classes of this key do not reach the API \"{}\": the "
                        "management API takes rest or ui, every other one integration.",
                        api.name));
  }

  void fault(std::string pointer, std::string code, std::string detail) {
    faults_.push_back({std::move(pointer), std::move(code), PublicText(std::move(detail))});
  }

  void add(const std::vector<Fault>& faults) {
    faults_.insert(faults_.end(), faults.begin(), faults.end());
  }

  const store::ReadTransaction& tx_;
  const Caller& caller_;
  const AskedGrants& asked_;
  std::optional<KeyCeiling> ceiling_;
  std::set<std::string_view> seen_;
  std::set<std::string, std::less<>> known_scopes_;
  std::vector<core::Grant> grants_;
  std::vector<Fault> faults_;
};

}  // namespace

Result<std::vector<core::Grant>> compile_grants(const store::ReadTransaction& tx,
                                                const Caller& caller, const AskedGrants& asked) {
  return Compiler(tx, caller, asked).compile();
}

LivingGrants living_grants(core::ServiceClasses classes) {
  LivingGrants grants;
  const auto give = [&](std::string_view name, core::ApiNumber number) {
    grants.named.push_back(
        {.api = std::string(name), .endpoints = {"*"}, .methods = {}, .scopes = {"*"}});
    grants.compiled.push_back({.api = number,
                               .methods = core::MethodSet::all(),
                               .endpoint_reach = core::Reach::kEvery,
                               .scope_reach = core::Reach::kEvery,
                               .scopes = {},
                               .endpoints = {}});
  };
  if (classes.contains(ServiceClass::kRest) || classes.contains(ServiceClass::kUi))
    give(core::kPlatformApiName, core::kPlatformApi);
  if (classes.contains(ServiceClass::kIntegration)) give("*", core::kEveryApi);
  return grants;
}

}  // namespace claviger::service
