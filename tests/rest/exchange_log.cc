#include "exchange_log.h"

#include <cstdlib>
#include <fcntl.h>
#include <mutex>
#include <string>
#include <unistd.h>

#include <nlohmann/json.hpp>

namespace claviger::test {
namespace {

/// -1 if there is none.
int open_log() {
  const char* path = std::getenv("CLAVIGER_EXCHANGES");
  if (path == nullptr) return -1;
  unlink(path);  // another one's file would keep its rights
  return open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
}

nlohmann::json names_and_values(const HeaderFields& fields) {
  nlohmann::json list = nlohmann::json::array();
  for (const auto& [name, value] : fields) list.push_back({name, value});
  return list;
}

}  // namespace

void log_exchange(const HttpRequest& request, const HttpResponse& response) {
  static const int kLog = open_log();
  static std::mutex mutex;
  const bool was_answered = response.status != 0;
  if (kLog < 0 || !was_answered) return;
  const nlohmann::json exchange = {{"method", request.method},
                                   {"target", request.target},
                                   {"requestHeaders", names_and_values(request.headers)},
                                   {"requestBody", request.body},
                                   {"status", response.status},
                                   {"headers", names_and_values(response.headers)},
                                   {"body", response.body}};
  std::string line = exchange.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  line += '\n';
  const std::lock_guard lock(mutex);
  for (std::size_t written = 0; written < line.size();) {
    const ssize_t count = write(kLog, line.data() + written, line.size() - written);
    if (count <= 0) std::abort();  // a log with holes would prove nothing
    written += static_cast<std::size_t>(count);
  }
}

}  // namespace claviger::test
