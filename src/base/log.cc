#include "claviger/base/log.h"

#include <memory>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "claviger/base/time.h"

namespace claviger::log {
namespace {

struct Settings {
  Level least = Level::kInfo;
  Format format = Format::kJson;
};

Settings& settings() {
  static Settings current;
  return current;
}

/// The sink writes whole lines under a lock; the lines are made here.
spdlog::logger& sink() {
  static const std::shared_ptr<spdlog::logger> logger = [] {
    auto made = std::make_shared<spdlog::logger>("claviger",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    made->set_level(spdlog::level::trace);
    made->flush_on(spdlog::level::trace);
    return made;
  }();
  return *logger;
}

std::string_view name(Level level) {
  switch (level) {
    case Level::kDebug:
      return "debug";
    case Level::kInfo:
      return "info";
    case Level::kWarning:
      return "warning";
    case Level::kError:
      return "error";
  }
  return "error";
}

nlohmann::ordered_json to_json(const Field& field) {
  return std::visit([](const auto& value) { return nlohmann::ordered_json(value); }, field.value);
}

/// JSON text; bytes that are not UTF-8 become U+FFFD instead of an exception.
std::string dump(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace

void configure(Level least, Format format) {
  settings() = {least, format};
}

void write(Level level, std::string_view message, std::initializer_list<Field> fields) {
  if (level < settings().least) return;
  const std::string now = to_rfc3339(SystemClock{}.now());
  if (settings().format == Format::kText) {
    std::string line = fmt::format("{} {:<7} {}", now, name(level), message);
    for (const Field& field : fields)
      line += fmt::format("  {}={}", field.name, dump(to_json(field)));
    sink().info("{}", line);
    return;
  }
  nlohmann::ordered_json line = {{"ts", now}, {"level", name(level)}, {"msg", message}};
  for (const Field& field : fields) line[std::string(field.name)] = to_json(field);
  sink().info("{}", dump(line));
}

}  // namespace claviger::log
