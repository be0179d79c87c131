// The flags that every command takes.
#pragma once

#include "paint.h"

#include <optional>
#include <string>
#include <vector>

#include "claviger/cli/command.h"

namespace claviger::cli {

struct GlobalOptions {
  std::optional<std::string> server;
  std::optional<std::string> context;
  std::optional<std::string> ca_cert;
  std::optional<std::string> output;
  std::optional<std::string> fields;
  std::optional<std::string> color;
  bool no_headers = false;
  bool no_input = false;
  bool print_request = false;
  bool debug = false;
  bool help = false;
  bool version = false;
};

/// What `--color` says; kAuto without it.
[[nodiscard]] When color_of(const GlobalOptions& options);

/// Them as arguments, which put what they read into `options`.
[[nodiscard]] std::vector<Argument> global_arguments(GlobalOptions& options);

}  // namespace claviger::cli
