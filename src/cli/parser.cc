// The one place that knows CLI11: it takes eleven seconds to compile.
#include "parser.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "claviger/core/key_text.h"
#include "claviger/http/suggestion.h"

namespace claviger::cli {
namespace {

Error usage(std::string_view path, std::string_view text) {
  return Error::refused(ErrorCode::kInvalidInput,
                        fmt::format("{}\nSee: {} --help", text, joined_path("claviger", path)));
}

/// Puts the values of one argument where its description says. False, which CLI11 turns into an
/// error, for a number that is none.
class Store {
 public:
  explicit Store(const std::vector<std::string>& values) : values_(values) {}

  bool operator()(bool* target) const {
    *target = true;
    return true;
  }

  bool operator()(std::string* target) const {
    *target = values_.back();
    return true;
  }

  bool operator()(std::optional<std::string>* target) const {
    *target = values_.back();
    return true;
  }

  bool operator()(std::vector<std::string>* target) const {
    *target = values_;
    return true;
  }

  bool operator()(std::optional<std::size_t>* target) const {
    const std::string& text = values_.back();
    std::size_t number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc() || end != text.data() + text.size()) return false;
    *target = number;
    return true;
  }

 private:
  const std::vector<std::string>& values_;
};

void declare(CLI::App& app, const Argument& argument) {
  const Target target = argument.target;
  if (!argument.takes_value()) {
    app.add_flag(argument.name, *std::get<bool*>(target), argument.help);
    return;
  }
  const auto store = [target](const CLI::results_t& values) {
    return std::visit(Store(values), target);
  };
  CLI::Option* option = app.add_option(argument.name, store, argument.help);
  option->type_name(argument.value)->expected(1)->allow_extra_args(false);
  if (!argument.repeats()) return;
  option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  option->allow_extra_args(!argument.is_flag());  // "--scope a b" is not two scopes
}

/// One subcommand at most, no help of CLI11's own, what it does not know left for us to name; and
/// the global flags, which count before and behind a word. What CLI11 offers for that, fallthrough,
/// would also let the name of a key be taken for a command.
void prepare(CLI::App& app, const std::vector<Argument>& global) {
  app.set_help_flag();
  app.allow_extras();
  app.require_subcommand(0, 1);
  for (const Argument& argument : global) declare(app, argument);
}

using Apps = std::map<std::string, CLI::App*>;  // by path; "" is the root

/// The App of `path`, made, with those above it, if it is missing.
CLI::App& app_at(Apps& apps, const std::string& path, const std::vector<Argument>& global) {
  if (const auto known = apps.find(path); known != apps.end()) return *known->second;
  const std::size_t space = path.rfind(' ');
  const bool is_below_root = space == std::string::npos;
  CLI::App& above = app_at(apps, is_below_root ? "" : path.substr(0, space), global);
  CLI::App* app = above.add_subcommand(is_below_root ? path : path.substr(space + 1));
  prepare(*app, global);
  apps[path] = app;
  return *app;
}

std::string long_name(const Argument& argument) {
  const std::size_t dashes = argument.name.find("--");
  return dashes == std::string::npos ? argument.name : argument.name.substr(dashes);
}

Error unknown_flag(std::string_view path, const std::string& word,
                   const std::vector<Argument>& known) {
  const std::string flag = word.substr(0, word.find('='));
  std::vector<std::string> names;
  for (const Argument& argument : known) {
    if (argument.is_flag()) names.push_back(long_name(argument));
  }
  const auto meant = http::nearest_word(flag, names);
  return usage(path, fmt::format("There is no flag {}{}", flag,
                                 meant ? fmt::format("; did you mean {}?", *meant) : "."));
}

Error unknown_word(const CommandTable& table, std::string_view path, const std::string& word) {
  const std::vector<CommandTable::Word> words = table.words_after(path);
  if (words.empty()) return usage(path, fmt::format("\"{}\" is one argument too many.", word));
  std::vector<std::string> names;
  for (const CommandTable::Word& known : words) names.push_back(known.word);
  const auto meant = http::nearest_word(word, names);
  const std::string advice = meant
                                 ? fmt::format("; did you mean \"{}\"?", joined_path(path, *meant))
                                 : fmt::format(". There are: {}.", fmt::join(names, ", "));
  return usage(path, fmt::format("There is no command \"{}\"{}", joined_path(path, word), advice));
}

/// The words before "--", which ends the flags.
std::vector<std::string> before_dashes(const std::vector<std::string>& words) {
  return {words.begin(), std::find(words.begin(), words.end(), "--")};
}

/// What must not reach CLI11: a secret, which its message would repeat, and "--name=", of which it
/// would take the next word for the value.
Result<void> check_words(const std::vector<std::string>& words) {
  constexpr std::size_t kShortestSecret = 20;
  for (const std::string& word : words) {
    const std::size_t mark = word.find(core::kSecretMark);
    if (mark != std::string::npos && word.size() - mark >= kShortestSecret)
      return fail(Error::refused(
          ErrorCode::kInvalidInput,
          "A secret stands among the arguments, where other users and the shell's history see it. "
          "Give it on standard input or in a file, and take this one for leaked: revoke it."));
  }
  for (const std::string& word : before_dashes(words)) {
    if (word.starts_with("--") && word.ends_with('='))
      return fail(Error::refused(ErrorCode::kInvalidInput,
                                 fmt::format("{} has no value; for an empty one, write {} ''", word,
                                             word.substr(0, word.size() - 1))));
  }
  return {};
}

Result<void> check_choice(std::string_view path, const Argument& argument) {
  if (argument.choices.empty()) return {};
  const auto* optional = std::get_if<std::optional<std::string>*>(&argument.target);
  const auto* plain = std::get_if<std::string*>(&argument.target);
  if (optional == nullptr && plain == nullptr) return {};  // a choice is one word
  const std::string text = optional != nullptr ? (*optional)->value_or("") : **plain;
  const auto& choices = argument.choices;
  if (text.empty() || std::find(choices.begin(), choices.end(), text) != choices.end()) return {};
  const auto meant = http::nearest_word(text, choices);
  return fail(usage(
      path, fmt::format("{} takes {}, not \"{}\"{}", long_name(argument), fmt::join(choices, ", "),
                        text, meant ? fmt::format("; did you mean {}?", *meant) : ".")));
}

bool is_given(const Argument& argument) {
  if (const auto* text = std::get_if<std::string*>(&argument.target)) return !(*text)->empty();
  if (const auto* texts = std::get_if<std::vector<std::string>*>(&argument.target))
    return !(*texts)->empty();
  if (const auto* text = std::get_if<std::optional<std::string>*>(&argument.target))
    return (*text)->has_value();
  return true;
}

Result<void> check_arguments(const Description& description) {
  for (const Argument& argument : description.arguments) {
    if (argument.presence == Presence::kRequired && !is_given(argument))
      return fail(usage(description.path, fmt::format("{} is missing.", long_name(argument))));
    TRY(check_choice(description.path, argument));
  }
  return {};
}

/// Follows the words that CLI11 took for subcommands; refuses the first one that nothing took.
Result<Invocation> follow(const CommandTable& table, const CLI::App& root,
                          const GlobalOptions& options, const std::vector<Argument>& global) {
  Invocation invocation;
  const CLI::App* app = &root;
  while (true) {
    invocation.entry = table.find(invocation.path);
    std::vector<Argument> known = global;
    if (invocation.entry != nullptr)
      known.insert(known.begin(), invocation.entry->description.arguments.begin(),
                   invocation.entry->description.arguments.end());
    for (const std::string& word : app->remaining()) {
      if (word == "--" || options.help) continue;
      if (word.starts_with('-') && word != "-")
        return fail(unknown_flag(invocation.path, word, known));
      return fail(unknown_word(table, invocation.path, word));
    }
    const auto inner = app->get_subcommands();
    if (inner.empty()) return invocation;
    app = inner.front();
    invocation.path = joined_path(invocation.path, app->get_name());
  }
}

}  // namespace

Result<Invocation> parse(const CommandTable& table, GlobalOptions& options,
                         const std::vector<std::string>& words) {
  TRY(check_words(words));
  const std::vector<Argument> global = global_arguments(options);
  CLI::App root;
  Apps apps = {{"", &root}};
  prepare(root, global);
  for (const CommandTable::Entry& entry : table.entries()) {
    CLI::App& app = app_at(apps, entry.description.path, global);
    for (const Argument& argument : entry.description.arguments) declare(app, argument);
  }
  try {
    root.parse(std::vector<std::string>(words.rbegin(), words.rend()));
  } catch (const CLI::ParseError& error) {
    return fail(Error::refused(ErrorCode::kInvalidInput,
                               fmt::format("The arguments cannot be read: {}.", error.what())));
  }
  Invocation invocation = TRY(follow(table, root, options, global));
  if (options.help) return invocation;
  for (const Argument& argument : global) TRY(check_choice(invocation.path, argument));
  if (invocation.entry != nullptr) TRY(check_arguments(invocation.entry->description));
  return invocation;
}

}  // namespace claviger::cli
