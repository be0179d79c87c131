// context list, use, show, rm: the servers of the configuration. None of them needs a server.
#include "commands.h"
#include "context.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "claviger/http/suggestion.h"

namespace claviger::cli {
namespace {

using nlohmann::json;

std::string current_text(const json& current) {
  return current == true ? "current" : "";
}

std::string signed_in_text(const json& is_signed_in) {
  return is_signed_in == true ? "yes" : "no";
}

const View& context_view() {
  static const View view = {
      {.title = "NAME", .field = "id", .look = Look::kExact},
      {.title = "CURRENT", .field = "current", .text = current_text},
      {.title = "SERVER", .field = "server", .look = Look::kExact},
      {.title = "SIGNED IN", .field = "signedIn", .text = signed_in_text},
      {.title = "AS", .field = "email"},
      {.title = "TOKEN EXPIRES", .field = "expiresAt", .look = Look::kTime, .shown = Shown::kWide},
      {.title = "OUTPUT", .field = "output", .shown = Shown::kWide},
      {.title = "CA FILE", .field = "caCert", .shown = Shown::kWide}};
  return view;
}

Error no_files() {
  return Error::refused(ErrorCode::kInvalidInput,
                        "There is no place for the configuration: set HOME, XDG_CONFIG_HOME or "
                        "CLAVIGER_CONFIG.");
}

Result<const ConfigFiles*> files_of(Context& context) {
  const Settings* settings = TRY(context.settings());
  if (!settings->files()) return fail(no_files());
  return &*settings->files();
}

/// A context without anything secret: whether there is a token, not the token.
json shown(const std::string& name, const ContextSettings& settings, const Config& config,
           const Credentials& credentials) {
  json object = {
      {"id", name},        {"server", settings.server}, {"current", name == config.current_context},
      {"signedIn", false}, {"output", nullptr},         {"caCert", nullptr}};
  if (settings.output) object["output"] = *settings.output;
  if (settings.ca_cert) object["caCert"] = *settings.ca_cert;
  const auto found = credentials.find(name);
  if (found == credentials.end() || found->second.server != settings.server) return object;
  object["signedIn"] = true;
  object["email"] = found->second.email;
  object["expiresAt"] = found->second.expires_at.empty() ? json() : json(found->second.expires_at);
  return object;
}

Result<std::map<std::string, ContextSettings>::const_iterator> known(const Config& config,
                                                                     const std::string& name) {
  const auto found = config.contexts.find(name);
  if (found != config.contexts.end()) return found;
  std::vector<std::string> names;
  for (const auto& [other, settings] : config.contexts) names.push_back(other);
  const auto meant = http::nearest_word(name, names);
  return fail(Error::refused(
      ErrorCode::kNotFound,
      fmt::format("There is no context \"{}\"{}", name,
                  meant ? fmt::format("; did you mean \"{}\"?", *meant)
                        : std::string(". The command \"claviger context list\" shows them."))));
}

Argument name_argument(std::string& name, Presence presence) {
  return {.name = "NAME",
          .help = "of the context",
          .target = &name,
          .presence = presence,
          .completes = Completes::kContexts};
}

class ContextList final : public Command {
 public:
  Description description() override {
    return {.path = "context list",
            .summary = "List the servers that are configured",
            .examples = {"claviger context list"}};
  }

  Result<ExitCode> run(Context& context) override {
    const ConfigFiles* files = TRY(files_of(context));
    const Config config = TRY(files->config());
    const ConfigFiles::Loaded loaded = TRY(files->credentials());
    json contexts = json::array();
    for (const auto& [name, settings] : config.contexts)
      contexts.push_back(shown(name, settings, config, loaded.credentials));
    TRY(context.print_items(context_view(), contexts));
    if (contexts.empty()) context.next_step("claviger auth login --server URL");
    return ExitCode::kOk;
  }
};

class ContextShow final : public Command {
 public:
  Description description() override {
    return {.path = "context show",
            .summary = "Show one context; without a name, the one in use",
            .examples = {"claviger context show", "claviger context show work -o json"},
            .arguments = {name_argument(name_, Presence::kOptional)}};
  }

  Result<ExitCode> run(Context& context) override {
    const ConfigFiles* files = TRY(files_of(context));
    const Config config = TRY(files->config());
    const ConfigFiles::Loaded loaded = TRY(files->credentials());
    std::string name = name_;
    if (name.empty()) name = TRY(context.settings())->context_name();
    if (name.empty())
      return fail(Error::refused(ErrorCode::kNotFound,
                                 "No context is in use. Choose one: claviger context use NAME"));
    const auto found = TRY(known(config, name));
    TRY(context.print(context_view(), shown(name, found->second, config, loaded.credentials)));
    return ExitCode::kOk;
  }

 private:
  std::string name_;
};

class ContextUse final : public Command {
 public:
  Description description() override {
    return {.path = "context use",
            .summary = "Work with this server from now on",
            .examples = {"claviger context use work"},
            .arguments = {name_argument(name_, Presence::kRequired)},
            .notes = "For one command alone: --context NAME, or CLAVIGER_CONTEXT."};
  }

  Result<ExitCode> run(Context& context) override {
    const ConfigFiles* files = TRY(files_of(context));
    Config config = TRY(files->config());
    const std::string server = TRY(known(config, name_))->second.server;
    config.current_context = name_;
    TRY(files->store(config));
    context.console().note(fmt::format("In use: \"{}\" ({}).", name_, server));
    for (const char* variable : {"CLAVIGER_CONTEXT", "CLAVIGER_SERVER"}) {
      if (context.environment().variable(variable))
        context.console().warning(fmt::format("{} is set, and goes before it.", variable));
    }
    return ExitCode::kOk;
  }

 private:
  std::string name_;
};

class ContextRemove final : public Command {
 public:
  Description description() override {
    return {.path = "context rm",
            .summary = "Forget a server, and the token for it",
            .examples = {"claviger context rm old"},
            .arguments = {name_argument(name_, Presence::kRequired)},
            .notes =
                "The session at the server goes on until it ends; to end it: claviger auth "
                "logout --context NAME."};
  }

  Result<ExitCode> run(Context& context) override {
    const ConfigFiles* files = TRY(files_of(context));
    Config config = TRY(files->config());
    TRY(known(config, name_));
    ConfigFiles::Loaded loaded = TRY(files->credentials());
    // The token first: one that no context names would lie there unseen.
    if (loaded.credentials.erase(name_) > 0) TRY(files->store(loaded.credentials));
    config.contexts.erase(name_);
    if (config.current_context == name_) config.current_context.clear();
    TRY(files->store(config));
    context.console().note(fmt::format("\"{}\" is forgotten.", name_));
    return ExitCode::kOk;
  }

 private:
  std::string name_;
};

}  // namespace

void add_context_commands(CommandTable& table) {
  table.add(std::make_unique<ContextList>());
  table.add(std::make_unique<ContextShow>());
  table.add(std::make_unique<ContextUse>());
  table.add(std::make_unique<ContextRemove>());
}

}  // namespace claviger::cli
