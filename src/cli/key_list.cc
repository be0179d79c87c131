// key list, key counts.
#include "context.h"
#include "expiry.h"
#include "filters.h"
#include "key.h"
#include "key_view.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "claviger/core/access_key.h"

namespace claviger::cli {
namespace {

std::vector<Filter> whose() {
  return {{.flag = "--app",
           .parameter = "applicationId",
           .value = "APP",
           .help = "of this application alone (its id or name)",
           .kind = &application_kind()},
          {.flag = "--owner",
           .parameter = "ownerId",
           .value = "USER",
           .help = "that this user made (id or e-mail)",
           .kind = &user_kind()},
          {.flag = "--app-owner",
           .parameter = "applicationOwnerId",
           .value = "USER",
           .help = "in the applications of this user (id or e-mail)",
           .kind = &user_kind()}};
}

std::vector<Filter> filters() {
  const auto statuses = core::key_status_words();
  const auto moment = [](std::string flag, std::string parameter, std::string help) {
    return Filter{.flag = std::move(flag),
                  .parameter = std::move(parameter),
                  .value = "WHEN",
                  .help = std::move(help),
                  .type = FilterValue::kMoment};
  };
  std::vector<Filter> all = whose();
  all.insert(all.end(),
             {{.flag = "--mine",
               .parameter = "mine",
               .value = "",
               .help = "in my applications",
               .type = FilterValue::kFlag},
              {.flag = "--status",
               .parameter = "status",
               .value = "STATUS",
               .help = "with this status alone",
               .choices = {statuses.begin(), statuses.end()}},
              {.flag = "--api",
               .parameter = "apiId",
               .value = "API",
               .help = "that open this API (its id or name)",
               .kind = &api_kind()},
              {.flag = "--name",
               .parameter = "name",
               .value = "TEXT",
               .help = "whose name begins like this"},
              {.flag = "--prefix",
               .parameter = "prefix",
               .value = "TEXT",
               .help = "whose secret begins like this: clv_ak_9fK2"},
              moment("--created-after", "createdAfter", "made then or later: a date or RFC 3339"),
              moment("--created-before", "createdBefore", "made before then"),
              moment("--expires-after", "expiresAfter", "that expire then or later"),
              moment("--expires-before", "expiresBefore", "that expire before then"),
              {.flag = "--sort",
               .parameter = "sort",
               .value = "ORDER",
               .help = "createdAt, name, prefix or expiresAt; with - in front for the reverse",
               .choices = {"createdAt", "-createdAt", "name", "-name", "prefix", "-prefix",
                           "expiresAt", "-expiresAt"}}});
  return all;
}

class KeyList final : public Command {
 public:
  KeyList() : filters_(filters()) {}

  Description description() override {
    std::vector<Argument> arguments = filters_.arguments();
    arguments.push_back({.name = "--expires-within",
                         .value = "SPAN",
                         .help = "that will have expired by then: 30d, 6mo",
                         .target = &expires_within_});
    arguments.push_back(
        {.name = "--limit", .value = "N", .help = "stop after N", .target = &limit_});
    return {
        .path = "key list",
        .summary = "List access keys",
        .examples = {"claviger key list --app billing-sync --status active",
                     "claviger key list --mine --expires-within 30d --sort expiresAt",
                     "claviger key list -o wide", "claviger key list --status expired -o name"},
        .arguments = std::move(arguments),
        .notes = "With --app, revoked keys are left out unless --status revoked asks for them."};
  }

  Result<ExitCode> run(Context& context) override {
    ApiRequest request{.method = "GET", .path = "/v1/keys"};
    TRY(filters_.apply(context, request));
    if (expires_within_) TRY(put_expires_within(context.environment().clock.now(), request));
    TRY(context.print_list(key_view(), std::move(request), limit_));
    return ExitCode::kOk;
  }

 private:
  Result<void> put_expires_within(Time now, ApiRequest& request) const {
    const bool is_said_twice =
        std::any_of(request.query.begin(), request.query.end(), [](const http::Parameter& given) {
          return given.name == "expiresBefore" || given.name == "expiresAfter";
        });
    if (is_said_twice)
      return fail(Error::refused(ErrorCode::kInvalidInput,
                                 "--expires-within stands for --expires-after and "
                                 "--expires-before: leave those out."));
    const Time end = TRY(parse_end(*expires_within_, now));
    request.query.push_back({"expiresAfter", to_rfc3339(now)});
    request.query.push_back({"expiresBefore", to_rfc3339(end)});
    return {};
  }

  Filters filters_;
  std::optional<std::string> expires_within_;
  std::optional<std::size_t> limit_;
};

class KeyCounts final : public Command {
 public:
  KeyCounts() : filters_(whose()) {}

  Description description() override {
    return {.path = "key counts",
            .summary = "Count access keys by their status",
            .examples = {"claviger key counts", "claviger key counts --owner ann@example.com"},
            .arguments = filters_.arguments()};
  }

  Result<ExitCode> run(Context& context) override {
    View view;
    for (const std::string_view status : core::key_status_words())
      view.push_back({.title = status, .field = status, .look = Look::kExact});
    Session* session = TRY(context.session());
    ApiRequest request{.method = "GET", .path = "/v1/keys/counts"};
    TRY(filters_.apply(context, request));
    const nlohmann::json counts = TRY(session->fetch(request));
    TRY(context.print(view, counts));
    return ExitCode::kOk;
  }

 private:
  Filters filters_;
};

}  // namespace

std::unique_ptr<Command> key_list_command() {
  return std::make_unique<KeyList>();
}

std::unique_ptr<Command> key_counts_command() {
  return std::make_unique<KeyCounts>();
}

}  // namespace claviger::cli
