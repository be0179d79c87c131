#include "document_input.h"

#include "file.h"

#include <iterator>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "claviger/http/json_body.h"

namespace claviger::cli {
namespace {

constexpr std::size_t kMostBytes = 16 << 20;

std::string content_type_of(const std::string& text) {
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  const bool is_json = start != std::string::npos && (text[start] == '{' || text[start] == '[');
  return is_json ? "application/json" : "application/yaml";
}

}  // namespace

Result<Body> read_document(Context& context, const std::string& path) {
  std::optional<std::string> text;
  if (path == "-") {
    std::istream& in = context.environment().in;
    text.emplace(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  } else {
    text = TRY(read_file(path, kMostBytes));
  }
  if (!text)
    return fail(
        Error::refused(ErrorCode::kInvalidInput, fmt::format("The file {} does not exist.", path)));
  if (text->empty())
    return fail(Error::refused(ErrorCode::kInvalidInput,
                               fmt::format("{} is empty.", path == "-" ? "Standard input" : path)));
  std::string content_type = content_type_of(*text);
  return document_body(*std::move(text), std::move(content_type), path);
}

Result<nlohmann::json> read_json(Context& context, const std::string& path) {
  const Body body = TRY(read_document(context, path));
  auto parsed = http::parse_json(body.text);
  if (parsed) return parsed;
  return fail(Error::refused(ErrorCode::kInvalidInput,
                             fmt::format("{}: {}", path == "-" ? "Standard input" : path,
                                         parsed.error().public_text().str())));
}

}  // namespace claviger::cli
