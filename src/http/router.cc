#include "claviger/http/router.h"

#include "percent.h"
#include "target.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace claviger::http {
namespace {

struct Segment {
  enum class Kind { kLiteral, kParameter, kRest };

  Kind kind;
  std::string text;  ///< of a literal; else the parameter's name
};

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> segments;
  path.remove_prefix(1);
  for (;;) {
    const std::size_t slash = path.find('/');
    segments.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return segments;
    path.remove_prefix(slash + 1);
  }
}

bool is_word(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_unreserved);
}

std::optional<Segment> parse_segment(std::string_view text) {
  if (!text.starts_with('{')) {
    if (!text.empty() && !is_word(text)) return std::nullopt;
    return Segment{.kind = Segment::Kind::kLiteral, .text = std::string(text)};
  }
  if (!text.ends_with('}')) return std::nullopt;
  std::string_view name = text.substr(1, text.size() - 2);
  Segment::Kind kind = Segment::Kind::kParameter;
  if (name.ends_with('*')) {
    kind = Segment::Kind::kRest;
    name.remove_suffix(1);
  }
  if (!is_word(name)) return std::nullopt;
  return Segment{.kind = kind, .text = std::string(name)};
}

Error defect(const Route& route, std::string_view what) {
  return Error::internal(fmt::format("route \"{} {}\": {}", route.method, route.path, what));
}

Result<void> check_fields(const Route& route) {
  if (!is_word(route.method)) return fail(defect(route, "its method is no token"));
  if (route.method == "HEAD") return fail(defect(route, "GET answers HEAD"));
  if (!route.path.starts_with('/')) return fail(defect(route, "its path must begin with /"));
  if (route.time_budget <= std::chrono::milliseconds::zero())
    return fail(defect(route, "it has no time budget"));
  if (!route.handler) return fail(defect(route, "it has no handler"));
  if (route.content_types.empty() != (route.max_body_bytes == 0))
    return fail(defect(route, "content types and a body limit go together"));
  return {};
}

Result<std::vector<Segment>> parse_template(const Route& route) {
  std::vector<Segment> segments;
  const std::vector<std::string_view> texts = split(route.path);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::optional<Segment> segment = parse_segment(texts[i]);
    const bool last = i + 1 == texts.size();
    if (!segment || (!last && (segment->text.empty() || segment->kind == Segment::Kind::kRest)))
      return fail(defect(route, fmt::format("the segment \"{}\" cannot be read", texts[i])));
    segments.push_back(*segment);
  }
  return segments;
}

bool is_at_or_below(std::string_view path, std::string_view base) {
  if (!path.starts_with(base)) return false;
  return path.size() == base.size() || path[base.size()] == '/';
}

}  // namespace

/// A place in the tree of all templates, one level per segment.
struct Router::Node {
  std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
  std::unique_ptr<Node> parameter;  ///< for any other segment that is not empty
  std::unique_ptr<Node> rest;       ///< for all segments from here on
  std::string name;                 ///< of the parameter that leads here
  std::map<std::string, std::unique_ptr<const Route>, std::less<>> methods;  ///< that end here

  Node* below(const Segment& segment);
  [[nodiscard]] const Route* route_for(std::string_view method) const;
  [[nodiscard]] std::string allow() const;
};

/// The node behind `segment`, made if it is not there; nullptr if the place has another name.
Router::Node* Router::Node::below(const Segment& segment) {
  if (segment.kind == Segment::Kind::kLiteral) {
    std::unique_ptr<Node>& node = literals[segment.text];
    if (!node) node = std::make_unique<Node>();
    return node.get();
  }
  std::unique_ptr<Node>& node = segment.kind == Segment::Kind::kParameter ? parameter : rest;
  if (!node) {
    node = std::make_unique<Node>();
    node->name = segment.text;
  }
  return node->name == segment.text ? node.get() : nullptr;
}

const Route* Router::Node::route_for(std::string_view method) const {
  // add() takes no route for HEAD: GET's answers it.
  const auto found = methods.find(method == "HEAD" ? "GET" : method);
  return found == methods.end() ? nullptr : found->second.get();
}

