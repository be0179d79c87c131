#include "tests/decision/reading.h"

#include <algorithm>
#include <cctype>
#include <cstdint>

namespace claviger::model {
namespace {

using core::Reason;

const std::string kDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::size_t kLongestTarget = 8192;
constexpr std::size_t kMostSegments = 64;

bool is_letter_or_digit(char c) {
  return kDigits.find(c) != std::string::npos;
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

bool holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// The byte of an escape "%XY" at the front of a text.
std::optional<char> escaped_byte(std::string_view text) {
  const std::string hex = "0123456789abcdef";
  const std::string escape = lower(std::string(text.substr(0, 3)));
  if (escape.size() < 3 || escape[0] != '%') return std::nullopt;
  const std::size_t high = hex.find(escape[1]);
  const std::size_t low = hex.find(escape[2]);
  if (high == std::string::npos || low == std::string::npos) return std::nullopt;
  return static_cast<char>(high * 16 + low);
}

bool is_unreserved(char c) {
  return is_letter_or_digit(c) || holds("-._~", std::string_view(&c, 1));
}

/// A pchar of RFC 3986 §3.3 that may stand as it is: all but ';', which some servers cut at.
bool may_stand_raw(char c) {
  return is_unreserved(c) || holds("!$&'()*+,=:@", std::string_view(&c, 1));
}

bool may_be_escaped(char c) {
  const auto byte = static_cast<unsigned char>(c);
  const bool is_control = byte < 0x20 || byte == 0x7F;
  return !is_control && !is_unreserved(c) && !holds("/\\%;?#", std::string_view(&c, 1));
}

/// How many bytes the UTF-8 sequence at the front has; 0 if it is none (RFC 3629 §4).
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) -> unsigned {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto follows = [&](std::size_t i) { return byte(i) >= 0x80 && byte(i) <= 0xBF; };
  if (byte(0) < 0x80) return 1;
  if (byte(0) >= 0xC2 && byte(0) <= 0xDF) return follows(1) ? 2 : 0;
  if (byte(0) >= 0xE0 && byte(0) <= 0xEF) {
    const bool is_overlong = byte(0) == 0xE0 && byte(1) < 0xA0;
    const bool is_surrogate = byte(0) == 0xED && byte(1) > 0x9F;
    return follows(1) && follows(2) && !is_overlong && !is_surrogate ? 3 : 0;
  }
  if (byte(0) >= 0xF0 && byte(0) <= 0xF4) {
    const bool is_overlong = byte(0) == 0xF0 && byte(1) < 0x90;
    const bool is_beyond = byte(0) == 0xF4 && byte(1) > 0x8F;
    return follows(1) && follows(2) && follows(3) && !is_overlong && !is_beyond ? 4 : 0;
  }
  return 0;
}

bool is_well_formed(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

bool is_plain_segment(const std::string& segment) {
  for (std::size_t i = 0; i < segment.size(); ++i) {
    if (segment[i] != '%') {
      if (!may_stand_raw(segment[i])) return false;
      continue;
    }
    const std::optional<char> byte = escaped_byte(segment.substr(i));
    if (!byte || !may_be_escaped(*byte)) return false;
    i += 2;
  }
  const std::string text = decoded(segment);
  const bool is_dots = !text.empty() && text.find_first_not_of('.') == std::string::npos;
  return !is_dots && is_well_formed(text);
}

std::uint32_t crc32(std::string_view text) {
  std::uint32_t crc = 0xFFFFFFFF;
  for (const char c : text) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1U) != 0 ? crc >> 1U ^ 0xEDB88320 : crc >> 1U;
  }
  return ~crc;
}

/// The part of a target before or behind its first '?'.
std::string path_of(const std::string& target) {
  return target.substr(0, target.find('?'));
}

std::string query_of(const std::string& target) {
  const std::size_t mark = target.find('?');
  return mark == std::string::npos ? "" : target.substr(mark + 1);
}

struct Parameter {
  std::string name;
  std::string value;
};

/// Some servers part parameters at ';' as well as at '&'.
std::vector<Parameter> parameters_of(const std::string& query) {
  std::vector<Parameter> parameters;
  for (const std::string& run : split(query, '&')) {
    for (const std::string& pair : split(run, ';')) {
      const std::size_t equals = pair.find('=');
      if (equals == std::string::npos)
        parameters.push_back({pair, ""});
      else
        parameters.push_back({pair.substr(0, equals), pair.substr(equals + 1)});
    }
  }
  return parameters;
}

/// A name as an upstream reads it that turns names into variables: lower case, and '-' for
/// whatever cannot stand in a variable's name.
std::string as_variable(const std::string& name) {
  std::string variable = lower(name);
  for (char& c : variable) c = is_letter_or_digit(c) ? c : '-';
  return variable;
}

bool asks_for_another_method(const std::string& query) {
  const std::set<std::string> names = {"-method", "x-http-method-override", "x-http-method",
                                       "x-method-override"};
  const std::vector<Parameter> parameters = parameters_of(query);
  return std::any_of(parameters.begin(), parameters.end(), [&](const Parameter& parameter) {
    return names.contains(as_variable(decoded(parameter.name)));
  });
}

/// One place of a call in which a credential stands or may stand.
struct Place {
  Name carrier;  ///< of kCarriers; empty for one that is never read
  std::string value;
};

std::vector<Place> places_of(const Call& call) {
  const std::set<Name> headers = {"authorization", "x-api-key", "x-centrasite-apikey",
                                  "x-gateway-apikey"};
  std::vector<Place> places;
  for (const auto& [name, value] : call.headers) {
    if (headers.contains(lower(name)))
      places.push_back({lower(name), value});
    else if (headers.contains(as_variable(name)) || lower(name) == "cookie")
      places.push_back({"", value});
  }
  for (const Parameter& parameter : parameters_of(query_of(call.target)))
    places.push_back({lower(parameter.name) == "apikey" ? "query" : "", parameter.value});
  return places;
}

bool is_bearer(const std::string& value) {
  return lower(value) == "bearer" || lower(value).starts_with("bearer ");
}

/// The credential that a place presents, if any: behind "Authorization:" only what is a bearer's.
std::optional<std::string> credential_in(const Place& place) {
  if (place.carrier != "authorization") return place.value;
  if (!is_bearer(place.value)) return std::nullopt;
  return place.value.substr(std::min(std::string("bearer ").size(), place.value.size()));
}

/// True if a text holds a word that begins like a secret of ours, or such a one as the user name of
/// Basic ("clv_" in base64).
bool shows_a_secret_of_ours(const std::string& value) {
  for (std::size_t i = 0; i < value.size(); ++i) {
    const bool begins_word = i == 0 || !is_letter_or_digit(value[i - 1]);
    if (begins_word && value.substr(i).starts_with("clv_")) return true;
  }
  const std::vector<std::string> words = split(value, ' ');
  return words.size() > 1 && words[1].starts_with("Y2x2X");
}

}  // namespace

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == separator)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

