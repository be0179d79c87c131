// gateway list.
#include "commands.h"
#include "context.h"

#include <nlohmann/json.hpp>

namespace claviger::cli {
namespace {

const View& gateway_view() {
  static const View view = {{.title = "ID", .field = "id", .look = Look::kExact},
                            {.title = "NAME", .field = "name"},
                            {.title = "HOST", .field = "host"},
                            {.title = "STATE", .field = "state", .look = Look::kStatus},
                            {.title = "VERSION", .field = "version", .look = Look::kExact},
                            {.title = "APPLIED", .field = "appliedVersion", .look = Look::kExact},
                            {.title = "CHANGES BEHIND", .field = "lag", .look = Look::kExact},
                            {.title = "LAST SEEN", .field = "lastSeenAt", .look = Look::kTime}};
  return view;
}

class GatewayList final : public Command {
 public:
  Description description() override {
    return {.path = "gateway list",
            .summary = "List gateways, and how far behind each is",
            .examples = {"claviger gateway list", "claviger gateway list -o json"}};
  }

  Result<ExitCode> run(Context& context) override {
    TRY(context.print_list(gateway_view(),
                           {.method = "GET", .path = "/v1/gateways", .paging = Paging::kNone}, {}));
    return ExitCode::kOk;
  }
};

}  // namespace

std::unique_ptr<Command> gateway_list_command() {
  return std::make_unique<GatewayList>();
}

}  // namespace claviger::cli
