// What the decision looks at: plain facts, found by digest, name or reference.
//
// The keyring's reader is the one implementation that enforces. Facts are copies of records that
// were whole when they were read; spans point into memory that outlives the decision.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

#include "claviger/base/digest.h"
#include "claviger/base/id.h"
#include "claviger/base/time.h"
#include "claviger/core/canonical_request.h"
#include "claviger/core/grant.h"
#include "claviger/core/network.h"
#include "claviger/core/route_table.h"

namespace claviger::core {

/// The answer to a look-up: there, not there, or there but unreadable. The default is unreadable,
/// which every step of the decision refuses.
template <class Facts>
class Found {
 public:
  Found() = default;

  explicit(false) Found(const Facts& facts) : state_(State::kFound), facts_(facts) {}

  static Found absent() {
    Found found;
    found.state_ = State::kAbsent;
    return found;
  }

  static Found unreadable() { return {}; }

  [[nodiscard]] bool is_found() const { return state_ == State::kFound; }

  [[nodiscard]] bool is_absent() const { return state_ == State::kAbsent; }

  /// Only if is_found().
  [[nodiscard]] const Facts& operator*() const { return facts_; }

  [[nodiscard]] const Facts* operator->() const { return &facts_; }

 private:
  enum class State : std::uint8_t { kUnreadable, kAbsent, kFound };

  State state_ = State::kUnreadable;
  Facts facts_{};
};

/// The place of a record in a StateView, one type per kind of record.
enum class KeyRef : std::uint32_t {};
enum class ApplicationRef : std::uint32_t {};
enum class UserRef : std::uint32_t {};
enum class OrganizationRef : std::uint32_t {};
enum class RightSetRef : std::uint32_t {};
/// The place of bytes that never change: compiled grants, networks, lists of references. 0: none.
enum class BlobRef : std::uint32_t {};

enum class Standing : std::uint8_t { kInactive, kActive };

/// "Serve always": no age of the state is too old.
inline constexpr Microseconds kServeAlways = Microseconds::max();

struct ApiFacts {
  Uuid id;
  ApiNumber number{};
  Standing standing = Standing::kInactive;
  CarrierSet carriers;
  bool lets_preflight_through = false;
  Microseconds max_staleness{0};
  RouteTable routes;
};

struct SecretFacts {
  KeyRef key{};
  bool revoked = true;
  Time not_after = kStartOfTime;  ///< first moment at which the secret is no longer valid
};

struct KeyFacts {
  Uuid id;
  ApplicationRef application{};
  UserRef maker{};
  OrganizationRef organization{};
  BlobRef grants{};
  BlobRef networks{};  ///< 0: from anywhere
  Standing standing = Standing::kInactive;
  bool read_only = true;
  Time not_before = kEndOfTime;
  Time expires_at = kStartOfTime;  ///< first moment at which the key is no longer valid
};

struct ApplicationFacts {
  Uuid id;
  UserRef owner{};
  Standing standing = Standing::kInactive;
};

struct UserFacts {
  Uuid id;
  Standing standing = Standing::kInactive;
  std::span<const RightSetRef> right_sets;
};

struct OrganizationFacts {
  Uuid id;
  Standing standing = Standing::kInactive;
};

class StateView {
 public:
  virtual ~StateView() = default;

  /// The last moment at which this state was known to be the server's. Absent without a state.
  [[nodiscard]] virtual Found<Time> fresh_until() const = 0;

  [[nodiscard]] virtual Found<ApiFacts> api(std::string_view name) const = 0;
  [[nodiscard]] virtual Found<SecretFacts> secret(const Digest& digest) const = 0;

  /// Has the place of a secret sent for from memory, so that secret() need not wait for it.
  virtual void prefetch(const Digest& digest) const { static_cast<void>(digest); }

  [[nodiscard]] virtual Found<KeyFacts> key(KeyRef ref) const = 0;
  [[nodiscard]] virtual Found<ApplicationFacts> application(ApplicationRef ref) const = 0;
  [[nodiscard]] virtual Found<UserFacts> user(UserRef ref) const = 0;
  [[nodiscard]] virtual Found<OrganizationFacts> organization(OrganizationRef ref) const = 0;
  [[nodiscard]] virtual Found<GrantList> grants(BlobRef ref) const = 0;
  [[nodiscard]] virtual Found<GrantList> rights(RightSetRef ref) const = 0;
  [[nodiscard]] virtual Found<NetworkList> networks(BlobRef ref) const = 0;
};

}  // namespace claviger::core
