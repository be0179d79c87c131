#include "completion.h"

#include "context.h"
#include "json_field.h"
#include "printable.h"

#include <algorithm>
#include <sstream>

#include <nlohmann/json.hpp>

#include "claviger/base/encoding.h"

namespace claviger::cli {
namespace {

constexpr std::chrono::seconds kPatience{2};
constexpr std::size_t kMostCandidates = 200;

struct Candidate {
  std::string value;
  std::string explanation;
};

/// What was typed before the word that is being completed.
struct Typed {
  std::string path;  ///< of the group or command
  const CommandTable::Entry* entry = nullptr;
  const Argument* awaiting = nullptr;  ///< the flag whose value comes next
  std::size_t plain_words = 0;         ///< arguments without a flag, so far
};

bool has_name(const Argument& argument, std::string_view word) {
  if (!argument.is_flag()) return false;
  std::stringstream names(argument.name);
  for (std::string name; std::getline(names, name, ',');) {
    if (name == word) return true;
  }
  return false;
}

const Argument* find_flag(const std::vector<Argument>& arguments, std::string_view word) {
  const auto found =
      std::find_if(arguments.begin(), arguments.end(),
                   [word](const Argument& argument) { return has_name(argument, word); });
  return found == arguments.end() ? nullptr : &*found;
}

/// Reads words as the parser would, and keeps where they lead; what is wrong among them is no
/// matter here.
class Reader {
 public:
  Reader(const CommandTable& table, const std::vector<Argument>& global)
      : table_(table), global_(global) {}

  void take(const std::string& word) {
    if (typed_.awaiting != nullptr) {
      // The server and the context that were typed are the ones to ask.
      if (const auto* target = std::get_if<std::optional<std::string>*>(&typed_.awaiting->target);
          target != nullptr && is_global_)
        **target = word;
      typed_.awaiting = nullptr;
    } else if (word.starts_with('-') && word != "-") {
      const Argument* flag = flag_of(word);
      if (flag != nullptr && flag->takes_value()) typed_.awaiting = flag;
    } else if (typed_.entry != nullptr) {
      ++typed_.plain_words;
    } else {
      typed_.path = joined_path(typed_.path, word);
      typed_.entry = table_.find(typed_.path);
    }
  }

  [[nodiscard]] const Typed& typed() const { return typed_; }

 private:
  const Argument* flag_of(const std::string& word) {
    const Argument* own =
        typed_.entry == nullptr ? nullptr : find_flag(typed_.entry->description.arguments, word);
    is_global_ = own == nullptr;
    return own != nullptr ? own : find_flag(global_, word);
  }

  const CommandTable& table_;
  const std::vector<Argument>& global_;
  Typed typed_;
  bool is_global_ = false;
};

/// The server's things; nothing where it does not answer.
std::vector<Candidate> from_server(Context& context, const std::string& path,
                                   const char* value_field, const char* text_field) {
  std::vector<Candidate> candidates;
  const auto session = context.session();
  if (!session) return candidates;
  const auto take = [&](const nlohmann::json& item) {
    const std::string value = text_at(item, value_field);
    // A line break in a value would make two candidates of it.
    if (value.empty() || printable(value, LineBreaks::kEscaped) != value) return;
    candidates.push_back(
        {.value = value,
         .explanation = printable(text_at(item, text_field), LineBreaks::kEscaped)});
  };
  const auto done = (*session)->for_each(
      {.method = "GET", .path = path, .purpose = Purpose::kLookUp, .timeout = kPatience},
      kMostCandidates, take);
  if (!done) candidates.clear();
  return candidates;
}

/// The contexts of the configuration.
std::vector<Candidate> from_configuration(Context& context) {
  std::vector<Candidate> candidates;
  const auto settings = context.settings();
  if (!settings) return candidates;
  for (const auto& [name, server] : (*settings)->config().contexts)
    candidates.push_back({.value = name, .explanation = server.server});
  return candidates;
}

std::vector<Candidate> values_of(const Argument& argument, Context& context) {
  std::vector<Candidate> candidates;
  for (const std::string& choice : argument.choices)
    candidates.push_back({.value = choice, .explanation = {}});
  switch (argument.completes) {
    case Completes::kNothing:
    case Completes::kFiles:  // the shell knows them
      return candidates;
    case Completes::kContexts:
      return from_configuration(context);
    case Completes::kOrganizations:
      return from_server(context, "/v1/organizations", "id", "name");
    case Completes::kUsers:
      return from_server(context, "/v1/users", "email", "name");
    case Completes::kRoles:
      return from_server(context, "/v1/roles", "name", "description");
    case Completes::kTokens:
      return from_server(context, "/v1/me/tokens", "id", "name");
    case Completes::kHandovers:
      return from_server(context, "/v1/handovers", "id", "status");
    case Completes::kSessions:
      return from_server(context, "/v1/me/sessions", "id", "userAgent");
    case Completes::kApplications:
      return from_server(context, "/v1/applications", "id", "name");
    case Completes::kKeys:
      return from_server(context, "/v1/keys", "id", "name");
    case Completes::kApis:
      return from_server(context, "/v1/apis", "name", "id");
  }
  return candidates;
}

void append_flags(std::vector<Candidate>& candidates, const std::vector<Argument>& arguments) {
  for (const Argument& argument : arguments) {
    if (!argument.is_flag()) continue;
    const std::size_t dashes = argument.name.find("--");
    candidates.push_back({.value = argument.name.substr(std::min(dashes, argument.name.size())),
                          .explanation = argument.help});
  }
}

std::vector<Candidate> candidates_for(const CommandTable& table, const Typed& typed,
                                      const std::string& partial,
                                      const std::vector<Argument>& global, Context& context) {
  if (typed.awaiting != nullptr) return values_of(*typed.awaiting, context);
  std::vector<Candidate> candidates;
  if (partial.starts_with('-')) {
    if (typed.entry != nullptr) append_flags(candidates, typed.entry->description.arguments);
    append_flags(candidates, global);
    return candidates;
  }
  if (typed.entry == nullptr) {
    for (const CommandTable::Word& word : table.words_after(typed.path))
      candidates.push_back({.value = word.word, .explanation = word.summary});
    return candidates;
  }
  std::size_t position = 0;
  for (const Argument& argument : typed.entry->description.arguments) {
    if (argument.is_flag()) continue;
    if (argument.repeats() || position++ == typed.plain_words) return values_of(argument, context);
  }
  return candidates;
}

}  // namespace

void complete(const CommandTable& table, const Environment& environment,
              const std::vector<std::string>& words) {
  if (words.empty()) return;
  std::ostringstream unheard;
  const Environment quiet{.in = environment.in,
                          .out = environment.out,
                          .err = unheard,
                          .variable = environment.variable,
                          .read_hidden_line = environment.read_hidden_line,
                          .clock = environment.clock};
  GlobalOptions options;
  const std::vector<Argument> global = global_arguments(options);
  Reader reader(table, global);
  for (std::size_t i = 0; i + 1 < words.size(); ++i) reader.take(words[i]);
  Context context(quiet, options);
  const std::string& partial = words.back();
  for (const Candidate& candidate :
       candidates_for(table, reader.typed(), partial, global, context)) {
    if (!candidate.value.starts_with(partial)) continue;
    environment.out << candidate.value;
    if (!candidate.explanation.empty()) environment.out << '\t' << candidate.explanation;
    environment.out << '\n';
  }
}

}  // namespace claviger::cli
