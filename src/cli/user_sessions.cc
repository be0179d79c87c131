// user sessions list, user sessions end: where somebody else is signed in.
#include "agree.h"
#include "commands.h"
#include "context.h"
#include "list_command.h"
#include "user.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "claviger/core/ids.h"

namespace claviger::cli {
namespace {

class UserSessionEnd final : public Command {
 public:
  Description description() override {
    std::vector<Argument> arguments = {id_argument(user_kind(), user_),
                                       {.name = "SESSION",
                                        .help = "the session's id, as user sessions list shows it",
                                        .target = &session_,
                                        .presence = Presence::kRequired},
                                       yes_argument(options_)};
    append(arguments, change_arguments(options_, Receipts::kNone));
    return {.path = "user sessions end",
            .summary = "End one session of a user",
            .examples = {"claviger user sessions end ann@example.com "
                         "ses_01kat0q6p2e7w8m9xr3v5bn4cd"},
            .arguments = std::move(arguments),
            .notes = "To end all of them: claviger user end-sessions USER"};
  }

  Result<ExitCode> run(Context& context) override {
    if (!core::SessionId::parse(session_))
      return fail(Error::refused(
          ErrorCode::kInvalidInput,
          "The second argument is the id of a session, ses_…; the command \"claviger user sessions "
          "list\" shows those of a user."));
    Session* session = TRY(context.session());
    const std::string user = TRY(id_of(*session, user_kind(), user_));
    ApiRequest request{.method = "DELETE",
                       .path = fmt::format("{}/sessions/{}", path_of(user_kind(), user), session_)};
    TRY(apply(options_, request));
    const auto about = [&](Session& with) -> Result<std::string> {
      const Versioned found = TRY(with.fetch_version(path_of(user_kind(), user)));
      return fmt::format("It is a session of the {}.", named(user_kind(), found.object));
    };
    const Answer answer = TRY(agree(context, about, "signs the user out there", options_));
    if (answer == Answer::kNo) return ExitCode::kFailed;
    const nlohmann::json reply = TRY(session->fetch(request));
    if (options_.is_dry_run)
      report_dry_run(context, reply);
    else
      context.console().note("The session has ended.");
    return ExitCode::kOk;
  }

 private:
  std::string user_;
  std::string session_;
  ChangeOptions options_;
};

}  // namespace

void add_user_session_commands(CommandTable& table) {
  table.add(list_command({.path = "user sessions list",
                          .summary = "List where a user is signed in",
                          .examples = {"claviger user sessions list ann@example.com"},
                          .resource = "/sessions",
                          .view = session_kind().view(),
                          .owner = &user_kind()}));
  table.add(std::make_unique<UserSessionEnd>());
}

}  // namespace claviger::cli
