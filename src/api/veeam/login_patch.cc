#include "login_patch.h"

#include "key_body.h"
#include "lenient_json.h"

#include <algorithm>
#include <optional>
#include <string>

#include "claviger/base/encoding.h"

namespace claviger::api::veeam {
namespace {

using nlohmann::json;

constexpr std::size_t kMostOperations = 100;
constexpr int kBadPatch = 1001;
constexpr std::string_view kStatus = "/status";
constexpr std::string_view kDescription = "/description";

/// A status as it is shown, whatever case it came in.
std::string status_word(std::string word) {
  for (const std::string_view known : {"enabled", "disabled"}) {
    const bool is_it = std::equal(word.begin(), word.end(), known.begin(), known.end(),
                                  [](char a, char b) { return (a | 0x20) == b; });
    if (is_it) return std::string(known);
  }
  return word;
}

std::string with_slash(const std::string& path) {
  return path.starts_with('/') ? path : '/' + path;
}

/// The operation as RFC 6902 writes it.
json canonical(json operation) {
  for (const char* member : {"path", "from"}) {
    const auto found = operation.find(member);
    if (found != operation.end() && found->is_string())
      *found = with_slash(found->get<std::string>());
  }
  const auto value = operation.find("value");
  const auto path = operation.find("path");
  const bool is_status = path != operation.end() && *path == kStatus;
  if (is_status && value != operation.end() && value->is_string())
    *value = status_word(value->get<std::string>());
  return operation;
}

/// Why the login cannot become that; nullptr if it can.
const char* objection(const json& before, const json& after) {
  if (!after.is_object()) return "This operation takes the login itself away.";
  for (const auto& [name, value] : before.items()) {
    const bool is_open = '/' + name == kStatus || '/' + name == kDescription;
    if (!after.contains(name)) return "A property of a login cannot be removed.";
    if (!is_open && after.at(name) != value)
      return "This property is read-only: status and description alone can be changed.";
  }
  if (after.size() != before.size()) return "A login has no such property.";
  const json& status = after.at("status");
  if (status != before.at("status") && status != "enabled" && status != "disabled")
    return "A status can be set to enabled or to disabled.";
  const json& description = after.at("description");
  const bool is_text = description.is_string() &&
                       description.get_ref<const std::string&>().size() <= kKeyText.max_bytes &&
                       !has_control_characters(description.get_ref<const std::string&>());
  if (description != before.at("description") && !is_text)
    return "A description is a text of one line, not longer than 2000 bytes.";
  return nullptr;
}

/// Does one operation on `login`; returns why it cannot be done.
std::optional<std::string> carry_out(json& login, const json& operation) {
  const json before = login;
  // nlohmann reports by exceptions; they end here.
  try {
    login = before.patch(json::array({operation}));
  } catch (const json::exception&) {
    return "This operation is not one of RFC 6902, has no such place to work on, or its test does "
           "not hold.";
  }
  const char* why = objection(before, login);
  return why == nullptr ? std::nullopt : std::optional<std::string>(why);
}

json error_of(const json& operation, const std::string& why) {
  json echoed = json::object();
  for (const char* member : {"op", "path", "value"}) {
    if (operation.is_object() && operation.contains(member)) echoed[member] = operation.at(member);
  }
  return {{"message", why},
          {"type", "logical"},
          {"code", kBadPatch},
          {"failedJsonPatch", std::move(echoed)}};
}

service::LoginChange change_between(const json& before, const json& after) {
  service::LoginChange change;
  if (after.at("description") != before.at("description"))
    change.description = after.at("description").get<std::string>();
  if (after.at("status") != before.at("status"))
    change.to =
        after.at("status") == "enabled" ? service::LoginSwitch::kOn : service::LoginSwitch::kOff;
  return change;
}

}  // namespace

Result<LoginPatch> read_login_patch(std::string_view body, const json& login) {
  const json operations = TRY(parse_lenient_json(body));
  if (!operations.is_array() || operations.size() > kMostOperations)
    return fail(
        Error::refused(ErrorCode::kMalformedRequest,
                       "The body is an array of at most 100 operations of JSON Patch: "
                       "[{\"op\":\"replace\",\"path\":\"/status\",\"value\":\"disabled\"}]."));
  json patched = login;
  for (const json& operation : operations) {
    if (!operation.is_object()) return error_of(operation, "An operation is an object.");
    if (const auto why = carry_out(patched, canonical(operation))) return error_of(operation, *why);
  }
  return change_between(login, patched);
}

}  // namespace claviger::api::veeam
