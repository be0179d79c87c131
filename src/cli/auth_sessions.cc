// auth sessions list, auth sessions end: where one is signed in.
#include "act_command.h"
#include "commands.h"
#include "list_command.h"

#include <nlohmann/json.hpp>

#include "claviger/core/ids.h"

namespace claviger::cli {
namespace {

std::string current_text(const nlohmann::json& current) {
  return current == true ? "this one" : "";
}

const View& session_view() {
  static const View view = {
      {.title = "ID", .field = "id", .look = Look::kExact},
      {.title = "CURRENT", .field = "current", .text = current_text},
      {.title = "FROM", .field = "sourceIp", .look = Look::kExact},
      {.title = "LAST SEEN", .field = "lastSeenAt", .look = Look::kTime},
      {.title = "EXPIRES", .field = "expiresAt", .look = Look::kTime},
      {.title = "BY", .field = "userAgent"},
      {.title = "CREATED", .field = "createdAt", .look = Look::kTime, .shown = Shown::kWide}};
  return view;
}

}  // namespace

const Kind& session_kind() {
  static const Kind kind = {
      .word = "session",
      .list = "auth sessions list",
      .resource = "/v1/me/sessions",
      .member = "session",
      .name = "",
      .filter = "",
      .completes = Completes::kSessions,
      .is_id = [](const std::string& text) { return core::SessionId::parse(text).has_value(); },
      .view = session_view};
  return kind;
}

void add_auth_session_commands(CommandTable& table) {
  const Kind& kind = session_kind();
  table.add(list_command({.path = "auth sessions list",
                          .summary = "List where you are signed in",
                          .examples = {"claviger auth sessions list"},
                          .resource = std::string(kind.resource),
                          .view = kind.view()}));
  table.add(act_command({.path = "auth sessions end",
                         .summary = "End one of your sessions",
                         .examples = {"claviger auth sessions end ses_01kat0q6p2e7w8m9xr3v5bn4cd"},
                         .kind = kind,
                         .method = "DELETE",
                         .receipts = Receipts::kNone,
                         .done = "The session has ended."}));
}

}  // namespace claviger::cli
