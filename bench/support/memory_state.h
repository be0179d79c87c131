// The population's facts in plain memory, as a StateView: what the decision costs where the state
// is kept in another way than in the keyring.
#pragma once

#include "bench/support/population.h"

#include <cstdint>
#include <vector>

#include "claviger/core/state_view.h"

namespace claviger::bench {

/// What a digest leads to.
struct KeyEntry {
  core::SecretFacts secret;
  core::KeyFacts key;
};

/// Everything but the keys, which a derived class finds. One decision at a time.
class MemoryState : public core::StateView {
 public:
  explicit MemoryState(const Population& population);

  [[nodiscard]] core::Found<Time> fresh_until() const override { return kEndOfTime; }

  [[nodiscard]] core::Found<core::ApiFacts> api(std::string_view name) const override;
  [[nodiscard]] core::Found<core::SecretFacts> secret(const Digest& digest) const override;
  [[nodiscard]] core::Found<core::KeyFacts> key(core::KeyRef ref) const override;
  [[nodiscard]] core::Found<core::ApplicationFacts> application(
      core::ApplicationRef ref) const override;
  [[nodiscard]] core::Found<core::UserFacts> user(core::UserRef ref) const override;
  [[nodiscard]] core::Found<core::OrganizationFacts> organization(
      core::OrganizationRef ref) const override;
  [[nodiscard]] core::Found<core::GrantList> grants(core::BlobRef ref) const override;
  [[nodiscard]] core::Found<core::GrantList> rights(core::RightSetRef ref) const override;
  [[nodiscard]] core::Found<core::NetworkList> networks(core::BlobRef ref) const override;

 protected:
  /// Copies what `digest` leads to; false if it leads to nothing.
  [[nodiscard]] virtual bool find(const Digest& digest, KeyEntry& entry) const = 0;

 private:
  using Bytes = std::vector<std::byte>;

  Bytes routes_;
  core::ApiFacts api_;
  std::vector<core::OrganizationFacts> organizations_;
  std::vector<core::RightSetRef> right_set_refs_;
  std::vector<core::UserFacts> users_;
  std::vector<core::ApplicationFacts> applications_;
  std::vector<Bytes> grants_;
  std::vector<Bytes> networks_;
  Bytes rights_;
  mutable KeyEntry entry_;  ///< found last
};

/// The entry of a key of the population.
[[nodiscard]] KeyEntry entry_of(const Population& population, std::uint64_t key);

/// Takes every digest for that of one and the same key: a decision without any look-up.
class OneKeyState final : public MemoryState {
 public:
  OneKeyState(const Population& population, std::uint64_t key)
      : MemoryState(population), entry_(entry_of(population, key)) {}

 private:
  [[nodiscard]] bool find(const Digest& digest, KeyEntry& entry) const override;

  KeyEntry entry_;
};

}  // namespace claviger::bench
