// Asking for a decision without a gateway.
#pragma once

#include <mutex>
#include <string>

#include "claviger/base/result.h"
#include "claviger/base/secret.h"
#include "claviger/core/decision.h"
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

/// Decides by this host's keyring, as a gateway would. Thread-safe: one question at a time.
class KeyVerifier {
 public:
  explicit KeyVerifier(std::string state_directory) : reader_(std::move(state_directory)) {}

  /// Needs "Modify Assets" on the API's organization. Errors: kNotFound if there is no such API for
  /// the caller; kUnavailable while there is no keyring.
  Result<KeyAnswer> verify(Context& context, const Caller& caller, const KeyQuestion& question);

 private:
  std::mutex mutex_;
  keyring::Reader reader_;
};

}  // namespace claviger::service
