#include "claviger/http/object_reader.h"

#include <algorithm>
#include <deque>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "claviger/base/encoding.h"
#include "claviger/http/json_body.h"
#include "claviger/http/suggestion.h"

namespace claviger::http {
namespace {

using nlohmann::json;

const json& empty_object() {
  static const json object = json::object();
  return object;
}

/// The name of a field, as a sentence may quote it.
std::string in_quotes(std::string_view field) {
  constexpr std::size_t kLongest = 60;
  return fmt::format("\"{}\"", field.substr(0, kLongest));
}

bool has_forbidden_characters(std::string_view text, Lines lines) {
  if (lines == Lines::kOne) return has_control_characters(text);
  return std::any_of(text.begin(), text.end(), [](char c) {
    return c != '\n' && c != '\r' && c != '\t' && has_control_characters({&c, 1});
  });
}

}  // namespace

/// One object of the document, and what was asked of it.
struct ObjectReader::Node {
  const json* object;
  std::string pointer;
  bool absent = false;  ///< stands for an object that is missing: its fields are no faults
  std::vector<std::string> asked{};
  std::set<std::string, std::less<>> nullable{};
};

struct ObjectReader::Document {
  std::deque<Node> nodes;  // a deque, because readers hold addresses into it
  std::vector<Fault> faults;
};

ObjectReader::ObjectReader(const json& document) : document_(std::make_shared<Document>()) {
  const bool is_object = document.is_object();
  node_ = &document_->nodes.emplace_back(
      Node{.object = is_object ? &document : &empty_object(), .pointer = "", .absent = !is_object});
  if (!is_object) fault_at("", "wrong-type", "The body must be a JSON object.");
}

ObjectReader::ObjectReader(std::shared_ptr<Document> document, Node* node)
    : document_(std::move(document)), node_(node) {}

ObjectReader ObjectReader::child(const json& value, std::string pointer) {
  return {document_,
          &document_->nodes.emplace_back(Node{.object = &value, .pointer = std::move(pointer)})};
}

ObjectReader ObjectReader::absent_child() {
  return {document_, &document_->nodes.emplace_back(
                         Node{.object = &empty_object(), .pointer = "", .absent = true})};
}

const json* ObjectReader::find(std::string_view field) {
  node_->asked.emplace_back(field);
  const auto found = node_->object->find(field);
  if (found == node_->object->end()) return nullptr;
  if (found->is_null() && node_->nullable.contains(field)) return nullptr;
  return &*found;
}

const json* ObjectReader::find_required(std::string_view field) {
  const json* value = find(field);
  if (value == nullptr && !node_->absent)
    fault(field, "missing", fmt::format("{} is missing.", in_quotes(field)));
  return value;
}

const json* ObjectReader::find_array(const json* value, std::string_view field, ArrayRule rule) {
  if (value == nullptr) return nullptr;
  if (!value->is_array()) {
    fault(field, "wrong-type", fmt::format("{} must be an array.", in_quotes(field)));
    return nullptr;
  }
  if (value->size() < rule.min_items) {
    fault(field, "too-few",
          fmt::format("{} must have at least {} items.", in_quotes(field), rule.min_items));
    return nullptr;
  }
  if (value->size() > rule.max_items) {
    fault(field, "too-many",
          fmt::format("{} may have at most {} items.", in_quotes(field), rule.max_items));
    return nullptr;
  }
  return value;
}

std::optional<std::string> ObjectReader::string_in(const json* value, std::string_view field,
                                                   StringRule rule) {
  if (value == nullptr) return std::nullopt;
  const auto wrong = [&](std::string_view code, std::string detail) {
    fault(field, code, std::move(detail));
    return std::nullopt;
  };
  if (!value->is_string())
    return wrong("wrong-type", fmt::format("{} must be a string.", in_quotes(field)));
  const auto& text = value->get_ref<const std::string&>();
  if (text.empty() && rule.empty == Empty::kRefused)
    return wrong("empty", fmt::format("{} must not be empty.", in_quotes(field)));
  if (text.size() > rule.max_bytes)
    return wrong("too-long",
                 fmt::format("{} may have at most {} bytes.", in_quotes(field), rule.max_bytes));
  if (has_forbidden_characters(text, rule.lines))
    return wrong("control-character",
                 fmt::format("{} must not hold control characters.", in_quotes(field)));
  return text;
}

std::optional<bool> ObjectReader::bool_in(const json* value, std::string_view field) {
  if (value == nullptr) return std::nullopt;
  if (value->is_boolean()) return value->get<bool>();
  fault(field, "wrong-type", fmt::format("{} must be true or false.", in_quotes(field)));
  return std::nullopt;
}

std::optional<std::int64_t> ObjectReader::integer_in(const json* value, std::string_view field,
                                                     IntegerRule rule) {
  if (value == nullptr) return std::nullopt;
  if (!value->is_number_integer()) {
    fault(field, "wrong-type", fmt::format("{} must be a whole number.", in_quotes(field)));
    return std::nullopt;
  }
  const bool beyond_int64 =
      value->is_number_unsigned() &&
      value->get<std::uint64_t>() >
          static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  const auto number = beyond_int64 ? 0 : value->get<std::int64_t>();
  if (!beyond_int64 && number >= rule.min && number <= rule.max) return number;
  fault(field, "out-of-range",
        fmt::format("{} must lie between {} and {}.", in_quotes(field), rule.min, rule.max));
  return std::nullopt;
}

std::optional<std::vector<std::string>> ObjectReader::strings_in(const json* value,
                                                                 std::string_view field,
                                                                 StringRule item) {
  if (value == nullptr) return std::nullopt;
  ObjectReader items = child(empty_object(), pointer(field));
  std::vector<std::string> strings;
  for (std::size_t i = 0; i < value->size(); ++i) {
    std::optional<std::string> text = items.string_in(&(*value)[i], std::to_string(i), item);
    if (text) strings.push_back(*std::move(text));
  }
  return strings;
}

std::optional<std::vector<std::string>> ObjectReader::ids_in(const json* value,
                                                             std::string_view field,
                                                             bool (*is_one)(std::string_view)) {
  if (value == nullptr) return std::nullopt;
  ObjectReader items = child(empty_object(), pointer(field));
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < value->size(); ++i) {
    const std::string place = std::to_string(i);
    std::optional<std::string> text =
        items.string_in(&(*value)[i], place, {.max_bytes = kLongestId});
    if (!text) continue;
    if (is_one(*text))
      ids.push_back(*std::move(text));
    else
      items.fault(
          place, "not-an-id",
          fmt::format("Each item of {} must be an id of the right kind.", in_quotes(field)));
  }
  return ids;
}

