// key import.
#include "change.h"
#include "context.h"
#include "file.h"
#include "grant_options.h"
#include "imported_keys.h"
#include "key.h"

#include <iterator>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace claviger::cli {
namespace {

using nlohmann::json;

constexpr std::size_t kMostBytes = 1 << 20;  // as the API takes

class KeyImport final : public Command {
 public:
  Description description() override {
    std::vector<Argument> arguments = {{.name = "FILE",
                                        .help = "the keys, JSON or CSV; - for standard input",
                                        .target = &file_,
                                        .presence = Presence::kRequired,
                                        .completes = Completes::kFiles},
                                       {.name = "--app",
                                        .value = "APP",
                                        .help = "the application that takes them (id or name)",
                                        .target = &application_,
                                        .presence = Presence::kRequired,
                                        .completes = Completes::kApplications}};
    append(arguments, grant_arguments(grants_));
    append(arguments, change_arguments(options_, Receipts::kNone));
    return {
        .path = "key import",
        .summary = "Take over keys of another system, so that their holders notice nothing",
        .examples = {"claviger key import keys.csv --app legacy --api orders --endpoint '*'",
                     "vault kv get -format=json secret/old | jq .data.keys | "
                     "claviger key import - --app legacy --dry-run"},
        .arguments = std::move(arguments),
        .notes =
            "CSV begins with its titles: name, and secret, or sha256 with length and alphabet; "
            "also "
            "description, expires\nand from. JSON is an array of the API's keys. The grants in "
            "flags are those of each key that names none.\nUp to 100 keys are taken, all or none; "
            "secrets stand in the file alone."};
  }

  Result<ExitCode> run(Context& context) override {
    json grants;
    if (!are_empty(grants_)) grants = TRY(grants_of(context, grants_));
    const Secret text = TRY(read_text(context));
    const json keys = TRY(imported_keys(text.reveal(), grants, context.environment().clock.now()));
    Session* session = TRY(context.session());
    const std::string application = TRY(id_of(*session, application_kind(), application_));
    ApiRequest request{.method = "POST",
                       .path = "/v1/keys/import",
                       .body = json_body({{"applicationId", application}, {"keys", keys}})};
    if (context.prints_requests())
      request.body = json_body({{"applicationId", application}, {"keys", without_secrets(keys)}});
    TRY(apply(options_, request));
    return print_changed_list(context, key_kind(), TRY(session->fetch(request)));
  }

 private:
  Result<Secret> read_text(Context& context) const {
    std::optional<std::string> text;
    if (file_ == "-") {
      std::istream& in = context.environment().in;
      text.emplace(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    } else {
      text = TRY(read_file(file_, kMostBytes));
    }
    if (!text)
      return fail(Error::refused(ErrorCode::kInvalidInput,
                                 fmt::format("The file {} does not exist.", file_)));
    return Secret(*std::move(text));
  }

  std::string file_;
  std::string application_;
  GrantOptions grants_;
  ChangeOptions options_;
};

}  // namespace

std::unique_ptr<Command> key_import_command() {
  return std::make_unique<KeyImport>();
}

}  // namespace claviger::cli
