// The endpoints of one API, compiled so that a path finds its endpoint in a few comparisons.
//
// A path template is segments of literal text or a parameter in braces ("/devices/{id}/events").
// Segments match whole; a literal is compared byte for byte, so that another spelling of it ("%21"
// for
// "!") is not that literal; a parameter takes any one segment that is not empty. Where several
// templates match, the one with the literal in the earliest differing place wins (OpenAPI 3.1
// §4.8.8.2), whatever its methods: a method that it does not have is then refused, never looked for
// in a wider template.
//
// The compiled form is read in place by decide(). All numbers are little-endian; offsets count from
// the start.
//
//   table    = magic:u32 size:u32 nodes:u32 children:u32 terminals:u32 scopes:u32   (offsets)
//              scope_count:u32 base_path_offset:u32 base_path_length:u32 reserved:u32
//              node* child* terminal* scope* text
//   node     = first_child:u32 child_count:u32 parameter_node:u32 (0: none)
//              first_terminal:u32 terminal_count:u32                 node 0 is the root
//   child    = text_offset:u32 text_length:u32 node:u32              of one node, ascending by text
//   terminal = methods:u16 reserved:u16 endpoint:u32 scopes:u64[2]
//   scope    = text_offset:u32 text_length:u32                       in order of scope number
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "claviger/base/result.h"
#include "claviger/core/grant.h"
#include "claviger/core/method.h"
#include "claviger/core/scope_set.h"

namespace claviger::core {

/// One endpoint before it is compiled.
struct RouteSpec {
  EndpointNumber endpoint{};
  MethodSet methods;
  std::string path;  ///< template, "/devices/{id}"
  ScopeSet scopes;   ///< all of these are needed
};

/// What an API's calls are matched against, before it is compiled.
struct RouteTableSpec {
  std::string base_path;            ///< "" or "/v1": stripped from the path before it is matched
  std::vector<std::string> scopes;  ///< by scope number; at most kMaxScopesPerApi
  std::vector<RouteSpec> routes;
};

/// Deepest path, in segments, that a template or a call may have.
inline constexpr std::size_t kMaxPathSegments = 64;

/// True for a template that can be compiled: begins with '/', canonical literals without needless
/// escapes, whole-segment parameters, at most kMaxPathSegments. Otherwise `why` says what is wrong,
/// as the rest of a sentence ("has a query").
struct TemplateCheck {
  bool ok = false;
  std::string why;
};

[[nodiscard]] TemplateCheck check_path_template(std::string_view path);

/// The template with every parameter's name taken out ("/devices/{}"): equal for two templates
/// that match the same paths.
[[nodiscard]] std::string path_template_shape(std::string_view path);

struct RouteMatch {
  enum class Outcome : std::uint8_t {
    kUnreadable,  ///< the table is damaged
    kNoPath,      ///< no template matches
    kNoMethod,    ///< a template matches, but has no endpoint for this method
    kMatched,
  };

  Outcome outcome = Outcome::kUnreadable;
  EndpointNumber endpoint{};
  ScopeSet scopes;  ///< needed
};

/// A compiled table, read in place without allocation.
class RouteTable {
 public:
  RouteTable() = default;

  /// Any bytes: every offset is checked before it is followed.
  explicit RouteTable(std::span<const std::byte> bytes) : bytes_(bytes) {}

  /// Errors: kInvalidInput if a template is not one (check_path_template), if two routes of the
  /// same shape share a method, or if there are too many scopes.
  static Result<std::vector<std::byte>> encode(const RouteTableSpec& spec);

  /// Finds the endpoint of a canonical path (see canonical_request.h).
  [[nodiscard]] RouteMatch match(Method method, std::string_view path) const;

  [[nodiscard]] std::size_t scope_count() const;

  /// The scope's name; empty if there is none of that number.
  [[nodiscard]] std::string_view scope_name(std::size_t number) const;

 private:
  std::span<const std::byte> bytes_;
};

}  // namespace claviger::core
