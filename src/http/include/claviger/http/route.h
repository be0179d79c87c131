// A route: what the server knows of one operation before it reads a request's body.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "claviger/http/message.h"

namespace claviger::http {

/// The parts of a path that the template left open, percent-decoded: UTF-8 without control
/// characters and without "/" (but in what `{name*}` matched, where "/" parts the segments).
class PathParameters {
 public:
  void add(std::string_view name, std::string value) {
    parameters_.emplace_back(std::string(name), std::move(value));
  }

  /// Empty if the template has no `{name}`; one that it has is never empty (`{name*}` may be).
  [[nodiscard]] std::string_view get(std::string_view name) const {
    for (const auto& [known, value] : parameters_) {
      if (known == name) return value;
    }
    return {};
  }

 private:
  std::vector<std::pair<std::string, std::string>> parameters_;
};

/// Called on a worker thread, by many at once; may block, and looks at Request::deadline when it
/// does. What it throws becomes a 500.
using Handler = std::function<Response(const Request&, const PathParameters&)>;

/// Asked, on a worker thread, before a body is read that is longer than kBytesForAnybody, or that
/// does not say how long it is: a response refuses the request unread. The body is empty yet.
using Admission = std::function<std::optional<Response>(const Request&)>;

inline constexpr std::size_t kBytesForAnybody = 64 * 1024;

/// No field but the last has a default: Router::build() refuses a route with one left out.
struct Route {
  std::string method;
  /// Segments are literals or `{name}`, which matches one segment that is not empty. The last one
  /// may be `{name*}`: it matches the rest of the path, if nothing else does.
  std::string path;
  std::size_t max_body_bytes;
  /// Media types without parameters that a body may have; `*/*` is any. Empty exactly where
  /// max_body_bytes is 0.
  std::vector<std::string> content_types;
  /// From the last byte of the request to the handler's end, waiting for a worker included. A
  /// request that waited this long is answered with 503 and not begun.
  std::chrono::milliseconds time_budget;
  Handler handler;
  Admission admission = {};  ///< without one, everybody is admitted
};

}  // namespace claviger::http
