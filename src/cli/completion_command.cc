#include "commands.h"
#include "completion.h"
#include "context.h"

namespace claviger::cli {
namespace {

class Completion final : public Command {
 public:
  Description description() override {
    return {.path = "completion",
            .summary = "Print the completion script of a shell",
            .examples = {"source <(claviger completion bash)",
                         "claviger completion zsh > \"${fpath[1]}/_claviger\"",
                         "claviger completion fish | source"},
            .arguments = {{.name = "SHELL",
                           .help = "bash, zsh or fish",
                           .target = &shell_,
                           .presence = Presence::kRequired,
                           .choices = shell_names()}}};
  }

  Result<ExitCode> run(Context& context) override {
    context.environment().out << completion_script(shell_);
    return ExitCode::kOk;
  }

 private:
  std::string shell_;
};

}  // namespace

std::unique_ptr<Command> completion_command() {
  return std::make_unique<Completion>();
}

}  // namespace claviger::cli
