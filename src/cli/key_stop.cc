// key disable, key revoke, key delete: of one key, or of several, all or none.
#include "agree.h"
#include "change.h"
#include "context.h"
#include "json_field.h"
#include "key.h"
#include "revoke_reason.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace claviger::cli {
namespace {

using nlohmann::json;

constexpr std::size_t kMostNamed = 10;  // keys that a question tells of; the others it counts
const std::string kExample = "key_01kat0q6p2e7w8m9xr3v5bn4cd";
const std::string kOtherExample = "key_01kat0q6p2e7w8m9xr3v5bn4ce";

struct StopSpec {
  std::string verb;  ///< in path and API: "revoke"
  std::string summary;
  std::vector<std::string> more;  ///< behind the ids in the examples
  std::string effect;
  std::string notes;
};

std::string text_of(const json& key, const char* field, std::string_view absent) {
  const json* value = find_field(key, field);
  const std::string text = value == nullptr ? std::string() : plain_text(*value);
  return text.empty() ? std::string(absent) : text;
}

std::string apis_of(const json& key) {
  std::string names;
  const json* grants = find_field(key, "grants");
  if (grants == nullptr || !grants->is_array()) return "none";
  for (const json& grant : *grants)
    names += (names.empty() ? "" : ", ") + text_of(grant, "api", "?");
  return names.empty() ? "none" : names;
}

std::string sentence_about(const json& key) {
  return fmt::format("Key \"{}\" ({}, {}) of application {}; APIs: {}; last used: {}.",
                     text_of(key, "name", "-"), text_of(key, "prefix", "-"),
                     text_of(key, "status", "-"), text_of(key, "applicationId", "-"), apis_of(key),
                     text_of(key, "lastUsedAt", "never"));
}

Result<std::string> sentences_about(Session& session, const std::vector<std::string>& ids) {
  std::string text;
  for (std::size_t i = 0; i < std::min(ids.size(), kMostNamed); ++i) {
    const Versioned key = TRY(session.fetch_version(path_of(key_kind(), ids[i])));
    text += (text.empty() ? "" : "\n") + sentence_about(key.object);
  }
  if (ids.size() > kMostNamed)
    text += fmt::format("\nAnd {}.",
                        counted(static_cast<long long>(ids.size() - kMostNamed), "other key"));
  return text;
}

class KeyStop final : public Command {
 public:
  explicit KeyStop(StopSpec spec) : spec_(std::move(spec)) {}

  Description description() override {
    std::vector<Argument> arguments = {{.name = "ID",
                                        .help = "of the key; several are stopped all or none",
                                        .target = &ids_,
                                        .presence = Presence::kRequired,
                                        .completes = Completes::kKeys}};
    if (has_reason()) {
      append(arguments, reason_arguments(reason_));
      arguments[1].presence = Presence::kRequired;
    }
    arguments.push_back(yes_argument(options_));
    append(arguments, change_arguments(options_, Receipts::kGiven));
    const std::string command = "claviger key " + spec_.verb + ' ';
    return {.path = "key " + spec_.verb,
            .summary = spec_.summary,
            .examples = {command + kExample + spec_.more[0],
                         command + kExample + ' ' + kOtherExample + spec_.more[1]},
            .arguments = std::move(arguments),
            .notes = spec_.notes};
  }

  Result<ExitCode> run(Context& context) override {
    Session* session = TRY(context.session());
    for (const std::string& id : ids_) TRY(id_of(*session, key_kind(), id));
    ApiRequest request = request_for();
    TRY(apply(options_, request));
    const auto about = [&](Session& with) { return sentences_about(with, ids_); };
    if (TRY(agree(context, about, spec_.effect, options_)) == Answer::kNo) return ExitCode::kFailed;
    return report(context, TRY(session->fetch(request)));
  }

 private:
  [[nodiscard]] bool has_reason() const { return spec_.verb == "revoke"; }

  [[nodiscard]] ApiRequest request_for() const {
    json body = json::object();
    if (has_reason()) put(reason_, body);
    if (ids_.size() > 1) {
      body["ids"] = ids_;
      return {.method = "POST", .path = "/v1/keys/" + spec_.verb, .body = json_body(body)};
    }
    const std::string path = path_of(key_kind(), ids_.front());
    if (spec_.verb == "delete") return {.method = "DELETE", .path = path};
    return {.method = "POST", .path = path + '/' + spec_.verb, .body = json_body(body)};
  }

  static Result<ExitCode> report(Context& context, const json& reply) {
    static const View deleted = {
        {.title = "DELETED KEYS", .field = "deleted", .look = Look::kExact}};
    const json* keys = find_field(reply, "keys");
    if (keys != nullptr && keys->is_array()) return print_changed_list(context, key_kind(), reply);
    if (find_field(reply, "deleted") == nullptr) return print_changed(context, key_kind(), reply);
    View view = deleted;
    view.push_back({.title = "RECEIPT", .field = "receipt.gateways", .text = receipt_text});
    TRY(context.print(view, reply));
    report_dry_run(context, reply);
    return judge_receipt(context, reply);
  }

  StopSpec spec_;
  std::vector<std::string> ids_;
  RevokeReason reason_;
  ChangeOptions options_;
};

}  // namespace

std::unique_ptr<Command> key_disable_command() {
  return std::make_unique<KeyStop>(
      StopSpec{.verb = "disable",
               .summary = "Stop access keys until they are enabled again",
               .more = {" --wait", " --yes"},
               .effect = "stops it until it is enabled again. Calls with it are refused from then "
                         "on",
               .notes = ""});
}

std::unique_ptr<Command> key_revoke_command() {
  return std::make_unique<KeyStop>(
      StopSpec{.verb = "revoke",
               .summary = "End access keys for ever",
               .more = {" --reason leaked --wait", " --reason superseded --yes -o json"},
               .effect = "revokes it for ever. Calls with it are refused from then on",
               .notes = "A revoked key cannot be enabled again. To stop one for a while: claviger "
                        "key disable."});
}

std::unique_ptr<Command> key_delete_command() {
  return std::make_unique<KeyStop>(StopSpec{
      .verb = "delete",
      .summary = "Delete revoked access keys",
      .more = {"", " --yes"},
      .effect = "takes it out of all lists for ever",
      .notes = "A key is deleted once it is revoked. Its secrets never work again, whoever "
               "brings them."});
}

}  // namespace claviger::cli
