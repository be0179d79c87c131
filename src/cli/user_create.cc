// user create.
#include "context.h"
#include "json_field.h"
#include "secret_input.h"
#include "secret_output.h"
#include "user.h"

#include <nlohmann/json.hpp>

namespace claviger::cli {
namespace {

using nlohmann::json;

class UserCreate final : public Command {
 public:
  Description description() override {
    std::vector<Argument> arguments = what_it_is();
    append(arguments, how_it_signs_in());
    append(arguments, change_arguments(options_, Receipts::kNone));
    return {
        .path = "user create",
        .summary = "Make a user",
        .examples = {"claviger user create ann@example.com --name Ann --role \"Asset Consumer\" "
                     "--link",
                     "claviger user create ci@example.com --name CI --role Auditor "
                     "--password-file password.txt"},
        .arguments = std::move(arguments),
        .notes =
            "With --link the user chooses the password: the token of the link is shown once, "
            "works once and for three\ndays, and is for claviger auth password choose."};
  }

  Result<ExitCode> run(Context& context) override {
    if (with_link_ && password_file_)
      return fail(Error::refused(ErrorCode::kInvalidInput,
                                 "With --link the user chooses a password: leave --password-file "
                                 "out, or the link."));
    if (!with_link_ && (secret_.is_alone || secret_.file))
      return fail(Error::refused(ErrorCode::kInvalidInput,
                                 "--secret-only and --out-file are for the token of a --link."));
    Session* session = TRY(context.session());
    json wanted = {{"email", email_}, {"name", name_}, {"roles", roles_}};
    if (organization_)
      wanted["organizationId"] = TRY(id_of(*session, organization_kind(), *organization_));
    return with_link_ ? make_with_link(context, wanted) : make_with_password(context, wanted);
  }

 private:
  std::vector<Argument> what_it_is() {
    return {{.name = "EMAIL",
             .help = "with which the user signs in",
             .target = &email_,
             .presence = Presence::kRequired},
            {.name = "--name",
             .value = "NAME",
             .help = "the user's name",
             .target = &name_,
             .presence = Presence::kRequired},
            {.name = "--role",
             .value = "ROLE",
             .help = "a role of the user (name or id)",
             .target = &roles_,
             .presence = Presence::kRequired,
             .completes = Completes::kRoles},
            {.name = "--organization",
             .value = "ORG",
             .help = "the user's organization, if it is not yours (id or name)",
             .target = &organization_,
             .completes = Completes::kOrganizations}};
  }

  std::vector<Argument> how_it_signs_in() {
    std::vector<Argument> arguments = {
        {.name = "--password-file",
         .value = "FILE",
         .help = "read the password from a file, or from standard input (-)",
         .target = &password_file_,
         .completes = Completes::kFiles},
        {.name = "--link",
         .help = "let the user choose a password, by a link whose token is shown once",
         .target = &with_link_}};
    append(arguments, secret_output_arguments(secret_));
    return arguments;
  }

  Result<ExitCode> make_with_link(Context& context, const json& wanted) const {
    SecretPlace place = TRY(SecretPlace::prepare(context, secret_, link_shape(), options_));
    const json created = TRY(send(context, json_body(wanted)));
    const ExitCode code = TRY(place.deliver(context, created));
    if (!options_.is_dry_run)
      context.next_step("the user chooses a password: claviger auth password choose");
    return code;
  }

  Result<ExitCode> make_with_password(Context& context, const json& wanted) const {
    Secret password;
    if (!context.prints_requests()) password = TRY(read_password(context));
    const json created =
        TRY(send(context, json_body(wanted, {{"password", password, "CLAVIGER_PASSWORD"}})));
    return print_changed(context, user_kind(), created);
  }

  Result<Secret> read_password(Context& context) const {
    if (password_file_) return read_secret_file(context, *password_file_, "Password");
    return ask_new_password(context, "Password of the new user", "use --password-file or --link");
  }

  Result<json> send(Context& context, Body body) const {
    Session* session = TRY(context.session());
    ApiRequest request{.method = "POST", .path = "/v1/users", .body = std::move(body)};
    TRY(apply(options_, request));
    return session->fetch(request);
  }

  static SecretShape link_shape() {
    return {.kind = user_kind(),
            .field = "passwordLink.token",
            .whole = "passwordLink.token",
            .what = "token of the link",
            .if_lost = "claviger user reset-password"};
  }

  std::string email_;
  std::string name_;
  std::vector<std::string> roles_;
  std::optional<std::string> organization_;
  std::optional<std::string> password_file_;
  bool with_link_ = false;
  SecretOutput secret_;
  ChangeOptions options_;
};

}  // namespace

std::unique_ptr<Command> user_create_command() {
  return std::make_unique<UserCreate>();
}

}  // namespace claviger::cli
