// A caller who is stopped between being let in and the write that they asked for.
#include "service_test.h"

#include "claviger/service/applications.h"
#include "claviger/service/organizations.h"
#include "claviger/service/roles.h"
#include "claviger/service/users.h"

namespace claviger::service {
namespace {

class WriteAsTest : public ServiceTest {
 protected:
  [[nodiscard]] core::UserId make_user(const std::string& role) {
    NewUser wanted{.email = kUserEmail,
                   .name = "User",
                   .password = password(),
                   .roles = {role},
                   .organization = std::nullopt};
    return create_user(context_, administrator_caller_, std::move(wanted)).value().view.user.id;
  }

  [[nodiscard]] Caller user_caller() {
    return caller_of(
        sign_in(context_, {.email = kUserEmail, .password = password(), .code = {}}, visit())
            .value()
            .token);
  }

  [[nodiscard]] auto act_as(const Caller& caller) {
    return create_application(context_, caller, {.name = "application", .description = ""});
  }

  static constexpr const char* kUserEmail = "user@example.com";
  const Caller administrator_caller_ = caller_of(try_to_sign_in().value().token);
};

TEST_F(WriteAsTest, K02_WhoIsDisabledMeanwhileWritesNothing) {
  const core::UserId user = make_user("Asset Consumer");
  const Caller let_in = user_caller();
  ASSERT_TRUE(act_as(let_in));
  ASSERT_TRUE(disable_user(context_, administrator_caller_, user));
  const auto refused = act_as(let_in);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kSignInRequired);
  EXPECT_EQ(audited("application.create"), 1U);
}

TEST_F(WriteAsTest, K02_NorWhoseSessionHasEnded) {
  (void)make_user("Asset Consumer");
  const Caller let_in = user_caller();
  ASSERT_TRUE(sign_out(context_, let_in));
  const auto refused = act_as(let_in);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kSignInRequired);
}

TEST_F(WriteAsTest, K02_NorByAPermissionThatIsGone) {
  const core::Role made =
      create_role(context_, administrator_caller_,
                  {.name = "Maker",
                   .description = "",
                   .permissions = core::PermissionSet().with(core::Permission::kCreateApplication),
                   .rights = {},
                   .organization = std::nullopt})
          .value();
  (void)make_user("Maker");
  Caller let_in = user_caller();
  ASSERT_TRUE(update_role(context_, administrator_caller_, made.id,
                          {.name = {},
                           .description = {},
                           .permissions = core::PermissionSet(),
                           .reach = {},
                           .rights = {}}));
  let_in.principal.session = std::nullopt;  // which has ended with the permission
  const auto refused = act_as(let_in);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kPermissionDenied);
}

TEST_F(WriteAsTest, WhoIsNotMeantGoesOn) {
  const core::UserId user = make_user("Asset Consumer");
  ASSERT_TRUE(disable_user(context_, administrator_caller_, user));
  EXPECT_TRUE(act_as(administrator_caller_));
}

}  // namespace
}  // namespace claviger::service
