// auth logout, auth status.
#include "auth.h"

#include "commands.h"
#include "context.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace claviger::cli {
namespace {

std::string_view name_of(TokenSource source) {
  switch (source) {
    case TokenSource::kVariable:
      return "CLAVIGER_TOKEN";
    case TokenSource::kFile:
      return "CLAVIGER_TOKEN_FILE";
    case TokenSource::kStored:
      return "credentials.toml";
  }
  return "";
}

class AuthStatus final : public Command {
 public:
  Description description() override {
    return {.path = "auth status",
            .summary = "Show where you are signed in, and as whom",
            .examples = {"claviger auth status", "claviger auth status -o json --fields email"}};
  }

  Result<ExitCode> run(Context& context) override {
    static const View view = {{.title = "SERVER", .field = "server"},
                              {.title = "CONTEXT", .field = "context"},
                              {.title = "TOKEN FROM", .field = "tokenSource"},
                              {.title = "EXPIRES", .field = "tokenExpiresAt", .look = Look::kTime},
                              {.title = "E-MAIL", .field = "email"},
                              {.title = "NAME", .field = "name"},
                              {.title = "ID", .field = "id"},
                              {.title = "ORGANIZATION", .field = "organizationId"},
                              {.title = "ROLES", .field = "roles"},
                              {.title = "PERMISSIONS", .field = "permissions"}};
    Session* session = TRY(context.session());
    const Settings* settings = TRY(context.settings());
    nlohmann::json me = TRY(session->fetch({.method = "GET", .path = "/v1/me"}));
    me["server"] = session->server();
    me["context"] = settings->context_name();
    if (const Token* token = context.token(); token != nullptr) {
      me["tokenSource"] = std::string(name_of(token->source));
      if (!token->expires_at.empty()) me["tokenExpiresAt"] = token->expires_at;
    }
    TRY(context.print(view, me));
    return ExitCode::kOk;
  }
};

class AuthLogout final : public Command {
 public:
  Description description() override {
    return {.path = "auth logout",
            .summary = "End the session, here and at the server",
            .examples = {"claviger auth logout", "claviger auth logout --context work"}};
  }

  Result<ExitCode> run(Context& context) override {
    const Settings* settings = TRY(context.settings());
    const std::string name = settings->context_name();
    if (!settings->files()) return nothing_stored(context, name);
    ConfigFiles::Loaded loaded = TRY(settings->files()->credentials());
    const auto found = loaded.credentials.find(name);
    if (found == loaded.credentials.end()) return nothing_stored(context, name);
    Credential credential = std::move(found->second);
    loaded.credentials.erase(found);

    Session* session = TRY(context.session_with(credential.server, std::move(credential.token),
                                                Authorization::kBearer));
    const auto ended = session->send({.method = "DELETE", .path = "/v1/sessions"});
    if (session->has_printed()) return ExitCode::kOk;
    // Here it ends in any case: a token that is gone cannot be stolen.
    TRY(settings->files()->store(loaded.credentials));
    context.console().note(fmt::format("Signed out of {}.", credential.server));
    if (ended || ended.error().code() == ErrorCode::kSignInRequired) return ExitCode::kOk;
    context.console().warning("the token is gone from here, but the server did not end it:");
    return fail(ended.error());
  }

 private:
  static Result<ExitCode> nothing_stored(Context& context, const std::string& name) {
    context.console().note(name.empty() ? "Nothing is stored: you are not signed in."
                                        : fmt::format("Nothing is stored for \"{}\".", name));
    return ExitCode::kOk;
  }
};

}  // namespace

void add_auth_commands(CommandTable& table) {
  table.add(auth_login_command());
  table.add(std::make_unique<AuthLogout>());
  table.add(std::make_unique<AuthStatus>());
  add_auth_session_commands(table);
  add_auth_second_factor_commands(table);
  table.add(auth_password_change_command());
  table.add(auth_password_choose_command());
}

}  // namespace claviger::cli
