// A small world for a gateway to guard: an organization, a user, an application, APIs and keys, in
// a keyring and with counters as an agent would keep them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "claviger/base/random.h"
#include "claviger/base/time.h"
#include "claviger/core/gateway_state.h"
#include "claviger/core/key_text.h"
#include "claviger/keyring/writer.h"

namespace claviger::test {

/// The endpoints of the API "fleet", by number.
namespace fleet {

inline constexpr core::EndpointNumber kListDevices{1};   ///< GET /devices              devices:read
inline constexpr core::EndpointNumber kReadDevice{2};    ///< GET /devices/{id}         devices:read
inline constexpr core::EndpointNumber kAddDevice{3};     ///< POST /devices            devices:write
inline constexpr core::EndpointNumber kRemoveDevice{4};  ///< DELETE /devices/{id}     devices:write
inline constexpr core::EndpointNumber kReadEvents{5};    ///< GET /devices/{id}/events   no scope

inline constexpr core::ScopeNumber kRead{0};   ///< devices:read
inline constexpr core::ScopeNumber kWrite{1};  ///< devices:write

}  // namespace fleet

/// One key and its text.
struct WorldKey {
  core::KeyRecord record;
  std::string text;

  [[nodiscard]] std::string id() const { return record.id.str(); }

  /// The value of an Authorization header that carries it.
  [[nodiscard]] std::string bearer() const { return "Bearer " + text; }
};

/// The state of one gateway, kept as an agent keeps it. Everything that is put holds as soon as the
/// call returns. Its methods throw std::runtime_error if the keyring cannot be written.
class World {
 public:
  /// Begins with the records below and no key, published in `directory`.
  ///
  ///   API "fleet"    carrier Authorization; lets preflights through; base path ""
  ///   API "billing"  carriers Authorization and X-API-Key; GET /invoices/{id}, no scope; GET
  ///                  /devices/{id}, no scope
  explicit World(std::string directory);

  /// Makes a key that may do everything on both APIs, from anywhere, for ever.
  WorldKey add_key();

  /// Writes any record, new or changed.
  void put(const core::GatewayRecord& record);

  /// States that all is as the server has it, as of `now`.
  void confirm(Time now);

  /// Writes the whole world into a new file that takes the old one's place.
  void replace_keyring();

  /// The calls counted for a key so far.
  [[nodiscard]] std::uint64_t calls_of(const WorldKey& key) const;

  /// The requests that protected locations answered without a decision.
  [[nodiscard]] std::uint64_t undecided() const;

  [[nodiscard]] const std::string& directory() const { return directory_; }

  [[nodiscard]] std::string keyring() const { return directory_ + "/keyring"; }

  [[nodiscard]] const core::OrganizationRecord& organization() const { return organization_; }

  [[nodiscard]] const core::UserRecord& user() const { return user_; }

  [[nodiscard]] const core::ApplicationRecord& application() const { return application_; }

  [[nodiscard]] const core::ApiRecord& fleet() const { return fleet_; }

  [[nodiscard]] const core::ApiRecord& billing() const { return billing_; }

 private:
  template <class Id>
  Id make_id() {
    return Id::make(SystemClock{}.now(), random_);
  }

  void publish();

  std::string directory_;
  SystemRandom random_;
  core::OrganizationRecord organization_;
  core::RightSetRecord rights_;
  core::UserRecord user_;
  core::ApplicationRecord application_;
  core::ApiRecord fleet_;
  core::ApiRecord billing_;
  std::vector<core::KeyRecord> keys_;  ///< as put last
  core::Version version_;
  std::optional<keyring::Writer> writer_;
};

}  // namespace claviger::test
