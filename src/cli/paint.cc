#include "paint.h"

#include <array>

namespace claviger::cli {
namespace {

std::string_view sequence_of(Paint::Color color) {
  switch (color) {
    case Paint::Color::kPlain:
      return "";
    case Paint::Color::kBold:
      return "\x1b[1m";
    case Paint::Color::kDim:
      return "\x1b[2m";
    case Paint::Color::kRed:
      return "\x1b[31m";
    case Paint::Color::kGreen:
      return "\x1b[32m";
    case Paint::Color::kYellow:
      return "\x1b[33m";
  }
  return "";
}

struct StatusColor {
  std::string_view status;
  Paint::Color color;
};

constexpr std::array<StatusColor, 18> kStatusColors = {{{"active", Paint::Color::kGreen},
                                                        {"live", Paint::Color::kGreen},
                                                        {"applied", Paint::Color::kGreen},
                                                        {"enabled", Paint::Color::kGreen},
                                                        {"allowed", Paint::Color::kGreen},
                                                        {"pending", Paint::Color::kYellow},
                                                        {"disabled", Paint::Color::kYellow},
                                                        {"silent", Paint::Color::kYellow},
                                                        {"expired", Paint::Color::kRed},
                                                        {"revoked", Paint::Color::kRed},
                                                        {"rejected", Paint::Color::kRed},
                                                        {"deleted", Paint::Color::kRed},
                                                        {"refused", Paint::Color::kRed},
                                                        {"ok", Paint::Color::kGreen},
                                                        {"intact", Paint::Color::kGreen},
                                                        {"warn", Paint::Color::kYellow},
                                                        {"fail", Paint::Color::kRed},
                                                        {"broken", Paint::Color::kRed}}};

}  // namespace

bool wants_color(const Environment& environment, When when, bool is_terminal) {
  if (when != When::kAuto) return when == When::kAlways;
  if (environment.variable("NO_COLOR")) return false;
  if (const auto force = environment.variable("CLICOLOR_FORCE"); force && *force != "0")
    return true;
  if (environment.variable("TERM") == "dumb") return false;
  return is_terminal;
}

std::string Paint::operator()(Color color, std::string_view text) const {
  if (!is_colored_ || color == Color::kPlain) return std::string(text);
  return std::string(sequence_of(color)) + std::string(text) + "\x1b[0m";
}

Paint::Color Paint::of_status(std::string_view status) {
  for (const StatusColor& known : kStatusColors) {
    if (known.status == status) return known.color;
  }
  return Color::kPlain;
}

}  // namespace claviger::cli
