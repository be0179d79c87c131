// key end-secret.
#include "agree.h"
#include "change.h"
#include "context.h"
#include "key.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "claviger/core/ids.h"

namespace claviger::cli {
namespace {

class KeyEndSecret final : public Command {
 public:
  Description description() override {
    std::vector<Argument> arguments = {id_argument(key_kind(), key_),
                                       {.name = "SECRET",
                                        .help = "the secret's id, as key show lists it: sec_…",
                                        .target = &id_,
                                        .presence = Presence::kRequired},
                                       yes_argument(options_)};
    append(arguments, change_arguments(options_, Receipts::kGiven));
    return {.path = "key end-secret",
            .summary = "End one secret of a rotated key before its time",
            .examples = {"claviger key end-secret key_01kat0q6p2e7w8m9xr3v5bn4cd "
                         "sec_01kat0q6p2e7w8m9xr3v5bn4cd --wait"},
            .arguments = std::move(arguments)};
  }

  Result<ExitCode> run(Context& context) override {
    if (!core::SecretId::parse(id_))
      return fail(Error::refused(
          ErrorCode::kInvalidInput,
          "The second argument is the id of a secret, sec_…; the command \"claviger key show\" "
          "shows those of a key."));
    Session* session = TRY(context.session());
    const std::string key = TRY(id_of(*session, key_kind(), key_));
    ApiRequest request{.method = "POST",
                       .path = fmt::format("{}/secrets/{}/revoke", path_of(key_kind(), key), id_),
                       .body = json_body(nlohmann::json::object())};
    TRY(apply(options_, request));
    const auto about = [&](Session& with) -> Result<std::string> {
      const Versioned found = TRY(with.fetch_version(path_of(key_kind(), key)));
      return fmt::format("It is a secret of the {}.", named(key_kind(), found.object));
    };
    const Answer answer =
        TRY(agree(context, about, "refuses every call with this secret for ever", options_));
    if (answer == Answer::kNo) return ExitCode::kFailed;
    const nlohmann::json reply = TRY(session->fetch(request));
    return print_changed(context, key_kind(), reply);
  }

 private:
  std::string key_;
  std::string id_;
  ChangeOptions options_;
};

}  // namespace

std::unique_ptr<Command> key_end_secret_command() {
  return std::make_unique<KeyEndSecret>();
}

}  // namespace claviger::cli
