// The user's configuration: which servers there are (config.toml), and how to sign in there
// (credentials.toml, 0600, in the same folder).
//
//   config.toml        current_context = "work"
//
//                      [contexts.work]
//                      server = "https://keys.example.com"
//                      output = "json"                        # optional
//                      ca_cert = "/etc/ssl/own-ca.pem"        # optional
//
//   credentials.toml   [contexts.work]
//                      server = "https://keys.example.com"    # where the token may be sent
//                      token = "clv_ses_…"
//                      email = "ann@example.com"
//                      expires_at = "2026-12-01T00:00:00Z"
//
// The folder is that of $CLAVIGER_CONFIG (a path of config.toml), $XDG_CONFIG_HOME/claviger or
// ~/.config/claviger.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "claviger/base/result.h"
#include "claviger/base/secret.h"
#include "claviger/cli/environment.h"

namespace claviger::cli {

struct ContextSettings {
  std::string server;
  std::optional<std::string> output;
  std::optional<std::string> ca_cert;
};

struct Config {
  std::string current_context;  ///< empty: none
  std::map<std::string, ContextSettings> contexts;
};

struct Credential {
  std::string server;  ///< the only one to which the token may be sent
  Secret token;
  std::string email;
  std::string expires_at;  ///< RFC 3339; empty if not known
};

using Credentials = std::map<std::string, Credential>;  ///< by context

class ConfigFiles {
 public:
  /// kInvalidInput if no folder can be found out (no HOME).
  [[nodiscard]] static Result<ConfigFiles> locate(const Environment& environment);

  /// An empty one if there is no file. kInvalidInput, with line and column, for what is no TOML, an
  /// unknown name or a value of a wrong type.
  [[nodiscard]] Result<Config> config() const;
  [[nodiscard]] Result<void> store(const Config& config) const;

  struct Loaded {
    Credentials credentials;
    std::string warning;  ///< for the user; empty if there is nothing to say
  };

  /// Likewise. If others could read the file, its mode is mended and `warning` says so; if it
  /// cannot be mended, nothing is read and the error says so.
  [[nodiscard]] Result<Loaded> credentials() const;
  [[nodiscard]] Result<void> store(const Credentials& credentials) const;

  /// Where the tokens are, if there are any.
  [[nodiscard]] const std::filesystem::path& credentials_path() const { return credentials_; }

 private:
  explicit ConfigFiles(std::filesystem::path config)
      : config_(std::move(config)), credentials_(config_.parent_path() / "credentials.toml") {}

  std::filesystem::path config_;
  std::filesystem::path credentials_;
};

}  // namespace claviger::cli
