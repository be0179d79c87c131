// key create.
#include "commands.h"
#include "context.h"
#include "expiry.h"
#include "json_field.h"
#include "key_secret.h"
#include "resolve.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace claviger::cli {
namespace {

using nlohmann::json;

constexpr int kAccepted = 202;  // waits for approval
constexpr std::string_view kEveryEndpoint = "*";

class KeyCreate final : public Command {
 public:
  Description description() override {
    Description description = {
        .path = "key create",
        .summary = "Make an access key",
        .examples = {"claviger key create ci --app billing-sync --api orders "
                     "--endpoint 'GET /orders/{id}' --expires 30d",
                     "claviger key create sync --app billing-sync --api orders --endpoint '*' "
                     "--read-only --from 10.0.0.0/8",
                     "claviger key create ci --app billing-sync --api orders --endpoint '*' "
                     "--secret-only | vault kv put secret/ci key=-"},
        .arguments = what_it_may_do()};
    for (Argument& argument : when_and_where())
      description.arguments.push_back(std::move(argument));
    for (Argument& argument : secret_output_arguments(secret_))
      description.arguments.push_back(std::move(argument));
    description.notes =
        "The secret is shown once, now. What the key may do cannot be changed afterwards.";
    return description;
  }

  Result<ExitCode> run(Context& context) override {
    json wanted = TRY(wanted_key(context));
    SecretPlace place = TRY(SecretPlace::prepare(context, secret_));
    Session* session = TRY(context.session());
    const std::string application = TRY(application_id(*session, application_));
    const Reply reply = TRY(session->send({.method = "POST",
                                           .path = "/v1/applications/" + application + "/keys",
                                           .body = json_body(wanted)}));
    json key = json::parse(reply.body, nullptr, false);
    if (!key.is_object())
      return fail(Error::refused(ErrorCode::kInternal,
                                 "The server answered with something that is not a key."));
    if (reply.status == kAccepted) return report_waiting(context, key);
    report_warnings(context.console(), key);
    TRY(place.deliver(context, std::move(key)));
    context.next_step(fmt::format("claviger key verify - --api {} --path /…", api_));
    return ExitCode::kOk;
  }

 private:
  std::vector<Argument> what_it_may_do() {
    return {
        {.name = "NAME", .help = "its name", .target = &name_, .presence = Presence::kRequired},
        {.name = "--app",
         .value = "APP",
         .help = "its application (id or name)",
         .target = &application_,
         .presence = Presence::kRequired,
         .completes = Completes::kApplications},
        {.name = "--api",
         .value = "NAME",
         .help = "the API that it opens",
         .target = &api_,
         .presence = Presence::kRequired,
         .completes = Completes::kApis},
        {.name = "--endpoint",
         .value = "ENDPOINT",
         .help = "an endpoint that it opens, like 'GET /orders/{id}'; '*' for all",
         .target = &endpoints_},
        {.name = "--method",
         .value = "METHOD",
         .help = "of these endpoints, only with this method",
         .target = &methods_},
        {.name = "--scope", .value = "SCOPE", .help = "a scope that it has", .target = &scopes_},
        {.name = "--read-only", .help = "GET and HEAD alone", .target = &is_read_only_}};
  }

  std::vector<Argument> when_and_where() {
    return {{.name = "--expires",
             .value = "WHEN",
             .help = "30d, 12h, 6mo, P30D, 2026-12-31, RFC 3339 or never",
             .target = &expires_},
            {.name = "--not-before",
             .value = "WHEN",
             .help = "a date or RFC 3339",
             .target = &not_before_},
            {.name = "--from",
             .value = "CIDR",
             .help = "an address or range that it may be used from, like 10.0.0.0/8",
             .target = &networks_},
            {.name = "--description",
             .value = "TEXT",
             .help = "what it is for",
             .target = &description_}};
  }

  Result<json> wanted_key(Context& context) const {
    json wanted = {{"name", name_}, {"grants", json::array({TRY(grant(context))})}};
    if (description_) wanted["description"] = *description_;
    if (is_read_only_) wanted["readOnly"] = true;
    if (!networks_.empty()) wanted["allowedIps"] = networks_;
    if (not_before_) wanted["notBefore"] = to_rfc3339(TRY(parse_moment(*not_before_)));
    if (!expires_) return wanted;
    const Expiry expiry = TRY(parse_expiry(*expires_, context.environment().clock.now()));
    if (const auto* span = std::get_if<Span>(&expiry))
      wanted["expiresIn"] = span->text;
    else if (const auto* time = std::get_if<Time>(&expiry))
      wanted["expiresAt"] = to_rfc3339(*time);
    else
      wanted["expiresAt"] = nullptr;
    return wanted;
  }

  /// Nothing is opened that was not named: without endpoints, the scopes must say it.
  Result<json> grant(Context& context) const {
    std::vector<std::string> endpoints = endpoints_;
    if (endpoints.empty() && scopes_.empty())
      return fail(Error::refused(ErrorCode::kInvalidInput,
                                 "What may the key call? Add --endpoint 'GET /…' (as often as "
                                 "needed), or --endpoint '*' for "
                                 "all of the API."));
    if (endpoints.empty()) {
      endpoints.emplace_back(kEveryEndpoint);
      context.console().note(fmt::format(
          "No --endpoint: the key opens every endpoint of {} that these scopes allow.", api_));
    }
    json grant = {{"api", api_}, {"endpoints", std::move(endpoints)}};
    if (!methods_.empty()) grant["methods"] = methods_;
    if (!scopes_.empty()) grant["scopes"] = scopes_;
    return grant;
  }

  static Result<ExitCode> report_waiting(Context& context, const json& key) {
    TRY(context.print({{.title = "ID", .field = "id"},
                       {.title = "STATUS", .field = "status", .look = Look::kStatus},
                       {.title = "REQUEST", .field = "requestId"}},
                      key));
    context.console().note(
        "The key waits for approval. Its secret comes into being when it is approved.");
    return ExitCode::kWaitingForApproval;
  }

  void report_warnings(Console& console, const json& key) const {
    const json* warnings = find_field(key, "warnings");
    if (warnings != nullptr && warnings->is_array()) {
      for (const json& warning : *warnings) console.warning(plain_text(warning));
    }
    const json* expires_at = find_field(key, "expiresAt");
    if (!expires_ && expires_at != nullptr && expires_at->is_null())
      console.warning("this key never expires. To have one end by itself, use --expires 30d.");
  }

  std::string name_;
  std::string application_;
  std::string api_;
  std::vector<std::string> endpoints_;
  std::vector<std::string> methods_;
  std::vector<std::string> scopes_;
  bool is_read_only_ = false;
  std::optional<std::string> expires_;
  std::optional<std::string> not_before_;
  std::vector<std::string> networks_;
  std::optional<std::string> description_;
  SecretOutput secret_;
};

}  // namespace

std::unique_ptr<Command> key_create_command() {
  return std::make_unique<KeyCreate>();
}

}  // namespace claviger::cli
