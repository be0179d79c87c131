// Everything that is said to the user beside the data: on standard error, and made printable.
#pragma once

#include "paint.h"

#include <string>
#include <string_view>

#include "claviger/base/error.h"
#include "claviger/base/result.h"
#include "claviger/base/secret.h"
#include "claviger/cli/environment.h"

namespace claviger::cli {

enum class Asking { kAllowed, kForbidden };

enum class Answer { kYes, kNo };

/// Whether a question can be asked: standard input and standard error are a terminal, and neither
/// the flag `--no-input` (`flag`) nor CLAVIGER_NO_INPUT or CI says no.
[[nodiscard]] Asking may_ask(const Environment& environment, Asking flag);

class Console {
 public:
  /// `environment` outlives the console.
  Console(const Environment& environment, Paint paint, Asking asking)
      : environment_(environment), paint_(paint), asking_(asking) {}

  void note(std::string_view text);
  void warning(std::string_view text);
  void error(const Error& error);
  /// What to do next: "Next: claviger app create NAME".
  void next_step(std::string_view text);
  /// One line for who looks for a fault (--debug).
  void debug(std::string_view text);

  [[nodiscard]] bool can_ask() const { return asking_ == Asking::kAllowed; }

  // Each of these is kInvalidInput, with `instead` as its advice, where nothing may be asked.

  [[nodiscard]] Result<std::string> ask(std::string_view question, std::string_view instead);
  [[nodiscard]] Result<Secret> ask_secret(std::string_view question, std::string_view instead);
  /// Anything but "y" and "yes" is no.
  [[nodiscard]] Result<Answer> confirm(std::string_view question, std::string_view instead);

 private:
  Result<void> pose(std::string_view question, std::string_view instead);

  const Environment& environment_;
  Paint paint_;
  Asking asking_;
};

}  // namespace claviger::cli
