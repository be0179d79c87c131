#include "config.h"

#include "file.h"

#include <algorithm>
#include <sstream>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "claviger/http/suggestion.h"

namespace claviger::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostBytes = 1 << 20;

Error fault_at(const fs::path& path, const toml::source_region& place, std::string_view text) {
  return Error::refused(
      ErrorCode::kInvalidInput,
      fmt::format("{}:{}:{}: {}", path.string(), place.begin.line, place.begin.column, text));
}

/// An empty table if there is no file.
Result<toml::table> parse(const fs::path& path) {
  const std::optional<std::string> text = TRY(read_file(path, kMostBytes));
  if (!text) return toml::table();
  try {
    return toml::parse(*text, path.string());
  } catch (const toml::parse_error& error) {
    return fail(fault_at(path, error.source(), error.description()));
  }
}

/// Reads the fields of one table; every field must be asked for, or finish() refuses it.
class TableReader {
 public:
  TableReader(const fs::path& path, const toml::table& table) : path_(path), table_(table) {}

  Result<std::optional<std::string>> text(std::string_view name) {
    known_.emplace_back(name);
    const toml::node* node = table_.get(name);
    if (node == nullptr) return std::optional<std::string>();
    const auto* value = node->as_string();
    if (value == nullptr)
      return fail(fault_at(path_, node->source(), fmt::format("\"{}\" must be a text.", name)));
    return std::optional<std::string>(value->get());
  }

  /// The tables inside the table `name`, by their names.
  Result<std::vector<std::pair<std::string, const toml::table*>>> tables(std::string_view name) {
    known_.emplace_back(name);
    std::vector<std::pair<std::string, const toml::table*>> inner;
    const toml::node* node = table_.get(name);
    if (node == nullptr) return inner;
    if (!node->is_table()) return fail(no_table(*node, name));
    for (const auto& [key, value] : *node->as_table()) {
      if (!value.is_table()) return fail(no_table(value, key.str()));
      inner.emplace_back(std::string(key.str()), value.as_table());
    }
    return inner;
  }

  Result<void> finish() const {
    for (const auto& [key, value] : table_) {
      const std::string name(key.str());
      if (std::find(known_.begin(), known_.end(), name) != known_.end()) continue;
      const auto meant = http::nearest_word(name, known_);
      return fail(
          fault_at(path_, key.source(),
                   fmt::format("\"{}\" is not a setting{}.", name,
                               meant ? fmt::format("; did you mean \"{}\"?", *meant) : "")));
    }
    return {};
  }

 private:
  Error no_table(const toml::node& node, std::string_view name) const {
    return fault_at(path_, node.source(), fmt::format("\"{}\" must be a table.", name));
  }

  const fs::path& path_;
  const toml::table& table_;
  std::vector<std::string> known_;
};

Result<ContextSettings> read_context(const fs::path& path, const toml::table& table) {
  TableReader in(path, table);
  ContextSettings settings;
  settings.server = TRY(in.text("server")).value_or("");
  settings.output = TRY(in.text("output"));
  settings.ca_cert = TRY(in.text("ca_cert"));
  TRY(in.finish());
  return settings;
}

Result<Credential> read_credential(const fs::path& path, const toml::table& table) {
  TableReader in(path, table);
  Credential credential;
  credential.server = TRY(in.text("server")).value_or("");
  credential.token = Secret(TRY(in.text("token")).value_or(""));
  credential.email = TRY(in.text("email")).value_or("");
  credential.expires_at = TRY(in.text("expires_at")).value_or("");
  TRY(in.finish());
  return credential;
}

std::string text_of(const toml::table& table) {
  std::ostringstream text;
  text << table << '\n';
  return std::move(text).str();
}

}  // namespace

Result<ConfigFiles> ConfigFiles::locate(const Environment& environment) {
  if (const auto path = environment.variable("CLAVIGER_CONFIG"))
    return ConfigFiles(fs::path(*path));
  if (const auto folder = environment.variable("XDG_CONFIG_HOME"))
    return ConfigFiles(fs::path(*folder) / "claviger" / "config.toml");
  if (const auto home = environment.variable("HOME"))
    return ConfigFiles(fs::path(*home) / ".config" / "claviger" / "config.toml");
  return fail(
      Error::refused(ErrorCode::kInvalidInput,
                     "There is no place for the configuration: set HOME, XDG_CONFIG_HOME or "
                     "CLAVIGER_CONFIG."));
}

Result<Config> ConfigFiles::config() const {
  const toml::table root = TRY(parse(config_));
  TableReader in(config_, root);
  Config config;
  config.current_context = TRY(in.text("current_context")).value_or("");
  const auto contexts = TRY(in.tables("contexts"));
  for (const auto& [name, table] : contexts)
    config.contexts[name] = TRY(read_context(config_, *table));
  TRY(in.finish());
  return config;
}

Result<void> ConfigFiles::store(const Config& config) const {
  toml::table contexts;
  for (const auto& [name, settings] : config.contexts) {
    toml::table context{{"server", settings.server}};
    if (settings.output) context.insert("output", *settings.output);
    if (settings.ca_cert) context.insert("ca_cert", *settings.ca_cert);
    contexts.insert(name, std::move(context));
  }
  const toml::table root{{"current_context", config.current_context},
                         {"contexts", std::move(contexts)}};
  return replace_privately(config_, text_of(root));
}

Result<ConfigFiles::Loaded> ConfigFiles::credentials() const {
  Loaded loaded;
  if (TRY(make_private(credentials_)) == Privacy::kRepaired)
    loaded.warning = fmt::format(
        "{} could be read by other users of this machine; its mode is 0600 now. If others use this "
        "machine, sign in anew.",
        credentials_.string());
  const toml::table root = TRY(parse(credentials_));
  TableReader in(credentials_, root);
  const auto contexts = TRY(in.tables("contexts"));
  for (const auto& [name, table] : contexts)
    loaded.credentials[name] = TRY(read_credential(credentials_, *table));
  TRY(in.finish());
  return loaded;
}

Result<void> ConfigFiles::store(const Credentials& credentials) const {
  toml::table contexts;
  for (const auto& [name, credential] : credentials) {
    contexts.insert(name, toml::table{{"server", credential.server},
                                      {"token", std::string(credential.token.reveal())},
                                      {"email", credential.email},
                                      {"expires_at", credential.expires_at}});
  }
  const Secret text(text_of(toml::table{{"contexts", std::move(contexts)}}));
  return replace_privately(credentials_, text.reveal());
}

}  // namespace claviger::cli
