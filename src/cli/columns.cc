#include "columns.h"

#include "json_field.h"
#include "printable.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace claviger::cli {
namespace {

using nlohmann::json;

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

/// "2026-11-22T18:45:54.123Z" -> "2026-11-22T18:45:54Z"; anything else as it is.
std::string without_fraction(const std::string& text) {
  constexpr std::size_t kSecondsEnd = 19;
  if (text.size() <= kSecondsEnd || text[kSecondsEnd] != '.' || !text.ends_with('Z')) return text;
  return text.substr(0, kSecondsEnd) + 'Z';
}

ShownColumn shown(const Column& column) {
  return {.title = std::string(column.title),
          .field = std::string(column.field),
          .look = column.look,
          .absent = std::string(column.absent),
          .text = column.text};
}

}  // namespace

std::vector<ShownColumn> shown_columns(const View& view, const OutputOptions& options, Shown most) {
  std::vector<ShownColumn> columns;
  if (options.fields.empty()) {
    for (const Column& column : view) {
      if (column.shown <= most) columns.push_back(shown(column));
    }
    return columns;
  }
  for (const std::string& field : options.fields) {
    const auto known = std::find_if(
        view.begin(), view.end(), [&field](const Column& column) { return column.field == field; });
    if (known != view.end())
      columns.push_back(shown(*known));
    else
      columns.push_back(shown({.title = upper(field), .field = field}));
    columns.back().field = field;
  }
  return columns;
}

std::string cell_text(const ShownColumn& column, const json& object) {
  const json* value = find_field(object, column.field);
  if (value == nullptr || value->is_null()) return column.absent;
  std::string text = column.text != nullptr ? printable(column.text(*value), LineBreaks::kEscaped)
                                            : plain_text(*value);
  if (column.look == Look::kTime) text = without_fraction(text);
  return text.empty() ? column.absent : text;
}

json selected(const json& object, const OutputOptions& options) {
  if (options.fields.empty()) return object;
  json out = json::object();
  for (const std::string& field : options.fields) {
    if (const json* value = find_field(object, field); value != nullptr) out[field] = *value;
  }
  return out;
}

std::string plain_text(const json& value) {
  if (value.is_null()) return {};
  if (value.is_string())
    return printable(value.get_ref<const std::string&>(), LineBreaks::kEscaped);
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  const bool is_list_of_words =
      value.is_array() && std::none_of(value.begin(), value.end(),
                                       [](const json& item) { return item.is_structured(); });
  if (!is_list_of_words)
    return printable(value.dump(-1, ' ', false, json::error_handler_t::replace),
                     LineBreaks::kEscaped);
  std::string text;
  for (const json& item : value) text += (text.empty() ? "" : ", ") + plain_text(item);
  return text;
}

std::string json_text(const json& value) {
  return harmless(value.dump(2, ' ', false, json::error_handler_t::replace), Syntax::kJson);
}

}  // namespace claviger::cli
