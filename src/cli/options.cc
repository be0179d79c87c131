#include "options.h"

#include "output.h"

namespace claviger::cli {

When color_of(const GlobalOptions& options) {
  if (options.color == "always") return When::kAlways;
  return options.color == "never" ? When::kNever : When::kAuto;
}

std::vector<Argument> global_arguments(GlobalOptions& options) {
  return {{.name = "--server",
           .value = "URL",
           .help = "the server, like https://keys.example.com (CLAVIGER_SERVER)",
           .target = &options.server},
          {.name = "--context",
           .value = "NAME",
           .help = "the context of the configuration to use (CLAVIGER_CONTEXT)",
           .target = &options.context},
          {.name = "--ca-cert",
           .value = "FILE",
           .help = "trust these certificates instead of the system's (CLAVIGER_CACERT)",
           .target = &options.ca_cert,
           .completes = Completes::kFiles},
          {.name = "-o,--output",
           .value = "FORMAT",
           .help = "table, wide, json, yaml, csv or name (CLAVIGER_OUTPUT)",
           .target = &options.output,
           .choices = format_names()},
          {.name = "--fields",
           .value = "A,B",
           .help = "only these fields, by their names in JSON",
           .target = &options.fields},
          {.name = "--no-headers",
           .help = "no line of titles above a table or CSV",
           .target = &options.no_headers},
          {.name = "--color",
           .value = "WHEN",
           .help = "auto, always or never; also NO_COLOR and CLICOLOR_FORCE",
           .target = &options.color,
           .choices = {"auto", "always", "never"}},
          {.name = "--no-input",
           .help = "never ask; fail instead (CLAVIGER_NO_INPUT, CI)",
           .target = &options.no_input},
          {.name = "--print-request",
           .help = "print the request as a curl command instead of sending it",
           .target = &options.print_request},
          {.name = "--debug",
           .help = "report requests on standard error, without secrets (CLAVIGER_DEBUG)",
           .target = &options.debug},
          {.name = "-h,--help", .help = "help for this command", .target = &options.help},
          {.name = "--version", .help = "print the version", .target = &options.version}};
}

}  // namespace claviger::cli
