#include "claviger/service/openapi_document.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string_view>

#include <boost/url/parse.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "claviger/core/canonical_request.h"
#include "claviger/core/route_table.h"
#include "claviger/core/scope_set.h"

namespace claviger::service {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxSummaryBytes = 300;
constexpr std::size_t kMaxPathBytes = 1000;

struct Operation {
  std::string_view field;
  core::Method method;
};

constexpr std::array<Operation, 7> kOperations = {{
    {"get", core::Method::kGet},
    {"head", core::Method::kHead},
    {"post", core::Method::kPost},
    {"put", core::Method::kPut},
    {"patch", core::Method::kPatch},
    {"delete", core::Method::kDelete},
    {"options", core::Method::kOptions},
}};

/// RFC 6749 §3.3 (scope-token). "*" stands for every scope in a grant, and so is no name.
bool is_scope_name(std::string_view name) {
  return !name.empty() && name.size() <= core::kMaxScopeBytes && name != "*" &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return c > 0x20 && c < 0x7F && c != '"' && c != '\\'; });
}

/// "~" and "/" as a JSON Pointer writes them (RFC 6901 §3).
std::string pointer_step(std::string_view name) {
  std::string step = "/";
  for (const char c : name) {
    if (c == '~')
      step += "~0";
    else if (c == '/')
      step += "~1";
    else
      step += c;
  }
  return step;
}

/// At most so many bytes, cut between characters of UTF-8.
std::string shortened(std::string text, std::size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  while (max_bytes > 0 && (static_cast<unsigned char>(text[max_bytes]) & 0xC0U) == 0x80)
    --max_bytes;
  text.resize(max_bytes);
  return text;
}

