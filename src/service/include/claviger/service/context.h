// What every use case works with.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "claviger/base/random.h"
#include "claviger/base/result.h"
#include "claviger/base/time.h"
#include "claviger/core/method.h"
#include "claviger/core/organization.h"
#include "claviger/core/user.h"
#include "claviger/core/version.h"
#include "claviger/service/change_signal.h"
#include "claviger/service/gateway_watch.h"
#include "claviger/service/passwords.h"
#include "claviger/service/rate_limiter.h"
#include "claviger/service/secret_seal.h"
#include "claviger/service/sign_in_throttle.h"
#include "claviger/store/database.h"

namespace claviger::service {

/// Limits on numbers, as the operator sets them.
struct Limits {
  core::ActiveLimits of_new_organizations;  ///< unless they are made with others
  /// Revoked, expired and others, until they are deleted. 0 is unlimited.
  int inactive_keys_per_application;
};

/// When sessions end.
struct SessionPolicy {
  Microseconds lifetime;  ///< after the sign-in, whatever is done with it
  Microseconds idle;      ///< after the last use
};

/// An endpoint of the management API, as the catalog shows it.
struct ManagementEndpoint {
  core::Method method = core::Method::kGet;
  std::string path;
  std::string summary;

  auto operator<=>(const ManagementEndpoint&) const = default;
};

/// The parts that use cases share. All outlive it.
struct Context {
  store::Database& database;
  const Clock& clock;
  Random& random;
  Passwords& passwords;
  ChangeSignal& changes;
  GatewayWatch& gateways;
  std::string state_directory;  ///< of this host's gateway, for last uses
  Limits limits;
  SessionPolicy sessions;
  std::vector<ManagementEndpoint> management_endpoints;
  SignInThrottle& sign_ins;
  RateLimiter& changes_by_user;  ///< how often one user may change something
  const SecretSeal& seal;        ///< of what the database holds and must not give away

  /// The same parts, but for the database.
  [[nodiscard]] Context on(store::Database& other) const {
    return {other,    clock,           random, passwords, changes,
            gateways, state_directory, limits, sessions,  management_endpoints,
            sign_ins, changes_by_user, seal};
  }
};

/// The same parts on a database that takes every change back: to see what an act would do.
class Rehearsal {
 public:
  explicit Rehearsal(const Context& context)
      : database_(context.database.rehearsal()), context_(context.on(*database_)) {}

  [[nodiscard]] Context& context() { return context_; }

 private:
  std::unique_ptr<store::Database> database_;
  Context context_;
};

/// Whoever asks, and where from: for the audit.
struct Caller {
  core::Principal principal;
  std::string request_id;
  std::string source_ip;
  /// The version of what is to be changed, as the caller has seen it; nullopt: whatever it is.
  std::optional<core::Version> seen = {};
};

/// The outcome of a change, and what to wait for if it is to be known to have reached the gateways.
template <class Value>
struct Changed {
  Value value;
  core::Version version;
  Time changed_at;  ///< when its transaction began: what a receipt counts from
};

}  // namespace claviger::service
