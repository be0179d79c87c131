// ObjectReader: takes the fields of a JSON object, and remembers everything that is wrong with it.
//
//   ObjectReader body(document);
//   const std::string name = body.required_string("name", {.max_bytes = 200});
//   const auto api = body.optional_id<ApiId>("api");
//   for (ObjectReader& grant : body.required_objects("grants", {.max_items = 50}))
//     grants.push_back(read_grant(grant));
//   TRY(body.finish());   // before any of the values is used
//
// What a reader asks for is what an object may hold: finish() reports every other field as unknown.
// A field that is wrong yields an empty value and a fault, so that one answer names every fault.
//
// `null` is of the wrong type for every field that takes_null() was not called on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "claviger/base/id.h"
#include "claviger/base/result.h"
#include "claviger/base/time.h"

namespace claviger::http {

enum class Lines { kOne, kMany };         ///< kMany: line breaks and tabs may stand in the text
enum class Empty { kRefused, kAllowed };  ///< whether "" is a value

struct StringRule {
  std::size_t max_bytes = 200;
  Lines lines = Lines::kOne;
  Empty empty = Empty::kRefused;
};

struct IntegerRule {
  std::int64_t min = std::numeric_limits<std::int64_t>::min();
  std::int64_t max = std::numeric_limits<std::int64_t>::max();
};

struct ArrayRule {
  std::size_t min_items = 0;
  std::size_t max_items = 100;
};

/// A handle on one object of a document: copies read the same object, and every reader that came
/// from one root shares its faults. The document outlives them all. For one thread.
class ObjectReader {
 public:
  /// Reads `document` itself; that it is no object is a fault of its own.
  explicit ObjectReader(const nlohmann::json& document);

  // Each field is asked for once, by its name in JSON. An optional field that is absent, or that is
  // null after takes_null(), yields nullopt.

  std::string required_string(std::string_view field, StringRule rule);
  std::optional<std::string> optional_string(std::string_view field, StringRule rule);
  bool required_bool(std::string_view field);
  std::optional<bool> optional_bool(std::string_view field);
  std::int64_t required_integer(std::string_view field, IntegerRule rule);
  std::optional<std::int64_t> optional_integer(std::string_view field, IntegerRule rule);

  /// RFC 3339.
  Time required_time(std::string_view field);
  std::optional<Time> optional_time(std::string_view field);

  /// One of the words `choices`.
  std::string required_choice(std::string_view field,
                              std::initializer_list<std::string_view> choices);
  std::optional<std::string> optional_choice(std::string_view field,
                                             std::initializer_list<std::string_view> choices);

  template <class IdType>
  IdType required_id(std::string_view field) {
    return parsed_id<IdType>(field, required_string(field, {.max_bytes = kLongestId}));
  }

  template <class IdType>
  std::optional<IdType> optional_id(std::string_view field) {
    const std::optional<std::string> text = optional_string(field, {.max_bytes = kLongestId});
    if (!text) return std::nullopt;
    return parsed_id<IdType>(field, *text);
  }

  /// An array of ids; a wrong one is named by its place.
  template <class IdType>
  std::vector<IdType> required_ids(std::string_view field, ArrayRule rule) {
    return parsed_ids<IdType>(
               ids_in(find_array(find_required(field), field, rule), field, is_id<IdType>))
        .value_or(std::vector<IdType>());
  }

  template <class IdType>
  std::optional<std::vector<IdType>> optional_ids(std::string_view field, ArrayRule rule) {
    return parsed_ids<IdType>(ids_in(find_array(find(field), field, rule), field, is_id<IdType>));
  }

  /// An array of strings, each by `item`.
  std::vector<std::string> required_strings(std::string_view field, ArrayRule rule,
                                            StringRule item);
  std::optional<std::vector<std::string>> optional_strings(std::string_view field, ArrayRule rule,
                                                           StringRule item);

