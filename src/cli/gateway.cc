// gateway list.
#include "commands.h"
#include "list_command.h"

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

}  // namespace

void add_gateway_commands(CommandTable& table) {
  table.add(list_command({.path = "gateway list",
                          .summary = "List gateways, and how far behind each is",
                          .examples = {"claviger gateway list", "claviger gateway list -o json"},
                          .resource = "/v1/gateways",
                          .view = gateway_view()}));
}

}  // namespace claviger::cli
