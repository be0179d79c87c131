// key revoke.
#include "commands.h"
#include "context.h"
#include "key_stop.h"
#include "receipt.h"
#include "resolve.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "claviger/core/access_key.h"

namespace claviger::cli {
namespace {

/// The API's words (core/access_key.h) with hyphens, as flags are spelled, and "leaked", which is
/// what people say.
const std::vector<std::string>& reason_words() {
  static const std::vector<std::string> words = [] {
    std::vector<std::string> all;
    for (const std::string_view word : core::revoke_reason_words()) {
      all.emplace_back(word);
      std::replace(all.back().begin(), all.back().end(), '_', '-');
    }
    all.emplace_back("leaked");
    return all;
  }();
  return words;
}

std::string api_word(std::string word) {
  if (word == "leaked") return std::string(core::to_string(core::RevokeReason::kCompromised));
  std::replace(word.begin(), word.end(), '-', '_');
  return word;
}

class KeyRevoke final : public Command {
 public:
  Description description() override {
    std::vector<Argument> arguments = {
        {.name = "ID",
         .help = "of the key",
         .target = &id_,
         .presence = Presence::kRequired,
         .completes = Completes::kKeys},
        {.name = "--reason",
         .value = "REASON",
         .help = fmt::format("{}", fmt::join(reason_words(), ", ")),
         .target = &reason_,
         .presence = Presence::kRequired,
         .choices = reason_words()},
        {.name = "--comment",
         .value = "TEXT",
         .help = "more about it; the consumer reads it",
         .target = &comment_},
        {.name = "--yes", .help = "do not ask", .target = &is_agreed_}};
    for (Argument& argument : wait_arguments(wait_)) arguments.push_back(std::move(argument));
    return {
        .path = "key revoke",
        .summary = "End an access key for ever",
        .examples = {"claviger key revoke key_01kat0q6p2e7w8m9xr3v5bn4cd --reason leaked --wait",
                     "claviger key revoke key_01kat0q6p2e7w8m9xr3v5bn4cd --reason superseded "
                     "--yes -o json"},
        .arguments = std::move(arguments),
        .notes =
            "A revoked key cannot be enabled again. To stop one for a while: claviger key "
            "disable."};
  }

  Result<ExitCode> run(Context& context) override {
    const std::string id = TRY(key_id(id_));
    ApiRequest request{.method = "POST", .path = "/v1/keys/" + id + "/revoke"};
    TRY(add_wait(wait_, request));
    nlohmann::json body = {{"reason", api_word(reason_)}};
    if (comment_) body["comment"] = *comment_;
    request.body = json_body(body);
    const Agreement given = is_agreed_ ? Agreement::kGiven : Agreement::kAskedFor;
    if (TRY(agree(context, id, "revokes it for ever", given)) == Answer::kNo)
      return ExitCode::kFailed;
    Session* session = TRY(context.session());
    const nlohmann::json reply = TRY(session->fetch(request));
    return print_changed_key(context, reply);
  }

 private:
  std::string id_;
  std::string reason_;
  std::optional<std::string> comment_;
  bool is_agreed_ = false;
  WaitOptions wait_;
};

}  // namespace

std::unique_ptr<Command> key_revoke_command() {
  return std::make_unique<KeyRevoke>();
}

}  // namespace claviger::cli
