// What holds for every command there is: this walks the table of them.
#include "command_table.h"

#include "cli_fixture.h"
#include "commands.h"
#include "man_page.h"
#include "parser.h"

#include <algorithm>
#include <set>
#include <sstream>

namespace claviger::cli {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// The table as the program has it.
CommandTable whole_table() {
  CommandTable table = command_table({});
  table.add(man_command(table));
  table.add(help_command(table));
  return table;
}

std::vector<std::string> words_of(const std::string& path) {
  std::istringstream in(path);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

/// The words that a shell would give to the command `path` in an example; none if it is not in it.
std::vector<std::string> words_in_example(const std::string& example, const std::string& path) {
  const std::string start = "claviger ";
  std::size_t at = example.find(start + path);
  if (at == std::string::npos) return {};
  std::vector<std::string> words(1);
  char quote = 0;
  for (at += start.size(); at < example.size(); ++at) {
    const char c = example[at];
    const bool ends = quote == 0 && std::string_view("|<>)").find(c) != std::string_view::npos;
    if (ends) break;
    if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
    } else if (c == quote) {
      quote = 0;
    } else if (c == ' ' && quote == 0) {
      words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  std::erase(words, "");
  return words;
}

TEST(Commands, NoFlagTakesASecret) {
  const CommandTable table = whole_table();
  for (const CommandTable::Entry& entry : table.entries()) {
    for (const Argument& argument : entry.description.arguments) {
      if (!argument.takes_value()) continue;
      for (const std::string word : {"password", "token", "secret"}) {
        const bool is_named_so = argument.name.find(word) != std::string::npos;
        EXPECT_TRUE(!is_named_so || argument.name.ends_with("-file"))
            << entry.description.path << ' ' << argument.name;
      }
    }
  }
}

TEST(Commands, EachHasASummaryAndAnExampleThatBeginsWithItsWords) {
  const CommandTable table = whole_table();
  for (const CommandTable::Entry& entry : table.entries()) {
    const Description& description = entry.description;
    EXPECT_NE(description.summary, "") << description.path;
    EXPECT_FALSE(description.summary.ends_with('.')) << description.path;
    EXPECT_TRUE(std::any_of(description.examples.begin(), description.examples.end(),
                            [&](const std::string& example) {
                              return example.find("claviger " + description.path) !=
                                     std::string::npos;
                            }))
        << description.path;
  }
}

TEST_F(CliTest, EveryCommandHasHelpWithItsExamplesFirstAndNeedsNoServer) {
  variables_ = {};
  const CommandTable table = whole_table();
  for (const CommandTable::Entry& entry : table.entries()) {
    std::vector<std::string> words;
    std::istringstream path(entry.description.path);
    for (std::string word; path >> word;) words.push_back(word);
    words.emplace_back("--help");
    const Outcome outcome = run(words);
    EXPECT_EQ(outcome.code, ExitCode::kOk) << entry.description.path;
    EXPECT_EQ(outcome.err, "");
    const std::size_t examples = outcome.out.find("Examples");
    EXPECT_LT(examples, outcome.out.find("Usage")) << entry.description.path;
    words.pop_back();
    words.insert(words.begin(), "help");
    EXPECT_EQ(run(words).out, outcome.out);
  }
}

TEST(Commands, EveryExampleIsReadByTheParserAsThatCommand) {
  std::size_t count = 0;
  const CommandTable all = whole_table();
  for (const CommandTable::Entry& entry : all.entries()) {
    const std::string& path = entry.description.path;
    for (const std::string& example : entry.description.examples) {
      const std::vector<std::string> words = words_in_example(example, path);
      if (words.empty()) continue;  // it shows what goes on around the command
      ++count;
      const CommandTable table = whole_table();  // each is parsed into once
      GlobalOptions options;
      const auto invocation = parse(table, options, words);
      ASSERT_TRUE(invocation.has_value()) << example << '\n'
                                          << invocation.error().public_text().str();
      ASSERT_NE(invocation->entry, nullptr) << example;
      EXPECT_EQ(invocation->entry->description.path, path);
    }
  }
  EXPECT_GT(count, all.entries().size());
}

TEST(Commands, EveryFlagIsSpelledAlikeAndExplained) {
  const CommandTable table = whole_table();
  GlobalOptions options;
  std::set<std::string> global;
  for (const Argument& argument : global_arguments(options)) global.insert(argument.name);
  for (const CommandTable::Entry& entry : table.entries()) {
    std::set<std::string> names;
    for (const Argument& argument : entry.description.arguments) {
      const std::string where = entry.description.path + ' ' + argument.name;
      EXPECT_TRUE(names.insert(argument.name).second) << where << " stands there twice";
      EXPECT_FALSE(global.contains(argument.name)) << where << " is a global flag";
      EXPECT_NE(argument.help, "") << where;
      EXPECT_FALSE(argument.help.ends_with('.')) << where;
      const bool names_a_value = !argument.value.empty();
      EXPECT_EQ(names_a_value, argument.is_flag() && argument.takes_value()) << where;
    }
  }
}

class EveryCommandTest : public CliTest {
 protected:
  EveryCommandTest() : before_(std::filesystem::current_path()) {
    // The files of the examples, beside which they are run.
    write_file("password.txt", "correct horse battery\n");
    write_file("old.txt", "correct horse\n");
    write_file("new.txt", "correct horse battery\n");
    write_file("link.txt", "link\n");
    write_file("secret.txt", kSecretText + "\n");
    write_file("rights.json", R"([{"api":"fleet","endpoints":["*"]}])");
    write_file("settings.json", R"({"consumers":[]})");
    write_file("keys.csv", "name,secret\nold,vendor-0123456789abcdef0123456789abcdef\n");
    write_file("openapi.yaml", "openapi: 3.1.0\n");
    write_file("app.json", R"({"name":"ci"})");
    std::filesystem::current_path(file(""));
  }

  ~EveryCommandTest() override { std::filesystem::current_path(before_); }

  /// The command's first example, with its question answered.
  static std::vector<std::string> first_example(const Description& description) {
    for (const std::string& example : description.examples) {
      std::vector<std::string> words = words_in_example(example, description.path);
      if (words.empty()) continue;
      for (const Argument& argument : description.arguments) {
        const bool is_there = std::find(words.begin(), words.end(), "--yes") != words.end();
        if (argument.name == "--yes" && !is_there) words.emplace_back("--yes");
      }
      return words;
    }
    return {};
  }

 private:
  std::filesystem::path before_;
};

// Those that have nothing to ask a server, or are about its absence.
const std::set<std::string> kWithoutServer = {
    "context list", "context show", "context use", "context rm", "key inspect",
    "doctor",       "completion",   "version",     "man",        "help"};

// Those whose first example asks for a secret, which nobody is there to give.
const std::set<std::string> kAsking = {"auth login",
                                       "auth password change",
                                       "auth second-factor start",
                                       "auth second-factor confirm",
                                       "auth second-factor end",
                                       "auth password choose"};

TEST_F(EveryCommandTest, WithoutANetworkEachSaysSoInASentenceAndExits7) {
  variables_["CLAVIGER_SERVER"] = "http://127.0.0.1:1";
  variables_["NO_COLOR"] = "1";
  const CommandTable table = whole_table();
  for (const CommandTable::Entry& entry : table.entries()) {
    const std::string& path = entry.description.path;
    if (kWithoutServer.contains(path)) continue;
    std::vector<std::string> words = first_example(entry.description);
    ASSERT_FALSE(words.empty()) << path;
    std::erase_if(words, [](const std::string& word) { return word.starts_with("https://"); });
    std::erase(words, "--server");
    const Outcome outcome = run(words, "[{\"name\":\"x\"}]");
    const bool asks = kAsking.contains(path);
    // auth logout has nothing to end: nothing is stored.
    const ExitCode expected = asks ? ExitCode::kUsage : ExitCode::kTryAgain;
    EXPECT_EQ(outcome.code, path == "auth logout" ? ExitCode::kOk : expected)
        << path << ": " << outcome.err;
    EXPECT_EQ(outcome.out, "") << path;
    EXPECT_THAT(outcome.err, Not(HasSubstr("\x1b["))) << path;
    const bool was_tried = !asks && path != "auth logout";
    EXPECT_EQ(outcome.err.find("Cannot reach http://127.0.0.1:1") != std::string::npos, was_tried)
        << path << ": " << outcome.err;
  }
}

TEST_F(EveryCommandTest, WhatStopsSomethingAsksFirstAndIsRefusedWhereNobodyAnswers) {
  const CommandTable table = whole_table();
  for (const CommandTable::Entry& entry : table.entries()) {
    const Description& description = entry.description;
    const bool is_harmful =
        description.path.ends_with(" delete") || description.path.ends_with(" revoke") ||
        description.path.ends_with(" disable") || description.path.ends_with(" withdraw");
    const bool asks = std::any_of(description.arguments.begin(), description.arguments.end(),
                                  [](const Argument& one) { return one.name == "--yes"; });
    EXPECT_TRUE(asks || !is_harmful) << description.path;
  }
}

TEST_F(EveryCommandTest, EachHasAManualPageThatGroffTakesWithoutAWarning) {
  const CommandTable table = whole_table();
  const Outcome written = run({"man", "--all", file("man").string()});
  ASSERT_EQ(written.code, ExitCode::kOk) << written.err;
  std::vector<std::string> groff = {"groff", "-man", "-Tutf8", "-ww", "-z"};
  for (const std::string& path : man_paths(table)) {
    groff.push_back(file("man/" + man_name(path) + ".1").string());
    const std::string text = read_file("man/" + man_name(path) + ".1");
    EXPECT_THAT(text, StartsWith(".TH CLAVIGER")) << path;
    EXPECT_THAT(text, HasSubstr(".SH NAME")) << path;
    EXPECT_TRUE(std::all_of(text.begin(), text.end(), [](char c) { return c > 0; })) << path;
  }
  for (const CommandTable::Entry& entry : table.entries()) {
    const std::string page = run([&] {
                               std::vector<std::string> words = words_of(entry.description.path);
                               words.insert(words.begin(), "man");
                               return words;
                             }())
                                 .out;
    EXPECT_EQ(page, read_file("man/" + man_name(entry.description.path) + ".1"));
    EXPECT_THAT(page, HasSubstr(".SH EXAMPLES"));
  }
  EXPECT_EQ(exit_code_of_program(groff, file("warnings").string()), 0)
      << "groff-base is in tools/packages.txt";
  EXPECT_EQ(read_file("warnings"), "");
}

TEST_F(CliTest, AManualPageIsNamedByACommandOrAGroup) {
  EXPECT_THAT(run({"man"}).out, HasSubstr("CLAVIGER_TOKEN_FILE"));
  EXPECT_THAT(run({"man", "api", "settings"}).out, HasSubstr("claviger api settings set"));
  const Outcome unknown = run({"man", "key", "creat"});
  EXPECT_EQ(unknown.code, ExitCode::kUsage);
  EXPECT_THAT(unknown.err, HasSubstr("did you mean \"key create\"?"));
}

}  // namespace
}  // namespace claviger::cli
