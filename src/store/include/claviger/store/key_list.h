// Lists of keys, each in an order that an index serves, and how many there are.
//
// An organization may have a million keys. A list begins with the rows of an application, of a
// user, of an API or of an organization, and reads them in its order, so that a page costs what it
// holds. What an application or a user has is bounded by limits; only there, rows are sorted.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "claviger/base/result.h"
#include "claviger/core/access_key.h"
#include "claviger/store/applications.h"
#include "claviger/store/page.h"
#include "claviger/store/scope.h"
#include "claviger/store/transaction.h"

namespace claviger::store {

struct KeyFilter {
  Time now;  ///< what "expired" is judged by
  std::optional<core::ApplicationId> application = {};
  std::optional<core::UserId> application_owner = {};
  std::optional<core::UserId> maker = {};
  std::optional<core::ApiId> api = {};         ///< on which the key holds a grant
  std::optional<core::KeyStatus> status = {};  ///< with kRevoked, `revoked` does not matter
  Revoked revoked = Revoked::kIncluded;
  std::optional<core::SecretKind> kind = {};
  std::string name_prefix = {};
  std::string secret_prefix = {};           ///< of the visible prefix
  std::optional<Time> created_after = {};   ///< this moment and later
  std::optional<Time> created_before = {};  ///< earlier than this moment
  std::optional<Time> expires_after = {};   ///< this moment and later, or never
  std::optional<Time> expires_before = {};  ///< earlier than this moment
};

enum class KeyOrder : std::uint8_t {
  kCreated,  ///< by id
  kName,     ///< by the bytes of the name
  kPrefix,   ///< by the bytes of the visible prefix
  kEnd,      ///< by expiry; what never expires comes last
};

enum class Direction : std::uint8_t { kForward, kBackward };

/// Where a page ended.
struct KeyPosition {
  core::KeyId id;
  std::string text = {};    ///< for kName and kPrefix
  Time end = kStartOfTime;  ///< for kEnd
};

struct KeyPage {
  int limit = kDefaultPageSize;  ///< 1 to kMaxPageSize; others are brought into that range
  KeyOrder order = KeyOrder::kCreated;
  Direction direction = Direction::kForward;
  std::optional<KeyPosition> after = {};  ///< nullopt: from the start
};

[[nodiscard]] KeyPosition position_of(const core::AccessKey& key, KeyOrder order);

/// True if an index gives the filter's keys in this order. With an API in the filter, and none of
/// application, owner and maker, that is kCreated alone.
[[nodiscard]] bool is_indexed(const KeyFilter& filter, KeyOrder order);

/// Only what is_indexed() is listed.
Result<Listed<core::AccessKey>> list_keys(const ReadTransaction& tx, const Scope& scope,
                                          const KeyFilter& filter, const KeyPage& page);

/// How many keys have each status, in the enumeration's order.
using KeyCounts = std::array<std::int64_t, 6>;

/// Of the filter, looks at application, its owner, maker and `now` alone.
Result<KeyCounts> count_keys_by_status(const ReadTransaction& tx, const Scope& scope,
                                       const KeyFilter& filter);

}  // namespace claviger::store
