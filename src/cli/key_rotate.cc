// key rotate.
#include "context.h"
#include "key.h"

#include <nlohmann/json.hpp>

namespace claviger::cli {
namespace {

class KeyRotate final : public Command {
 public:
  Description description() override {
    std::vector<Argument> arguments = {id_argument(key_kind(), id_), overlap_argument(overlap_)};
    append(arguments, secret_output_arguments(secret_));
    append(arguments, change_arguments(options_, Receipts::kGiven));
    return {.path = "key rotate",
            .summary = "Give a key a new secret, and let the old one go on for a while",
            .examples = {"claviger key rotate key_01kat0q6p2e7w8m9xr3v5bn4cd --overlap 24h",
                         "claviger key rotate key_01kat0q6p2e7w8m9xr3v5bn4cd --overlap 0 --wait "
                         "--out-file new.key"},
            .arguments = std::move(arguments),
            .notes =
                "The new secret is shown once, now. To end the old one early: claviger key "
                "end-secret."};
  }

  Result<ExitCode> run(Context& context) override {
    nlohmann::json wanted = nlohmann::json::object();
    TRY(put_overlap(overlap_, wanted));
    const SecretShape shape = {.kind = key_kind(),
                               .field = "secret",
                               .whole = "key.secret",
                               .what = "new secret",
                               .if_lost = "claviger key rotate --overlap 0"};
    SecretPlace place = TRY(SecretPlace::prepare(context, secret_, shape, options_));
    Session* session = TRY(context.session());
    const std::string id = TRY(id_of(*session, key_kind(), id_));
    ApiRequest request{
        .method = "POST", .path = path_of(key_kind(), id) + "/rotate", .body = json_body(wanted)};
    TRY(apply(options_, request));
    return place.deliver(context, TRY(session->fetch(request)));
  }

 private:
  std::string id_;
  std::optional<std::string> overlap_;
  SecretOutput secret_;
  ChangeOptions options_;
};

}  // namespace

std::unique_ptr<Command> key_rotate_command() {
  return std::make_unique<KeyRotate>();
}

}  // namespace claviger::cli
