#include "command_table.h"

#include <algorithm>
#include <utility>

namespace claviger::cli {

void CommandTable::add(std::unique_ptr<Command> command) {
  Description description = command->description();
  entries_.push_back({.description = std::move(description), .command = std::move(command)});
}

const CommandTable::Entry* CommandTable::find(std::string_view path) const {
  const auto found = std::find_if(entries_.begin(), entries_.end(), [path](const Entry& entry) {
    return entry.description.path == path;
  });
  return found == entries_.end() ? nullptr : &*found;
}

std::vector<CommandTable::Word> CommandTable::words_after(std::string_view path) const {
  const std::string above = path.empty() ? std::string() : std::string(path) + ' ';
  std::vector<Word> words;
  for (const Entry& entry : entries_) {
    const std::string& full = entry.description.path;
    if (!full.starts_with(above)) continue;
    std::string word = full.substr(above.size(), full.find(' ', above.size()) - above.size());
    const bool is_known = std::any_of(words.begin(), words.end(),
                                      [&word](const Word& known) { return known.word == word; });
    if (is_known) continue;
    std::string summary = summary_of(above + word);
    words.push_back({.word = std::move(word), .summary = std::move(summary)});
  }
  return words;
}

std::string CommandTable::summary_of(const std::string& path) const {
  if (const Entry* entry = find(path)) return entry->description.summary;
  for (const Group& group : groups_) {
    if (group.word == path) return std::string(group.summary);
  }
  std::string words;
  for (const Word& word : words_after(path)) words += (words.empty() ? "" : ", ") + word.word;
  return words;
}

std::string joined_path(std::string_view path, std::string_view word) {
  std::string joined(path);
  if (!joined.empty() && !word.empty()) joined += ' ';
  return joined += word;
}

}  // namespace claviger::cli
