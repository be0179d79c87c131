// key inspect: what a secret's text tells by itself, without a server.
#include "context.h"
#include "key.h"
#include "secret_input.h"

#include <nlohmann/json.hpp>

#include "claviger/core/key_text.h"

namespace claviger::cli {
namespace {

std::string_view explain(core::SecretKind kind) {
  switch (kind) {
    case core::SecretKind::kAccessKey:
      return "access key";
    case core::SecretKind::kPersonalAccessToken:
      return "personal access token";
    case core::SecretKind::kOauthAccessToken:
      return "OAuth access token";
    case core::SecretKind::kOauthRefreshToken:
      return "OAuth refresh token";
    case core::SecretKind::kClientSecret:
      return "OAuth client secret";
    case core::SecretKind::kAgent:
      return "agent's secret";
    case core::SecretKind::kSession:
      return "session token";
    case core::SecretKind::kLink:
      return "link that works once";
    case core::SecretKind::kRecoveryCode:
      return "recovery code";
  }
  return "";
}

class KeyInspect final : public Command {
 public:
  Description description() override {
    return {.path = "key inspect",
            .summary = "Tell what a secret is by its text alone, offline",
            .examples = {"claviger key inspect - < secret.txt",
                         "claviger key inspect --secret-file secret.txt -o json"},
            .arguments = secret_arguments(source_),
            .notes =
                "A good checksum says that the text is whole, not that the key works: see "
                "claviger key verify.\nThe exit code is 1 if it is no whole secret of "
                "Claviger's."};
  }

  Result<ExitCode> run(Context& context) override {
    static const View view = {{.title = "KIND", .field = "kind"},
                              {.title = "MEANING", .field = "meaning"},
                              {.title = "PREFIX", .field = "prefix"},
                              {.title = "LAST FOUR", .field = "lastFour"},
                              {.title = "CHECKSUM", .field = "checksum"}};
    const Secret secret = TRY(read_secret(context, source_, "Secret"));
    const auto kind = core::parse_key_text(secret.reveal());
    if (!kind) {
      // Nothing of a text that is not understood is shown: it may be somebody else's secret.
      const bool is_ours = core::is_marked_as_ours(secret.reveal());
      TRY(context.print(view, {{"kind", nullptr}, {"checksum", is_ours ? "wrong" : nullptr}}));
      context.console().note(is_ours ? "The text is mistyped or cut off: its checksum is wrong."
                                     : "This is no secret of Claviger's.");
      return ExitCode::kFailed;
    }
    const core::KeyHint hint = core::hint_of(secret);
    TRY(context.print(view, {{"kind", std::string(core::to_string(*kind))},
                             {"meaning", std::string(explain(*kind))},
                             {"prefix", hint.prefix},
                             {"lastFour", hint.last_four},
                             {"checksum", "ok"}}));
    return ExitCode::kOk;
  }

 private:
  SecretSource source_;
};

}  // namespace

std::unique_ptr<Command> key_inspect_command() {
  return std::make_unique<KeyInspect>();
}

}  // namespace claviger::cli
