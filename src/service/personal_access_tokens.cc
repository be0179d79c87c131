#include "claviger/service/personal_access_tokens.h"

#include "key_access.h"
#include "key_grants.h"
#include "new_application.h"
#include "new_key.h"
#include "write_as.h"

#include "claviger/service/access.h"
#include "claviger/store/applications.h"
#include "claviger/store/key_list.h"

namespace claviger::service {
namespace {

constexpr std::string_view kApplicationName = "Personal access tokens";

/// The caller's own, made with the first token.
Result<core::Application> personal_application(Context& context, store::WriteTransaction& tx,
                                               const Caller& caller) {
  const auto scope = store::TenantScope::of(caller.principal);
  auto present = TRY(store::find_personal_application(tx, scope, caller.principal.user));
  if (present) return *std::move(present);
  const NewApplication wanted{.name = std::string(kApplicationName), .description = {}};
  return make_application(context, tx, caller, wanted, core::ApplicationUse::kPersonalTokens);
}

}  // namespace

Result<IssuedKey> issue_token(Context& context, const Caller& caller, const NewToken& token) {
  const NewKey& wanted = token.wanted;
  if (token.is_living && caller.principal.key)
    return fail(Error::refused(ErrorCode::kPermissionDenied,
                               "A key cannot make a token that may do more than itself. Sign in "
                               "to make one."));
  LivingGrants living;
  std::vector<core::Grant> grants;
  NewKey made_of = wanted;
  if (token.is_living) {
    living = living_grants(wanted.classes);
    made_of.grants = living.named;
    grants = std::move(living.compiled);
  } else {
    grants = TRY(context.database.read([&](store::ReadTransaction& tx) {
      return compile_grants(tx, caller, {wanted.grants, wanted.scopes, wanted.classes});
    }));
  }
  PreparedKey prepared = prepare_key(context, core::SecretKind::kPersonalAccessToken);
  core::AccessKey key =
      TRY(write_as(context, caller, [&](store::WriteTransaction& tx) -> Result<core::AccessKey> {
        const auto application = TRY(personal_application(context, tx, caller));
        KeyToMake made = key_to_make(made_of, grants, prepared);
        made.kind = core::SecretKind::kPersonalAccessToken;
        made.audited_as = "token.create";
        return make_key(context, tx, caller, application, made);
      }));
  return shown_key(context, std::move(key), std::move(prepared.secret));
}

Result<Listed<KeyView>> list_tokens(Context& context, const Caller& caller,
                                    const Page<core::KeyId>& page) {
  store::KeyFilter filter{.now = context.clock.now(), .maker = caller.principal.user};
  filter.kind = core::SecretKind::kPersonalAccessToken;
  store::KeyPage rows{.limit = page.limit};
  if (page.after) rows.after = store::KeyPosition{.id = *page.after};
  auto listed = TRY(context.database.read([&](store::ReadTransaction& tx) {
    return store::list_keys(tx, store::TenantScope::of(caller.principal), filter, rows);
  }));
  return views_of(context, std::move(listed));
}

}  // namespace claviger::service
