#include "fields.h"

#include "document_input.h"
#include "json_field.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace claviger::cli {
namespace {

using nlohmann::json;

constexpr const char* kUnlimited = "unlimited";

Error invalid(std::string text) {
  return Error::refused(ErrorCode::kInvalidInput, std::move(text));
}

bool is_list(Shape shape) {
  return shape == Shape::kTexts || shape == Shape::kIds || shape == Shape::kAdded ||
         shape == Shape::kRemoved || shape == Shape::kEntries;
}

/// The list at `member`: as far as it was built, else as it is in `current`.
json list_so_far(const json& body, const json& current, const std::string& member) {
  const auto built = body.find(member);
  if (built != body.end()) return *built;
  const json* present = find_field(current, member);
  return present != nullptr && present->is_array() ? *present : json::array();
}

json with(json list, const std::vector<std::string>& added) {
  for (const std::string& text : added) {
    if (std::find(list.begin(), list.end(), text) == list.end()) list.push_back(text);
  }
  return list;
}

Result<json> without(json list, const std::vector<std::string>& removed) {
  for (const std::string& text : removed) {
    const auto found = std::find(list.begin(), list.end(), text);
    if (found == list.end())
      return fail(Error::refused(ErrorCode::kNotFound,
                                 fmt::format("\"{}\" cannot be taken away: it is not there. There "
                                             "are: {}.",
                                             text, list.empty() ? "none" : plain_text(list))));
    list.erase(found);
  }
  return list;
}

Result<json> entries(const json& current, const Field& field,
                     const std::vector<std::string>& typed) {
  const json* present = find_field(current, field.member);
  json object = present != nullptr && present->is_object() ? *present : json::object();
  for (const std::string& pair : typed) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string::npos || equals == 0)
      return fail(invalid(fmt::format("{} takes {}, not \"{}\".", field.flag, field.value, pair)));
    const std::string name = pair.substr(0, equals);
    if (equals + 1 == pair.size())
      object.erase(name);
    else
      object[name] = pair.substr(equals + 1);
  }
  return object;
}

Result<json> ids(Session& session, const Kind& kind, const std::vector<std::string>& typed) {
  json list = json::array();
  for (const std::string& text : typed) list.push_back(TRY(id_of(session, kind, text)));
  return list;
}

Result<json> limit(const Field& field, const std::string& typed) {
  if (typed == kUnlimited) return json(nullptr);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(typed.data(), typed.data() + typed.size(), number);
  if (error == std::errc{} && end == typed.data() + typed.size()) return json(number);
  return fail(invalid(
      fmt::format("{} takes a whole number or {}, not \"{}\".", field.flag, kUnlimited, typed)));
}

}  // namespace

Fields::Fields(std::vector<Field> fields) : fields_(std::move(fields)), typed_(fields_.size()) {}

std::vector<Argument> Fields::arguments() {
  std::vector<Argument> arguments;
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    const Field& field = fields_[i];
    Argument argument{.name = field.flag,
                      .value = field.value,
                      .help = field.help,
                      .target = &typed_[i].text,
                      .presence = field.presence,
                      .completes = field.completes,
                      .choices = field.choices};
    if (field.kind != nullptr) argument.completes = field.kind->completes;
    if (field.shape == Shape::kDocument) argument.completes = Completes::kFiles;
    if (field.shape == Shape::kNull) argument.target = &typed_[i].flag;
    if (is_list(field.shape)) argument.target = &typed_[i].texts;
    arguments.push_back(std::move(argument));
  }
  return arguments;
}

bool Fields::are_empty() const {
  return std::none_of(typed_.begin(), typed_.end(), [](const Typed& typed) {
    return typed.flag || typed.text.has_value() || !typed.texts.empty();
  });
}

Result<json> Fields::body(Context& context, const json& current) const {
  json body = json::object();
  for (std::size_t i = 0; i < fields_.size(); ++i) TRY(put(context, current, i, body));
  return body;
}

Result<void> Fields::put(Context& context, const json& current, std::size_t index,
                         json& body) const {
  const Field& field = fields_[index];
  Typed typed = typed_[index];
  if (field.canonical != nullptr) {
    for (std::string& text : typed.texts) text = field.canonical(text);
  }
  if (!typed.flag && !typed.text && typed.texts.empty()) return {};
  json& value = body[field.member];
  switch (field.shape) {
    case Shape::kText:
      value = *typed.text;
      return {};
    case Shape::kTexts:
      value = typed.texts;
      return {};
    case Shape::kId:
      value = TRY(id_of(*TRY(context.session()), *field.kind, *typed.text));
      return {};
    case Shape::kIds:
      value = TRY(ids(*TRY(context.session()), *field.kind, typed.texts));
      return {};
    case Shape::kAdded:
    case Shape::kRemoved: {
      // body[] has made the member; it is no list yet unless another field built one.
      if (value.is_null()) body.erase(field.member);
      json list = list_so_far(body, current, field.member);
      body[field.member] = field.shape == Shape::kAdded
                               ? with(std::move(list), typed.texts)
                               : TRY(without(std::move(list), typed.texts));
      return {};
    }
    case Shape::kEntries:
      value = TRY(entries(current, field, typed.texts));
      return {};
    case Shape::kLimit:
      value = TRY(limit(field, *typed.text));
      return {};
    case Shape::kNull:
      value = nullptr;
      return {};
    case Shape::kDocument:
      value = TRY(read_json(context, *typed.text));
      return {};
  }
  return {};
}

std::string flags_of(const std::vector<Field>& fields) {
  std::string text;
  for (const Field& field : fields) text += (text.empty() ? "" : ", ") + field.flag;
  return text;
}

}  // namespace claviger::cli
