#include "lenient_json.h"

#include <string>

#include <nlohmann/json.hpp>

#include "claviger/http/json_body.h"

namespace claviger::api::veeam {
namespace {

/// True if what follows, after white space, closes an array or an object.
bool closes(std::string_view rest) {
  const std::size_t next = rest.find_first_not_of(" \t\r\n");
  return next != std::string_view::npos && (rest[next] == ']' || rest[next] == '}');
}

/// Copies a text from behind its opening quote to its closing one, in double quotes; returns where
/// it ended.
std::size_t copy_text(std::string_view text, std::size_t begin, char quote, std::string& out) {
  out += '"';
  std::size_t i = begin;
  for (; i < text.size() && text[i] != quote; ++i) {
    const bool escapes = text[i] == '\\' && i + 1 < text.size();
    if (escapes && text[i + 1] == '\'') {
      out += text[++i];
    } else if (escapes) {
      out += text[i];
      out += text[++i];
    } else {
      if (text[i] == '"') out += '\\';
      out += text[i];
    }
  }
  if (i < text.size()) out += '"';
  return i;
}

std::string strict(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 16);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"' || text[i] == '\'')
      i = copy_text(text, i + 1, text[i], out);
    else if (text[i] != ',' || !closes(text.substr(i + 1)))
      out += text[i];
  }
  return out;
}

}  // namespace

Result<nlohmann::json> parse_lenient_json(std::string_view text) {
  return http::parse_json(strict(text));
}

}  // namespace claviger::api::veeam