  ObjectReader required_object(std::string_view field);
  std::optional<ObjectReader> optional_object(std::string_view field);
  std::vector<ObjectReader> required_objects(std::string_view field, ArrayRule rule);
  std::optional<std::vector<ObjectReader>> optional_objects(std::string_view field, ArrayRule rule);

  /// An array whose items are read by the caller; nullptr if it is absent or wrong.
  const nlohmann::json* optional_array(std::string_view field, ArrayRule rule);

  /// Any value, as it stands; nullptr if it is absent.
  const nlohmann::json* optional_value(std::string_view field);

  /// Lets `field` be null from now on. True if it is: distinct from absent, where null means
  /// something ("expiresAt": null is never).
  bool takes_null(std::string_view field);

  /// True if the field is there, null or not.
  [[nodiscard]] bool has(std::string_view field) const;

  /// Reports a fault that only the caller can see, in `field` of this object.
  void fault(std::string_view field, std::string_view code, std::string detail);

  /// The same in one item of the array `field`.
  void fault(std::string_view field, std::size_t item, std::string_view code, std::string detail);

  /// The JSON Pointer of `field` in the document.
  [[nodiscard]] std::string pointer(std::string_view field) const;

  /// Every fault found in the whole document so far, unknown fields included, as one kInvalidInput;
  /// nothing if there is none. Call it on any of the document's readers, after the last read.
  [[nodiscard]] Result<void> finish();

 private:
  struct Node;
  struct Document;

  static constexpr std::size_t kLongestId = 64;

  ObjectReader(std::shared_ptr<Document> document, Node* node);

  ObjectReader child(const nlohmann::json& value, std::string pointer);
  /// A reader whose every read is quiet and empty, for an object that is itself missing.
  ObjectReader absent_child();

  const nlohmann::json* find(std::string_view field);
  const nlohmann::json* find_required(std::string_view field);
  const nlohmann::json* find_array(const nlohmann::json* value, std::string_view field,
                                   ArrayRule rule);

  std::optional<std::string> string_in(const nlohmann::json* value, std::string_view field,
                                       StringRule rule);
  std::optional<bool> bool_in(const nlohmann::json* value, std::string_view field);
  std::optional<std::int64_t> integer_in(const nlohmann::json* value, std::string_view field,
                                         IntegerRule rule);
  std::optional<std::vector<std::string>> strings_in(const nlohmann::json* value,
                                                     std::string_view field, StringRule item);
  /// Those of the texts that are ids; each other one is a fault of its own.
  std::optional<std::vector<std::string>> ids_in(const nlohmann::json* value,
                                                 std::string_view field,
                                                 bool (*is_one)(std::string_view));
  std::optional<std::vector<ObjectReader>> objects_in(const nlohmann::json* value,
                                                      std::string_view field);
  std::optional<Time> time_in(std::string_view field, const std::optional<std::string>& text);
  std::optional<std::string> choice_in(std::string_view field, std::optional<std::string> text,
                                       std::initializer_list<std::string_view> choices);

  void fault_at(std::string pointer, std::string_view code, std::string detail);

  template <class IdType>
  IdType parsed_id(std::string_view field, const std::string& text) {
    const std::optional<IdType> id = IdType::parse(text);
    if (!id && !text.empty()) not_an_id(field);
    return id.value_or(IdType());
  }

  template <class IdType>
  static bool is_id(std::string_view text) {
    return IdType::parse(text).has_value();
  }

  template <class IdType>
  static std::optional<std::vector<IdType>> parsed_ids(
      const std::optional<std::vector<std::string>>& texts) {
    if (!texts) return std::nullopt;
    std::vector<IdType> ids;
    for (const std::string& text : *texts) ids.push_back(IdType::parse(text).value_or(IdType()));
    return ids;
  }

  void not_an_id(std::string_view field);

  std::shared_ptr<Document> document_;
  Node* node_;
};

}  // namespace claviger::http
