#include "imported_keys.h"

#include "csv_reader.h"
#include "json_field.h"
#include "key_options.h"

#include <charconv>
#include <map>
#include <sstream>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "claviger/http/json_body.h"
#include "claviger/http/suggestion.h"

namespace claviger::cli {
namespace {

using nlohmann::json;

Error invalid(std::string text) {
  return Error::refused(ErrorCode::kInvalidInput, std::move(text));
}

const std::vector<std::string>& known_titles() {
  static const std::vector<std::string> titles = {"name",   "description", "secret",  "sha256",
                                                  "length", "alphabet",    "expires", "from"};
  return titles;
}

Result<void> check_titles(const std::vector<std::string>& titles) {
  for (const std::string& title : titles) {
    const auto& known = known_titles();
    if (std::find(known.begin(), known.end(), title) != known.end()) continue;
    // A file without titles begins with a key: what stands there is not repeated.
    const auto meant = http::nearest_word(title, known);
    return fail(invalid(fmt::format("The first line of CSV names the columns; there are {}{}",
                                    fmt::join(known, ", "),
                                    meant ? fmt::format(". Did you mean \"{}\"?", *meant) : ".")));
  }
  return {};
}

using Row = std::map<std::string, std::string>;

Result<Row> named_row(const std::vector<std::string>& titles, const std::vector<std::string>& cells,
                      std::size_t number) {
  if (cells.size() != titles.size())
    return fail(invalid(fmt::format("Key {} has {} cells, and there are {} columns.", number,
                                    cells.size(), titles.size())));
  Row row;
  for (std::size_t i = 0; i < titles.size(); ++i) {
    if (!cells[i].empty()) row[titles[i]] = cells[i];
  }
  return row;
}

Result<json> digest_of(const Row& row, std::size_t number) {
  json digest = json::object();
  for (const char* field : {"sha256", "alphabet"}) {
    if (const auto found = row.find(field); found != row.end()) digest[field] = found->second;
  }
  if (const auto found = row.find("length"); found != row.end()) {
    const std::string& text = found->second;
    int length = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), length);
    if (failure != std::errc() || end != text.data() + text.size())
      return fail(invalid(fmt::format("Key {}: its length is not a number.", number)));
    digest["length"] = length;
  }
  return digest;
}

json words_of(const std::string& text) {
  json words = json::array();
  std::istringstream in(text);
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

Result<json> key_of(const Row& row, std::size_t number, Time now) {
  json key = json::object();
  for (const char* field : {"name", "description", "secret"}) {
    if (const auto found = row.find(field); found != row.end()) key[field] = found->second;
  }
  if (row.contains("sha256")) key["digest"] = TRY(digest_of(row, number));
  if (const auto from = row.find("from"); from != row.end())
    key["allowedIps"] = words_of(from->second);
  const auto expires = row.find("expires");
  if (expires != row.end()) TRY(put_expiry(expires->second, now, key));
  return key;
}

Result<json> from_csv(std::string_view text, Time now) {
  const auto rows = TRY(read_csv(text));
  if (rows.size() < 2)
    return fail(invalid("There is no key: CSV has a line of titles, and a line for each key."));
  TRY(check_titles(rows.front()));
  json keys = json::array();
  for (std::size_t i = 1; i < rows.size(); ++i)
    keys.push_back(TRY(key_of(TRY(named_row(rows.front(), rows[i], i)), i, now)));
  return keys;
}

Result<json> from_json(std::string_view text) {
  json document = TRY(http::parse_json(text));
  if (document.is_object() && document.contains("keys")) document = json(document["keys"]);
  if (!document.is_array())
    return fail(invalid("The JSON is an array of keys, or an object that has it as \"keys\"."));
  return document;
}

}  // namespace

Result<json> imported_keys(std::string_view text, const json& grants, Time now) {
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  const bool is_json =
      start != std::string_view::npos && (text[start] == '[' || text[start] == '{');
  json keys = TRY(is_json ? from_json(text) : from_csv(text, now));
  for (json& key : keys) {
    if (!key.is_object()) return fail(invalid("One of the keys is no object."));
    if (!grants.is_null() && !key.contains("grants")) key["grants"] = grants;
  }
  return keys;
}

json without_secrets(json keys) {
  for (json& key : keys) {
    if (key.contains("secret")) key["secret"] = "…";
  }
  return keys;
}

}  // namespace claviger::cli
