// A command as a value: its words, its arguments, its examples. The parser, the help pages and the
// shell completion are made from these descriptions, and from nothing else.
//
//   class AppList final : public Command {
//    public:
//     Description description() override {
//       return {.path = "app list", .summary = "List applications",
//               .examples = {"claviger app list -o wide"},
//               .arguments = {{.name = "--limit", .value = "N", .help = "stop after N",
//                              .target = &limit_}}};
//     }
//     Result<ExitCode> run(Context& context) override;
//
//    private:
//     std::optional<std::size_t> limit_;
//   };
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "claviger/base/result.h"
#include "claviger/cli/exit_code.h"

namespace claviger::cli {

/// Everything that a command of this library may use: context.h.
class Context;

/// Where the parser puts what it read. A text or number that is not given leaves its target as it
/// is; a vector takes one element each time its flag stands there.
using Target = std::variant<bool*, std::string*, std::optional<std::string>*,
                            std::vector<std::string>*, std::optional<std::size_t>*>;

enum class Presence { kOptional, kRequired };

/// What the shell's completion offers for a value.
enum class Completes {
  kNothing,
  kFiles,
  kOrganizations,
  kUsers,
  kRoles,
  kApplications,
  kApis,
  kKeys,
  kTokens,
  kHandovers,
  kSessions,
  kContexts,
};

struct Argument {
  /// "--app", "-q,--query"; or, for what stands without a flag, its name in the help: "ID".
  std::string name = {};
  std::string value = {};  ///< stands for a flag's value in the help: "APP"; empty with a bool
  std::string help = {};
  Target target = {};
  Presence presence = Presence::kOptional;
  Completes completes = Completes::kNothing;
  std::vector<std::string> choices = {};  ///< the only values, if there are any

  [[nodiscard]] bool is_flag() const { return name.starts_with('-'); }

  [[nodiscard]] bool takes_value() const { return !std::holds_alternative<bool*>(target); }

  [[nodiscard]] bool repeats() const {
    return std::holds_alternative<std::vector<std::string>*>(target);
  }
};

/// Puts `more` behind the arguments of a description.
void append(std::vector<Argument>& arguments, std::vector<Argument> more);

struct Description {
  std::string path = {};     ///< its words: "key create"
  std::string summary = {};  ///< one line, without a full stop
  std::vector<std::string> examples = {};
  std::vector<Argument> arguments = {};  ///< targets live as long as the command
  std::string notes = {};                ///< what else a user must know; may be empty
};

/// One command. It is described once, then run at most once.
class Command {
 public:
  virtual ~Command() = default;
  [[nodiscard]] virtual Description description() = 0;
  /// An error is written to standard error by the caller, and decides the exit code.
  [[nodiscard]] virtual Result<ExitCode> run(Context& context) = 0;
};

using Commands = std::vector<std::unique_ptr<Command>>;

}  // namespace claviger::cli
