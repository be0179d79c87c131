#include "act_command.h"

#include "agree.h"
#include "context.h"
#include "json_field.h"
#include "revoke_reason.h"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace claviger::cli {
namespace {

class Act final : public Command {
 public:
  explicit Act(ActCommandSpec spec) : spec_(std::move(spec)) {}

  Description description() override {
    std::vector<Argument> arguments = {id_argument(spec_.kind, id_)};
    if (spec_.reason == Reason::kTaken) append(arguments, reason_arguments(reason_));
    if (!spec_.effect.empty()) arguments.push_back(yes_argument(options_));
    append(arguments, change_arguments(options_, spec_.receipts));
    return {.path = spec_.path,
            .summary = spec_.summary,
            .examples = spec_.examples,
            .arguments = std::move(arguments),
            .notes = spec_.notes};
  }

  Result<ExitCode> run(Context& context) override {
    Session* session = TRY(context.session());
    const std::string id = TRY(id_of(*session, spec_.kind, id_));
    ApiRequest request{.method = spec_.method, .path = path_of(spec_.kind, id) + spec_.below};
    if (spec_.reason == Reason::kTaken) {
      nlohmann::json body = nlohmann::json::object();
      put(reason_, body);
      request.body = json_body(body);
    }
    TRY(apply(options_, request));
    if (TRY(agree_to(context, id)) == Answer::kNo) return ExitCode::kFailed;
    const nlohmann::json reply = TRY(session->fetch(request));
    return report(context, reply, id);
  }

 private:
  Result<Answer> agree_to(Context& context, const std::string& id) const {
    if (spec_.effect.empty()) return Answer::kYes;
    const auto about = [&](Session& session) -> Result<std::string> {
      if (spec_.impact != nullptr) return spec_.impact(session, id);
      const Versioned thing = TRY(session.fetch_version(path_of(spec_.kind, id)));
      return fmt::format("It is the {}.", named(spec_.kind, thing.object));
    };
    return agree(context, about, spec_.effect, options_);
  }

  Result<ExitCode> report(Context& context, const nlohmann::json& reply,
                          const std::string& id) const {
    const nlohmann::json* is_dry_run = find_field(reply, "dryRun");
    const bool says_nothing =
        reply.is_null() || (is_dry_run != nullptr && reply.is_object() && reply.size() == 1);
    if (!says_nothing && spec_.reply != nullptr) {
      TRY(context.print(*spec_.reply, reply));
      return ExitCode::kOk;
    }
    if (!says_nothing) return print_changed(context, spec_.kind, reply);
    if (is_dry_run != nullptr)
      report_dry_run(context, reply);
    else
      context.console().note(spec_.done.empty() ? fmt::format("Done: {}.", id) : spec_.done);
    return ExitCode::kOk;
  }

  ActCommandSpec spec_;
  RevokeReason reason_;
  std::string id_;
  ChangeOptions options_;
};

}  // namespace

std::unique_ptr<Command> act_command(ActCommandSpec spec) {
  return std::make_unique<Act>(std::move(spec));
}

}  // namespace claviger::cli
