#include "edit_command.h"

#include "context.h"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace claviger::cli {
namespace {

class Edit final : public Command {
 public:
  explicit Edit(EditCommandSpec spec) : spec_(std::move(spec)), fields_(spec_.fields) {}

  Description description() override {
    std::vector<Argument> arguments = {id_argument(spec_.kind, id_)};
    append(arguments, fields_.arguments());
    append(arguments, change_arguments(options_, spec_.receipts));
    return {.path = spec_.path,
            .summary = spec_.summary,
            .examples = spec_.examples,
            .arguments = std::move(arguments),
            .notes = spec_.notes};
  }

  Result<ExitCode> run(Context& context) override {
    if (fields_.are_empty())
      return fail(Error::refused(
          ErrorCode::kInvalidInput,
          fmt::format("Say what is to change; there are: {}.", flags_of(spec_.fields))));
    Session* session = TRY(context.session());
    const std::string path = path_of(spec_.kind, TRY(id_of(*session, spec_.kind, id_)));
    const Versioned present = TRY(session->fetch_version(path));
    const nlohmann::json change = TRY(fields_.body(context, present.object));
    ApiRequest request{
        .method = "PATCH", .path = path, .body = json_body(change), .if_match = present.etag};
    TRY(apply(options_, request));
    const nlohmann::json reply = TRY(session->fetch(request));
    return print_changed(context, spec_.kind, reply);
  }

 private:
  EditCommandSpec spec_;
  Fields fields_;
  std::string id_;
  ChangeOptions options_;
};

}  // namespace

std::unique_ptr<Command> edit_command(EditCommandSpec spec) {
  return std::make_unique<Edit>(std::move(spec));
}

}  // namespace claviger::cli
