// key disable, key enable.
#include "commands.h"
#include "context.h"
#include "key_stop.h"
#include "receipt.h"
#include "resolve.h"

#include <nlohmann/json.hpp>

namespace claviger::cli {
namespace {

Argument id_argument(std::string& id) {
  return {.name = "ID",
          .help = "of the key",
          .target = &id,
          .presence = Presence::kRequired,
          .completes = Completes::kKeys};
}

/// Sends one of the two changes, whose bodies say nothing.
Result<ExitCode> change(Context& context, const std::string& id, const std::string& verb,
                        const WaitOptions& wait) {
  ApiRequest request{.method = "POST",
                     .path = "/v1/keys/" + id + '/' + verb,
                     .body = json_body(nlohmann::json::object())};
  TRY(add_wait(wait, request));
  Session* session = TRY(context.session());
  const nlohmann::json reply = TRY(session->fetch(request));
  return print_changed_key(context, reply);
}

class KeyDisable final : public Command {
 public:
  Description description() override {
    std::vector<Argument> arguments = {
        id_argument(id_), {.name = "--yes", .help = "do not ask", .target = &is_agreed_}};
    for (Argument& argument : wait_arguments(wait_)) arguments.push_back(std::move(argument));
    return {.path = "key disable",
            .summary = "Stop an access key until it is enabled again",
            .examples = {"claviger key disable key_01kat0q6p2e7w8m9xr3v5bn4cd --wait"},
            .arguments = std::move(arguments)};
  }

  Result<ExitCode> run(Context& context) override {
    const std::string id = TRY(key_id(id_));
    const Agreement given = is_agreed_ ? Agreement::kGiven : Agreement::kAskedFor;
    if (TRY(agree(context, id, "stops it until it is enabled again", given)) == Answer::kNo)
      return ExitCode::kFailed;
    return change(context, id, "disable", wait_);
  }

 private:
  std::string id_;
  bool is_agreed_ = false;
  WaitOptions wait_;
};

class KeyEnable final : public Command {
 public:
  Description description() override {
    std::vector<Argument> arguments = {id_argument(id_)};
    for (Argument& argument : wait_arguments(wait_)) arguments.push_back(std::move(argument));
    return {.path = "key enable",
            .summary = "Let a disabled access key work again",
            .examples = {"claviger key enable key_01kat0q6p2e7w8m9xr3v5bn4cd"},
            .arguments = std::move(arguments)};
  }

  Result<ExitCode> run(Context& context) override {
    const std::string id = TRY(key_id(id_));
    return change(context, id, "enable", wait_);
  }

 private:
  std::string id_;
  WaitOptions wait_;
};

}  // namespace

std::unique_ptr<Command> key_disable_command() {
  return std::make_unique<KeyDisable>();
}

std::unique_ptr<Command> key_enable_command() {
  return std::make_unique<KeyEnable>();
}

}  // namespace claviger::cli
