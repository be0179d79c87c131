// org create, list, show, edit, disable, enable, delete.
#include "act_command.h"
#include "change.h"
#include "commands.h"
#include "create_command.h"
#include "edit_command.h"
#include "json_field.h"
#include "list_command.h"
#include "show_command.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "claviger/core/ids.h"

namespace claviger::cli {
namespace {

const std::string kExample = "org_01kat0q6p2e7w8m9xr3v5bn4cd";

const View& organization_view() {
  static const View view = {
      {.title = "ID", .field = "id", .look = Look::kExact},
      {.title = "NAME", .field = "name"},
      {.title = "STATUS", .field = "status", .look = Look::kStatus},
      {.title = "PARENT", .field = "parentId", .look = Look::kExact},
      {.title = "APPLICATIONS PER USER",
       .field = "maxApplicationsPerUser",
       .shown = Shown::kWide,
       .absent = "unlimited"},
      {.title = "KEYS PER APPLICATION",
       .field = "maxKeysPerApplication",
       .shown = Shown::kWide,
       .absent = "unlimited"},
      {.title = "CREATED", .field = "createdAt", .look = Look::kTime, .shown = Shown::kWide}};
  return view;
}

/// What the server says would stop, if it did this.
Result<std::string> impact(Session& session, const std::string& id, ApiRequest request) {
  const Versioned organization = TRY(session.fetch_version(path_of(organization_kind(), id)));
  request.query.push_back({"dryRun", "true"});
  const nlohmann::json rehearsed = TRY(session.fetch(request));
  const nlohmann::json* stops = find_field(rehearsed, "impact");
  return fmt::format("It is the {}. {}", named(organization_kind(), organization.object),
                     stops == nullptr ? "All its keys would stop." : impact_text(*stops));
}

Result<std::string> impact_of_disabling(Session& session, const std::string& id) {
  return impact(session, id,
                {.method = "POST", .path = path_of(organization_kind(), id) + "/disable"});
}

Result<std::string> impact_of_deleting(Session& session, const std::string& id) {
  return impact(session, id, {.method = "DELETE", .path = path_of(organization_kind(), id)});
}

/// The name first, then what both making and editing set.
std::vector<Field> with_limits(std::vector<Field> fields) {
  fields.push_back({.flag = "--max-applications-per-user",
                    .member = "maxApplicationsPerUser",
                    .value = "N",
                    .help = "active applications of one user; or unlimited",
                    .shape = Shape::kLimit});
  fields.push_back({.flag = "--max-keys-per-application",
                    .member = "maxKeysPerApplication",
                    .value = "N",
                    .help = "active keys of one application; or unlimited",
                    .shape = Shape::kLimit});
  return fields;
}

}  // namespace

const Kind& organization_kind() {
  static const Kind kind = {
      .word = "organization",
      .list = "org list",
      .resource = "/v1/organizations",
      .member = "organization",
      .name = "name",
      .filter = "",
      .completes = Completes::kOrganizations,
      .is_id =
          [](const std::string& text) { return core::OrganizationId::parse(text).has_value(); },
      .view = organization_view};
  return kind;
}

void add_org_commands(CommandTable& table) {
  const Kind& kind = organization_kind();
  table.add(create_command(
      {.path = "org create",
       .summary = "Make an organization",
       .examples = {"claviger org create \"Acme Ltd\"",
                    "claviger org create Plant --parent \"Acme Ltd\""},
       .kind = kind,
       .fields = with_limits(
           {{.flag = "NAME", .member = "name", .help = "its name", .presence = Presence::kRequired},
            {.flag = "--parent",
             .member = "parentId",
             .value = "ORG",
             .help = "the organization that it belongs to, if it is not yours",
             .shape = Shape::kId,
             .kind = &kind}}),
       .next = "claviger user create EMAIL --name NAME --role ROLE --organization {} --link"}));
  table.add(list_command({.path = "org list",
                          .summary = "List organizations",
                          .examples = {"claviger org list", "claviger org list -o name"},
                          .resource = "/v1/organizations",
                          .view = kind.view()}));
  table.add(show_command({.path = "org show",
                          .summary = "Show one organization",
                          .examples = {"claviger org show \"Acme Ltd\""},
                          .kind = kind}));
  table.add(edit_command(
      {.path = "org edit",
       .summary = "Give an organization another name or other limits",
       .examples = {"claviger org edit " + kExample + " --name \"Acme PLC\"",
                    "claviger org edit " + kExample + " --max-keys-per-application 25"},
       .kind = kind,
       .fields = with_limits(
           {{.flag = "--name", .member = "name", .value = "NAME", .help = "its new name"}}),
       .receipts = Receipts::kNone,
       .notes = "A lower limit ends nothing: it holds for what is made or enabled from then on."}));
  table.add(act_command(
      {.path = "org disable",
       .summary = "Stop all keys and users of an organization until it is enabled again",
       .examples = {"claviger org disable " + kExample + " --wait"},
       .kind = kind,
       .below = "/disable",
       .effect = "refuses every call with its keys, and its users cannot sign in, until it is "
                 "enabled again",
       .impact = impact_of_disabling}));
  table.add(act_command({.path = "org enable",
                         .summary = "Let a disabled organization work again",
                         .examples = {"claviger org enable " + kExample},
                         .kind = kind,
                         .below = "/enable"}));
  table.add(act_command(
      {.path = "org delete",
       .summary = "Delete an organization with its users, applications and keys",
       .examples = {"claviger org delete " + kExample + " --dry-run",
                    "claviger org delete " + kExample + " --yes --wait"},
       .kind = kind,
       .method = "DELETE",
       .effect = "ends its users, applications and keys for ever",
       .impact = impact_of_deleting,
       .notes =
           "An organization that has others below it cannot be deleted: delete those first."}));
}

}  // namespace claviger::cli
