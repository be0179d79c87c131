// api withdraw.
#include "agree.h"
#include "api.h"
#include "change.h"
#include "context.h"
#include "revoke_reason.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace claviger::cli {
namespace {

class ApiWithdraw final : public Command {
 public:
  Description description() override {
    std::vector<Argument> arguments = {{.name = "API",
                                        .help = "the API: its id or name",
                                        .target = &api_,
                                        .presence = Presence::kRequired,
                                        .completes = Completes::kApis},
                                       {.name = "KEY",
                                        .help = "the id of the key",
                                        .target = &key_,
                                        .presence = Presence::kRequired}};
    append(arguments, reason_arguments(reason_));
    arguments.push_back(yes_argument(options_));
    append(arguments, change_arguments(options_, Receipts::kGiven));
    return {.path = "api withdraw",
            .summary = "Take an API away from a key, whoever has it",
            .examples = {"claviger api withdraw fleet key_01kat0q6p2e7w8m9xr3v5bn4cd --reason "
                         "contract-ended --wait"},
            .arguments = std::move(arguments),
            .notes =
                "The key's other APIs stay; a key on this API alone is revoked. The keys: "
                "claviger api consumers."};
  }

  Result<ExitCode> run(Context& context) override {
    Session* session = TRY(context.session());
    const std::string api = TRY(id_of(*session, api_kind(), api_));
    const std::string key = TRY(id_of(*session, key_kind(), key_));
    nlohmann::json body = nlohmann::json::object();
    put(reason_, body);
    ApiRequest request{.method = "POST",
                       .path = fmt::format("{}/keys/{}/withdraw", path_of(api_kind(), api), key),
                       .body = json_body(body)};
    TRY(apply(options_, request));
    // The key may be another organization's, whose keys cannot be looked at one by one.
    const auto about = [&](Session&) -> Result<std::string> {
      return fmt::format("The key {} loses the API \"{}\".", key, api_);
    };
    const Answer answer = TRY(
        agree(context, about, "is for ever: calls of this API with the key are refused", options_));
    if (answer == Answer::kNo) return ExitCode::kFailed;
    return print_changed(context, key_kind(), TRY(session->fetch(request)));
  }

 private:
  std::string api_;
  std::string key_;
  RevokeReason reason_;
  ChangeOptions options_;
};

}  // namespace

std::unique_ptr<Command> api_withdraw_command() {
  return std::make_unique<ApiWithdraw>();
}

}  // namespace claviger::cli
