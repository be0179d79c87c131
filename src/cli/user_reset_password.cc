// user reset-password.
#include "context.h"
#include "secret_output.h"
#include "user.h"

#include <nlohmann/json.hpp>

namespace claviger::cli {
namespace {

const View& link_view() {
  static const View view = {{.title = "EXPIRES", .field = "expiresAt", .look = Look::kTime}};
  return view;
}

/// The reply is a link and nothing else: it has no id.
const Kind& link_kind() {
  static const Kind kind = {.word = "link",
                            .list = "user list",
                            .resource = "",
                            .member = "link",
                            .name = "",
                            .filter = "",
                            .completes = Completes::kNothing,
                            .is_id = [](const std::string&) { return false; },
                            .view = link_view};
  return kind;
}

class UserResetPassword final : public Command {
 public:
  Description description() override {
    std::vector<Argument> arguments = {id_argument(user_kind(), user_)};
    append(arguments, secret_output_arguments(secret_));
    append(arguments, change_arguments(options_, Receipts::kNone));
    return {.path = "user reset-password",
            .summary = "Make a link by which a user chooses a new password",
            .examples = {"claviger user reset-password ann@example.com",
                         "claviger user reset-password ann@example.com --out-file link.txt"},
            .arguments = std::move(arguments),
            .notes =
                "The token of the link is shown once, works once and for three days, and is "
                "for claviger auth password\nchoose. A link that was made before ends."};
  }

  Result<ExitCode> run(Context& context) override {
    const SecretShape shape = {.kind = link_kind(),
                               .field = "token",
                               .whole = "token",
                               .what = "token",
                               .if_lost = "claviger user reset-password USER"};
    SecretPlace place = TRY(SecretPlace::prepare(context, secret_, shape, options_));
    Session* session = TRY(context.session());
    const std::string id = TRY(id_of(*session, user_kind(), user_));
    ApiRequest request{.method = "POST", .path = path_of(user_kind(), id) + "/reset-password"};
    TRY(apply(options_, request));
    const nlohmann::json link = TRY(session->fetch(request));
    const ExitCode code = TRY(place.deliver(context, link));
    if (!options_.is_dry_run)
      context.next_step("the user chooses a password: claviger auth password choose");
    return code;
  }

 private:
  std::string user_;
  SecretOutput secret_;
  ChangeOptions options_;
};

}  // namespace

std::unique_ptr<Command> user_reset_password_command() {
  return std::make_unique<UserResetPassword>();
}

}  // namespace claviger::cli
