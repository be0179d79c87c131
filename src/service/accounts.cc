#include "claviger/service/accounts.h"

#include <map>

#include <fmt/format.h>

#include "claviger/store/organizations.h"

namespace claviger::service {
namespace {

struct Placed {
  core::Organization organization;
  OrganizationKind kind = OrganizationKind::kCompany;
};

/// Whoever sees a user sees of which organization, so the look-up is over all of them.
Result<Placed> place_of(const store::ReadTransaction& tx, const core::OrganizationId& id) {
  Placed placed{.organization = TRY(store::get_organization(tx, store::AllTenants{}, id))};
  if (!placed.organization.parent)
    placed.kind = OrganizationKind::kProvider;
  else if (TRY(store::has_children(tx, id)))
    placed.kind = OrganizationKind::kReseller;
  return placed;
}

Result<std::vector<AccountView>> with_organizations(Context& context, std::vector<UserView> users) {
  using Views = std::vector<AccountView>;
  return context.database.read([&](store::ReadTransaction& tx) -> Result<Views> {
    std::map<core::OrganizationId, Placed> known;
    Views views;
    for (UserView& user : users) {
      const core::OrganizationId id = user.user.organization;
      auto place = known.find(id);
      if (place == known.end()) place = known.emplace(id, TRY(place_of(tx, id))).first;
      views.push_back({std::move(user), place->second.organization, place->second.kind});
    }
    return views;
  });
}

}  // namespace

Result<std::vector<AccountView>> list_accounts(Context& context, const Caller& caller) {
  std::vector<UserView> users;
  Page<core::UserId> page{.limit = kMaxPageSize};
  for (bool has_more = true; has_more;) {
    auto listed = TRY(list_users(context, caller, {}, page));
    has_more = listed.has_more;
    if (users.size() + listed.items.size() > kMostAccounts)
      return fail(Error::refused(
          ErrorCode::kLimitReached,
          fmt::format("There are more than {} users. GET /v1/users lists them in pages.",
                      kMostAccounts)));
    if (has_more) page.after = listed.items.back().user.id;
    for (UserView& user : listed.items) users.push_back(std::move(user));
  }
  return with_organizations(context, std::move(users));
}

Result<AccountView> my_account(Context& context, const Caller& caller) {
  std::vector<UserView> me = {TRY(get_me(context, caller))};
  return TRY(with_organizations(context, std::move(me))).front();
}

Result<core::Organization> first_organization(Context& context) {
  return context.database.read([&](store::ReadTransaction& tx) -> Result<core::Organization> {
    auto listed = TRY(store::list_organizations(tx, store::AllTenants{}, {.limit = 1}));
    if (listed.items.empty()) return fail(Error::internal("there is no first organization"));
    return std::move(listed.items.front());
  });
}

}  // namespace claviger::service
