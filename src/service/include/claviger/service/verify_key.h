// Asking for a decision without a gateway.
#pragma once

#include <mutex>
#include <string>
#include <string_view>

#include "claviger/base/result.h"
#include "claviger/base/secret.h"
#include "claviger/core/decision.h"
#include "claviger/keyring/counters.h"
#include "claviger/keyring/reader.h"
#include "claviger/service/context.h"

namespace claviger::service {

struct KeyQuestion {
  Secret key;
  std::string api;
  std::string method;
  std::string path;
  core::IpAddress ip;
};

struct KeyAnswer {
  core::Decision decision;
  std::string scopes;  ///< held on this API, with spaces between them (RFC 6749 §3.3)
  core::DecisionId id;
};

/// Whether a call is counted. What is judged more than once is counted the last time alone.
enum class Metering : std::uint8_t { kCounted, kNotCounted };

/// A call of the management API with a key.
struct KeyCall {
  std::string_view key;     ///< as it was presented
  std::string_view method;  ///< as sent
  std::string_view path;    ///< canonical, without the query
  core::IpAddress peer;
  Metering metering = Metering::kCounted;
};

/// Decides by this host's keyring, as a gateway would. Thread-safe: one question at a time. Files
/// that are cut short meanwhile are refusals once the process has called install_bus_guard().
class KeyVerifier {
 public:
  explicit KeyVerifier(const std::string& state_directory)
      : reader_(state_directory), counters_(state_directory) {}

  /// Needs "Modify Assets" on the API's organization. Errors: kNotFound if there is no such API for
  /// the caller; kUnavailable while there is no keyring.
  Result<KeyAnswer> verify(Context& context, const Caller& caller, const KeyQuestion& question);

  /// Who calls with a key, and what that call may do: the permissions that its maker holds now, as
  /// far as the key's scopes go. Errors: kSignInRequired, which says why only
  /// to whoever presents a full valid secret; kPermissionDenied; kUnavailable without a keyring.
  Result<core::Principal> authenticate(Context& context, const KeyCall& call);

 private:
  struct Judged {
    core::Decision decision;
    std::string scopes;  ///< with spaces between them; if it is allowed
  };

  Judged judge(const core::RawRequest& raw, std::string_view api, Time now);
  Result<void> count(const core::Decision& decision, const core::IpAddress& peer, Time now);

  std::mutex mutex_;
  keyring::Reader reader_;
  keyring::Counters counters_;
};

}  // namespace claviger::service
