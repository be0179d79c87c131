// key create.
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

constexpr int kAccepted = 202;  // waits for approval

class KeyCreate final : public Command {
 public:
  Description description() override {
    std::vector<Argument> arguments = {
        {.name = "NAME", .help = "its name", .target = &name_, .presence = Presence::kRequired},
        {.name = "--app",
         .value = "APP",
         .help = "its application (id or name)",
         .target = &application_,
         .presence = Presence::kRequired,
         .completes = Completes::kApplications}};
    append(arguments, grant_arguments(grants_));
    append(arguments, key_arguments(key_));
    append(arguments, beginning_arguments(key_));
    append(arguments, secret_output_arguments(secret_));
    append(arguments, change_arguments(options_, Receipts::kNone));
    return {.path = "key create",
            .summary = "Make an access key",
            .examples = {"claviger key create ci --app billing-sync --api orders "
                         "--endpoint 'GET /orders/{id}' --expires 30d",
                         "claviger key create sync --app billing-sync --api orders --endpoint '*' "
                         "--read-only --from 10.0.0.0/8",
                         "claviger key create ci --app billing-sync --api orders --endpoint '*' "
                         "--secret-only | vault kv put secret/ci key=-"},
            .arguments = std::move(arguments),
            .notes =
                "The secret is shown once, now. What the key may do cannot be changed "
                "afterwards."};
  }

  Result<ExitCode> run(Context& context) override {
    json wanted = {{"name", name_}, {"grants", TRY(grants_of(context, grants_))}};
    TRY(put(key_, context.environment().clock.now(), wanted));
    SecretPlace place =
        TRY(SecretPlace::prepare(context, secret_, issued_shape(key_kind()), options_));
    Session* session = TRY(context.session());
    const std::string application = TRY(id_of(*session, application_kind(), application_));
    ApiRequest request{.method = "POST",
                       .path = path_of(application_kind(), application) + "/keys",
                       .body = json_body(wanted)};
    TRY(apply(options_, request));
    const Reply reply = TRY(session->send(request));
    json key = json::parse(reply.body, nullptr, false);
    if (!key.is_object())
      return fail(Error::refused(ErrorCode::kInternal,
                                 "The server answered with something that is not a key."));
    if (reply.status == kAccepted) return report_waiting(context, key);
    report_warnings(context.console(), key, key_.expires);
    const std::string id = text_at(key, "id");
    const ExitCode code = TRY(place.deliver(context, std::move(key)));
    if (!options_.is_dry_run) context.next_step("claviger key show " + id);
    return code;
  }

 private:
  static Result<ExitCode> report_waiting(Context& context, const json& key) {
    TRY(context.print({{.title = "ID", .field = "id"},
                       {.title = "STATUS", .field = "status", .look = Look::kStatus},
                       {.title = "REQUEST", .field = "requestId"}},
                      key));
    context.console().note(
        "The key waits for approval. Its secret comes into being when it is approved.");
    return ExitCode::kWaitingForApproval;
  }

  std::string name_;
  std::string application_;
  GrantOptions grants_;
  KeyOptions key_;
  SecretOutput secret_;
  ChangeOptions options_;
};

}  // namespace

std::unique_ptr<Command> key_create_command() {
  return std::make_unique<KeyCreate>();
}

}  // namespace claviger::cli
