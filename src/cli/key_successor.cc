// key successor.
#include "context.h"
#include "grant_options.h"
#include "json_field.h"
#include "key.h"
#include "key_options.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace claviger::cli {
namespace {

using nlohmann::json;

class KeySuccessor final : public Command {
 public:
  Description description() override {
    std::vector<Argument> arguments = {id_argument(key_kind(), id_),
                                       {.name = "--name",
                                        .value = "NAME",
                                        .help = "its name, if it is not that of the key before it",
                                        .target = &name_},
                                       overlap_argument(overlap_)};
    append(arguments, grant_arguments(grants_));
    append(arguments, key_arguments(key_));
    append(arguments, secret_output_arguments(secret_));
    append(arguments, change_arguments(options_, Receipts::kNone));
    return {
        .path = "key successor",
        .summary = "Make a key that takes the place of another",
        .examples = {"claviger key successor key_01kat0q6p2e7w8m9xr3v5bn4cd --api orders "
                     "--endpoint 'GET /orders' --endpoint 'POST /orders' --overlap 7d",
                     "claviger key successor key_01kat0q6p2e7w8m9xr3v5bn4cd --out-file new.key"},
        .arguments = std::move(arguments),
        .notes =
            "What is left out is taken from the key before it, which ends after the overlap. "
            "To keep the key and change\nits secret alone: claviger key rotate."};
  }

  Result<ExitCode> run(Context& context) override {
    json wanted = json::object();
    if (name_) wanted["name"] = *name_;
    if (!are_empty(grants_)) wanted["grants"] = TRY(grants_of(context, grants_));
    TRY(put(key_, context.environment().clock.now(), wanted));
    TRY(put_overlap(overlap_, wanted));
    SecretPlace place =
        TRY(SecretPlace::prepare(context, secret_, issued_shape(key_kind()), options_));
    Session* session = TRY(context.session());
    const std::string id = TRY(id_of(*session, key_kind(), id_));
    ApiRequest request{.method = "POST",
                       .path = path_of(key_kind(), id) + "/successor",
                       .body = json_body(wanted)};
    TRY(apply(options_, request));
    json made = TRY(session->fetch(request));
    report_warnings(context.console(), made, key_.expires);
    return place.deliver(context, std::move(made));
  }

 private:
  std::string id_;
  std::optional<std::string> name_;
  std::optional<std::string> overlap_;
  GrantOptions grants_;
  KeyOptions key_;
  SecretOutput secret_;
  ChangeOptions options_;
};

}  // namespace

std::unique_ptr<Command> key_successor_command() {
  return std::make_unique<KeySuccessor>();
}

}  // namespace claviger::cli
