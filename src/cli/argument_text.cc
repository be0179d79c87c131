#include "argument_text.h"

#include <algorithm>

#include <fmt/format.h>

namespace claviger::cli {

std::string spelled(const Argument& argument) {
  std::string text;
  for (char c : argument.name) text += c == ',' ? ", " : std::string(1, c);
  return argument.value.empty() ? text : text + ' ' + argument.value;
}

std::string explained(const Argument& argument) {
  std::string text = argument.help;
  if (argument.is_flag() && argument.presence == Presence::kRequired) text += " (required)";
  if (argument.repeats() && argument.is_flag()) text += " (repeatable)";
  return text;
}

std::string usage_line(const Description& description) {
  std::string line = "claviger " + description.path;
  for (const Argument& argument : description.arguments) {
    if (argument.is_flag()) continue;
    const bool is_required = argument.presence == Presence::kRequired;
    line += is_required ? ' ' + argument.name : fmt::format(" [{}]", argument.name);
  }
  const bool has_flags = std::any_of(description.arguments.begin(), description.arguments.end(),
                                     [](const Argument& argument) { return argument.is_flag(); });
  return has_flags ? line + " [FLAGS]" : line;
}

}  // namespace claviger::cli
