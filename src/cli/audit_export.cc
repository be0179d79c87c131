// audit export.
#include "audit.h"
#include "context.h"

#include <algorithm>

#include <fmt/format.h>

namespace claviger::cli {
namespace {

constexpr std::chrono::minutes kTimeForAPage{2};

class AuditExport final : public Command {
 public:
  AuditExport() : filters_(audit_filters()) {}

  Description description() override {
    std::vector<Argument> arguments = filters_.arguments();
    arguments.push_back({.name = "--format",
                         .value = "FORMAT",
                         .help = "ndjson (one object a line) or csv",
                         .target = &format_,
                         .choices = {"ndjson", "csv"}});
    return {.path = "audit export",
            .summary = "Write the audit to standard output, to its end",
            .examples = {"claviger audit export > audit.ndjson",
                         "claviger audit export --format csv --since 2026-11-01 > november.csv"},
            .arguments = std::move(arguments),
            .notes =
                "Rows come as the server sends them, page by page; how many there are stands "
                "on standard error."};
  }

  Result<ExitCode> run(Context& context) override {
    Session* session = TRY(context.session());
    ApiRequest request{.method = "GET", .path = "/v1/audit/export", .timeout = kTimeForAPage};
    TRY(filters_.apply(context, request));
    request.query.push_back({"format", format_});
    const std::vector<http::Parameter> without_cursor = request.query;
    std::ptrdiff_t rows = 0;
    while (true) {
      const Reply page = TRY(session->send(request));
      context.environment().out << page.body;
      rows += std::count(page.body.begin(), page.body.end(), '\n');
      if (page.next_cursor.empty()) break;
      context.console().note(fmt::format("{} rows so far …", rows - titles()));
      request.query = without_cursor;
      request.query.push_back({"cursor", page.next_cursor});
    }
    context.console().note(fmt::format("{} rows.", rows - titles()));
    return ExitCode::kOk;
  }

 private:
  /// Lines that are no rows. A line break in a cell of CSV is escaped: changes are JSON.
  [[nodiscard]] std::ptrdiff_t titles() const { return format_ == "csv" ? 1 : 0; }

  Filters filters_;
  std::string format_ = "ndjson";
};

}  // namespace

std::unique_ptr<Command> audit_export_command() {
  return std::make_unique<AuditExport>();
}

}  // namespace claviger::cli
