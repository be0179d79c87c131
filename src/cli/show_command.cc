#include "show_command.h"

#include "context.h"

#include <utility>

#include <nlohmann/json.hpp>

namespace claviger::cli {
namespace {

class Show final : public Command {
 public:
  explicit Show(ShowCommandSpec spec) : spec_(std::move(spec)) {}

  Description description() override {
    return {.path = spec_.path,
            .summary = spec_.summary,
            .examples = spec_.examples,
            .arguments = {id_argument(spec_.kind, id_)}};
  }

  Result<ExitCode> run(Context& context) override {
    Session* session = TRY(context.session());
    const std::string id = TRY(id_of(*session, spec_.kind, id_));
    const nlohmann::json object =
        TRY(session->fetch({.method = "GET", .path = path_of(spec_.kind, id) + spec_.below}));
    TRY(context.print(spec_.view != nullptr ? *spec_.view : spec_.kind.view(), object));
    return ExitCode::kOk;
  }

 private:
  ShowCommandSpec spec_;
  std::string id_;
};

}  // namespace

std::unique_ptr<Command> show_command(ShowCommandSpec spec) {
  return std::make_unique<Show>(std::move(spec));
}

}  // namespace claviger::cli
