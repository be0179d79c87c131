#include "claviger/core/canonical_request.h"

#include "path_text.h"

#include <algorithm>
#include <array>

#include "claviger/core/key_text.h"
#include "claviger/core/route_table.h"

namespace claviger::core {
namespace {

// ---- header names

constexpr char folded(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<char>(c - 'A' + 'a');
  const bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  return kept ? c : '-';
}

constexpr char lowered(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

template <char (*kFold)(char)>
bool equals(std::string_view name, std::string_view lower_case) {
  return std::equal(name.begin(), name.end(), lower_case.begin(), lower_case.end(),
                    [](char a, char b) { return kFold(a) == b; });
}

struct CarrierName {
  std::string_view name;
  Carrier carrier;
};

constexpr std::array<CarrierName, 5> kCarrierNames = {{
    {"authorization", Carrier::kAuthorization},
    {"x-api-key", Carrier::kXApiKey},
    {"x-centrasite-apikey", Carrier::kCentraSiteApiKey},
    {"x-gateway-apikey", Carrier::kGatewayApiKey},
    {"cookie", Carrier::kCookie},
}};

constexpr std::array<std::string_view, 3> kMethodOverrideNames = {
    "x-http-method-override", "x-http-method", "x-method-override"};

constexpr std::array<std::string_view, 2> kPathOverrideNames = {"x-original-url", "x-rewrite-url"};

constexpr std::string_view kIdentityPrefix = "claviger-";

// ---- paths

/// True for an escaped byte that no server reads as anything but itself; nor does one that gets the
/// path decoded, as where nginx passes a variable on (proxy_pass http://up$uri).
constexpr bool may_be_escaped(unsigned char c) {
  constexpr std::string_view kNever = "/\\%;?#";
  return c >= 0x20 && c != 0x7F && !is_unreserved(c) &&
         kNever.find(static_cast<char>(c)) == std::string_view::npos;
}

/// Follows UTF-8 byte by byte (RFC 3629 §4), without a buffer for the decoded text.
class Utf8Follower {
 public:
  bool take(unsigned char byte) {
    if (pending_ == 0) return start(byte);
    if (byte < low_ || byte > high_) return false;
    low_ = 0x80;
    high_ = 0xBF;
    --pending_;
    return true;
  }

  [[nodiscard]] bool complete() const { return pending_ == 0; }

 private:
  bool start(unsigned char byte) {
    if (byte < 0x80) return true;
    if (byte < 0xC2 || byte > 0xF4) return false;
    pending_ = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
    low_ = byte == 0xE0 ? 0xA0 : byte == 0xF0 ? 0x90 : 0x80;
    high_ = byte == 0xED ? 0x9F : byte == 0xF4 ? 0x8F : 0xBF;
    return true;
  }

  int pending_ = 0;
  unsigned char low_ = 0x80;
  unsigned char high_ = 0xBF;
};

bool is_dots_only(std::string_view segment) {
  return !segment.empty() && segment.find_first_not_of('.') == std::string_view::npos;
}

bool is_canonical_segment(std::string_view segment) {
  if (is_dots_only(segment)) return false;
  Utf8Follower utf8;
  for (std::size_t i = 0; i < segment.size(); ++i) {
    auto c = static_cast<unsigned char>(segment[i]);
    if (c == '%') {
      const std::optional<unsigned char> escaped = leading_escape(segment.substr(i));
      if (!escaped || !may_be_escaped(*escaped)) return false;
      c = *escaped;
      i += kEscapeLength - 1;
    } else if (!is_plain_in_segment(c)) {
      return false;
    }
    if (!utf8.take(c)) return false;
  }
  return utf8.complete();
}

// ---- queries

/// Calls `use(name, value)` for each parameter of a query, undecoded. Some servers part parameters
/// at ';' as well.
template <class Use>
void for_each_parameter(std::string_view query, Use use) {
  while (!query.empty()) {
    const std::string_view parameter = query.substr(0, query.find_first_of("&;"));
    query.remove_prefix(std::min(parameter.size() + 1, query.size()));
    const std::size_t equals = std::min(parameter.find('='), parameter.size());
    const std::size_t value = std::min(equals + 1, parameter.size());
    use(parameter.substr(0, equals), parameter.substr(value));
  }
}

constexpr std::string_view kQueryCarrierName = "apikey";
constexpr std::string_view kMethodParameter = "-method";  // "_method", folded

/// True if a parameter's name, once decoded, folds to `folded_name`.
bool decodes_and_folds_to(std::string_view name, std::string_view folded_name) {
  while (!name.empty() && !folded_name.empty()) {
    if (folded(take_decoded(name)) != folded_name.front()) return false;
    folded_name.remove_prefix(1);
  }
  return name.empty() && folded_name.empty();
}

/// Upstreams that let a call name another method look for "_method" or for a header's name, after
/// they have decoded the query and, some of them, turned names into variables.
bool overrides_method(std::string_view parameter_name) {
  const auto matches = [&](std::string_view known) {
    return decodes_and_folds_to(parameter_name, known);
  };
  return matches(kMethodParameter) ||
         std::any_of(kMethodOverrideNames.begin(), kMethodOverrideNames.end(), matches);
}

// ---- credentials

/// The token of "Bearer token": the scheme in any case, one space (RFC 6750 §2.1).
std::optional<std::string_view> bearer_token(std::string_view value) {
  constexpr std::string_view kScheme = "bearer";
  if (!equals<lowered>(value.substr(0, kScheme.size()), kScheme)) return std::nullopt;
  const std::string_view rest = value.substr(kScheme.size());
  if (rest.empty()) return rest;
  if (rest.front() != ' ') return std::nullopt;
  return rest.substr(1);
}

/// True if a carrier that is not read holds a secret of ours all the same: a word that begins like
/// one, or one as the user name of Basic ("clv_" in base64 begins so).
bool hides_a_secret_of_ours(std::string_view value) {
  constexpr std::string_view kInBase64 = "Y2x2X";
  for (std::size_t at = value.find(kSecretMark); at != std::string_view::npos;
       at = value.find(kSecretMark, at + 1)) {
    if (at == 0 || folded(value[at - 1]) == '-') return true;
  }
  const std::size_t space = value.find(' ');
  return space != std::string_view::npos && value.substr(space + 1).starts_with(kInBase64);
}

/// Gathers the credentials of one request and refuses more than one.
class CredentialReader {
 public:
  explicit CredentialReader(CarrierSet read) : read_(read) {}

  void take(HeaderMeaning meaning, std::string_view value) {
    const bool proper = meaning.role == HeaderRole::kCarrier && read_.contains(meaning.carrier) &&
                        meaning.carrier != Carrier::kCookie;
    if (proper) {
      repeated_ = repeated_ || seen_.contains(meaning.carrier);
      seen_ = seen_.with(meaning.carrier);
    }
    const std::optional<std::string_view> token =
        meaning.carrier == Carrier::kAuthorization ? bearer_token(value) : value;
    if (!proper || !token) {
      if (hides_a_secret_of_ours(value)) ++hidden_;
      return;
    }
    ++found_;
    carrier_ = meaning.carrier;
    text_ = *token;
  }

  [[nodiscard]] Reason verdict() const {
    if (repeated_) return Reason::kCredentialRepeated;
    if (found_ > 1 || (found_ == 1 && hidden_ > 0) || hidden_ > 1)
      return Reason::kCredentialsInTwoPlaces;
    return Reason::kAllowed;
  }

  [[nodiscard]] std::string_view text() const { return text_; }

  [[nodiscard]] Carrier carrier() const { return carrier_; }

 private:
  CarrierSet read_;
  CarrierSet seen_;
  int found_ = 0;
  int hidden_ = 0;
  bool repeated_ = false;
  Carrier carrier_{};
  std::string_view text_;
};

}  // namespace

HeaderMeaning meaning_of_header(std::string_view name) {
  for (const CarrierName& known : kCarrierNames) {
    if (name.size() != known.name.size()) continue;
    if (equals<lowered>(name, known.name)) return {HeaderRole::kCarrier, known.carrier};
    if (equals<folded>(name, known.name)) return {HeaderRole::kCarrierAlias, known.carrier};
  }
  const auto is_name = [&](std::string_view known) { return equals<folded>(name, known); };
  if (std::ranges::any_of(kMethodOverrideNames, is_name) ||
      std::ranges::any_of(kPathOverrideNames, is_name))
    return {HeaderRole::kOverride, {}};
  if (equals<folded>(name.substr(0, kIdentityPrefix.size()), kIdentityPrefix))
    return {HeaderRole::kIdentity, {}};
  return {};
}

bool is_canonical_path(std::string_view path) {
  if (!path.starts_with('/')) return false;
  std::size_t segments = 0;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/', 1), path.size());
    const std::string_view segment = path.substr(1, end - 1);
    path.remove_prefix(end);
    const bool last = path.empty();
    if ((segment.empty() && !last) || ++segments > kMaxPathSegments) return false;
    if (!is_canonical_segment(segment)) return false;
  }
  return true;
}

CanonicalResult canonicalise(const RawRequest& raw, CarrierSet read_carriers) {
  CanonicalResult result;
  const auto refuse = [&](Reason reason) {
    result.refusal = reason;
    return result;
  };
  const std::size_t question = std::min(raw.target.find('?'), raw.target.size());
  const std::string_view path = raw.target.substr(0, question);
  const std::string_view query = raw.target.substr(std::min(question + 1, raw.target.size()));
  if (raw.target.size() > kMaxTargetBytes || !is_canonical_path(path) ||
      query.find('#') != std::string_view::npos)
    return refuse(Reason::kPathNotCanonical);
  if (!raw.routed_path.empty() && !is_canonical_path(raw.routed_path))
    return refuse(Reason::kPathNotCanonical);
  const std::optional<Method> method = parse_method(raw.method);
  if (!method) return refuse(Reason::kMethodUnknown);

  CredentialReader credentials(read_carriers);
  for (const CarrierHeader& header : raw.headers) credentials.take(header.meaning, header.value);
  bool method_overridden = false;
  for_each_parameter(query, [&](std::string_view name, std::string_view value) {
    method_overridden = method_overridden || overrides_method(name);
    const bool carrier = equals<lowered>(name, kQueryCarrierName);
    credentials.take({carrier ? HeaderRole::kCarrier : HeaderRole::kOther, Carrier::kQuery}, value);
  });
  if (method_overridden) return refuse(Reason::kMethodOverridden);
  if (credentials.verdict() != Reason::kAllowed) return refuse(credentials.verdict());

  result.refusal = Reason::kAllowed;
  result.request = {
      .method = *method,
      .path = raw.routed_path.empty() ? path : raw.routed_path,
      .credential = credentials.text(),
      .carrier = credentials.carrier(),
      .is_preflight = *method == Method::kOptions && raw.has_origin && raw.has_requested_method};
  return result;
}

}  // namespace claviger::core
