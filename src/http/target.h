// The request target: a path in canonical form, and a query.
#pragma once

#include <string>
#include <string_view>

#include "claviger/base/result.h"
#include "claviger/http/parameters.h"

namespace claviger::http {

struct Target {
  std::string path;  ///< as sent: still percent-encoded
  Parameters query;
};

/// Reads a target in origin-form (RFC 9112 §3.2.1): `/path` or `/path?query`, of visible ASCII
/// without `#` and `\`. The path must be in the one form in which everyone reads it alike: no
/// empty segment but a last one, no dot segment, nothing encoded that needs no encoding, no
/// encoded `/`, `\` or control character, and UTF-8 once decoded. Anything else is
/// kMalformedRequest: a proxy in front may have understood another path (docs/threats.md,
/// N11 and N12).
[[nodiscard]] Result<Target> parse_target(std::string_view text);

/// One segment of a path, decoded; kMalformedRequest by the same rules.
[[nodiscard]] Result<std::string> decode_segment(std::string_view segment);

}  // namespace claviger::http
