// The version of this build.
#pragma once

#include <string_view>

namespace claviger::cli {

/// Of the project, as CMake knows it: "0.1.0".
inline constexpr std::string_view kVersion = CLAVIGER_VERSION;

}  // namespace claviger::cli
