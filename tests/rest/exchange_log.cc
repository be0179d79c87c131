#include "exchange_log.h"

#include <cstdlib>
#include <fcntl.h>
#include <mutex>
#include <string>
#include <unistd.h>

#include <nlohmann/json.hpp>

namespace claviger::test {
namespace {

/// A file with one JSON document in each line.
class Log {
 public:
  /// Of the path in this environment variable.
  explicit Log(const char* variable) {
    const char* path = std::getenv(variable);
    if (path == nullptr) return;
    unlink(path);  // another one's file would keep its rights
    descriptor_ = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  }

  void add(const nlohmann::json& document) {
    if (descriptor_ < 0) return;
    std::string line = document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    line += '\n';
    const std::lock_guard lock(mutex_);
    for (std::size_t written = 0; written < line.size();) {
      const ssize_t count = write(descriptor_, line.data() + written, line.size() - written);
      if (count <= 0) std::abort();  // a log with holes would prove nothing
      written += static_cast<std::size_t>(count);
    }
  }

 private:
  int descriptor_ = -1;
  std::mutex mutex_;
};

nlohmann::json names_and_values(const HeaderFields& fields) {
  nlohmann::json list = nlohmann::json::array();
  for (const auto& [name, value] : fields) list.push_back({name, value});
  return list;
}

}  // namespace

void log_exchange(const HttpRequest& request, const HttpResponse& response) {
  static Log log("CLAVIGER_EXCHANGES");
  const bool was_answered = response.status != 0;
  if (!was_answered) return;
  log.add({{"method", request.method},
           {"target", request.target},
           {"requestHeaders", names_and_values(request.headers)},
           {"requestBody", request.body},
           {"status", response.status},
           {"headers", names_and_values(response.headers)},
           {"body", response.body}});
}

void log_command(const std::vector<std::string>& words, const std::string& request,
                 const std::string& output) {
  static Log log("CLAVIGER_COMMANDS");
  log.add({{"words", words}, {"request", request}, {"output", output}});
}

}  // namespace claviger::test
