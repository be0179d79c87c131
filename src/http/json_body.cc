#include "claviger/http/json_body.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace claviger::http {
namespace {

using nlohmann::json;

/// nlohmann's number for "this number is out of range" among its exceptions.
constexpr int kNumberOutOfRange = 406;

Error malformed(std::string text) {
  return Error::refused(ErrorCode::kMalformedRequest, std::move(text));
}

Error malformed_at(std::string pointer, std::string code, std::string text) {
  return malformed(text).with(
      {.pointer = std::move(pointer), .code = std::move(code), .detail = PublicText(text)});
}

Error syntax_error(std::string_view text, std::size_t position) {
  const std::string_view before = text.substr(0, position == 0 ? 0 : position - 1);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
  return malformed(fmt::format("The body is not valid JSON: see line {}, column {}.", line,
                               before.size() - line_begin + 1));
}

/// Builds the value from nlohmann's events and stops at the first thing that is not allowed. The
/// names of its member functions are nlohmann's.
class StrictBuilder final : public nlohmann::json_sax<json> {
 public:
  explicit StrictBuilder(std::string_view text) : text_(text) {}

  bool null() override { return put(nullptr); }

  bool boolean(bool value) override { return put(value); }

  bool number_integer(std::int64_t value) override { return put(value); }

  bool number_unsigned(std::uint64_t value) override { return put(value); }

  bool number_float(double value, const std::string& text) override {
    // An integer that 64 bits cannot hold arrives here, rounded.
    if (text.find_first_of(".eE") == std::string::npos) return number_out_of_range();
    return put(value);
  }

  bool string(std::string& value) override { return put(std::move(value)); }

  bool binary(json::binary_t&) override { return false; }  // JSON text has none

  bool start_object(std::size_t) override { return open(json::object()); }

  bool end_object() override { return close(); }

  bool start_array(std::size_t) override { return open(json::array()); }

  bool end_array() override { return close(); }

  bool key(std::string& name) override {
    json& object = *open_.back().value;
    open_.back().name = name;
    if (object.contains(name))
      return stop(malformed_at(pointer(), "duplicate-field",
                               "A name stands twice in the same JSON object."));
    return true;
  }

  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception& exception) override {
    if (exception.id == kNumberOutOfRange) return number_out_of_range();
    return stop(syntax_error(text_, position));
  }

  Result<json> result(bool parsed) && {
    if (error_) return fail(*std::move(error_));
    if (!parsed) return fail(syntax_error(text_, text_.size()));
    return std::move(root_);
  }

 private:
  /// An object or array whose end was not read yet.
  struct Open {
    json* value;
    std::string name;  ///< of the member being read, in an object
  };

  bool put(json value) {
    place(std::move(value));
    return true;
  }

  bool open(json value) {
    if (open_.size() == kMostJsonDepth)
      return stop(
          malformed_at(pointer(), "too-deep",
                       fmt::format("The JSON is nested deeper than {} levels.", kMostJsonDepth)));
    open_.push_back({.value = place(std::move(value)), .name = {}});
    return true;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  /// Puts `value` where the text has it. The address stays good until its own parent grows, and
  /// that is not before `value` is closed.
  json* place(json value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    Open& parent = open_.back();
    if (parent.value->is_array()) {
      parent.value->push_back(std::move(value));
      return &parent.value->back();
    }
    json& member = (*parent.value)[parent.name];
    member = std::move(value);
    return &member;
  }

  /// Of the value that is read next.
  std::string pointer() const {
    std::string text;
    for (const Open& step : open_) {
      // In the innermost array the value is to come; in the others it is the last one, and open.
      const std::size_t index = step.value->size() - (&step == &open_.back() ? 0 : 1);
      text += pointer_step(step.value->is_array() ? std::to_string(index) : step.name);
    }
    return text;
  }

  bool number_out_of_range() {
    return stop(
        malformed_at(pointer(), "out-of-range", "A number is too large to be held exactly."));
  }

  bool stop(Error error) {
    error_ = std::move(error);
    return false;
  }

  std::string_view text_;
  json root_;
  std::vector<Open> open_;
  std::optional<Error> error_;
};

}  // namespace

Result<json> parse_json(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.empty()) return fail(malformed("The body is empty; it must be a JSON value."));
  if (text.starts_with(kByteOrderMark))
    return fail(malformed("The body begins with a byte order mark; JSON has none."));
  // nlohmann takes a NUL for the end and would not look behind it.
  const std::size_t nul = text.find('\0');
  if (nul != std::string_view::npos) return fail(syntax_error(text, nul + 1));
  StrictBuilder builder(text);
  const bool parsed = json::sax_parse(text, &builder);
  return std::move(builder).result(parsed);
}

std::string pointer_step(std::string_view name) {
  std::string step = "/";
  for (char c : name) {
    if (c == '~')
      step += "~0";
    else if (c == '/')
      step += "~1";
    else
      step += c;
  }
  return step;
}

}  // namespace claviger::http
