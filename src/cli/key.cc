// The noun key: key show, edit and enable are here, the others have files of their own.
#include "key.h"

#include "act_command.h"
#include "commands.h"
#include "edit_command.h"
#include "expiry.h"
#include "json_field.h"
#include "show_command.h"

#include <nlohmann/json.hpp>

namespace claviger::cli {
namespace {

using nlohmann::json;

const std::string kExample = "key_01kat0q6p2e7w8m9xr3v5bn4cd";

std::vector<Field> edit_fields() {
  return {
      {.flag = "--name", .member = "name", .value = "NAME", .help = "its new name"},
      {.flag = "--description", .member = "description", .value = "TEXT", .help = "what it is for"},
      {.flag = "--metadata",
       .member = "metadata",
       .value = "NAME=TEXT",
       .help = "a text for your own use; NAME= takes one away",
       .shape = Shape::kEntries},
      {.flag = "--from",
       .member = "allowedIps",
       .value = "CIDR",
       .help = "an address or range that it may be used from, in place of all others",
       .shape = Shape::kTexts},
      {.flag = "--from-anywhere",
       .member = "allowedIps",
       .help = "it may be used from every address",
       .shape = Shape::kNull}};
}

}  // namespace

Argument overlap_argument(std::optional<std::string>& overlap) {
  return {.name = "--overlap",
          .value = "SPAN",
          .help = "how long the old one goes on: 0 (not at all) to 30d; a day if left out",
          .target = &overlap};
}

Result<void> put_overlap(const std::optional<std::string>& overlap, json& body) {
  if (!overlap) return {};
  if (*overlap != "0") TRY(parse_wait(*overlap));
  body["overlap"] = *overlap;
  return {};
}

SecretShape issued_shape(const Kind& kind) {
  return {.kind = kind,
          .field = "secret",
          .whole = "secret",
          .what = "secret",
          .if_lost = "claviger key rotate"};
}

void report_warnings(Console& console, const json& key, const std::optional<std::string>& expires) {
  const json* warnings = find_field(key, "warnings");
  if (warnings != nullptr && warnings->is_array()) {
    for (const json& warning : *warnings) console.warning(plain_text(warning));
  }
  const json* expires_at = find_field(key, "expiresAt");
  if (!expires && expires_at != nullptr && expires_at->is_null())
    console.warning("this key never expires. To have one end by itself, use --expires 30d.");
}

void add_key_commands(CommandTable& table) {
  const Kind& kind = key_kind();
  table.add(key_create_command());
  table.add(key_list_command());
  table.add(key_counts_command());
  table.add(show_command(
      {.path = "key show",
       .summary = "Show one access key (never its secret)",
       .examples = {"claviger key show " + kExample, "claviger key show " + kExample + " -o yaml"},
       .kind = kind}));
  table.add(edit_command(
      {.path = "key edit",
       .summary = "Change a key's name, description, metadata or addresses",
       .examples = {"claviger key edit " + kExample + " --name nightly --metadata team=billing",
                    "claviger key edit " + kExample + " --from 10.0.0.0/8 --wait"},
       .kind = kind,
       .fields = edit_fields(),
       .receipts = Receipts::kGiven,
       .notes = "What a key may do cannot be changed: see claviger key successor."}));
  table.add(key_renew_command());
  table.add(key_rotate_command());
  table.add(key_end_secret_command());
  table.add(key_successor_command());
  table.add(key_disable_command());
  table.add(act_command({.path = "key enable",
                         .summary = "Let a disabled access key work again",
                         .examples = {"claviger key enable " + kExample},
                         .kind = kind,
                         .below = "/enable"}));
  table.add(key_revoke_command());
  table.add(key_delete_command());
  table.add(key_import_command());
  table.add(key_verify_command());
  table.add(key_inspect_command());
}

}  // namespace claviger::cli