std::string Router::Node::allow() const {
  std::string methods_text;
  for (const auto& [method, route] : methods) {
    if (!methods_text.empty()) methods_text += ", ";
    methods_text += method == "GET" ? "GET, HEAD" : method;
  }
  return methods_text;
}

/// One search: which node a path leads to, and what the parameters on the way took.
class Router::Walk {
 public:
  explicit Walk(std::vector<std::string_view> path) : path_(std::move(path)) {}

  /// The best end below `node` for the path from `depth` on; nullptr if there is none. Every node
  /// of the tree is entered once at most.
  const Node* from(const Node& node, std::size_t depth) {
    if (depth == path_.size()) return node.methods.empty() ? nullptr : &node;
    const auto literal = node.literals.find(path_[depth]);
    if (literal != node.literals.end()) {
      if (const Node* end = from(*literal->second, depth + 1)) return end;
    }
    if (node.parameter && !path_[depth].empty()) {
      taken_.push_back({.name = node.parameter->name, .begin = depth, .end = depth + 1});
      if (const Node* end = from(*node.parameter, depth + 1)) return end;
      taken_.pop_back();
    }
    if (!node.rest) return nullptr;
    taken_.push_back({.name = node.rest->name, .begin = depth, .end = path_.size()});
    return node.rest.get();
  }

  /// The parameters on the way to the end that from() found.
  [[nodiscard]] Result<PathParameters> parameters() const {
    PathParameters parameters;
    for (const Taken& taken : taken_) {
      std::string value = TRY(decode_segment(path_[taken.begin]));
      for (std::size_t i = taken.begin + 1; i < taken.end; ++i) {
        const std::string segment = TRY(decode_segment(path_[i]));
        value += '/' + segment;
      }
      parameters.add(taken.name, std::move(value));
    }
    return parameters;
  }

 private:
  struct Taken {
    std::string_view name;
    std::size_t begin;
    std::size_t end;
  };

  std::vector<std::string_view> path_;
  std::vector<Taken> taken_;
};

Router::Router() : root_(std::make_unique<Node>()) {}

Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;
Router::~Router() = default;

Result<Router> Router::build(std::vector<Route> routes, std::vector<ProblemForm> forms) {
  Router router;
  router.forms_ = std::move(forms);
  for (Route& route : routes) TRY(router.add(std::move(route)));
  return router;
}

Result<void> Router::add(Route route) {
  TRY(check_fields(route));
  const std::vector<Segment> segments = TRY(parse_template(route));
  Node* node = root_.get();
  for (const Segment& segment : segments) {
    node = node->below(segment);
    if (node == nullptr)
      return fail(defect(route, fmt::format("another route calls {{{}}} otherwise", segment.text)));
  }
  if (node->methods.contains(route.method)) return fail(defect(route, "it stands twice"));
  std::string method = route.method;
  node->methods.emplace(std::move(method), std::make_unique<const Route>(std::move(route)));
  return {};
}

Router::Outcome Router::find(std::string_view method, std::string_view path) const {
  if (!path.starts_with('/')) return NoSuchPath{};
  Walk walk(split(path));
  const Node* end = walk.from(*root_, 0);
  if (end == nullptr) return NoSuchPath{};
  const Route* route = end->route_for(method);
  if (route == nullptr) return NoSuchMethod{.allow = end->allow()};
  Result<PathParameters> parameters = walk.parameters();
  if (!parameters) return MalformedPath{.error = std::move(parameters).error()};
  return Match{.route = route, .parameters = *std::move(parameters)};
}

Response Router::refusal(const Problem& problem, const Request& request) const {
  const auto form = std::find_if(forms_.begin(), forms_.end(), [&](const ProblemForm& candidate) {
    return is_at_or_below(request.path, candidate.base);
  });
  return form == forms_.end() ? problem_response(problem, request.id)
                              : form->response(problem, request.id);
}

}  // namespace claviger::http
