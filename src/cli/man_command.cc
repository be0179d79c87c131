// man: the manual pages, as their source.
#include "commands.h"
#include "context.h"
#include "man_page.h"

#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "claviger/http/suggestion.h"

namespace claviger::cli {
namespace {

namespace fs = std::filesystem;

class Man final : public Command {
 public:
  explicit Man(const CommandTable& table) : table_(table) {}

  Description description() override {
    return {.path = "man",
            .summary = "Write the manual page of a command, or all of them",
            .examples = {"claviger man key create | man -l -",
                         "claviger man --all /usr/local/share/man/man1"},
            .arguments = {{.name = "WORDS", .help = "of a command", .target = &words_},
                          {.name = "--all",
                           .value = "DIR",
                           .help = "write every page into this folder instead",
                           .target = &folder_,
                           .completes = Completes::kFiles}}};
  }

  Result<ExitCode> run(Context& context) override {
    if (folder_ && !words_.empty())
      return fail(Error::refused(ErrorCode::kInvalidInput, "Name a command or --all, not both."));
    if (folder_) return write_all(context);
    std::string path;
    for (const std::string& word : words_) path = joined_path(path, word);
    const std::vector<std::string> paths = man_paths(table_);
    if (std::find(paths.begin(), paths.end(), path) == paths.end())
      return fail(unknown(path, paths));
    context.environment().out << man_page(table_, path);
    return ExitCode::kOk;
  }

 private:
  Result<ExitCode> write_all(Context& context) const {
    const fs::path folder = *folder_;
    std::error_code failure;
    fs::create_directories(folder, failure);
    std::size_t count = 0;
    for (const std::string& path : man_paths(table_)) {
      const fs::path file = folder / (man_name(path) + ".1");
      std::ofstream out(file, std::ios::binary | std::ios::trunc);
      out << man_page(table_, path);
      out.close();
      if (!out)
        return fail(Error::refused(ErrorCode::kInvalidInput,
                                   fmt::format("{} cannot be written.", file.string())));
      ++count;
    }
    context.console().note(fmt::format("{} pages are in {}.", count, folder.string()));
    return ExitCode::kOk;
  }

  static Error unknown(const std::string& path, const std::vector<std::string>& paths) {
    const auto meant = http::nearest_word(path, paths);
    return Error::refused(ErrorCode::kInvalidInput,
                          fmt::format("There is no page on \"{}\"{}", path,
                                      meant ? fmt::format("; did you mean \"{}\"?", *meant)
                                            : ". See: claviger help"));
  }

  const CommandTable& table_;
  std::vector<std::string> words_;
  std::optional<std::string> folder_;
};

}  // namespace

std::unique_ptr<Command> man_command(const CommandTable& table) {
  return std::make_unique<Man>(table);
}

}  // namespace claviger::cli
