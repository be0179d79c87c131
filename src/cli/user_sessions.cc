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

const View& ended_view() {
  static const View view = {{.title = "ENDED SESSIONS", .field = "ended", .look = Look::kExact}};
  return view;
}

class UserSessionEnd final : public Command {
 public:
  Description description() override {
    std::vector<Argument> arguments = {
        id_argument(user_kind(), user_),
        {.name = "SESSION",
         .help = "the session's id, as user sessions list shows it",
         .target = &session_},
        {.name = "--all", .help = "all sessions of the user", .target = &is_all_},
        yes_argument(options_)};
    append(arguments, change_arguments(options_, Receipts::kNone));
    return {.path = "user sessions end",
            .summary = "End one session of a user, or all of them",
            .examples = {"claviger user sessions end ann@example.com "
                         "ses_01kat0q6p2e7w8m9xr3v5bn4cd",
                         "claviger user sessions end ann@example.com --all --yes"},
            .arguments = std::move(arguments)};
  }

  Result<ExitCode> run(Context& context) override {
    TRY(check_which());
    Session* session = TRY(context.session());
    const std::string user = TRY(id_of(*session, user_kind(), user_));
    ApiRequest request{.method = "DELETE",
                       .path = path_of(user_kind(), user) + "/sessions" +
                               (session_ ? '/' + *session_ : std::string())};
    TRY(apply(options_, request));
    const auto about = [&](Session& with) -> Result<std::string> {
      const Versioned found = TRY(with.fetch_version(path_of(user_kind(), user)));
      return fmt::format("{} of the {}.", session_ ? "It is a session" : "These are all sessions",
                         named(user_kind(), found.object));
    };
    const Answer answer = TRY(
        agree(context, about,
              session_ ? "signs the user out there" : "signs the user out everywhere", options_));
    if (answer == Answer::kNo) return ExitCode::kFailed;
    const nlohmann::json reply = TRY(session->fetch(request));
    if (options_.is_dry_run)
      report_dry_run(context, reply);
    else if (session_)
      context.console().note("The session has ended.");
    else
      TRY(context.print(ended_view(), reply));
    return ExitCode::kOk;
  }

 private:
  /// Without a session, nobody ends all of them unless that is said.
  [[nodiscard]] Result<void> check_which() const {
    if (session_.has_value() == is_all_)
      return fail(Error::refused(ErrorCode::kInvalidInput,
                                 "Name one session of the user, ses_…, or end all with --all."));
    if (is_all_ || core::SessionId::parse(*session_)) return {};
    return fail(Error::refused(
        ErrorCode::kInvalidInput,
        "The second argument is the id of a session, ses_…; the command \"claviger user sessions "
        "list\" shows those of a user."));
  }

  std::string user_;
  std::optional<std::string> session_;
  bool is_all_ = false;
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
