// key renew.
#include "change.h"
#include "context.h"
#include "key.h"
#include "key_options.h"

#include <nlohmann/json.hpp>

namespace claviger::cli {
namespace {

class KeyRenew final : public Command {
 public:
  Description description() override {
    std::vector<Argument> arguments = {id_argument(key_kind(), id_), expiry_argument(expires_)};
    arguments.back().presence = Presence::kRequired;
    append(arguments, change_arguments(options_, Receipts::kGiven));
    return {.path = "key renew",
            .summary = "Give a key a new expiry; its secret stays the same",
            .examples = {"claviger key renew key_01kat0q6p2e7w8m9xr3v5bn4cd --expires 90d"},
            .arguments = std::move(arguments),
            .notes =
                "An expired key works again by that. A key that never expires has nothing to "
                "renew."};
  }

  Result<ExitCode> run(Context& context) override {
    nlohmann::json wanted = nlohmann::json::object();
    TRY(put_expiry(expires_.value_or(""), context.environment().clock.now(), wanted));
    Session* session = TRY(context.session());
    const std::string id = TRY(id_of(*session, key_kind(), id_));
    ApiRequest request{
        .method = "POST", .path = path_of(key_kind(), id) + "/renew", .body = json_body(wanted)};
    TRY(apply(options_, request));
    const nlohmann::json reply = TRY(session->fetch(request));
    return print_changed(context, key_kind(), reply);
  }

 private:
  std::string id_;
  std::optional<std::string> expires_;
  ChangeOptions options_;
};

}  // namespace

std::unique_ptr<Command> key_renew_command() {
  return std::make_unique<KeyRenew>();
}

}  // namespace claviger::cli
