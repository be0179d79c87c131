#include "authenticate.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "claviger/core/key_text.h"
#include "claviger/http/headers.h"
#include "claviger/service/sessions.h"

namespace claviger::api {
namespace {

constexpr std::string_view kCookieName = "__Host-claviger-session";

std::optional<std::string_view> bearer_token(std::string_view authorization) {
  constexpr std::string_view kScheme = "Bearer ";
  if (!http::equal_ignoring_case(authorization.substr(0, kScheme.size()), kScheme))
    return std::nullopt;
  return authorization.substr(kScheme.size());
}

/// The value of our cookie in a Cookie header (RFC 6265 §4.2.1).
std::optional<std::string_view> cookie_token(std::string_view cookies) {
  while (!cookies.empty()) {
    const std::size_t end = std::min(cookies.find(';'), cookies.size());
    std::string_view pair = cookies.substr(0, end);
    cookies.remove_prefix(std::min(end + 1, cookies.size()));
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    const std::size_t equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == kCookieName)
      return pair.substr(equals + 1);
  }
  return std::nullopt;
}

/// The host without its port ("localhost", "[::1]") of a Host header.
std::string_view name_of_host(std::string_view host) {
  return host.substr(0, host.starts_with('[') ? host.find(']') + 1 : host.find(':'));
}

/// True if a page of this origin was served by us. Whoever is on the way can serve a page in our
/// name by plain http, even where we are reached by https alone; only on the machine itself nobody
/// is. What runs there over plain http is for trying out; a proxy in front speaks https.
bool is_own_origin(std::string_view origin, std::string_view host) {
  if (origin == fmt::format("https://{}", host)) return true;
  const std::string_view name = name_of_host(host);
  const bool is_loopback = name == "localhost" || name == "127.0.0.1" || name == "[::1]";
  return is_loopback && origin == fmt::format("http://{}", host);
}

/// A browser sends cookies along with other sites' requests, too, but says where they come from.
Result<void> require_same_origin(const http::Request& request) {
  if (request.method == "GET" || request.method == "HEAD") return {};
  const auto origin = TRY(request.headers.one("Origin"));
  const auto host = TRY(request.headers.one("Host"));
  if (origin && host && is_own_origin(*origin, *host)) return {};
  return fail(
      Error::refused(ErrorCode::kPermissionDenied,
                     "A change that is authorised by the session cookie must come from this "
                     "server's own pages (header Origin), over https or on this machine. Send the "
                     "token as Bearer instead."));
}

/// Of our secrets, these two kinds are keys; the rest of the texts are sessions or nothing.
bool is_key(std::string_view token) {
  const auto kind = core::parse_key_text(token);
  return kind == core::SecretKind::kAccessKey || kind == core::SecretKind::kPersonalAccessToken;
}

Result<core::Principal> authenticate_key(const Call& call, std::string_view key,
                                         service::Metering metering) {
  return call.parts.verifier.authenticate(
      call.context(),
      {.key = key,
       .method = call.request.method,
       .path = call.request.path,
       .peer = core::IpAddress::parse(call.caller.source_ip).value_or(core::IpAddress()),
       .metering = metering});
}

}  // namespace

Result<core::Principal> authenticate(const Call& call, service::Metering metering) {
  const auto authorization = TRY(call.request.headers.one("Authorization"));
  if (authorization) {
    const std::string_view token = bearer_token(*authorization).value_or("");
    return is_key(token) ? authenticate_key(call, token, metering)
                         : service::authenticate(call.context(), token);
  }
  const auto cookies = TRY(call.request.headers.one("Cookie"));
  const auto token = cookies ? cookie_token(*cookies) : std::nullopt;
  if (token) TRY(require_same_origin(call.request));
  return service::authenticate(call.context(), token.value_or(""));
}

std::string session_cookie(const Secret& token, Microseconds lifetime) {
  return fmt::format("{}={}; Path=/; Max-Age={}; Secure; HttpOnly; SameSite=Strict", kCookieName,
                     token.reveal(),
                     std::chrono::duration_cast<std::chrono::seconds>(lifetime).count());
}

}  // namespace claviger::api
