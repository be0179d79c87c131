#include "claviger/cli/run.h"

#include "commands.h"
#include "completion.h"
#include "context.h"
#include "help.h"
#include "parser.h"

#include <exception>
#include <utility>

#include <fmt/format.h>

namespace claviger::cli {
namespace {

constexpr std::string_view kComplete = "__complete";  // hidden: the completion scripts call it

ExitCode report(Console& console, const Error& error) {
  if (error.code() == ErrorCode::kInternal && !error.internal_text().empty())
    console.error(Error::refused(ErrorCode::kInternal, error.internal_text()));
  else
    console.error(error);
  return exit_code_of(error.code());
}

/// Help on a group: asked for, it is data; without a command, it is an error.
ExitCode show_help(const CommandTable& table, const Invocation& invocation,
                   const GlobalOptions& options, Context& context) {
  const Environment& environment = context.environment();
  std::ostream& out = options.help ? environment.out : environment.err;
  const bool is_terminal = options.help ? environment.out_is_terminal : environment.err_is_terminal;
  const bool is_colored = wants_color(environment, color_of(options), is_terminal);
  out << help_page(table, invocation.path, is_colored ? Paint::colored() : Paint());
  return options.help ? ExitCode::kOk : ExitCode::kUsage;
}

ExitCode run_command(const CommandTable& table, const Environment& environment,
                     const std::vector<std::string>& words) {
  GlobalOptions options;
  const auto invocation = parse(table, options, words);
  Context context(environment, options);
  if (!invocation) return report(context.console(), invocation.error());
  const CommandTable::Entry* entry = invocation->entry;
  if (options.version && entry == nullptr) entry = table.find("version");
  if (options.help || entry == nullptr) return show_help(table, *invocation, options, context);
  auto done = entry->command->run(context);
  if (context.has_printed_request()) done = ExitCode::kOk;
  if (!done) return report(context.console(), done.error());
  return *done;
}

/// What could not be written was not done, as far as the reader of the output can tell.
ExitCode flushed(const Environment& environment, ExitCode code) {
  environment.out.flush();
  if (environment.out.good()) return code;
  environment.err << "error: Standard output cannot be written to.\n";
  return code == ExitCode::kOk ? ExitCode::kFailed : code;
}

}  // namespace

ExitCode run(const Environment& environment, const std::vector<std::string>& words, Commands more) {
  try {
    CommandTable table = command_table(std::move(more));
    table.add(man_command(table));
    table.add(help_command(table));
    if (!words.empty() && words.front() == kComplete) {
      complete(table, environment, {words.begin() + 1, words.end()});
      return ExitCode::kOk;
    }
    return flushed(environment, run_command(table, environment, words));
  } catch (const std::exception& exception) {
    environment.err << "error: " << exception.what() << '\n';
    return ExitCode::kFailed;
  }
}

int run(int argc, char** argv, Commands more) {
  const SystemClock clock;
  const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  return static_cast<int>(run(process_environment(clock), words, std::move(more)));
}

}  // namespace claviger::cli
