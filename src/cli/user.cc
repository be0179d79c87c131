// user create, user list.
#include "commands.h"
#include "context.h"
#include "list_command.h"
#include "secret_input.h"

#include <nlohmann/json.hpp>

namespace claviger::cli {
namespace {

const View& user_view() {
  static const View view = {
      {.title = "ID", .field = "id", .look = Look::kExact},
      {.title = "EMAIL", .field = "email"},
      {.title = "NAME", .field = "name"},
      {.title = "STATUS", .field = "status", .look = Look::kStatus},
      {.title = "ROLES", .field = "roles"},
      {.title = "ORGANIZATION",
       .field = "organizationId",
       .look = Look::kExact,
       .shown = Shown::kWide},
      {.title = "CREATED", .field = "createdAt", .look = Look::kTime, .shown = Shown::kWide}};
  return view;
}

class UserCreate final : public Command {
 public:
  Description description() override {
    return {
        .path = "user create",
        .summary = "Make a user",
        .examples = {"claviger user create ann@example.com --name Ann --role \"Asset Consumer\"",
                     "claviger user create ci@example.com --name CI --role Auditor "
                     "--password-file password.txt"},
        .arguments = {{.name = "EMAIL",
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
                       .help = "a role of the user",
                       .target = &roles_,
                       .presence = Presence::kRequired},
                      {.name = "--organization",
                       .value = "ID",
                       .help = "the user's organization, if it is not yours",
                       .target = &organization_},
                      {.name = "--password-file",
                       .value = "FILE",
                       .help = "read the password from a file, or from standard input (-)",
                       .target = &password_file_,
                       .completes = Completes::kFiles}}};
  }

  Result<ExitCode> run(Context& context) override {
    Session* session = TRY(context.session());
    const Secret password = TRY(read_password(context));
    nlohmann::json wanted = {{"email", email_}, {"name", name_}, {"roles", roles_}};
    if (organization_) wanted["organizationId"] = *organization_;
    const nlohmann::json created = TRY(
        session->fetch({.method = "POST",
                        .path = "/v1/users",
                        .body = json_body(wanted, {{"password", password, "CLAVIGER_PASSWORD"}})}));
    TRY(context.print(user_view(), created));
    return ExitCode::kOk;
  }

 private:
  Result<Secret> read_password(Context& context) const {
    if (context.prints_requests()) return Secret();
    if (password_file_) return read_secret_file(context, *password_file_, "Password");
    Console& console = context.console();
    constexpr std::string_view kInstead = "use --password-file";
    Secret first = TRY(console.ask_secret("Password of the new user", kInstead));
    const Secret second = TRY(console.ask_secret("The same again", kInstead));
    if (!equal_in_constant_time(first.reveal(), second.reveal()))
      return fail(Error::refused(ErrorCode::kInvalidInput, "The two passwords differ."));
    return first;
  }

  std::string email_;
  std::string name_;
  std::vector<std::string> roles_;
  std::optional<std::string> organization_;
  std::optional<std::string> password_file_;
};

}  // namespace

std::unique_ptr<Command> user_list_command() {
  return list_command(
      {.path = "user list",
       .summary = "List users",
       .examples = {"claviger user list", "claviger user list -o csv --fields email,roles"},
       .resource = "/v1/users",
       .view = user_view()});
}

std::unique_ptr<Command> user_create_command() {
  return std::make_unique<UserCreate>();
}

}  // namespace claviger::cli
