// A request that can be read in one way only: what the decision begins with.
// See docs/decisions/0005-only-paths-that-read-in-one-way.md.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "claviger/core/method.h"
#include "claviger/core/network.h"
#include "claviger/core/reason.h"

namespace claviger::core {

/// Where in a request a credential may stand.
enum class Carrier : std::uint8_t {
  kAuthorization,     ///< Authorization: Bearer …
  kXApiKey,           ///< X-API-Key
  kCentraSiteApiKey,  ///< x-CentraSite-APIKey
  kGatewayApiKey,     ///< x-Gateway-APIKey
  kQuery,             ///< ?APIKey=…
  kCookie,            ///< never read; watched for secrets of ours
};

/// The carriers that an API reads.
class CarrierSet {
 public:
  constexpr CarrierSet() = default;

  constexpr explicit CarrierSet(std::uint8_t bits) : bits_(bits) {}

  [[nodiscard]] constexpr CarrierSet with(Carrier carrier) const {
    return CarrierSet(static_cast<std::uint8_t>(bits_ | 1U << static_cast<unsigned>(carrier)));
  }

  [[nodiscard]] constexpr bool contains(Carrier carrier) const {
    return (bits_ >> static_cast<unsigned>(carrier) & 1U) != 0;
  }

  [[nodiscard]] constexpr std::uint8_t bits() const { return bits_; }

  constexpr bool operator==(const CarrierSet&) const = default;

 private:
  std::uint8_t bits_ = 0;
};

/// What a header's name means to the gateway.
enum class HeaderRole : std::uint8_t {
  kOther,
  kCarrier,       ///< one of the carriers, by its proper name
  kCarrierAlias,  ///< a spelling that some upstream may take for a carrier (X_Api_Key, X.Api.Key)
  kIdentity,      ///< a header that only the gateway may set (Claviger-*), in any spelling
  kOverride,      ///< asks for another method or path: X-HTTP-Method-Override, X-Original-URL, …
};

struct HeaderMeaning {
  HeaderRole role = HeaderRole::kOther;
  Carrier carrier{};  ///< for kCarrier and kCarrierAlias
};

/// Reads a header's name: case-insensitive, with every character that is neither letter nor digit
/// taken for a hyphen, as upstreams do that turn names into variables.
[[nodiscard]] HeaderMeaning meaning_of_header(std::string_view name);

/// One header that may carry a credential.
struct CarrierHeader {
  HeaderMeaning meaning;
  std::string_view value;
};

/// A request as the edge received it. All views outlive the decision.
struct RawRequest {
  std::string_view method;
  std::string_view target;                 ///< origin-form as sent: path and query
  std::string_view routed_path;            ///< what a rewrite made of the client's path; else empty
  std::span<const CarrierHeader> headers;  ///< those whose role is a carrier or an alias of one
  IpAddress peer;
  bool has_origin = false;            ///< an Origin header
  bool has_requested_method = false;  ///< an Access-Control-Request-Method header
};

/// What was made of it. Only canonicalise() makes one.
struct CanonicalRequest {
  Method method = Method::kGet;
  std::string_view path;        ///< canonical, without query
  std::string_view credential;  ///< empty if none was presented
  Carrier carrier{};            ///< of the credential
  bool is_preflight = false;    ///< OPTIONS with the two headers of a CORS preflight
};

struct CanonicalResult {
  Reason refusal = Reason::kUndecided;  ///< kAllowed if `request` holds
  CanonicalRequest request;
};

/// Longest target that is judged; a longer one is refused.
inline constexpr std::size_t kMaxTargetBytes = 8192;

/// True if every server reads the path alike: begins with '/'; only characters of RFC 3986; no
/// empty segment but a last one, none of dots alone, at most kMaxPathSegments; no '\', ';', '#'; no
/// percent-escape of an unreserved character, '/', '\', '%', ';', '?', '#' or a control character;
/// decodes to UTF-8.
[[nodiscard]] bool is_canonical_path(std::string_view path);

[[nodiscard]] CanonicalResult canonicalise(const RawRequest& raw, CarrierSet read_carriers);

}  // namespace claviger::core
