#include "idempotency.h"

#include "kept_by_nobody.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "claviger/core/key_text.h"
#include "claviger/service/idempotent_requests.h"

namespace claviger::api {
namespace {

constexpr std::size_t kLongestKey = 255;
constexpr std::array kKeptFields{"Location", "ETag"};
/// A longer body is not kept: a day's answers would else fill the disk.
constexpr std::size_t kLongestKeptBody = std::size_t{64} * 1024;

/// The key without the quotes of a structured field. Errors: kMalformedRequest.
Result<std::string> key_of(std::string_view header) {
  if (header.size() >= 2 && header.front() == '"' && header.back() == '"')
    header = header.substr(1, header.size() - 2);
  const bool is_plain = std::all_of(header.begin(), header.end(),
                                    [](char c) { return c > ' ' && c < '\x7F' && c != '"'; });
  if (header.empty() || header.size() > kLongestKey || !is_plain)
    return fail(Error::refused(ErrorCode::kMalformedRequest,
                               "Idempotency-Key is 1 to 255 visible ASCII characters: a UUID that "
                               "you make for this request alone."));
  return std::string(header);
}

/// Who asks under which name; every part is told from its neighbours by its length.
Digest id_of(const Call& call, const std::string& key) {
  const core::Principal& principal = call.caller.principal;
  std::string text;
  for (const std::string& part :
       {principal.user.str(), principal.key ? principal.key->str() : std::string(), key})
    text += std::to_string(part.size()) + ':' + part;
  return sha256(text);
}

void append_names(std::string& text, core::PermissionSet permissions) {
  for (const core::Permission permission : permissions.list())
    (text += core::scope_of(permission)) += ' ';
  text += '\n';
}

/// What was asked for: path and query belong to it, and so do the permissions. Admission looks at
/// the least that a route needs alone; whoever could reach others' things then, and cannot any
/// more, is not told again what became of them (docs/threats.md, Z09). A password may stand in it,
/// and is not to be tried against a plain digest (K10).
Digest body_of(const Call& call) {
  std::string text = call.request.method + ' ' + call.request.path + '\n';
  append_names(text, call.caller.principal.permissions);
  append_names(text, call.caller.principal.permissions_below);
  for (const http::Parameter& parameter : call.request.query)
    text += std::to_string(parameter.name.size()) + ':' + parameter.name +
            std::to_string(parameter.value.size()) + ':' + parameter.value;
  return call.context().seal.digest("idempotent request", text + '\n' + call.request.body);
}

/// What an answer says, as it is kept: without secrets, and with the fields that a client goes on
/// with. Of a body that is too long, that alone is kept.
std::string kept(const http::Response& answer) {
  nlohmann::json document = {{"fields", nlohmann::json::object()}};
  for (const char* const field : kKeptFields)
    if (const auto value = answer.headers.one(field).value_or(std::nullopt))
      document["fields"][field] = *value;
  if (answer.body.size() > kLongestKeptBody)
    document["tooLarge"] = true;
  else if (!answer.body.empty())
    document["body"] = without_secrets(nlohmann::json::parse(answer.body, nullptr, false));
  return document.dump();
}

/// The answer again. One that was too large to keep has no body, and says so.
http::Response response_of(int status, const std::string& kept) {
  const auto document = nlohmann::json::parse(kept);
  http::Response response = document.contains("body")
                                ? http::json_response(status, document["body"])
                                : http::Response{.status = status, .headers = {}, .body = {}};
  for (const auto& [field, value] : document["fields"].items())
    response.headers.set({field, value.get<std::string>()});
  response.headers.set(
      {"Idempotency-Replayed", document.contains("tooLarge") ? "too-large-to-keep" : "true"});
  return response;
}

Result<http::Response> answer_again(const service::IdempotentRequest& first, const Digest& body) {
  if (first.body != body)
    return fail(Error::invalid(
        {{"Idempotency-Key", "key-used",
          PublicText("You have sent another request under this Idempotency-Key, or what you may do "
                     "has changed since. Take a new key for each request.")}}));
  if (!first.status)
    return fail(Error::refused(ErrorCode::kConflict,
                               "The first request under this Idempotency-Key is still at work, or "
                               "ended without an answer. Look whether it has had its effect; to "
                               "send it anew, take a new key."));
  return kept_by_nobody(response_of(static_cast<int>(*first.status), first.answer));
}

bool is_of_a_secret(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/// What is a secret by its name: other texts tell what they are by their form.
bool names_secret(std::string_view field) {
  return field == "secret" || field == "otpauthUri";
}

bool holds_secret(std::string_view text) {
  for (std::size_t at = text.find(core::kSecretMark); at != std::string_view::npos;
       at = text.find(core::kSecretMark, at + 1)) {
    std::size_t end = at;
    while (end < text.size() && is_of_a_secret(text[end])) ++end;
    if (core::parse_key_text(text.substr(at, end - at))) return true;
  }
  return false;
}

/// Keeps the answer if the request had its effect; else forgets the request.
Result<void> settle(service::Context& context, const Digest& id,
                    const Result<http::Response>& answer) {
  if (!answer) {
    // Whether an interrupted commit has happened, nobody knows.
    const bool is_known = answer.error().code() != ErrorCode::kUnavailable &&
                          answer.error().code() != ErrorCode::kInternal;
    return is_known ? service::forget_request(context, id) : Result<void>();
  }
  return service::answer_request(context, id, answer->status, kept(*answer));
}

}  // namespace

nlohmann::json without_secrets(nlohmann::json document) {
  if (document.is_string())
    return holds_secret(document.get_ref<const std::string&>()) ? nlohmann::json(nullptr)
                                                                : document;
  if (document.is_array())
    for (nlohmann::json& item : document) item = without_secrets(std::move(item));
  if (document.is_object())
    for (auto& [field, value] : document.items())
      value = names_secret(field) ? nlohmann::json(nullptr) : without_secrets(std::move(value));
  return document;
}

Result<http::Response> answer_once(const Call& call,
                                   const std::function<Result<http::Response>()>& act) {
  const auto header = TRY(call.request.headers.one("Idempotency-Key"));
  if (!header) return act();
  const std::string key = TRY(key_of(*header));
  service::Context& context = call.context();
  const service::IdempotentRequest request{
      .id = id_of(call, key), .body = body_of(call), .began_at = {}};
  const auto first = TRY(service::begin_request(context, request));
  if (first) return answer_again(*first, request.body);
  Result<http::Response> answer = act();
  TRY(settle(context, request.id, answer));
  return answer;
}

}  // namespace claviger::api
