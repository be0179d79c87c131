// The configuration of the server: a file, then the environment, then flags; the later wins.
//
//   claviger.toml                      CLAVIGER__SERVER__LISTEN           --listen
//   [server]
//   listen = "127.0.0.1:8080"
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "claviger/base/log.h"
#include "claviger/base/time.h"
#include "claviger/core/network.h"
#include "claviger/core/organization.h"

namespace claviger::app {

/// Every setting, with its default.
struct Config {
  std::string data_dir = "/var/lib/claviger";
  std::string state_dir = "/run/claviger/gateway";
  std::string listen_address = "127.0.0.1";
  std::uint16_t listen_port = 8080;
  std::string database_url;  ///< empty: SQLite in the data directory
  std::string gateway_name;  ///< empty: the name of the host
  int worker_threads = 32;
  core::ActiveLimits limits_of_new_organizations;
  int sign_ins_per_minute = 30;                ///< that fail, from one network
  int changes_per_minute = 6000;               ///< by one user
  std::vector<core::Network> trusted_proxies;  ///< whose X-Forwarded-For is believed
  Microseconds session_lifetime = std::chrono::hours{12};
  Microseconds session_idle = std::chrono::hours{2};
  int inactive_keys_per_application = 1000;
  bool is_veeam_compatible = false;
  log::Level log_level = log::Level::kInfo;
  log::Format log_format = log::Format::kJson;
};

/// One wrong place: where it stands, what is wrong, what to do.
struct ConfigFault {
  std::string place;  ///< "claviger.toml:3:1", "CLAVIGER__SERVER__LISTEN", "--listen"
  std::string sentence;
};

/// A name and its value in text, as the environment and flags give it.
using ConfigTexts = std::map<std::string, std::string>;

/// Where values come from, in ascending precedence.
struct ConfigSources {
  std::string file;         ///< path of a TOML file; empty: none
  ConfigTexts environment;  ///< all of it; variables that do not begin with CLAVIGER__ are skipped
  ConfigTexts flags;        ///< by setting: {"server.listen", "127.0.0.1:0"}
};

struct ConfigResult {
  Config config;
  std::vector<ConfigFault> faults;  ///< all of them, in one run; none: `config` may be used
};

[[nodiscard]] ConfigResult read_config(const ConfigSources& sources);

/// A setting, for the help text: {"server.listen", "address and port …"}.
struct SettingHelp {
  std::string_view name;
  std::string_view help;
};

[[nodiscard]] std::vector<SettingHelp> settings_help();

}  // namespace claviger::app
