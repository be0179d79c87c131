// A path that is_canonical_path() accepts is read by every server as the same segments. Each line
// of an input is one path.
#include "require.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "claviger/base/encoding.h"
#include "claviger/core/canonical_request.h"

namespace claviger::core {
namespace {

using Segments = std::vector<std::string>;

Segments split(const std::string& path) {
  Segments segments(1);
  for (const char c : path) {
    if (c == '/')
      segments.emplace_back();
    else
      segments.back() += c;
  }
  return segments;
}

std::string decode(const std::string& text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::byte byte{};
    if (text[i] == '%' && from_hex(text.substr(i + 1, 2), {&byte, 1})) {
      result += static_cast<char>(byte);
      i += 2;
    } else {
      result += text[i];
    }
  }
  return result;
}

// ---- what servers do to a path

std::string with_slashes_for_backslashes(std::string path) {
  for (char& c : path) c = c == '\\' ? '/' : c;
  return path;
}

/// Each segment ends at its first ';', as servlet containers have it.
std::string without_path_parameters(const std::string& path) {
  std::string result;
  bool in_parameter = false;
  for (const char c : path) {
    in_parameter = c != '/' && (in_parameter || c == ';');
    if (!in_parameter) result += c;
  }
  return result;
}

/// Ends at the first of the characters that end a path for someone: a fragment's, a query's, NUL.
std::string cut_at_an_end(const std::string& path) {
  return path.substr(0, path.find_first_of(std::string("#?\0", 3)));
}

/// RFC 3986 §5.2.4, and empty segments merged.
Segments without_dots_and_empties(const Segments& segments) {
  Segments result(1);
  for (std::size_t i = 1; i < segments.size(); ++i) {
    const bool is_last = i + 1 == segments.size();
    if (segments[i] == "..") {
      if (result.size() > 1) result.pop_back();
    } else if (segments[i] != "." && (!segments[i].empty() || is_last)) {
      result.push_back(segments[i]);
    }
  }
  return result;
}

/// The segments as a server sees them that splits first and decodes then.
Segments read_split_first(const std::string& path) {
  Segments segments = split(path);
  for (std::string& segment : segments) segment = decode(segment);
  return segments;
}

void is_read_alike(const std::string& path) {
  const Segments segments = read_split_first(path);
  const std::string once = decode(path);
  require(split(once) == segments);
  require(split(decode(once)) == segments);
  require(read_split_first(with_slashes_for_backslashes(path)) == segments);
  require(split(with_slashes_for_backslashes(once)) == segments);
  require(read_split_first(without_path_parameters(path)) == segments);
  require(split(without_path_parameters(once)) == segments);
  require(read_split_first(cut_at_an_end(path)) == segments);
  require(without_dots_and_empties(segments) == segments);
  require(without_dots_and_empties(split(path)).size() == segments.size());
  require(is_utf8(once) && !has_control_characters(once));
}

/// The path alone decides: as a target, as a rewritten path, and with a query behind it.
void is_judged_alike_everywhere(std::string_view path, bool canonical) {
  const auto accepts = [](std::string_view target, std::string_view routed_path) {
    const RawRequest raw{
        .method = "GET", .target = target, .routed_path = routed_path, .headers = {}, .peer = {}};
    return canonicalise(raw, CarrierSet()).refusal == Reason::kAllowed;
  };
  if (path.empty() || path.size() > kMaxTargetBytes - 4) return;
  require(accepts("/", path) == canonical);
  if (path.find('?') != std::string_view::npos) return;
  require(accepts(path, "") == canonical);
  require(accepts(std::string(path) + "?a=b", "") == canonical);
}

void judge(std::string_view path) {
  const bool canonical = is_canonical_path(path);
  if (canonical) is_read_alike(std::string(path));
  is_judged_alike_everywhere(path, canonical);
}

}  // namespace
}  // namespace claviger::core

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  claviger::core::judge(rest);
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    claviger::core::judge(line);
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
  }
  return 0;
}