std::string text_of(const json& object, const char* field) {
  const auto found = object.find(field);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

class DocumentReader {
 public:
  explicit DocumentReader(const json& document) : document_(document) {}

  Result<OpenApiDocument> read() {
    if (!read_head()) return fail(Error::invalid(std::move(faults_)));
    read_servers();
    const json& paths = document_.at("paths");
    for (const auto& [path, item] : paths.items()) {
      if (is_too_large_) break;
      read_path(path, item);
    }
    if (result_.endpoints.empty() && faults_.empty())
      fault("/paths", "no-endpoints", "The document describes no operation.");
    if (!faults_.empty()) return fail(Error::invalid(std::move(faults_)));
    return std::move(result_);
  }

 private:
  /// Scopes in the order in which they are named first.
  struct NamedScopes {
    std::vector<std::string> names;
    std::set<std::string_view> seen;
  };

  void fault(std::string pointer, std::string code, std::string detail) {
    if (faults_.size() < kMostFaults)
      faults_.push_back({std::move(pointer), std::move(code), PublicText(std::move(detail))});
  }

  /// A fault that ends the reading: what follows would only cost time.
  void too_large(std::string pointer, std::string code, std::string detail) {
    is_too_large_ = true;
    if (faults_.size() == kMostFaults) faults_.pop_back();
    fault(std::move(pointer), std::move(code), std::move(detail));
  }

  bool read_head() {
    if (!document_.is_object() || !text_of(document_, "openapi").starts_with("3.")) {
      fault("/openapi", "not-openapi-3",
            "This is not an OpenAPI 3 document: it has no field \"openapi\" with a version 3.x. "
            "(Swagger 2.0 documents must be converted first.)");
      return false;
    }
    const auto paths = document_.find("paths");
    if (paths == document_.end() || !paths->is_object()) {
      fault("/paths", "missing", "The document has no object \"paths\".");
      return false;
    }
    if (const auto info = document_.find("info"); info != document_.end() && info->is_object())
      result_.title = shortened(text_of(*info, "title"), kMaxSummaryBytes);
    return true;
  }

  void read_servers() {
    const auto servers = document_.find("servers");
    if (servers == document_.end() || !servers->is_array() || servers->empty()) return;
    const std::string url = servers->front().is_object() ? text_of(servers->front(), "url") : "";
    const auto parsed = boost::urls::parse_uri_reference(url);
    std::string path = parsed ? std::string(parsed->encoded_path()) : std::string("{");
    while (path.ends_with('/')) path.pop_back();
    const bool usable =
        path.empty() || (path.find('{') == std::string::npos && core::is_canonical_path(path));
    if (!usable) {
      fault("/servers/0/url", "not-a-base-path",
            fmt::format("The path of the server URL \"{}\" cannot be a base path; give it without "
                        "variables and in canonical form.",
                        shortened(url, 100)));
      return;
    }
    result_.base_path = path;
  }

  void read_path(const std::string& path, const json& item) {
    const std::string pointer = "/paths" + pointer_step(path);
    if (path.starts_with("x-")) return;  // an extension, OpenAPI 3.1 §4.9
    const core::TemplateCheck check = core::check_path_template(path);
    if (!check.ok || path.size() > kMaxPathBytes) {
      fault(pointer, "not-a-path",
            fmt::format("The path \"{}\" {}.", shortened(path, 100),
                        check.ok ? std::string("is too long") : check.why));
      return;
    }
    if (!item.is_object() || item.contains("$ref")) {
      fault(pointer, "not-a-path-item",
            "This path has no description of its own here; put it in place of the reference.");
      return;
    }
    if (item.contains("trace"))
      fault(pointer + "/trace", "trace", "TRACE cannot be granted; take it out of the document.");
    for (const Operation& operation : kOperations) {
      const auto found = item.find(operation.field);
      if (found == item.end()) continue;
      if (operation.method == core::Method::kHead && item.contains("get")) continue;
      if (is_too_large_) return;
      read_operation(operation, path, *found, pointer + "/" + std::string(operation.field));
    }
  }

  void read_operation(const Operation& operation, const std::string& path, const json& description,
                      const std::string& pointer) {
    if (!description.is_object()) {
      fault(pointer, "not-an-operation", "An operation must be an object.");
      return;
    }
    DocumentedEndpoint endpoint{
        .method = operation.method,
        .path = path,
        .summary = shortened(text_of(description, "summary"), kMaxSummaryBytes),
        .scopes = {}};
    endpoint.scopes = description.contains("security")
                          ? read_scopes(description.at("security"), pointer + "/security")
                          : scopes_of_document();
    result_.endpoints.push_back(std::move(endpoint));
    if (result_.endpoints.size() > kMaxEndpoints)
      too_large("/paths", "too-many-endpoints",
                fmt::format("The document describes more than {} operations.", kMaxEndpoints));
  }

  /// What an operation needs that does not say so itself. Read once, however many there are.
  const std::vector<std::string>& scopes_of_document() {
    if (!scopes_of_document_)
      scopes_of_document_ = document_.contains("security")
                                ? read_scopes(document_.at("security"), "/security")
                                : std::vector<std::string>();
    return *scopes_of_document_;
  }

  std::vector<std::string> read_scopes(const json& security, const std::string& pointer) {
    const auto wrong = [&] {
      fault(pointer, "not-security",
            "\"security\" must be a list of objects, each naming schemes with lists of scopes.");
      return std::vector<std::string>();
    };
    NamedScopes named;
    if (!security.is_array()) return wrong();
    for (std::size_t i = 0; i < security.size(); ++i) {
      if (!security[i].is_object()) return wrong();
      for (const auto& [scheme, names] : security[i].items()) {
        if (!names.is_array()) return wrong();
        read_scope_names(names, fmt::format("{}/{}{}", pointer, i, pointer_step(scheme)), named);
      }
    }
    return std::move(named.names);
  }

  void read_scope_names(const json& names, const std::string& pointer, NamedScopes& named) {
    for (std::size_t i = 0; i < names.size() && !is_too_large_; ++i) {
      if (!names[i].is_string() || !is_scope_name(names[i].get_ref<const std::string&>())) {
        fault(fmt::format("{}/{}", pointer, i), "not-a-scope",
              "A scope is 1 to 100 printable ASCII characters without space, quote and "
              "backslash, and not \"*\".");
        continue;
      }
      const auto& name = names[i].get_ref<const std::string&>();
      if (!named.seen.insert(name).second) continue;
      named.names.push_back(name);
      known_scopes_.insert(name);
      if (known_scopes_.size() > core::kMaxScopesPerApi)
        too_large(fmt::format("{}/{}", pointer, i), "too-many-scopes",
                  fmt::format("The document names more than {} scopes, which is the most that an "
                              "API can have.",
                              core::kMaxScopesPerApi));
    }
  }

  const json& document_;
  OpenApiDocument result_;
  std::vector<Fault> faults_;
  std::set<std::string_view> known_scopes_;  // of the whole document; the names are the document's
  std::optional<std::vector<std::string>> scopes_of_document_;
  bool is_too_large_ = false;
};

}  // namespace

Result<OpenApiDocument> read_openapi_document(const json& document) {
  return DocumentReader(document).read();
}

}  // namespace claviger::service
