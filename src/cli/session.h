// The management API, as commands speak to it: one request, or all pages of a list.
#pragma once

#include "console.h"
#include "request.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "claviger/base/random.h"
#include "claviger/base/result.h"
#include "claviger/base/secret.h"
#include "claviger/cli/environment.h"
#include "claviger/http/client.h"

namespace claviger::cli {

struct Reply {
  int status = 0;
  std::string content_type;  ///< without parameters
  std::string body;
  std::string etag = {};         ///< for If-Match; empty if there is none
  std::string next_cursor = {};  ///< where an export goes on; empty at its end

  [[nodiscard]] bool is_json() const { return content_type == "application/json"; }
};

enum class Sending {
  kReal,
  kPrinted,  ///< --print-request: what is Purpose::kMain is printed instead
};

/// An object with the version that it was read in.
struct Versioned {
  nlohmann::json object;
  std::string etag;
};

class Session {
 public:
  struct Settings {
    std::string server;  ///< without a slash at its end
    std::optional<std::string> ca_cert;
    Sending sending = Sending::kReal;
    /// What a printed request says of a token; a real one carries the token that there is.
    Authorization authorization = Authorization::kBearer;
    bool is_debugging = false;
  };

  /// `environment` and `console` outlive the session.
  Session(const Environment& environment, Console& console, Settings settings, Secret token);

  /// Any 2xx is a reply. Other statuses become errors: the problem document's sentence and faults,
  /// with a code by status; where there is no such document, a sentence about the status.
  [[nodiscard]] Result<Reply> send(const ApiRequest& request);

  /// The body of the reply, read as JSON; null if it has none.
  [[nodiscard]] Result<nlohmann::json> fetch(const ApiRequest& request);

  /// The thing at `path`, to change it by its version.
  [[nodiscard]] Result<Versioned> fetch_version(const std::string& path);

  /// Every item of a list, page by page, at most `most` of them.
  [[nodiscard]] Result<void> for_each(ApiRequest request, std::optional<std::size_t> most,
                                      const std::function<void(const nlohmann::json&)>& take);

  /// Sends the request, also one that is only to be printed. Any status is an answer.
  [[nodiscard]] Result<http::ClientResponse> exchange(const ApiRequest& request);

  /// True once a request was printed instead of sent. send() then failed with an error that stands
  /// for "nothing more to do"; the command ends with it, and run() makes a success of it.
  [[nodiscard]] bool has_printed() const { return has_printed_; }

  [[nodiscard]] const std::string& server() const { return settings_.server; }

  [[nodiscard]] Sending sending() const { return settings_.sending; }

 private:
  http::ClientRequest message_for(const ApiRequest& request);
  Result<nlohmann::json> json_in(const Reply& reply) const;

  const Environment& environment_;
  Console& console_;
  Settings settings_;
  Secret token_;
  SystemRandom random_;
  http::Client client_;
  bool has_printed_ = false;
};

}  // namespace claviger::cli
