// key list, key show.
#include "commands.h"
#include "context.h"
#include "key_view.h"
#include "resolve.h"

#include <nlohmann/json.hpp>

#include "claviger/core/access_key.h"

namespace claviger::cli {
namespace {

class KeyList final : public Command {
 public:
  Description description() override {
    const auto statuses = core::key_status_words();
    return {.path = "key list",
            .summary = "List access keys",
            .examples = {"claviger key list --app billing-sync --status active",
                         "claviger key list -o wide", "claviger key list --status expired -o name"},
            .arguments = {
                {.name = "--app",
                 .value = "APP",
                 .help = "of this application alone (its id or name)",
                 .target = &application_,
                 .completes = Completes::kApplications},
                {.name = "--status",
                 .value = "STATUS",
                 .help = "with this status alone",
                 .target = &status_,
                 .choices = {statuses.begin(), statuses.end()}},
                {.name = "--limit", .value = "N", .help = "stop after N", .target = &limit_}}};
  }

  Result<ExitCode> run(Context& context) override {
    Session* session = TRY(context.session());
    ApiRequest request{.method = "GET", .path = "/v1/keys"};
    if (application_) {
      std::string id = TRY(application_id(*session, *application_));
      request.query.push_back({"applicationId", std::move(id)});
    }
    if (status_) request.query.push_back({"status", *status_});
    TRY(context.print_list(key_view(), std::move(request), limit_));
    return ExitCode::kOk;
  }

 private:
  std::optional<std::string> application_;
  std::optional<std::string> status_;
  std::optional<std::size_t> limit_;
};

class KeyShow final : public Command {
 public:
  Description description() override {
    return {.path = "key show",
            .summary = "Show one access key (never its secret)",
            .examples = {"claviger key show key_01kat0q6p2e7w8m9xr3v5bn4cd",
                         "claviger key show key_01kat0q6p2e7w8m9xr3v5bn4cd -o yaml"},
            .arguments = {{.name = "ID",
                           .help = "of the key",
                           .target = &id_,
                           .presence = Presence::kRequired,
                           .completes = Completes::kKeys}}};
  }

  Result<ExitCode> run(Context& context) override {
    const std::string id = TRY(key_id(id_));
    Session* session = TRY(context.session());
    const nlohmann::json key = TRY(session->fetch({.method = "GET", .path = "/v1/keys/" + id}));
    TRY(context.print(key_view(), key));
    return ExitCode::kOk;
  }

 private:
  std::string id_;
};

}  // namespace

std::unique_ptr<Command> key_list_command() {
  return std::make_unique<KeyList>();
}

std::unique_ptr<Command> key_show_command() {
  return std::make_unique<KeyShow>();
}

}  // namespace claviger::cli
