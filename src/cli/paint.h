// Colour, where a person looks at a terminal and did not ask for none.
#pragma once

#include <string>
#include <string_view>

#include "claviger/cli/environment.h"

namespace claviger::cli {

enum class When { kAuto, kAlways, kNever };

/// Whether text may carry colour: `when`, unless it is kAuto; then NO_COLOR (no), CLICOLOR_FORCE
/// (yes), TERM=dumb (no), and at last whether the text goes to a terminal.
[[nodiscard]] bool wants_color(const Environment& environment, When when, bool is_terminal);

/// Puts SGR sequences (ECMA-48 §8.3.117) around text, or leaves it as it is.
class Paint {
 public:
  enum class Color { kPlain, kBold, kDim, kRed, kGreen, kYellow };

  Paint() = default;

  static Paint colored() {
    Paint paint;
    paint.is_colored_ = true;
    return paint;
  }

  [[nodiscard]] std::string operator()(Color color, std::string_view text) const;

  /// The colour of a status or state: red for what is at an end, yellow for what waits or is late.
  [[nodiscard]] static Color of_status(std::string_view status);

 private:
  bool is_colored_ = false;
};

}  // namespace claviger::cli
