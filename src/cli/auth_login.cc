// auth login: from an e-mail address and a password, or a token, to a stored credential.
#include "auth.h"
#include "context.h"
#include "json_field.h"
#include "secret_input.h"

#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace claviger::cli {
namespace {

/// Where a sign-in is stored, and what it found out.
struct SignIn {
  std::string context;
  std::string server;
  Credential credential;
};

Error invalid(std::string text) {
  return Error::refused(ErrorCode::kInvalidInput, std::move(text));
}

class AuthLogin final : public Command {
 public:
  Description description() override {
    return {.path = "auth login",
            .summary = "Sign in to a server, and remember it",
            .examples = {"claviger auth login --server https://keys.example.com",
                         "claviger auth login --email ann@example.com --password-file password.txt",
                         "claviger auth login --with-token < token.txt"},
            .arguments = {{.name = "--email",
                           .value = "ADDRESS",
                           .help = "with which to sign in",
                           .target = &email_},
                          {.name = "--password-file",
                           .value = "FILE",
                           .help = "read the password from a file, or from standard input (-)",
                           .target = &password_file_,
                           .completes = Completes::kFiles},
                          {.name = "--code-file",
                           .value = "FILE",
                           .help = "read the code of the second factor from a file, or from "
                                   "standard input (-)",
                           .target = &code_file_,
                           .completes = Completes::kFiles},
                          {.name = "--with-token",
                           .help = "read a token from standard input instead of signing in",
                           .target = &with_token_}},
            .notes =
                "The server and the token are stored in the context that --context names; without "
                "it, in the one\nof this server, or a new one of the server's name. The token is "
                "sent to that server alone."};
  }

  Result<ExitCode> run(Context& context) override {
    if (with_token_ && (email_ || password_file_ || code_file_))
      return fail(invalid("--with-token needs no --email, --password-file or --code-file."));
    SignIn sign_in = TRY(find_place(context));
    warn(context, sign_in);
    if (with_token_)
      TRY(take_token(context, sign_in));
    else
      TRY(sign_in_with_password(context, sign_in));
    const Settings* settings = TRY(context.settings());
    if (!settings->files())
      return fail(invalid("There is no place to store the sign-in: set HOME or CLAVIGER_CONFIG."));
    const std::string who = sign_in.credential.email;
    context.console().note(fmt::format("Signed in to {} as {} (context \"{}\").", sign_in.server,
                                       who, sign_in.context));
    TRY(store(*settings, std::move(sign_in)));
    context.next_step("claviger app list");
    return ExitCode::kOk;
  }

 private:
  static Result<SignIn> find_place(Context& context) {
    const Settings* settings = TRY(context.settings());
    auto known = settings->server();
    SignIn sign_in;
    // A context that does not exist yet is no fault here.
    if (known && *known) sign_in.server = **known;
    if (sign_in.server.empty()) {
      if (!known && !settings->is_context_new()) return fail(known.error());
      const std::string typed = TRY(context.console().ask("Server URL", "name it with --server"));
      sign_in.server = TRY(server_address(typed));
    }
    sign_in.context = settings->context_for(sign_in.server, host_of(sign_in.server));
    return sign_in;
  }

  static void warn(Context& context, const SignIn& sign_in) {
    if (sign_in.server.starts_with("http://") && !is_on_this_machine(sign_in.server))
      context.console().warning(
          "this server is not reached by https: others on the way can read the password and the "
          "token.");
    if (context.environment().variable("CLAVIGER_TOKEN"))
      context.console().warning(
          "CLAVIGER_TOKEN is set, and goes before what is stored by this sign-in.");
  }

  Result<void> take_token(Context& context, SignIn& sign_in) const {
    Secret token;
    if (!context.prints_requests()) token = TRY(read_secret(context, "Token"));
    Session* session = TRY(context.session_with(sign_in.server, Secret(std::string(token.reveal())),
                                                Authorization::kBearer));
    const nlohmann::json me = TRY(session->fetch({.method = "GET", .path = "/v1/me"}));
    sign_in.credential = {.server = sign_in.server,
                          .token = std::move(token),
                          .email = text_at(me, "email"),
                          .expires_at = {}};
    return {};
  }

  Result<void> sign_in_with_password(Context& context, SignIn& sign_in) const {
    std::string email = email_.value_or("");
    if (email.empty()) email = TRY(context.console().ask("E-mail", "name it with --email"));
    const Secret password = TRY(read_password(context));
    const nlohmann::json created = TRY(create_session(context, sign_in.server, email, password));
    sign_in.credential = {.server = sign_in.server,
                          .token = Secret(text_at(created, "accessToken")),
                          .email = text_at(created, "user.email"),
                          .expires_at = text_at(created, "expiresAt")};
    if (sign_in.credential.token.empty())
      return fail(Error::refused(ErrorCode::kInternal, "The server answered without a token."));
    if (sign_in.credential.email.empty()) sign_in.credential.email = email;
    return {};
  }

  /// Asks for a code where the password alone does not do.
  [[nodiscard]] Result<nlohmann::json> create_session(Context& context, const std::string& server,
                                                      const std::string& email,
                                                      const Secret& password) const {
    Session* session = TRY(context.session_with(server, Secret(), Authorization::kNone));
    const auto post = [&](const std::vector<SecretField>& secrets) {
      return session->fetch({.method = "POST",
                             .path = "/v1/sessions",
                             .body = json_body({{"email", email}}, secrets)});
    };
    const SecretField password_field{"password", password, "CLAVIGER_PASSWORD"};
    auto created = post({password_field});
    if (created || created.error().code() != ErrorCode::kSecondFactorNeeded) return created;
    const Secret code = TRY(read_code(context));
    return post({password_field, {"code", code, "CLAVIGER_CODE"}});
  }

  [[nodiscard]] Result<Secret> read_code(Context& context) const {
    if (code_file_) return read_secret_file(context, *code_file_, "Code");
    return context.console().ask_secret("Code", "use --code-file");
  }

  Result<Secret> read_password(Context& context) const {
    if (context.prints_requests()) return Secret();
    if (password_file_) return read_secret_file(context, *password_file_, "Password");
    return context.console().ask_secret("Password", "use --password-file");
  }

  static Result<void> store(const Settings& settings, SignIn sign_in) {
    Config config = settings.config();
    ContextSettings& stored = config.contexts[sign_in.context];
    stored.server = sign_in.server;
    config.current_context = sign_in.context;
    ConfigFiles::Loaded loaded = TRY(settings.files()->credentials());
    loaded.credentials[sign_in.context] = std::move(sign_in.credential);
    TRY(settings.files()->store(loaded.credentials));
    return settings.files()->store(config);
  }

  std::optional<std::string> email_;
  std::optional<std::string> password_file_;
  std::optional<std::string> code_file_;
  bool with_token_ = false;
};

}  // namespace

std::unique_ptr<Command> auth_login_command() {
  return std::make_unique<AuthLogin>();
}

}  // namespace claviger::cli
