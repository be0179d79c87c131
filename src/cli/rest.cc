// rest: any call of the management API.
#include "commands.h"
#include "context.h"
#include "document_input.h"
#include "printable.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "claviger/http/json_body.h"

namespace claviger::cli {
namespace {

Error invalid(std::string text) {
  return Error::refused(ErrorCode::kInvalidInput, std::move(text));
}

class Rest final : public Command {
 public:
  Description description() override {
    return {.path = "rest",
            .summary = "Make any call of the management API",
            .examples = {"claviger rest GET /v1/keys --paginate -q status=active",
                         "claviger rest POST /v1/applications --data-file app.json",
                         "echo '{\"name\":\"ci\"}' | claviger rest POST /v1/applications "
                         "--data-file -"},
            .arguments = {{.name = "METHOD",
                           .help = "GET, POST, PUT, PATCH or DELETE",
                           .target = &method_,
                           .presence = Presence::kRequired},
                          {.name = "PATH",
                           .help = "on the server, like /v1/keys",
                           .target = &path_,
                           .presence = Presence::kRequired},
                          {.name = "--data-file",
                           .value = "FILE",
                           .help = "the body, from a file or from standard input (-)",
                           .target = &data_file_,
                           .completes = Completes::kFiles},
                          {.name = "-q,--query",
                           .value = "NAME=VALUE",
                           .help = "a parameter of the query",
                           .target = &query_},
                          {.name = "--paginate",
                           .help = "follow a list through all its pages, as one array",
                           .target = &is_paginated_}}};
  }

  Result<ExitCode> run(Context& context) override {
    ApiRequest request = TRY(stated_request());
    Session* session = TRY(context.session());
    if (data_file_) request.body = TRY(read_document(context, *data_file_));
    if (is_paginated_) {
      TRY(context.print_list(View(), std::move(request), {}));
      return ExitCode::kOk;
    }
    const Reply reply = TRY(session->send(request));
    if (reply.is_json()) {
      const nlohmann::json body = TRY(http::parse_json(reply.body));
      TRY(context.print(View(), body));
    } else {
      const Environment& environment = context.environment();
      environment.out << (environment.out_is_terminal ? printable(reply.body, LineBreaks::kKept)
                                                      : reply.body);
    }
    return ExitCode::kOk;
  }

 private:
  Result<ApiRequest> stated_request() const {
    ApiRequest request{.method = method_};
    for (char& c : request.method) {
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    if (is_paginated_ && request.method != "GET")
      return fail(invalid("--paginate is for GET alone."));
    // A whole URL would take the token to whatever host it names.
    if (!path_.starts_with('/') || path_.find_first_of("# \\") != std::string::npos)
      return fail(invalid("PATH is a path on the server, like /v1/keys; the server is --server."));
    const std::size_t mark = std::min(path_.find('?'), path_.size());
    request.path = path_.substr(0, mark);
    const std::string_view after = std::string_view(path_).substr(std::min(mark + 1, path_.size()));
    const http::Parameters typed = TRY(http::Parameters::parse(after));
    request.query.assign(typed.begin(), typed.end());
    for (const std::string& pair : query_) {
      const std::size_t equals = pair.find('=');
      if (equals == std::string::npos || equals == 0)
        return fail(invalid(fmt::format("-q takes NAME=VALUE, not \"{}\".", pair)));
      request.query.push_back({pair.substr(0, equals), pair.substr(equals + 1)});
    }
    return request;
  }

  std::string method_;
  std::string path_;
  std::optional<std::string> data_file_;
  std::vector<std::string> query_;
  bool is_paginated_ = false;
};

}  // namespace

std::unique_ptr<Command> rest_command() {
  return std::make_unique<Rest>();
}

}  // namespace claviger::cli
