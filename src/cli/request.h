// A request to the management API, as a command states it.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "claviger/base/secret.h"
#include "claviger/http/parameters.h"

namespace claviger::cli {

struct Body {
  std::string text = {};
  std::string content_type = {};  ///< empty: there is no body
  /// What stands for the body in a curl command: `--data-raw '…'`. Holds no secret.
  std::string curl_arguments = {};
  bool holds_secret = false;  ///< one that json_body() has put into it
};

/// A field of a body whose value is a secret.
struct SecretField {
  std::string_view name;
  const Secret& value;
  std::string_view variable;  ///< stands for it in a curl command: "CLAVIGER_PASSWORD"
};

/// `object` as a body, with `secrets` added to it.
[[nodiscard]] Body json_body(const nlohmann::json& object,
                             const std::vector<SecretField>& secrets = {});

/// A document of the user's; `source` is its file, or "-" for standard input.
[[nodiscard]] Body document_body(std::string text, std::string content_type,
                                 const std::string& source);

/// Whether --print-request prints this request, or sends it to find out what to print.
enum class Purpose { kMain, kLookUp };

struct ApiRequest {
  std::string method = {};
  std::string path = {};  ///< from "/v1/…" on; ids in it were read as ids, and need no encoding
  std::vector<http::Parameter> query = {};
  Body body = {};
  /// The ETag of the version that was read: the change is made to no other (RFC 9110 §13.1.1).
  std::string if_match = {};
  Purpose purpose = Purpose::kMain;
  std::chrono::milliseconds timeout = std::chrono::seconds(30);
};

/// "?a=b&c=d", percent-encoded (RFC 3986 §2.1); empty without parameters.
[[nodiscard]] std::string query_text(const std::vector<http::Parameter>& query);

enum class Authorization { kBearer, kNone };

/// The same request as a command for a POSIX shell. Its token is $CLAVIGER_TOKEN, its secrets are
/// variables of the shell; no secret stands in it.
[[nodiscard]] std::string curl_command(const std::string& server, const ApiRequest& request,
                                       Authorization authorization);

}  // namespace claviger::cli
