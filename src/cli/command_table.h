// All commands, and where each stands in the tree of words.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "claviger/cli/command.h"

namespace claviger::cli {

/// A word that only groups commands: "key". The program's own need not be here.
struct Group {
  std::string_view word;
  std::string_view summary;
};

class CommandTable {
 public:
  struct Entry {
    Description description;
    std::unique_ptr<Command> command;
  };

  /// One of the words that may follow a path.
  struct Word {
    std::string word;
    std::string summary;
  };

  explicit CommandTable(std::vector<Group> groups) : groups_(std::move(groups)) {}

  void add(std::unique_ptr<Command> command);

  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }

  /// nullptr if `path` ("key create") is no command.
  [[nodiscard]] const Entry* find(std::string_view path) const;

  /// The words that may follow `path` ("" or "key"), in the order in which their commands were
  /// added; none if it is a command. A group that has no summary gets its commands' words for one.
  [[nodiscard]] std::vector<Word> words_after(std::string_view path) const;

  /// In one line what a command or a group is for.
  [[nodiscard]] std::string summary_of(const std::string& path) const;

 private:
  std::vector<Group> groups_;
  std::vector<Entry> entries_;
};

/// "key" and "create" as a path.
[[nodiscard]] std::string joined_path(std::string_view path, std::string_view word);

}  // namespace claviger::cli
