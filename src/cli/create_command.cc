#include "create_command.h"

#include "change.h"
#include "context.h"
#include "json_field.h"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace claviger::cli {
namespace {

class Create final : public Command {
 public:
  explicit Create(CreateCommandSpec spec) : spec_(std::move(spec)), fields_(spec_.fields) {}

  Description description() override {
    std::vector<Argument> arguments;
    if (spec_.owner != nullptr) arguments.push_back(id_argument(*spec_.owner, owner_));
    append(arguments, fields_.arguments());
    append(arguments, change_arguments(options_, Receipts::kNone));
    return {.path = spec_.path,
            .summary = spec_.summary,
            .examples = spec_.examples,
            .arguments = std::move(arguments),
            .notes = spec_.notes};
  }

  Result<ExitCode> run(Context& context) override {
    Session* session = TRY(context.session());
    ApiRequest request{.method = "POST", .path = std::string(spec_.kind.resource)};
    if (spec_.owner != nullptr)
      request.path =
          path_of(*spec_.owner, TRY(id_of(*session, *spec_.owner, owner_))) + spec_.below;
    const nlohmann::json wanted = TRY(fields_.body(context, {}));
    request.body = json_body(wanted);
    TRY(apply(options_, request));
    const nlohmann::json created = TRY(session->fetch(request));
    const ExitCode code = TRY(print_changed(context, spec_.kind, created));
    if (!spec_.next.empty() && !options_.is_dry_run)
      context.next_step(fmt::format(fmt::runtime(spec_.next), text_at(created, "id")));
    return code;
  }

 private:
  CreateCommandSpec spec_;
  Fields fields_;
  std::string owner_;
  ChangeOptions options_;
};

}  // namespace

std::unique_ptr<Command> create_command(CreateCommandSpec spec) {
  return std::make_unique<Create>(std::move(spec));
}

}  // namespace claviger::cli
