#include "console.h"

#include "printable.h"

#include <fmt/format.h>

namespace claviger::cli {
namespace {

std::string shown(std::string_view text) {
  return printable(text, LineBreaks::kKept);
}

bool is_set(const Environment& environment, const std::string& name) {
  const auto value = environment.variable(name);
  return value && *value != "0" && *value != "false";
}

}  // namespace

Asking may_ask(const Environment& environment, Asking flag) {
  const bool is_forbidden = flag == Asking::kForbidden || !environment.in_is_terminal ||
                            !environment.err_is_terminal || is_set(environment, "CI") ||
                            is_set(environment, "CLAVIGER_NO_INPUT");
  return is_forbidden ? Asking::kForbidden : Asking::kAllowed;
}

void Console::note(std::string_view text) {
  environment_.err << shown(text) << '\n';
}

void Console::warning(std::string_view text) {
  environment_.err << paint_(Paint::Color::kYellow, "warning: ") << shown(text) << '\n';
}

void Console::error(const Error& error) {
  environment_.err << paint_(Paint::Color::kRed, "error: ") << shown(error.public_text().str())
                   << '\n';
  for (const Fault& fault : error.faults()) {
    if (fault.detail == error.public_text()) continue;  // the only one: said already
    environment_.err << "  " << shown(fault.pointer) << ": " << shown(fault.detail.str()) << '\n';
  }
}

void Console::next_step(std::string_view text) {
  environment_.err << paint_(Paint::Color::kDim, fmt::format("Next: {}", shown(text))) << '\n';
}

void Console::debug(std::string_view text) {
  environment_.err << paint_(Paint::Color::kDim, shown(text)) << '\n';
}

Result<std::string> Console::ask(std::string_view question, std::string_view instead) {
  TRY(pose(fmt::format("{}: ", question), instead));
  std::string line;
  if (!std::getline(environment_.in, line))
    return fail(Error::refused(ErrorCode::kMalformedRequest, "The input ended before a line did."));
  return line;
}

Result<Secret> Console::ask_secret(std::string_view question, std::string_view instead) {
  TRY(pose(fmt::format("{}: ", question), instead));
  auto line = environment_.read_hidden_line();
  environment_.err << '\n';  // the user's own was hidden too
  return line;
}

Result<Answer> Console::confirm(std::string_view question, std::string_view instead) {
  TRY(pose(fmt::format("{} [y/N] ", question), instead));
  std::string line;
  std::getline(environment_.in, line);
  return line == "y" || line == "Y" || line == "yes" ? Answer::kYes : Answer::kNo;
}

Result<void> Console::pose(std::string_view question, std::string_view instead) {
  if (!can_ask())
    return fail(Error::refused(ErrorCode::kInvalidInput,
                               fmt::format("Nobody can be asked here: {}.", instead)));
  environment_.err << shown(question) << std::flush;
  return {};
}

}  // namespace claviger::cli
