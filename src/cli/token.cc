// token create, list, show, revoke: personal access tokens.
#include "act_command.h"
#include "commands.h"
#include "context.h"
#include "grant_options.h"
#include "key.h"
#include "key_options.h"
#include "key_view.h"
#include "list_command.h"
#include "show_command.h"

#include <nlohmann/json.hpp>

#include "claviger/core/api.h"
#include "claviger/core/ids.h"

namespace claviger::cli {
namespace {

using nlohmann::json;

const std::string kExample = "key_01kat0q6p2e7w8m9xr3v5bn4cd";

/// A token is a key of one's own: what becomes of it is what becomes of any key.
const Kind& token_kind() {
  static const Kind kind = {
      .word = "token",
      .list = "token list",
      .resource = "/v1/keys",
      .member = "key",
      .name = "",
      .filter = "",
      .completes = Completes::kTokens,
      .is_id = [](const std::string& text) { return core::KeyId::parse(text).has_value(); },
      .view = key_view};
  return kind;
}

class TokenCreate final : public Command {
 public:
  Description description() override {
    std::vector<Argument> arguments = {{.name = "NAME",
                                        .help = "what will use it",
                                        .target = &name_,
                                        .presence = Presence::kRequired}};
    append(arguments, grant_arguments(grants_));
    append(arguments, key_arguments(key_));
    append(arguments, beginning_arguments(key_));
    append(arguments, secret_output_arguments(secret_));
    append(arguments, change_arguments(options_, Receipts::kNone));
    return {.path = "token create",
            .summary = "Make a personal access token",
            .examples = {"claviger token create reporting --scope my-keys:view --read-only "
                         "--expires 90d",
                         "claviger token create deploy --scope my-keys:create --class rest "
                         "--secret-only | vault kv put secret/deploy token=-"},
            .arguments = std::move(arguments),
            .notes =
                "Without --api it is for the management API, where scopes are permissions: "
                "claviger permission list.\nThe secret is shown once, now. Sign in with it: "
                "claviger auth login --with-token."};
  }

  Result<ExitCode> run(Context& context) override {
    GrantOptions grants = grants_;
    if (!grants.api && !grants.file) {
      grants.api = core::kPlatformApiName;
      if (grants.endpoints.empty() && !grants.scopes.empty()) grants.endpoints = {"*"};
    }
    if (!grants.file && grants.scopes.empty() && grants.api == core::kPlatformApiName)
      return fail(Error::refused(ErrorCode::kInvalidInput,
                                 "What may the token do? Name permissions by their scopes, like "
                                 "--scope my-keys:view; the command \"claviger permission list\" "
                                 "shows them."));
    json wanted = {{"name", name_}, {"grants", TRY(grants_of(context, grants))}};
    TRY(put(key_, context.environment().clock.now(), wanted));
    SecretPlace place =
        TRY(SecretPlace::prepare(context, secret_, issued_shape(token_kind()), options_));
    Session* session = TRY(context.session());
    ApiRequest request{.method = "POST", .path = "/v1/me/tokens", .body = json_body(wanted)};
    TRY(apply(options_, request));
    json token = TRY(session->fetch(request));
    report_warnings(context.console(), token, key_.expires);
    return place.deliver(context, std::move(token));
  }

 private:
  std::string name_;
  GrantOptions grants_;
  KeyOptions key_;
  SecretOutput secret_;
  ChangeOptions options_;
};

}  // namespace

void add_token_commands(CommandTable& table) {
  const Kind& kind = token_kind();
  table.add(std::make_unique<TokenCreate>());
  table.add(list_command({.path = "token list",
                          .summary = "List your personal access tokens",
                          .examples = {"claviger token list"},
                          .resource = "/v1/me/tokens",
                          .view = kind.view()}));
  table.add(show_command({.path = "token show",
                          .summary = "Show one personal access token (never its secret)",
                          .examples = {"claviger token show " + kExample},
                          .kind = kind}));
  table.add(
      act_command({.path = "token revoke",
                   .summary = "End a personal access token for ever",
                   .examples = {"claviger token revoke " + kExample + " --reason leaked --wait"},
                   .kind = kind,
                   .below = "/revoke",
                   .effect = "revokes it for ever. Calls with it are refused from then on",
                   .reason = Reason::kTaken}));
}

}  // namespace claviger::cli
