#include "list_command.h"

#include "context.h"

#include <utility>

namespace claviger::cli {
namespace {

class List final : public Command {
 public:
  explicit List(ListCommandSpec spec) : spec_(std::move(spec)) {}

  Description description() override {
    Description description = {
        .path = spec_.path, .summary = spec_.summary, .examples = spec_.examples};
    if (spec_.paging == Paging::kByCursor)
      description.arguments.push_back(
          {.name = "--limit", .value = "N", .help = "stop after N", .target = &limit_});
    return description;
  }

  Result<ExitCode> run(Context& context) override {
    TRY(context.print_list(
        spec_.view, {.method = "GET", .path = spec_.resource, .paging = spec_.paging}, limit_));
    return ExitCode::kOk;
  }

 private:
  ListCommandSpec spec_;
  std::optional<std::size_t> limit_;
};

}  // namespace

std::unique_ptr<Command> list_command(ListCommandSpec spec) {
  return std::make_unique<List>(std::move(spec));
}

}  // namespace claviger::cli
