// auth password change, auth password choose.
#include "auth.h"
#include "context.h"
#include "secret_input.h"

#include <nlohmann/json.hpp>

namespace claviger::cli {
namespace {

Error invalid(std::string text) {
  return Error::refused(ErrorCode::kInvalidInput, std::move(text));
}

Argument password_argument(std::optional<std::string>& file) {
  return {.name = "--password-file",
          .value = "FILE",
          .help = "read the new password from a file, or from standard input (-)",
          .target = &file,
          .completes = Completes::kFiles};
}

Result<Secret> read_new_password(Context& context, const std::optional<std::string>& file) {
  if (context.prints_requests()) return Secret();
  if (file) return read_secret_file(context, *file, "New password");
  return ask_new_password(context, "New password", "use --password-file");
}

class PasswordChange final : public Command {
 public:
  Description description() override {
    return {.path = "auth password change",
            .summary = "Change your password, and end your other sessions",
            .examples = {"claviger auth password change",
                         "claviger auth password change --current-password-file old.txt "
                         "--password-file new.txt"},
            .arguments = {{.name = "--current-password-file",
                           .value = "FILE",
                           .help = "read the present password from a file, or from standard input "
                                   "(-)",
                           .target = &current_file_,
                           .completes = Completes::kFiles},
                          password_argument(file_)}};
  }

  Result<ExitCode> run(Context& context) override {
    if (current_file_ == "-" && file_ == "-")
      return fail(invalid("Standard input has one password: give the other in a file."));
    Session* session = TRY(context.session());
    const Secret current = TRY(read_current(context));
    const Secret wanted = TRY(read_new_password(context, file_));
    TRY(session->fetch({.method = "POST",
                        .path = "/v1/me/password",
                        .body = json_body(nlohmann::json::object(),
                                          {{"currentPassword", current, "CLAVIGER_PASSWORD"},
                                           {"password", wanted, "CLAVIGER_NEW_PASSWORD"}})}));
    context.console().note("The password is changed, and your other sessions have ended.");
    return ExitCode::kOk;
  }

 private:
  Result<Secret> read_current(Context& context) const {
    if (context.prints_requests()) return Secret();
    if (current_file_) return read_secret_file(context, *current_file_, "Present password");
    return context.console().ask_secret("Present password", "use --current-password-file");
  }

  std::optional<std::string> current_file_;
  std::optional<std::string> file_;
};

class PasswordChoose final : public Command {
 public:
  Description description() override {
    return {.path = "auth password choose",
            .summary = "Choose a password by a link that you were given",
            .examples = {"claviger auth password choose --server https://keys.example.com",
                         "claviger auth password choose --token-file link.txt --password-file "
                         "new.txt"},
            .arguments = {{.name = "--token-file",
                           .value = "FILE",
                           .help = "read the token of the link from a file, or from standard input "
                                   "(-)",
                           .target = &token_file_,
                           .completes = Completes::kFiles},
                          password_argument(file_)},
            .notes = "You need not be signed in. A link works once, and all your sessions end."};
  }

  Result<ExitCode> run(Context& context) override {
    if (token_file_ == "-" && file_ == "-")
      return fail(invalid("Standard input has one secret: give the other in a file."));
    const Settings* settings = TRY(context.settings());
    const auto server = TRY(settings->server());
    if (!server)
      return fail(invalid("No server is known. Name it with --server or CLAVIGER_SERVER."));
    const Secret token = TRY(read_token(context));
    const Secret wanted = TRY(read_new_password(context, file_));
    Session* session = TRY(context.session_with(*server, Secret(), Authorization::kNone));
    TRY(session->fetch({.method = "POST",
                        .path = "/v1/passwords",
                        .body = json_body(nlohmann::json::object(),
                                          {{"token", token, "CLAVIGER_LINK"},
                                           {"password", wanted, "CLAVIGER_NEW_PASSWORD"}})}));
    context.console().note("The password is chosen.");
    context.next_step("claviger auth login --server " + *server);
    return ExitCode::kOk;
  }

 private:
  Result<Secret> read_token(Context& context) const {
    if (context.prints_requests()) return Secret();
    if (token_file_) return read_secret_file(context, *token_file_, "Token of the link");
    return context.console().ask_secret("Token of the link", "use --token-file");
  }

  std::optional<std::string> token_file_;
  std::optional<std::string> file_;
};

}  // namespace

std::unique_ptr<Command> auth_password_change_command() {
  return std::make_unique<PasswordChange>();
}

std::unique_ptr<Command> auth_password_choose_command() {
  return std::make_unique<PasswordChoose>();
}

}  // namespace claviger::cli
