#include "yaml_body.h"

#include <exception>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <yaml-cpp/yaml.h>

#include "claviger/base/encoding.h"

namespace claviger::api {
namespace {

constexpr int kMostLevels = 64;
constexpr std::size_t kMostValues = 200'000;
/// Twice what the largest body can say without aliases.
constexpr std::size_t kMostTextBytes = 16 * 1024 * 1024;
/// The library takes the square of the number of open brackets in time. Those in texts count, too,
/// but no text leaves so many open.
constexpr int kMostOpenBrackets = 1000;

tl::unexpected<Error> malformed(const YAML::Mark& mark, std::string_view what) {
  const std::string place =
      mark.is_null() ? std::string()
                     : fmt::format(" (line {}, column {})", mark.line + 1, mark.column + 1);
  return fail(
      Error::refused(ErrorCode::kMalformedRequest,
                     fmt::format("The body is not YAML that can be read: {}{}.", what, place)));
}

bool has_too_many_open_brackets(std::string_view text) {
  int open = 0;
  for (const char c : text) {
    if (c == '[' || c == '{') ++open;
    if ((c == ']' || c == '}') && open > 0) --open;
    if (open > kMostOpenBrackets) return true;
  }
  return false;
}

class Converter {
 public:
  Result<nlohmann::json> convert(const YAML::Node& node, int level) {
    // Aliases can make a small text stand for billions of values.
    if (++values_ > kMostValues) return malformed(node.Mark(), "it stands for too many values");
    if (level > kMostLevels) return malformed(node.Mark(), "it is nested too deeply");
    switch (node.Type()) {
      case YAML::NodeType::Scalar:
        TRY(count_text(node));
        return nlohmann::json(node.Scalar());
      case YAML::NodeType::Sequence:
        return convert_sequence(node, level);
      case YAML::NodeType::Map:
        return convert_map(node, level);
      case YAML::NodeType::Null:
      case YAML::NodeType::Undefined:
        return nlohmann::json(nullptr);
    }
    return nlohmann::json(nullptr);
  }

 private:
  /// Each alias copies the text that it stands for.
  Result<void> count_text(const YAML::Node& scalar) {
    text_bytes_ += scalar.Scalar().size();
    if (text_bytes_ > kMostTextBytes)
      return malformed(scalar.Mark(), "it stands for too much text");
    return {};
  }

  Result<nlohmann::json> convert_sequence(const YAML::Node& node, int level) {
    nlohmann::json array = nlohmann::json::array();
    for (const YAML::Node& item : node) array.push_back(TRY(convert(item, level + 1)));
    return array;
  }

  Result<nlohmann::json> convert_map(const YAML::Node& node, int level) {
    nlohmann::json object = nlohmann::json::object();
    for (const auto& pair : node) {
      if (!pair.first.IsScalar()) return malformed(pair.first.Mark(), "a name in a map is no text");
      TRY(count_text(pair.first));
      const std::string& name = pair.first.Scalar();
      if (object.contains(name))
        return malformed(pair.first.Mark(), fmt::format("\"{}\" stands twice in one map", name));
      object[name] = TRY(convert(pair.second, level + 1));
    }
    return object;
  }

  std::size_t values_ = 0;
  std::size_t text_bytes_ = 0;
};

}  // namespace

Result<nlohmann::json> parse_yaml(std::string_view text) {
  if (!is_utf8(text)) return malformed(YAML::Mark::null_mark(), "it is not UTF-8");
  if (has_too_many_open_brackets(text))
    return malformed(YAML::Mark::null_mark(), "it is nested too deeply");
  // The library reports by exceptions; they end here.
  try {
    return Converter().convert(YAML::Load(std::string(text)), 0);
  } catch (const YAML::Exception& error) {
    return malformed(error.mark, error.msg);
  } catch (const std::exception& error) {
    return malformed(YAML::Mark::null_mark(), error.what());
  }
}

}  // namespace claviger::api
