// Grants and rights: what a credential, or the person behind it, may do on one API.
//
// A grant belongs to a key and a right to its maker, but they are one shape: endpoints, methods and
// scopes on an API. A call is covered when one grant of the key and one right of its maker each
// cover it whole. Nothing given is nothing granted.
//
// The compiled form is what the keyring holds and decide() reads in place. All numbers are
// little-endian.
//
//   list     = grant*
//   grant    = api:u32 methods:u16 flags:u16 scopes:u64[2] count:u32 reserved:u32 endpoint*
//   endpoint = number:u32 methods:u16 reserved:u16            `count` of them, numbers ascending
//   flags    = bit 0: every endpoint of the API, also later ones; bit 1: every scope of the API
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "claviger/core/method.h"
#include "claviger/core/scope_set.h"

namespace claviger::core {

/// An API's number: given once by the store, never to another API.
enum class ApiNumber : std::uint32_t {};

/// The management API's own: every installation has it in its catalog.
inline constexpr ApiNumber kPlatformApi{1};

/// In a grant, in place of an API's number: every API of the catalog, also later ones, but the
/// management API. No API has it.
inline constexpr ApiNumber kEveryApi{0};

/// An endpoint's number within its API: given once, never to another endpoint.
enum class EndpointNumber : std::uint32_t {};

enum class Reach : std::uint8_t {
  kListed,  ///< only what is listed
  kEvery,   ///< everything the API has, also what comes later
};

/// One endpoint with the methods that a grant allows on it.
struct EndpointGrant {
  EndpointNumber endpoint{};
  MethodSet methods;

  bool operator==(const EndpointGrant&) const = default;
};

/// A grant before it is compiled.
struct Grant {
  ApiNumber api{};
  MethodSet methods;  ///< narrows every endpoint below; all() where its user named none
  Reach endpoint_reach = Reach::kListed;
  Reach scope_reach = Reach::kListed;
  ScopeSet scopes;
  std::vector<EndpointGrant> endpoints;

  bool operator==(const Grant&) const = default;
};

/// What a call needs: the endpoint that it matched and the scopes that the endpoint names.
struct Need {
  ApiNumber api{};
  EndpointNumber endpoint{};
  Method method = Method::kGet;
  ScopeSet scopes;
};

/// How far the nearest grant of a list goes towards a need; greater is nearer.
enum class Coverage : std::uint8_t {
  kNoGrant,       ///< nothing on this API
  kNoEndpoint,    ///< something on this API, but not this endpoint with this method
  kScopeMissing,  ///< the endpoint, but not every scope that it needs
  kCovered,
};

/// What a list gives for one need: its nearest coverage and, if covered, the scopes held.
struct Covering {
  Coverage coverage = Coverage::kNoGrant;
  ScopeSet scopes;
};

/// Compiled grants, read in place without allocation.
class GrantList {
 public:
  GrantList() = default;

  /// Any bytes: a list that encode() did not make covers at most what its readable grants say.
  explicit GrantList(std::span<const std::byte> bytes) : bytes_(bytes) {}

  static std::vector<std::byte> encode(std::span<const Grant> grants);

  [[nodiscard]] Covering cover(const Need& need) const;

 private:
  std::span<const std::byte> bytes_;
};

}  // namespace claviger::core
