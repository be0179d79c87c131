// What holds for this call: flag before variable before context before default.
#pragma once

#include "config.h"
#include "options.h"
#include "output.h"

#include <optional>
#include <string>

#include "claviger/base/result.h"
#include "claviger/base/secret.h"
#include "claviger/cli/environment.h"

namespace claviger::cli {

enum class TokenSource { kVariable, kFile, kStored };

struct Token {
  Secret text;
  TokenSource source;
  std::string expires_at;  ///< RFC 3339; empty if not known
};

class Settings {
 public:
  /// Reads the configuration. `environment` and `options` outlive the settings.
  [[nodiscard]] static Result<Settings> load(const Environment& environment,
                                             const GlobalOptions& options);

  /// What flags and variables say, without any file.
  [[nodiscard]] static Settings without_files(const Environment& environment,
                                              const GlobalOptions& options) {
    return {environment, options};
  }

  /// The context in use: the one that is named, else the one of the server that is named, else the
  /// current one; empty if there is none.
  [[nodiscard]] std::string context_name() const;

  /// True if a context is named that the configuration does not have.
  [[nodiscard]] bool is_context_new() const;

  /// Where a sign-in to `server` belongs: the context that is named, else one of that server, else
  /// a new one called `new_name`.
  [[nodiscard]] std::string context_for(const std::string& server,
                                        const std::string& new_name) const;

  /// The server without a slash at its end; nullopt if none is named anywhere. kInvalidInput if it
  /// is no URL of a server, or if the context that was asked for does not exist.
  [[nodiscard]] Result<std::optional<std::string>> server() const;
  [[nodiscard]] std::optional<std::string> ca_cert() const;

  /// kInvalidInput for a format that there is not.
  [[nodiscard]] Result<OutputOptions> output() const;

  /// The token for `server`: CLAVIGER_TOKEN, then the file CLAVIGER_TOKEN_FILE, then the one that
  /// was stored for exactly this server; nullopt if there is none. `warning` is for the user.
  [[nodiscard]] Result<std::optional<Token>> token(const std::string& server,
                                                   std::string& warning) const;

  [[nodiscard]] const Config& config() const { return config_; }

  [[nodiscard]] const std::optional<ConfigFiles>& files() const { return files_; }

 private:
  Settings(const Environment& environment, const GlobalOptions& options)
      : environment_(&environment), options_(&options) {}

  // What a flag or a variable names.
  std::string named_context() const;  ///< empty if neither does
  std::optional<std::string> named_server() const;
  /// nullptr if no context is in use.
  Result<const ContextSettings*> context() const;

  const Environment* environment_;
  const GlobalOptions* options_;
  std::optional<ConfigFiles> files_;  ///< nullopt where there is no place for them
  Config config_;
};

/// `url` as a server's address: http or https, without user, query or slash at its end.
/// kInvalidInput in a sentence.
[[nodiscard]] Result<std::string> server_address(std::string url);

/// "https://keys.example.com:8443/x" -> "keys.example.com:8443".
[[nodiscard]] std::string host_of(const std::string& server);

/// True if such an address is the loopback: nobody else is on the way to it.
[[nodiscard]] bool is_on_this_machine(const std::string& server);

}  // namespace claviger::cli
