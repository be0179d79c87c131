// What `claviger doctor` finds: judgements without I/O.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "claviger/base/error.h"
#include "claviger/base/time.h"

namespace claviger::cli {

enum class Health { kOk, kWarning, kFailed };

/// "ok", "warn", "fail".
[[nodiscard]] std::string_view to_string(Health health);

struct Finding {
  std::string check;  ///< "clock"
  Health health;
  std::string found;        ///< a sentence
  std::string advice = {};  ///< what to do; empty if nothing is
};

/// The time of an HTTP header (RFC 9110 §5.6.7, IMF-fixdate); nullopt for anything else.
[[nodiscard]] std::optional<Time> parse_http_date(std::string_view text);

/// How far the server's clock is from this machine's. `date` is the server's header, which is cut
/// to seconds; the answer arrived at `now`, `elapsed` after the question.
[[nodiscard]] Finding judge_clock(std::string_view date, Time now, Microseconds elapsed);

/// How the server is reached: encrypted, or by whom it can be read on the way.
[[nodiscard]] Finding judge_transport(const std::string& server);

/// Who is signed in, from the reply to GET /v1/me; `expires_at` is the token's end in RFC 3339,
/// empty if it is not known.
[[nodiscard]] Finding judge_account(const nlohmann::json& me, const std::string& expires_at,
                                    Time now);

/// The gateways, from the list of them.
[[nodiscard]] std::vector<Finding> judge_gateways(const std::vector<nlohmann::json>& gateways);

/// A check that could not be made.
[[nodiscard]] Finding failed(std::string check, const Error& error, std::string advice);

}  // namespace claviger::cli
