#include "access_model.h"

#include <algorithm>
#include <map>

namespace claviger::test {
namespace {

using Permissions = std::vector<std::string>;

constexpr std::string_view kViewApplications = "View applications";
constexpr std::string_view kViewKeys = "View access keys for any application";

/// What each permission brings along.
const std::multimap<std::string, std::string>& inclusions() {
  static const std::multimap<std::string, std::string> kInclusions = {
      {"Create application", "View applications"},
      {"Edit application", "View applications"},
      {"Revoke application", "View applications"},
      {"View access keys for any application", "View access keys for my applications"},
      {"Create access keys for any application", "Create access keys for my application"},
      {"Edit access keys for any application", "Edit access keys for my application"},
      {"Revoke access keys for any application", "Revoke access keys for my applications"},
      {"Restrict access keys for any application", "Restrict access keys for my applications"},
      {"Manage Assets", "Modify Assets"},
      {"Manage users", "View users"},
      {"Manage roles", "View users"}};
  return kInclusions;
}

bool holds_one(const Names& held, const Permissions& one_of) {
  return one_of.empty() || std::any_of(one_of.begin(), one_of.end(), [&](const auto& permission) {
           return held.contains(permission);
         });
}

/// Of an edit, which two permissions are for, the requests of drive() change a name or a
/// description.
Permissions for_this_request(const api::ListedRoute& route, const Permissions& one_of) {
  const bool is_edit = route.method == "PATCH" && (route.path == "/v1/keys/{id}" ||
                                                   route.path.ends_with("/logins/{userLoginId}"));
  return is_edit ? Permissions{one_of.front()} : one_of;
}

/// Whoever may not see what a colleague has is not told that it is there.
bool may_see(const Names& held, Kind about) {
  if (about == Kind::kKey || about == Kind::kLogin) return held.contains(kViewKeys);
  if (about == Kind::kApplication) return held.contains(kViewApplications);
  return true;
}

/// People are not looked for by whoever may do nothing with them.
bool is_refused_before_looking(Kind about) {
  return about == Kind::kUser;
}

/// A key acts with its maker's rights, so that nobody makes one in another organization.
bool makes_a_key(const api::ListedRoute& route) {
  return route.method == "POST" &&
         (route.path == "/v1/applications/{id}/keys" || route.path == "/v1/keys/import" ||
          route.path == "/v1/keys/{id}/successor");
}

/// A login acts for its user, and is made for oneself alone.
bool makes_a_login(const api::ListedRoute& route) {
  return route.path.ends_with("/logins/apikey");
}

Expected let_through() {
  return {};
}

Expected denied(std::string missing = {}) {
  return {.outcome = Expected::Outcome::kDenied, .missing = std::move(missing)};
}

Expected absent() {
  return {.outcome = Expected::Outcome::kAbsent};
}

Expected on_others(const Subject& subject, const api::ListedRoute& route, Kind about) {
  if (makes_a_login(route)) return denied();
  if (!route.others) return absent();
  // A login is looked for among those that the caller sees.
  if (about == Kind::kLogin && !may_see(subject.permissions, about)) return absent();
  const Permissions needed = for_this_request(route, *route.others);
  if (holds_one(subject.permissions, needed)) return let_through();
  return may_see(subject.permissions, about) ? denied(needed.front()) : absent();
}

Expected out_of_reach(const Subject& subject, const api::ListedRoute& route, Kind about) {
  if (makes_a_login(route)) return denied();
  if (!route.others || !is_refused_before_looking(about)) return absent();
  return holds_one(subject.permissions, *route.others) ? absent() : denied(route.others->front());
}

/// What the whole organization has is nobody's own.
bool is_personal(Kind about) {
  return about != Kind::kOrganization && about != Kind::kRole && about != Kind::kApi;
}

}  // namespace

std::string_view to_string(Relation relation) {
  switch (relation) {
    case Relation::kOwn:
      return "own";
    case Relation::kColleagues:
      return "a colleague's";
    case Relation::kBelow:
      return "of an organization below";
    case Relation::kForeign:
      return "of a foreign organization";
    case Relation::kAbsent:
      return "absent";
  }
  return "?";
}

Names closed(Names permissions) {
  for (std::size_t before = 0; before != permissions.size();) {
    before = permissions.size();
    for (const auto& [permission, included] : inclusions())
      if (permissions.contains(permission)) permissions.insert(included);
  }
  return permissions;
}

Expected expected_of(const Subject& subject, const api::ListedRoute& route, Kind about,
                     Relation relation) {
  if (!holds_one(subject.permissions, route.own)) return denied(route.own.front());
  // The chain of the audit runs over all organizations.
  if (route.path == "/v1/audit/verification")
    return subject.is_of_first_organization ? let_through() : denied();
  if (about == Kind::kNothing) return let_through();
  if (relation == Relation::kForeign || relation == Relation::kAbsent)
    return out_of_reach(subject, route, about);
  if (relation == Relation::kBelow) {
    if (!subject.reaches_below) return out_of_reach(subject, route, about);
    return makes_a_key(route) ? denied() : on_others(subject, route, about);
  }
  if (relation == Relation::kColleagues && is_personal(about))
    return on_others(subject, route, about);
  const Permissions needed = for_this_request(route, route.own);
  return holds_one(subject.permissions, needed) ? let_through() : denied(needed.front());
}

}  // namespace claviger::test
