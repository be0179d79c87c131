// auth second-factor start, confirm, end: the second factor of one's own sign-ins.
#include "commands.h"
#include "context.h"
#include "file.h"
#include "secret_input.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace claviger::cli {
namespace {

constexpr std::string_view kResource = "/v1/me/totp";

Error invalid(std::string text) {
  return Error::refused(ErrorCode::kInvalidInput, std::move(text));
}

/// A secret of the user's that comes from a file, or is asked for.
struct Answered {
  std::string_view flag;
  std::string_view question;
  std::string_view help;
  std::optional<std::string> file = {};

  [[nodiscard]] Argument argument() {
    return {.name = std::string(flag),
            .value = "FILE",
            .help = std::string(help),
            .target = &file,
            .completes = Completes::kFiles};
  }

  [[nodiscard]] Result<Secret> read(Context& context) const {
    if (context.prints_requests()) return Secret();
    if (file) return read_secret_file(context, *file, question);
    return context.console().ask_secret(question, fmt::format("use {}", flag));
  }
};

Answered present_password() {
  return {.flag = "--current-password-file",
          .question = "Present password",
          .help = "read the present password from a file, or from standard input (-)"};
}

Answered code_of_app() {
  return {.flag = "--code-file",
          .question = "Code",
          .help = "read the code from a file, or from standard input (-)"};
}

class Start final : public Command {
 public:
  Description description() override {
    return {.path = "auth second-factor start",
            .summary = "Get the secret of a second factor, for an authenticator app",
            .examples = {"claviger auth second-factor start",
                         "claviger auth second-factor start --current-password-file password.txt "
                         "-o json"},
            .arguments = {password_.argument()},
            .notes =
                "Nothing changes until a code of the app has confirmed it. The secret is "
                "shown once; a new start\nmakes another one."};
  }

  Result<ExitCode> run(Context& context) override {
    static const View view = {
        {.title = "SECRET", .field = "secret", .look = Look::kExact},
        {.title = "FOR THE APP", .field = "otpauthUri", .look = Look::kExact}};
    Session* session = TRY(context.session());
    const Secret present = TRY(password_.read(context));
    const nlohmann::json started = TRY(
        session->fetch({.method = "POST",
                        .path = std::string(kResource),
                        .body = json_body(nlohmann::json::object(),
                                          {{"currentPassword", present, "CLAVIGER_PASSWORD"}})}));
    TRY(context.print(view, started));
    context.next_step("give it to the app, then: claviger auth second-factor confirm");
    return ExitCode::kOk;
  }

 private:
  Answered password_ = present_password();
};

std::string lines_of(const nlohmann::json& codes) {
  std::string text;
  for (const nlohmann::json& code : codes) {
    if (!code.is_string()) continue;
    text += text.empty() ? "" : "\n";
    text += code.get_ref<const std::string&>();
  }
  return text;
}

class Confirm final : public Command {
 public:
  Description description() override {
    return {.path = "auth second-factor confirm",
            .summary = "Switch the second factor on, with a code of the app",
            .examples = {"claviger auth second-factor confirm",
                         "claviger auth second-factor confirm --out-file recovery-codes.txt"},
            .arguments = {code_.argument(),
                          {.name = "--out-file",
                           .value = "FILE",
                           .help = "write the recovery codes to a new file that you alone can read",
                           .target = &file_,
                           .completes = Completes::kFiles}},
            .notes =
                "The recovery codes are shown once. Each of them signs in once, in place of a "
                "code of the app."};
  }

  Result<ExitCode> run(Context& context) override {
    Session* session = TRY(context.session());
    std::optional<NewPrivateFile> file;
    if (!file_) TRY(check_output(context));
    if (file_ && !context.prints_requests()) file.emplace(TRY(NewPrivateFile::create(*file_)));
    const Secret code = TRY(code_.read(context));
    const nlohmann::json confirmed = TRY(session->fetch(
        {.method = "POST",
         .path = std::string(kResource) + "/confirm",
         .body = json_body(nlohmann::json::object(), {{"code", code, "CLAVIGER_CODE"}})}));
    context.console().note("The second factor is on: each sign-in asks for a code.");
    if (!file) return show(context, confirmed);
    const Secret codes(lines_of(confirmed.value("recoveryCodes", nlohmann::json::array())));
    TRY(file->write(codes));
    context.console().note(fmt::format("The recovery codes are in {}.", *file_));
    return ExitCode::kOk;
  }

 private:
  static constexpr std::string_view kField = "recoveryCodes";

  static Result<void> check_output(Context& context) {
    const Settings* settings = TRY(context.settings());
    const OutputOptions output = TRY(settings->output());
    const bool is_chosen =
        output.fields.empty() ||
        std::find(output.fields.begin(), output.fields.end(), kField) != output.fields.end();
    if (output.format != Format::kName && is_chosen) return {};
    return fail(
        invalid(fmt::format("This output would lose the recovery codes, which are shown "
                            "only now: add --out-file FILE, or the field \"{}\".",
                            kField)));
  }

  static Result<ExitCode> show(Context& context, const nlohmann::json& confirmed) {
    static const View view = {
        {.title = "RECOVERY CODES", .field = std::string(kField), .look = Look::kExact}};
    TRY(context.print(view, confirmed));
    return ExitCode::kOk;
  }

  Answered code_ = code_of_app();
  std::optional<std::string> file_;
};

class End final : public Command {
 public:
  Description description() override {
    return {.path = "auth second-factor end",
            .summary = "Switch your second factor off",
            .examples = {"claviger auth second-factor end"},
            .arguments = {password_.argument(), code_.argument()},
            .notes =
                "A recovery code does as well as a code of the app. Who manages your account "
                "can do it for you:\nclaviger user reset-second-factor USER"};
  }

  Result<ExitCode> run(Context& context) override {
    if (password_.file == "-" && code_.file == "-")
      return fail(invalid("Standard input has one secret: give the other in a file."));
    Session* session = TRY(context.session());
    const Secret present = TRY(password_.read(context));
    const Secret code = TRY(code_.read(context));
    TRY(session->fetch({.method = "DELETE",
                        .path = std::string(kResource),
                        .body = json_body(nlohmann::json::object(),
                                          {{"currentPassword", present, "CLAVIGER_PASSWORD"},
                                           {"code", code, "CLAVIGER_CODE"}})}));
    context.console().note("The second factor is off.");
    return ExitCode::kOk;
  }

 private:
  Answered password_ = present_password();
  Answered code_ = code_of_app();
};

}  // namespace

void add_auth_second_factor_commands(CommandTable& table) {
  table.add(std::make_unique<Start>());
  table.add(std::make_unique<Confirm>());
  table.add(std::make_unique<End>());
}

}  // namespace claviger::cli
