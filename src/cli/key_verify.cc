// key verify: the decision that a gateway would take.
#include "context.h"
#include "json_field.h"
#include "key.h"
#include "secret_input.h"

#include <nlohmann/json.hpp>

namespace claviger::cli {
namespace {

std::string allowed_text(const nlohmann::json& allowed) {
  return allowed.is_boolean() && allowed.get<bool>() ? "allowed" : "refused";
}

class KeyVerify final : public Command {
 public:
  Description description() override {
    std::vector<Argument> arguments = secret_arguments(source_);
    arguments.push_back({.name = "--api",
                         .value = "NAME",
                         .help = "the API that is called",
                         .target = &api_,
                         .presence = Presence::kRequired,
                         .completes = Completes::kApis});
    arguments.push_back({.name = "--method",
                         .value = "METHOD",
                         .help = "the method of the call (GET)",
                         .target = &method_});
    arguments.push_back({.name = "--path",
                         .value = "PATH",
                         .help = "the path of the call, with its query",
                         .target = &path_,
                         .presence = Presence::kRequired});
    arguments.push_back({.name = "--ip",
                         .value = "ADDRESS",
                         .help = "the address that the call comes from",
                         .target = &ip_});
    return {.path = "key verify",
            .summary = "Ask whether a key may make a call",
            .examples = {"claviger key verify - --api fleet --path /devices/7 < secret.txt",
                         "claviger key verify --secret-file secret.txt --api fleet --method POST "
                         "--path /devices"},
            .arguments = std::move(arguments),
            .notes = "The exit code is 0 if the call is allowed and 1 if it is refused."};
  }

  Result<ExitCode> run(Context& context) override {
    static const View view = {
        {.title = "DECISION", .field = "allowed", .look = Look::kStatus, .text = allowed_text},
        {.title = "REASON", .field = "reason"},
        {.title = "EXPLANATION", .field = "explanation"},
        {.title = "KEY", .field = "keyId"},
        {.title = "APPLICATION", .field = "applicationId"},
        {.title = "SCOPES", .field = "scopes"},
        {.title = "DECISION ID", .field = "decisionId"}};
    Session* session = TRY(context.session());
    Secret key;
    if (!context.prints_requests()) key = TRY(read_secret(context, source_, "Key"));
    nlohmann::json question = {{"api", api_}, {"method", method_}, {"path", path_}};
    if (ip_) question["ip"] = *ip_;
    const nlohmann::json decision =
        TRY(session->fetch({.method = "POST",
                            .path = "/v1/keys/verify",
                            .body = json_body(question, {{"key", key, "CLAVIGER_SECRET"}})}));
    TRY(context.print(view, decision));
    const nlohmann::json* allowed = find_field(decision, "allowed");
    const bool is_allowed = allowed != nullptr && allowed->is_boolean() && allowed->get<bool>();
    return is_allowed ? ExitCode::kOk : ExitCode::kFailed;
  }

 private:
  SecretSource source_;
  std::string api_;
  std::string method_ = "GET";
  std::string path_;
  std::optional<std::string> ip_;
};

}  // namespace

std::unique_ptr<Command> key_verify_command() {
  return std::make_unique<KeyVerify>();
}

}  // namespace claviger::cli
