// An invented provider and its customers: the records of a gateway with many keys, the same for the
// same number of keys.
//
// One API of twelve endpoints; eight keys to an application, eight applications to a user, eight
// users to an organization. Each key has a grant of some endpoints and scopes, and an allow-list of
// networks, each one of 64: as in life, many keys are alike in what they may do.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "claviger/base/result.h"
#include "claviger/core/gateway_state.h"
#include "claviger/core/network.h"

namespace claviger::bench {

inline constexpr std::string_view kApiName = "fleet";

/// A call that every key of the population may make, from an address that every key allows.
inline constexpr std::string_view kMethod = "GET";
inline constexpr std::string_view kTarget = "/v1/devices/d-4711/events?limit=100";
inline constexpr std::string_view kPeer = "127.0.0.1";

class Population {
 public:
  /// Draws ids and secrets for `keys` keys: about 80 bytes of memory for each.
  explicit Population(std::uint64_t keys);

  [[nodiscard]] std::uint64_t keys() const { return key_ids_.size(); }

  [[nodiscard]] std::uint64_t applications() const { return application_ids_.size(); }

  [[nodiscard]] std::uint64_t users() const { return user_ids_.size(); }

  [[nodiscard]] std::uint64_t organizations() const { return organization_ids_.size(); }

  [[nodiscard]] core::KeyId key_id(std::uint64_t key) const { return key_ids_[key]; }

  /// The secret of a key.
  [[nodiscard]] std::string_view text(std::uint64_t key) const;

  /// The text of a secret that no key has, of right form; another for another number.
  [[nodiscard]] static std::string foreign_text(std::uint64_t number);

  // Records, each by its number from 0 on.
  [[nodiscard]] core::OrganizationRecord organization(std::uint64_t number) const;
  [[nodiscard]] core::RightSetRecord right_set(std::uint64_t organization) const;
  [[nodiscard]] core::UserRecord user(std::uint64_t number) const;
  [[nodiscard]] core::ApplicationRecord application(std::uint64_t number) const;
  [[nodiscard]] core::KeyRecord key(std::uint64_t number) const;
  [[nodiscard]] static core::ApiRecord api();

  // Who belongs to whom, by number.
  [[nodiscard]] static std::uint64_t application_of_key(std::uint64_t key);
  [[nodiscard]] static std::uint64_t user_of_application(std::uint64_t application);
  [[nodiscard]] static std::uint64_t organization_of_user(std::uint64_t user);

  /// The grants and the allow-list of a key are those of its kind; there are kKinds.
  static constexpr std::uint64_t kKinds = 64;
  [[nodiscard]] static std::uint64_t kind_of_key(std::uint64_t key);
  [[nodiscard]] static std::vector<core::Grant> grants_of_kind(std::uint64_t kind);
  [[nodiscard]] static std::vector<core::Network> networks_of_kind(std::uint64_t kind);

 private:
  std::vector<core::OrganizationId> organization_ids_;
  std::vector<core::UserId> user_ids_;
  std::vector<core::ApplicationId> application_ids_;
  std::vector<core::KeyId> key_ids_;
  std::string texts_;  ///< of all keys, one behind the other; all are of one length
  std::size_t text_bytes_ = 0;
};

/// What writing a keyring took.
struct KeyringCost {
  double seconds = 0;  ///< within the writer, records in memory; without making the records
};

/// Writes the population's keyring and room for its counters into `directory`, as an agent would.
/// Errors: those of keyring::Writer.
Result<KeyringCost> write_gateway_state(const Population& population, const std::string& directory);

}  // namespace claviger::bench
