// Debian's nginx with our module in it.
#pragma once

#include "support/http_client.h"
#include "support/process.h"
#include "support/temporary_directory.h"

#include <string>
#include <string_view>
#include <vector>

namespace claviger::test {

/// A child ends with the test, whatever becomes of that. Only a daemon takes the signal to upgrade.
enum class NginxRuns { kAsChild, kAsDaemon };

struct NginxSettings {
  std::string http;  ///< what stands in the http block
  int workers = 1;
  std::string error_level = "notice";  ///< of the error log
  NginxRuns runs = NginxRuns::kAsChild;
};

/// One running nginx: a master and its workers, in a directory of its own. In the configuration
/// `{dir}` stands for that directory.
class Nginx {
 public:
  /// Starts it and returns once its workers are there. Throws std::runtime_error with its error log
  /// if it does not start.
  explicit Nginx(const NginxSettings& settings);

  /// Ends it without waiting for requests.
  ~Nginx();
  Nginx(const Nginx&) = delete;
  Nginx& operator=(const Nginx&) = delete;

  /// What `nginx -t` says of a configuration.
  static Finished check(const NginxSettings& settings);

  /// The path of a file in its directory.
  [[nodiscard]] std::string file(std::string_view name) const { return directory_.file(name); }

  /// A Unix socket in its directory that a server of the configuration listens on.
  [[nodiscard]] Endpoint socket(std::string_view name) const {
    return Endpoint::unix_socket(file(name));
  }

  [[nodiscard]] std::string error_log() const { return read_file(file("error.log")); }

  [[nodiscard]] pid_t master() const { return master_; }

  /// The master that the PID file names; another one than master() after an upgrade; 0 if none.
  [[nodiscard]] pid_t master_in_charge() const;

  /// Its workers that are ready for requests.
  [[nodiscard]] std::vector<pid_t> workers() const { return workers_of(master_); }

  [[nodiscard]] static std::vector<pid_t> workers_of(pid_t master);

  /// Takes over the settings and returns once new workers have replaced all old ones.
  void reload(const NginxSettings& settings);

  /// Lets every request come to its end, log phase included, and returns when nginx has ended.
  void stop();

 private:
  void write_configuration(const NginxSettings& settings) const;
  bool starts(const NginxSettings& settings);

  TemporaryDirectory directory_;
  Process process_;
  pid_t master_ = 0;
};

}  // namespace claviger::test
