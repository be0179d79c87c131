#include "claviger/http/form_body.h"

#include "percent.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "claviger/base/encoding.h"
#include "claviger/http/headers.h"

namespace claviger::http {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::size_t kLongestBoundary = 70;  // RFC 2046 §5.1.1

Error malformed(std::string text) {
  return Error::refused(ErrorCode::kMalformedRequest, std::move(text));
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// Takes what stands before the first `separator` off `rest`; all of it if there is none.
std::string_view take_until(std::string_view& rest, std::string_view separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view taken = rest.substr(0, end);
  rest.remove_prefix(std::min(end + separator.size(), rest.size()));
  return taken;
}

/// The value of a parameter of a header field: `name` in `form-data; name="grant_type"`.
std::optional<std::string_view> parameter_of(std::string_view field, std::string_view wanted) {
  take_until(field, ";");
  while (!field.empty()) {
    std::string_view value = take_until(field, ";");
    const std::string_view name = trimmed(take_until(value, "="));
    if (!equal_ignoring_case(name, wanted)) continue;
    value = trimmed(value);
    const bool is_quoted = value.size() >= 2 && value.front() == '"' && value.back() == '"';
    return is_quoted ? value.substr(1, value.size() - 2) : value;
  }
  return std::nullopt;
}

/// The fields so far, and one more.
Result<void> add(std::vector<Parameter>& fields, std::string name, std::string value) {
  if (fields.size() == Parameters::kMostParameters)
    return fail(malformed("The form has too many fields."));
  const bool is_text = is_utf8(name) && is_utf8(value) && !has_control_characters(name) &&
                       !has_control_characters(value);
  if (!is_text)
    return fail(malformed("A field of the form is not UTF-8 without control characters."));
  fields.push_back({std::move(name), std::move(value)});
  return {};
}

std::string decoded(std::string_view text) {
  return percent_decoded(text, Plus::kIsSpace).value_or(std::string(text));
}

Result<std::vector<Parameter>> read_urlencoded(std::string_view body) {
  std::vector<Parameter> fields;
  while (!body.empty()) {
    std::string_view pair = take_until(body, "&");
    if (pair.empty()) continue;
    std::string name = decoded(take_until(pair, "="));
    TRY(add(fields, std::move(name), decoded(pair)));
  }
  return fields;
}

/// One part: header fields, an empty line, and the value.
Result<void> read_part(std::string_view part, std::vector<Parameter>& fields) {
  std::optional<std::string_view> name;
  while (true) {
    if (part.find(kLineEnd) == std::string_view::npos)
      return fail(malformed("A part of the form has no empty line after its header."));
    std::string_view value = take_until(part, kLineEnd);
    if (value.empty()) break;
    const std::string_view field = trimmed(take_until(value, ":"));
    if (equal_ignoring_case(field, "Content-Disposition")) name = parameter_of(value, "name");
  }
  if (!name) return fail(malformed("A part of the form does not say its name."));
  return add(fields, std::string(*name), std::string(part));
}

Result<std::vector<Parameter>> read_multipart(std::string_view content_type,
                                              std::string_view body) {
  const auto boundary = parameter_of(content_type, "boundary");
  if (!boundary || boundary->empty() || boundary->size() > kLongestBoundary)
    return fail(malformed("The Content-Type does not say the boundary of the form's parts."));
  const std::string opening = "--" + std::string(*boundary);
  const std::string delimiter = "\r\n" + opening;
  if (!body.starts_with(opening)) return fail(malformed("The form does not begin with a part."));
  body.remove_prefix(opening.size());
  std::vector<Parameter> fields;
  while (!body.starts_with("--")) {
    if (!body.starts_with(kLineEnd) || body.find(delimiter) == std::string_view::npos)
      return fail(malformed("The form's parts are not closed by its boundary."));
    body.remove_prefix(kLineEnd.size());
    TRY(read_part(take_until(body, delimiter), fields));
  }
  return fields;
}

}  // namespace

Result<std::vector<Parameter>> read_form(std::string_view content_type, std::string_view body) {
  const std::string_view type = trimmed(content_type.substr(0, content_type.find(';')));
  if (equal_ignoring_case(type, "application/x-www-form-urlencoded")) return read_urlencoded(body);
  if (equal_ignoring_case(type, "multipart/form-data")) return read_multipart(content_type, body);
  return fail(Error::refused(ErrorCode::kUnsupportedMediaType,
                             "Send a form: application/x-www-form-urlencoded or "
                             "multipart/form-data."));
}

}  // namespace claviger::http
