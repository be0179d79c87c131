// The log: one line per event on standard error, JSON by default, text on a terminal.
//
// An event is a fixed sentence and typed fields. There is no field for a secret, a body or a query
// string, and no way to pass one by mistake: Secret converts to none of the field types.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <variant>

namespace claviger::log {

enum class Level { kDebug, kInfo, kWarning, kError };

enum class Format { kJson, kText };

struct Field {
  std::string_view name;
  std::variant<std::string_view, std::int64_t, double, bool> value;
};

/// Sets what the whole process writes from now on. Call once, before threads start.
void configure(Level least, Format format);

/// Writes one event. Thread-safe; every value is escaped, so that no input can forge a line.
void write(Level level, std::string_view message, std::initializer_list<Field> fields = {});

inline void debug(std::string_view message, std::initializer_list<Field> fields = {}) {
  write(Level::kDebug, message, fields);
}

inline void info(std::string_view message, std::initializer_list<Field> fields = {}) {
  write(Level::kInfo, message, fields);
}

inline void warning(std::string_view message, std::initializer_list<Field> fields = {}) {
  write(Level::kWarning, message, fields);
}

inline void error(std::string_view message, std::initializer_list<Field> fields = {}) {
  write(Level::kError, message, fields);
}

}  // namespace claviger::log
