#include "man_page.h"

#include "argument_text.h"
#include "options.h"
#include "printable.h"
#include "version.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "claviger/cli/exit_code.h"

namespace claviger::cli {
namespace {

struct Variable {
  std::string_view name;
  std::string_view meaning;
};

constexpr std::array<Variable, 12> kVariables = {{
    {"CLAVIGER_SERVER", "the server, as with --server"},
    {"CLAVIGER_TOKEN", "the token, before any that is stored"},
    {"CLAVIGER_TOKEN_FILE", "a file with the token"},
    {"CLAVIGER_CONTEXT", "the context, as with --context"},
    {"CLAVIGER_CONFIG", "the path of config.toml"},
    {"CLAVIGER_CACERT", "certificates to trust, as with --ca-cert"},
    {"CLAVIGER_OUTPUT", "the format, as with --output"},
    {"CLAVIGER_NO_INPUT, CI", "never ask, as with --no-input"},
    {"CLAVIGER_DEBUG", "report requests, as with --debug"},
    {"NO_COLOR", "no colours"},
    {"CLICOLOR_FORCE", "colours also where there is no terminal"},
    {"XDG_CONFIG_HOME", "the folder in which the folder claviger with the configuration lies"},
}};

constexpr std::array<Variable, 2> kFiles = {{
    {"~/.config/claviger/config.toml", "the contexts: servers by their names"},
    {"~/.config/claviger/credentials.toml", "the tokens for them, readable by their owner alone"},
}};

/// One character beyond ASCII as groff writes it.
std::string escaped_character(char32_t character) {
  return fmt::format("\\[u{:04X}]", static_cast<std::uint32_t>(character));
}

/// Text as a part of a line.
std::string escaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (static_cast<unsigned char>(c) >= 0x80) {
      const Character character = first_character(text.substr(i));
      out += escaped_character(character.code);
      i += character.bytes.size();
      continue;
    }
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else if (c == '\'')
      out += "\\(aq";
    else if (c == '^')
      out += "\\(ha";
    else if (c == '~')
      out += "\\(ti";
    else if (c == '`')
      out += "\\(ga";
    else
      out += c;
    ++i;
  }
  return out;
}

/// Text as whole lines: none of them may begin like a request.
std::string lines(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string line = escaped(text.substr(0, end));
    out += (line.starts_with('.') ? "\\&" : "") + line + '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string section(std::string_view title) {
  return fmt::format(".SH {}\n", title);
}

/// An indented entry: what it is called, and what it means.
std::string entry(std::string_view name, std::string_view meaning) {
  return fmt::format(".TP\n\\fB{}\\fR\n{}", escaped(name), lines(meaning));
}

/// As it stands, without filling lines.
std::string verbatim(const std::vector<std::string>& texts) {
  std::string out = ".nf\n";
  for (const std::string& text : texts) out += lines(text);
  return out + ".fi\n";
}

std::string head(std::string_view path, std::string_view summary) {
  const std::string name = man_name(path);
  std::string upper = name;
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return fmt::format(".TH {} 1 \"\" \"Claviger {}\" \"Claviger\"\n", escaped(upper), kVersion) +
         section("NAME") + fmt::format("{} \\- {}\n", escaped(name), escaped(summary));
}

std::string options(const std::vector<Argument>& arguments) {
  std::string text;
  for (const Argument& argument : arguments) text += entry(spelled(argument), explained(argument));
  return text;
}

std::string see_also(const CommandTable& table, std::string_view path) {
  std::vector<std::string> others = {"claviger(1)"};
  const std::string above(path.substr(0, std::min(path.rfind(' '), path.size())));
  if (above != path) others.push_back(man_name(above) + "(1)");
  if (table.find(path) == nullptr || path.empty()) {
    for (const CommandTable::Word& word : table.words_after(path))
      others.push_back(man_name(joined_path(path, word.word)) + "(1)");
  }
  if (path.empty()) others.erase(others.begin());
  return section("SEE ALSO") + lines(fmt::format("{}", fmt::join(others, ", ")));
}

std::string command_page(const CommandTable& table, const Description& description) {
  std::string page = head(description.path, description.summary);
  page += section("SYNOPSIS") + verbatim({usage_line(description)});
  page += section("DESCRIPTION") + lines(description.summary + '.');
  if (!description.notes.empty()) page += ".PP\n" + lines(description.notes);
  page += section("EXAMPLES") + verbatim(description.examples);
  if (!description.arguments.empty()) page += section("OPTIONS") + options(description.arguments);
  page += section("EXIT STATUS") +
          lines(
              "0 on success; the other codes are those of all commands: see claviger(1), as are "
              "the options that every command takes.");
  return page + see_also(table, description.path);
}

std::string commands_below(const CommandTable& table, std::string_view path) {
  std::string text;
  for (const CommandTable::Word& word : table.words_after(path))
    text += entry("claviger " + joined_path(path, word.word), word.summary);
  return section("COMMANDS") + text;
}

std::string group_page(const CommandTable& table, std::string_view path) {
  const std::string summary = table.summary_of(std::string(path));
  return head(path, summary) + section("SYNOPSIS") +
         verbatim({fmt::format("claviger {} COMMAND", path)}) + section("DESCRIPTION") +
         lines(summary + '.') + commands_below(table, path) + see_also(table, path);
}

template <std::size_t kCount>
std::string variables(const std::array<Variable, kCount>& all) {
  std::string text;
  for (const Variable& variable : all) text += entry(variable.name, variable.meaning);
  return text;
}

std::string first_page(const CommandTable& table) {
  GlobalOptions global;
  std::string page = head("", "issue, check and end access keys for REST APIs");
  page += section("SYNOPSIS") + verbatim({"claviger COMMAND [ARGUMENTS] [FLAGS]"});
  page += section("DESCRIPTION") +
          lines(
              "Claviger issues API access keys and enforces them inside nginx. This program is "
              "its server and its command line.");
  page += commands_below(table, "");
  page +=
      section("OPTIONS") + lines("Every command takes these:") + options(global_arguments(global));
  page += section("EXIT STATUS") + verbatim({exit_codes_page()});
  page += section("ENVIRONMENT") + variables(kVariables);
  page += section("FILES") + variables(kFiles);
  return page + see_also(table, "");
}

}  // namespace

std::string man_name(std::string_view path) {
  std::string name = "claviger";
  if (!path.empty()) name += '-' + std::string(path);
  std::replace(name.begin(), name.end(), ' ', '-');
  return name;
}

std::vector<std::string> man_paths(const CommandTable& table) {
  std::vector<std::string> paths = {""};
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const std::string path = paths[i];  // a copy: the vector grows
    for (const CommandTable::Word& word : table.words_after(path))
      paths.push_back(joined_path(path, word.word));
  }
  return paths;
}

std::string man_page(const CommandTable& table, std::string_view path) {
  if (const CommandTable::Entry* found = table.find(path))
    return command_page(table, found->description);
  return path.empty() ? first_page(table) : group_page(table, path);
}

}  // namespace claviger::cli
