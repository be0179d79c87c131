// user handover; handover list, accept, decline.
#include "act_command.h"
#include "commands.h"
#include "create_command.h"
#include "list_command.h"

#include "claviger/core/ids.h"

namespace claviger::cli {
namespace {

const std::string kExample = "hnd_01kat0q6p2e7w8m9xr3v5bn4cd";

const View& handover_view() {
  static const View view = {
      {.title = "ID", .field = "id", .look = Look::kExact},
      {.title = "STATUS", .field = "status", .look = Look::kStatus},
      {.title = "FROM", .field = "fromUserId", .look = Look::kExact},
      {.title = "TO", .field = "toUserId", .look = Look::kExact},
      {.title = "EXPIRES", .field = "expiresAt", .look = Look::kTime},
      {.title = "APPLICATIONS", .field = "applications", .shown = Shown::kWide},
      {.title = "CREATED", .field = "createdAt", .look = Look::kTime, .shown = Shown::kWide},
      {.title = "DECIDED", .field = "decidedAt", .look = Look::kTime, .shown = Shown::kWide}};
  return view;
}

}  // namespace

const Kind& handover_kind() {
  static const Kind kind = {
      .word = "handover",
      .list = "handover list",
      .resource = "/v1/handovers",
      .member = "handover",
      .name = "",
      .filter = "",
      .completes = Completes::kHandovers,
      .is_id = [](const std::string& text) { return core::HandoverId::parse(text).has_value(); },
      .view = handover_view};
  return kind;
}

void add_handover_commands(CommandTable& table) {
  const Kind& kind = handover_kind();
  table.add(create_command(
      {.path = "user handover",
       .summary = "Offer a user's applications to another user",
       .examples = {"claviger user handover ann@example.com --to bob@example.com",
                    "claviger user handover ann@example.com --to bob@example.com --app billing"},
       .kind = kind,
       .fields = {{.flag = "--to",
                   .member = "toUserId",
                   .value = "USER",
                   .help = "who is to have them (id or e-mail)",
                   .shape = Shape::kId,
                   .kind = &user_kind(),
                   .presence = Presence::kRequired},
                  {.flag = "--app",
                   .member = "applications",
                   .value = "APP",
                   .help = "this application; without it, all of them",
                   .shape = Shape::kIds,
                   .kind = &application_kind()}},
       .owner = &user_kind(),
       .below = "/handover",
       .notes = "The keys in them go on once the other accepts, and may do no more than their new "
                "owner. An offer ends\nafter seven days.",
       .next = "the other user accepts: claviger handover accept {}"}));
  table.add(list_command({.path = "handover list",
                          .summary = "List what you give and are to receive",
                          .examples = {"claviger handover list"},
                          .resource = std::string(kind.resource),
                          .view = kind.view()}));
  table.add(act_command({.path = "handover accept",
                         .summary = "Take the applications that are offered to you",
                         .examples = {"claviger handover accept " + kExample},
                         .kind = kind,
                         .below = "/accept"}));
  table.add(act_command({.path = "handover decline",
                         .summary = "Decline an offer, or take your own back",
                         .examples = {"claviger handover decline " + kExample},
                         .kind = kind,
                         .below = "/decline",
                         .receipts = Receipts::kNone}));
}

}  // namespace claviger::cli
