// api settings show, api settings set: who may consume an API, and how.
#include "agree.h"
#include "api.h"
#include "change.h"
#include "context.h"
#include "document_input.h"
#include "grants_text.h"
#include "json_field.h"
#include "show_command.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace claviger::cli {
namespace {

using nlohmann::json;

/// "org_…: GET /devices; scopes devices:read | …".
std::string consumers_text(const json& consumers) {
  json grants = json::array();
  for (const json& consumer : consumers) {
    const json* most = find_field(consumer, "most");
    grants.push_back(most != nullptr ? *most : json::object());
    grants.back()["api"] = text_at(consumer, "organizationId");
  }
  return grants_text(grants);
}

const View& settings_view() {
  static const View view = {
      {.title = "CARRIERS", .field = "carriers"},
      {.title = "PREFLIGHT", .field = "preflight"},
      {.title = "MAX STALENESS", .field = "maxStalenessSeconds", .absent = "serve always"},
      {.title = "DEFAULT EXPIRY", .field = "defaultExpiry", .absent = "never"},
      {.title = "MAX EXPIRY", .field = "maxExpiry", .absent = "none"},
      {.title = "CONSUMERS", .field = "consumers", .text = consumers_text}};
  return view;
}

/// The settings have no id: they are the API's.
const Kind& settings_kind() {
  static const Kind kind = {.word = "settings",
                            .list = "api list",
                            .resource = "/v1/apis",
                            .member = "settings",
                            .name = "",
                            .filter = "",
                            .completes = Completes::kNothing,
                            .is_id = [](const std::string&) { return false; },
                            .view = settings_view};
  return kind;
}

class ApiSettingsSet final : public Command {
 public:
  Description description() override {
    std::vector<Argument> arguments = {id_argument(api_kind(), api_),
                                       {.name = "FILE",
                                        .help = "the settings, as JSON; - for standard input",
                                        .target = &file_,
                                        .presence = Presence::kRequired,
                                        .completes = Completes::kFiles},
                                       yes_argument(options_)};
    append(arguments, change_arguments(options_, Receipts::kGiven));
    return {.path = "api settings set",
            .summary = "Say who may consume an API, and how, in place of what was said before",
            .examples = {"claviger api settings set fleet settings.json --dry-run",
                         "claviger api settings set fleet settings.json --yes --wait"},
            .arguments = std::move(arguments),
            .notes =
                "To begin with what holds now: claviger api settings show fleet -o json > "
                "settings.json"};
  }

  Result<ExitCode> run(Context& context) override {
    const json wanted = TRY(read_json(context, file_));
    Session* session = TRY(context.session());
    const std::string path = path_of(api_kind(), TRY(id_of(*session, api_kind(), api_)));
    const Versioned api = TRY(session->fetch_version(path));
    ApiRequest request{.method = "PUT",
                       .path = path + "/consumption-settings",
                       .body = json_body(wanted),
                       .if_match = api.etag};
    TRY(apply(options_, request));
    const auto about = [&](Session& with) { return what_changes(with, path, wanted); };
    const Answer answer = TRY(
        agree(context, about, "refuses at once what keys do beyond the new settings", options_));
    if (answer == Answer::kNo) return ExitCode::kFailed;
    return print_changed(context, settings_kind(), TRY(session->fetch(request)));
  }

 private:
  static Result<std::string> what_changes(Session& session, const std::string& path,
                                          const json& wanted) {
    const Versioned present = TRY(session.fetch_version(path + "/consumption-settings"));
    const json* before = find_field(present.object, "consumers");
    const json* after = find_field(wanted, "consumers");
    return fmt::format("Consumers now: {}\nConsumers then: {}",
                       before == nullptr ? "none" : consumers_text(*before),
                       after == nullptr ? "none" : consumers_text(*after));
  }

  std::string api_;
  std::string file_;
  ChangeOptions options_;
};

}  // namespace

std::unique_ptr<Command> api_settings_show_command() {
  return show_command({.path = "api settings show",
                       .summary = "Show who may consume an API, and how",
                       .examples = {"claviger api settings show fleet",
                                    "claviger api settings show fleet -o json > settings.json"},
                       .kind = api_kind(),
                       .below = "/consumption-settings",
                       .view = &settings_view()});
}

std::unique_ptr<Command> api_settings_set_command() {
  return std::make_unique<ApiSettingsSet>();
}

}  // namespace claviger::cli