std::optional<std::vector<ObjectReader>> ObjectReader::objects_in(const json* value,
                                                                  std::string_view field) {
  if (value == nullptr) return std::nullopt;
  std::vector<ObjectReader> objects;
  for (std::size_t i = 0; i < value->size(); ++i) {
    const std::string at = pointer(field) + pointer_step(std::to_string(i));
    if ((*value)[i].is_object())
      objects.push_back(child((*value)[i], at));
    else
      fault_at(at, "wrong-type",
               fmt::format("Each item of {} must be an object.", in_quotes(field)));
  }
  return objects;
}

std::optional<Time> ObjectReader::time_in(std::string_view field,
                                          const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  const Result<Time> time = parse_rfc3339(*text);
  if (time) return *time;
  fault(field, "not-a-time", time.error().public_text().str());
  return std::nullopt;
}

std::optional<std::string> ObjectReader::choice_in(
    std::string_view field, std::optional<std::string> text,
    std::initializer_list<std::string_view> choices) {
  if (!text || std::find(choices.begin(), choices.end(), *text) != choices.end()) return text;
  fault(field, "not-a-choice",
        fmt::format("{} must be one of {}.", in_quotes(field), fmt::join(choices, ", ")));
  return std::nullopt;
}

std::string ObjectReader::required_string(std::string_view field, StringRule rule) {
  return string_in(find_required(field), field, rule).value_or(std::string());
}

std::optional<std::string> ObjectReader::optional_string(std::string_view field, StringRule rule) {
  return string_in(find(field), field, rule);
}

bool ObjectReader::required_bool(std::string_view field) {
  return bool_in(find_required(field), field).value_or(false);
}

std::optional<bool> ObjectReader::optional_bool(std::string_view field) {
  return bool_in(find(field), field);
}

std::int64_t ObjectReader::required_integer(std::string_view field, IntegerRule rule) {
  return integer_in(find_required(field), field, rule).value_or(0);
}

std::optional<std::int64_t> ObjectReader::optional_integer(std::string_view field,
                                                           IntegerRule rule) {
  return integer_in(find(field), field, rule);
}

