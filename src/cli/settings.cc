#include "settings.h"

#include "file.h"

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "claviger/base/encoding.h"
#include "claviger/http/suggestion.h"

namespace claviger::cli {
namespace {

constexpr std::size_t kMostTokenBytes = 4096;

Error unusable(std::string text) {
  return Error::refused(ErrorCode::kInvalidInput, std::move(text));
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    if (end > begin) parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

}  // namespace

Result<Settings> Settings::load(const Environment& environment, const GlobalOptions& options) {
  Settings settings(environment, options);
  auto files = ConfigFiles::locate(environment);
  if (!files) return settings;  // nothing is stored; flags and variables still hold
  settings.files_ = *std::move(files);
  settings.config_ = TRY(settings.files_->config());
  return settings;
}

std::string Settings::named_context() const {
  if (options_->context) return *options_->context;
  return environment_->variable("CLAVIGER_CONTEXT").value_or("");
}

std::string Settings::context_name() const {
  if (const std::string named = named_context(); !named.empty()) return named;
  std::optional<std::string> server = named_server();
  if (!server) return config_.current_context;
  const auto address = server_address(*std::move(server));
  return address ? context_for(*address, "") : std::string();
}

std::optional<std::string> Settings::named_server() const {
  return options_->server ? options_->server : environment_->variable("CLAVIGER_SERVER");
}

bool Settings::is_context_new() const {
  const std::string name = context_name();
  return !name.empty() && !config_.contexts.contains(name);
}

std::string Settings::context_for(const std::string& server, const std::string& new_name) const {
  if (const std::string named = named_context(); !named.empty()) return named;
  const auto current = config_.contexts.find(config_.current_context);
  if (current != config_.contexts.end() && current->second.server == server) return current->first;
  for (const auto& [name, settings] : config_.contexts) {
    if (settings.server == server) return name;
  }
  return new_name;
}

Result<const ContextSettings*> Settings::context() const {
  const std::string name = context_name();
  if (name.empty()) return nullptr;
  const auto found = config_.contexts.find(name);
  if (found != config_.contexts.end()) return &found->second;
  std::vector<std::string> names;
  for (const auto& [known, settings] : config_.contexts) names.push_back(known);
  const auto meant = http::nearest_word(name, names);
  return fail(unusable(fmt::format(
      "There is no context \"{}\"{}", name,
      meant ? fmt::format("; did you mean \"{}\"?", *meant)
            : fmt::format(". Make it with: claviger auth login --context {} --server URL", name))));
}

Result<std::optional<std::string>> Settings::server() const {
  std::optional<std::string> server = named_server();
  if (!server) {
    const ContextSettings* settings = TRY(context());
    if (settings == nullptr || settings->server.empty()) return std::optional<std::string>();
    server = settings->server;
  }
  return std::optional<std::string>(TRY(server_address(*std::move(server))));
}

std::optional<std::string> Settings::ca_cert() const {
  if (options_->ca_cert) return options_->ca_cert;
  if (auto file = environment_->variable("CLAVIGER_CACERT")) return file;
  const auto settings = context();
  return settings && *settings != nullptr ? (*settings)->ca_cert : std::nullopt;
}

Result<OutputOptions> Settings::output() const {
  std::optional<std::string> name = options_->output;
  if (!name) name = environment_->variable("CLAVIGER_OUTPUT");
  if (!name) {
    const auto settings = context();
    if (settings && *settings != nullptr) name = (*settings)->output;
  }
  const std::optional<Format> format = parse_format(name.value_or("table"));
  if (!format)
    return fail(
        unusable(fmt::format("\"{}\" is not an output format; there are table, wide, json, "
                             "yaml, csv and name.",
                             *name)));
  OutputOptions output{.format = *format};
  if (options_->fields) output.fields = split(*options_->fields);
  if (options_->no_headers) output.titles = Titles::kHidden;
  const bool is_terminal = environment_->out_is_terminal;
  if (wants_color(*environment_, color_of(*options_), is_terminal)) output.paint = Paint::colored();
  if (is_terminal) output.width = environment_->columns;
  return output;
}

Result<std::optional<Token>> Settings::token(const std::string& server,
                                             std::string& warning) const {
  if (auto text = environment_->variable("CLAVIGER_TOKEN"))
    return std::optional<Token>(
        {.text = Secret(*std::move(text)), .source = TokenSource::kVariable, .expires_at = {}});
  if (const auto path = environment_->variable("CLAVIGER_TOKEN_FILE")) {
    std::optional<std::string> text = TRY(read_file(*path, kMostTokenBytes));
    if (!text)
      return fail(
          unusable(fmt::format("The file {} of CLAVIGER_TOKEN_FILE does not exist.", *path)));
    while (text->ends_with('\n') || text->ends_with('\r')) text->pop_back();
    return std::optional<Token>(
        {.text = Secret(*std::move(text)), .source = TokenSource::kFile, .expires_at = {}});
  }
  if (!files_) return std::optional<Token>();
  ConfigFiles::Loaded loaded = TRY(files_->credentials());
  warning = std::move(loaded.warning);
  const auto found = loaded.credentials.find(context_name());
  if (found == loaded.credentials.end() || found->second.server != server)
    return std::optional<Token>();
  return std::optional<Token>({.text = std::move(found->second.token),
                               .source = TokenSource::kStored,
                               .expires_at = std::move(found->second.expires_at)});
}

Result<std::string> server_address(std::string url) {
  const std::size_t scheme_end = url.find("://");
  const std::string scheme = url.substr(0, std::min(scheme_end, url.size()));
  if (scheme != "https" && scheme != "http")
    return fail(unusable("The server must be a URL like https://keys.example.com."));
  const std::string rest = url.substr(scheme_end + 3);
  if (rest.substr(0, rest.find('/')).find('@') != std::string::npos)
    return fail(
        unusable("The server's URL must not hold a user or a password; sign in with: "
                 "claviger auth login"));
  if (rest.empty() || rest.find_first_of("?# \\") != std::string::npos ||
      has_control_characters(url))
    return fail(unusable("The server's URL must have a host, and neither query nor fragment."));
  while (url.ends_with('/')) url.pop_back();
  return url;
}

std::string host_of(const std::string& server) {
  const std::size_t begin = server.find("://") + 3;
  return server.substr(begin, server.find('/', begin) - begin);
}

bool is_on_this_machine(const std::string& server) {
  std::string host = host_of(server);
  const std::size_t port = host.rfind(':');
  if (port != std::string::npos && host.find(']', port) == std::string::npos) host.resize(port);
  const bool is_numeric = host.find_first_not_of("0123456789.") == std::string::npos;
  return host == "localhost" || host == "[::1]" || (is_numeric && host.starts_with("127."));
}

}  // namespace claviger::cli