std::string decoded(const std::string& text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::optional<char> byte = escaped_byte(std::string_view(text).substr(i));
    result += byte.value_or(text[i]);
    if (byte) i += 2;
  }
  return result;
}

bool reads_alike_everywhere(std::string_view path) {
  if (!path.starts_with('/')) return false;
  const std::vector<std::string> segments = split(path.substr(1), '/');
  if (segments.size() > kMostSegments) return false;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const bool is_last = i + 1 == segments.size();
    if (segments[i].empty() && !is_last) return false;
    if (!is_plain_segment(segments[i])) return false;
  }
  return true;
}

std::optional<std::string> kind_of_secret(std::string_view text) {
  const std::vector<std::string> parts = split(text, '_');
  const std::set<std::string> kinds = {"ak", "pat", "oat", "ort", "cs", "agt", "ses"};
  if (parts.size() != 3 || parts[0] != "clv" || !kinds.contains(parts[1])) return std::nullopt;
  const std::size_t random = parts[1] == "ses" ? 43 : 32;
  if (parts[2].size() != random + 6) return std::nullopt;
  if (!std::all_of(parts[2].begin(), parts[2].end(), is_letter_or_digit)) return std::nullopt;
  std::uint64_t checksum = 0;
  for (const char digit : parts[2].substr(random)) checksum = checksum * 62 + kDigits.find(digit);
  if (checksum != crc32(text.substr(0, text.size() - 6))) return std::nullopt;
  return parts[1];
}

ReadingResult read_call(const Call& call, const std::set<Name>& carriers) {
  const auto refused = [](Reason reason) { return ReadingResult{reason, {}}; };
  if (call.target.size() > kLongestTarget || holds(call.target, "#"))
    return refused(Reason::kPathNotCanonical);
  if (!reads_alike_everywhere(path_of(call.target))) return refused(Reason::kPathNotCanonical);
  if (!call.routed_path.empty() && !reads_alike_everywhere(call.routed_path))
    return refused(Reason::kPathNotCanonical);

  const std::set<std::string> methods = {"GET",   "HEAD",   "POST",   "PUT",
                                         "PATCH", "DELETE", "OPTIONS"};
  if (!methods.contains(call.method)) return refused(Reason::kMethodUnknown);
  if (asks_for_another_method(query_of(call.target))) return refused(Reason::kMethodOverridden);

  // A place counts if it presents a credential where the API looks for one, and also if it shows a
  // secret of ours where the API does not look.
  std::multiset<Name> lines;
  std::vector<std::string> presented;
  std::size_t shown = 0;
  for (const Place& place : places_of(call)) {
    const bool is_read = carriers.contains(place.carrier);
    const std::optional<std::string> credential = credential_in(place);
    if (is_read) lines.insert(place.carrier);
    if (is_read && credential)
      presented.push_back(*credential);
    else if (shows_a_secret_of_ours(place.value))
      ++shown;
  }
  for (const Name& line : lines) {
    if (lines.count(line) > 1) return refused(Reason::kCredentialRepeated);
  }
  if (presented.size() + shown > 1) return refused(Reason::kCredentialsInTwoPlaces);

  Reading reading;
  reading.path = call.routed_path.empty() ? path_of(call.target) : call.routed_path;
  if (!presented.empty()) reading.credential = presented.front();
  const auto has_header = [&](const std::string& wanted) {
    return std::any_of(call.headers.begin(), call.headers.end(),
                       [&](const auto& header) { return lower(header.first) == wanted; });
  };
  reading.is_preflight = call.method == "OPTIONS" && has_header("origin") &&
                         has_header("access-control-request-method");
  return {Reason::kAllowed, reading};
}

}  // namespace claviger::model