Time ObjectReader::required_time(std::string_view field) {
  return time_in(field, string_in(find_required(field), field, {})).value_or(Time());
}

std::optional<Time> ObjectReader::optional_time(std::string_view field) {
  return time_in(field, string_in(find(field), field, {}));
}

std::string ObjectReader::required_choice(std::string_view field,
                                          std::initializer_list<std::string_view> choices) {
  return choice_in(field, string_in(find_required(field), field, {}), choices)
      .value_or(std::string());
}

std::optional<std::string> ObjectReader::optional_choice(
    std::string_view field, std::initializer_list<std::string_view> choices) {
  return choice_in(field, string_in(find(field), field, {}), choices);
}

std::vector<std::string> ObjectReader::required_strings(std::string_view field, ArrayRule rule,
                                                        StringRule item) {
  return strings_in(find_array(find_required(field), field, rule), field, item)
      .value_or(std::vector<std::string>());
}

std::optional<std::vector<std::string>> ObjectReader::optional_strings(std::string_view field,
                                                                       ArrayRule rule,
                                                                       StringRule item) {
  return strings_in(find_array(find(field), field, rule), field, item);
}

ObjectReader ObjectReader::required_object(std::string_view field) {
  const json* value = find_required(field);
  if (value == nullptr) return absent_child();
  if (value->is_object()) return child(*value, pointer(field));
  fault(field, "wrong-type", fmt::format("{} must be an object.", in_quotes(field)));
  return absent_child();
}

std::optional<ObjectReader> ObjectReader::optional_object(std::string_view field) {
  const json* value = find(field);
  if (value == nullptr) return std::nullopt;
  if (value->is_object()) return child(*value, pointer(field));
  fault(field, "wrong-type", fmt::format("{} must be an object.", in_quotes(field)));
  return std::nullopt;
}

std::vector<ObjectReader> ObjectReader::required_objects(std::string_view field, ArrayRule rule) {
  return objects_in(find_array(find_required(field), field, rule), field)
      .value_or(std::vector<ObjectReader>());
}

std::optional<std::vector<ObjectReader>> ObjectReader::optional_objects(std::string_view field,
                                                                        ArrayRule rule) {
  return objects_in(find_array(find(field), field, rule), field);
}

const json* ObjectReader::optional_array(std::string_view field, ArrayRule rule) {
  return find_array(find(field), field, rule);
}

const json* ObjectReader::optional_value(std::string_view field) {
  return find(field);
}

bool ObjectReader::takes_null(std::string_view field) {
  node_->nullable.emplace(field);
  node_->asked.emplace_back(field);  // whoever finds null here has no reason to ask again
  const auto found = node_->object->find(field);
  return found != node_->object->end() && found->is_null();
}

bool ObjectReader::has(std::string_view field) const {
  return node_->object->contains(field);
}

void ObjectReader::fault(std::string_view field, std::string_view code, std::string detail) {
  fault_at(pointer(field), code, std::move(detail));
}

void ObjectReader::fault(std::string_view field, std::size_t item, std::string_view code,
                         std::string detail) {
  fault_at(fmt::format("{}/{}", pointer(field), item), code, std::move(detail));
}

void ObjectReader::not_an_id(std::string_view field) {
  fault(field, "not-an-id", fmt::format("{} is not an id of the right kind.", in_quotes(field)));
}

void ObjectReader::fault_at(std::string pointer, std::string_view code, std::string detail) {
  if (document_->faults.size() == kMostFaults) return;
  document_->faults.push_back({.pointer = std::move(pointer),
                               .code = std::string(code),
                               .detail = PublicText(std::move(detail))});
}

std::string ObjectReader::pointer(std::string_view field) const {
  return node_->pointer + pointer_step(field);
}

Result<void> ObjectReader::finish() {
  for (const Node& node : document_->nodes) {
    for (const auto& [name, value] : node.object->items()) {
      if (std::find(node.asked.begin(), node.asked.end(), name) != node.asked.end()) continue;
      const std::optional<std::string_view> meant = nearest_word(name, node.asked);
      fault_at(node.pointer + pointer_step(name), "unknown-field",
               fmt::format("{} is not a field here.{}", in_quotes(name),
                           meant ? fmt::format(" Did you mean \"{}\"?", *meant) : ""));
    }
  }
  if (document_->faults.empty()) return {};
  return fail(Error::invalid(std::exchange(document_->faults, {})));
}

}  // namespace claviger::http
