#include "commands.h"
#include "context.h"
#include "version.h"

#include <nlohmann/json.hpp>

namespace claviger::cli {
namespace {

class Version final : public Command {
 public:
  Description description() override {
    return {.path = "version",
            .summary = "Print the version",
            .examples = {"claviger version", "claviger version -o json"}};
  }

  Result<ExitCode> run(Context& context) override {
    static const View view = {{.title = "claviger", .field = "version"}};
    const auto printed = context.print(view, {{"version", std::string(kVersion)}});
    // Who asks for the version may have a broken configuration, and no other question.
    if (!printed) context.environment().out << kVersion << '\n';
    return ExitCode::kOk;
  }
};

}  // namespace

std::unique_ptr<Command> version_command() {
  return std::make_unique<Version>();
}

}  // namespace claviger::cli
