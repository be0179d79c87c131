#include "list_command.h"

#include "context.h"
#include "filters.h"

#include <utility>

namespace claviger::cli {
namespace {

class List final : public Command {
 public:
  explicit List(ListCommandSpec spec) : spec_(std::move(spec)), filters_(spec_.filters) {}

  Description description() override {
    std::vector<Argument> arguments;
    if (spec_.owner != nullptr) arguments.push_back(id_argument(*spec_.owner, owner_));
    append(arguments, filters_.arguments());
    arguments.push_back(
        {.name = "--limit", .value = "N", .help = "stop after N", .target = &limit_});
    return {.path = spec_.path,
            .summary = spec_.summary,
            .examples = spec_.examples,
            .arguments = std::move(arguments),
            .notes = spec_.notes};
  }

  Result<ExitCode> run(Context& context) override {
    ApiRequest request{.method = "GET", .path = spec_.resource};
    if (spec_.owner != nullptr) {
      Session* session = TRY(context.session());
      request.path =
          path_of(*spec_.owner, TRY(id_of(*session, *spec_.owner, owner_))) + spec_.resource;
    }
    TRY(filters_.apply(context, request));
    TRY(context.print_list(spec_.view, std::move(request), limit_));
    return ExitCode::kOk;
  }

 private:
  ListCommandSpec spec_;
  Filters filters_;
  std::string owner_;
  std::optional<std::size_t> limit_;
};

}  // namespace

std::unique_ptr<Command> list_command(ListCommandSpec spec) {
  return std::make_unique<List>(std::move(spec));
}

}  // namespace claviger::cli
