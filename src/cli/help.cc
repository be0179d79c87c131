#include "help.h"

#include "argument_text.h"
#include "options.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace claviger::cli {
namespace {

struct Line {
  std::string left;
  std::string right;
};

std::string title(std::string_view text, Paint paint) {
  return fmt::format("\n{}\n", paint(Paint::Color::kBold, text));
}

std::string two_columns(const std::vector<Line>& lines) {
  std::size_t width = 0;
  for (const Line& line : lines) width = std::max(width, line.left.size());
  std::string text;
  for (const Line& line : lines)
    text += fmt::format("  {:<{}}  {}\n", line.left, width, line.right);
  return text;
}

enum class Section { kFlags, kWords };

std::string arguments(const std::vector<Argument>& all, Section section) {
  std::vector<Line> lines;
  for (const Argument& argument : all) {
    if (argument.is_flag() == (section == Section::kFlags))
      lines.push_back({.left = spelled(argument), .right = explained(argument)});
  }
  return two_columns(lines);
}

std::string command_page(const Description& description, Paint paint) {
  std::string page = fmt::format("{}.\n", description.summary);
  page += title("Examples", paint);
  for (const std::string& example : description.examples) page += fmt::format("  {}\n", example);
  page += title("Usage", paint) + fmt::format("  {}\n", usage_line(description));
  const std::string words = arguments(description.arguments, Section::kWords);
  if (!words.empty()) page += title("Arguments", paint) + words;
  const std::string flags = arguments(description.arguments, Section::kFlags);
  if (!flags.empty()) page += title("Flags", paint) + flags;
  if (!description.notes.empty()) page += '\n' + description.notes + '\n';
  return page + "\nEvery command takes the global flags too: claviger help\n";
}

std::string words_of(const CommandTable& table, std::string_view path) {
  std::vector<Line> lines;
  for (const CommandTable::Word& word : table.words_after(path))
    lines.push_back({.left = joined_path(path, word.word), .right = word.summary});
  return two_columns(lines);
}

std::string group_page(const CommandTable& table, std::string_view path, Paint paint) {
  return fmt::format("Usage: claviger {} COMMAND\n", path) + title("Commands", paint) +
         words_of(table, path) + fmt::format("\nHelp for one: claviger {} COMMAND --help\n", path);
}

std::string first_page(const CommandTable& table, Paint paint) {
  GlobalOptions options;
  std::string page =
      "Issues, checks and ends access keys for REST APIs.\n" + title("Examples", paint);
  page +=
      "  claviger auth login --server https://keys.example.com\n"
      "  claviger app create billing-sync\n"
      "  claviger key create ci --app billing-sync --api orders --endpoint 'GET /orders/{id}'\n"
      "  claviger key list --app billing-sync --status active\n"
      "  claviger key revoke key_01kat0q6p2e7w8m9xr3v5bn4cd --reason compromised --wait\n";
  page += title("Usage", paint) + "  claviger COMMAND [ARGUMENTS] [FLAGS]\n";
  page += title("Commands", paint) + words_of(table, "");
  page += title("Global flags", paint) + arguments(global_arguments(options), Section::kFlags);
  return page +
         "\nHelp for one command: claviger COMMAND --help; the exit codes: claviger help "
         "exit-codes\n";
}

}  // namespace

std::string help_page(const CommandTable& table, std::string_view path, Paint paint) {
  if (const CommandTable::Entry* entry = table.find(path))
    return command_page(entry->description, paint);
  return path.empty() ? first_page(table, paint) : group_page(table, path, paint);
}

}  // namespace claviger::cli
