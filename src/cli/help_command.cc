#include "commands.h"
#include "context.h"
#include "help.h"

#include <fmt/format.h>

#include "claviger/http/suggestion.h"

namespace claviger::cli {
namespace {

constexpr std::string_view kExitCodes = "exit-codes";

class Help final : public Command {
 public:
  explicit Help(const CommandTable& table) : table_(table) {}

  Description description() override {
    return {
        .path = "help",
        .summary = "Explain a command, or a topic: exit-codes",
        .examples = {"claviger help", "claviger help key create", "claviger help exit-codes"},
        .arguments = {{.name = "WORDS", .help = "of a command, or a topic", .target = &words_}}};
  }

  Result<ExitCode> run(Context& context) override {
    std::string path;
    for (const std::string& word : words_) path = joined_path(path, word);
    std::ostream& out = context.environment().out;
    if (path == kExitCodes) {
      out << exit_codes_page();
      return ExitCode::kOk;
    }
    if (table_.find(path) == nullptr && table_.words_after(path).empty())
      return fail(unknown(path));
    out << help_page(table_, path, context.paint());
    return ExitCode::kOk;
  }

 private:
  Error unknown(const std::string& path) const {
    std::vector<std::string> known = {std::string(kExitCodes)};
    for (const CommandTable::Entry& entry : table_.entries())
      known.push_back(entry.description.path);
    const auto meant = http::nearest_word(path, known);
    return Error::refused(ErrorCode::kInvalidInput,
                          fmt::format("There is no help on \"{}\"{}", path,
                                      meant ? fmt::format("; did you mean \"{}\"?", *meant)
                                            : ". See: claviger help"));
  }

  const CommandTable& table_;
  std::vector<std::string> words_;
};

}  // namespace

std::unique_ptr<Command> help_command(const CommandTable& table) {
  return std::make_unique<Help>(table);
}

}  // namespace claviger::cli
