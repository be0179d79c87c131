#include "claviger/core/route_table.h"

#include "path_text.h"
#include "wire.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "claviger/core/canonical_request.h"

namespace claviger::core {
namespace {

constexpr std::uint32_t kMagic = 0x31545243;  // "CRT1"
constexpr std::uint32_t kNoNode = 0;          // the root is nobody's child

struct HeadRecord {
  std::uint32_t magic;
  std::uint32_t size;
  std::uint32_t nodes;
  std::uint32_t children;
  std::uint32_t terminals;
  std::uint32_t scopes;
  std::uint32_t scope_count;
  std::uint32_t base_path_offset;
  std::uint32_t base_path_length;
  std::uint32_t reserved;
};

struct NodeRecord {
  std::uint32_t first_child;
  std::uint32_t child_count;
  std::uint32_t parameter_node;
  std::uint32_t first_terminal;
  std::uint32_t terminal_count;
};

struct ChildRecord {
  std::uint32_t text_offset;
  std::uint32_t text_length;
  std::uint32_t node;
};

struct TerminalRecord {
  std::uint16_t methods;
  std::uint16_t reserved;
  std::uint32_t endpoint;
  std::uint64_t scopes[2];
};

struct TextRecord {
  std::uint32_t text_offset;
  std::uint32_t text_length;
};

/// Cuts the next segment off `rest`, which begins with '/' ("/a/b" -> "a", rest "/b").
std::string_view next_segment(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('/', 1), rest.size());
  const std::string_view segment = rest.substr(1, end - 1);
  rest.remove_prefix(end);
  return segment;
}

/// True if an escape stands for a character that could stand as it is, or is not in capitals
/// (RFC 3986 §6.2.2): some other spelling of the text is then the usual one.
bool has_needless_escape(std::string_view segment) {
  const auto is_small = [](char c) { return c >= 'a' && c <= 'f'; };
  for (std::size_t at = segment.find('%'); at != std::string_view::npos;
       at = segment.find('%', at + 1)) {
    const std::optional<unsigned char> escaped = leading_escape(segment.substr(at));
    if (escaped &&
        (is_plain_in_segment(*escaped) || is_small(segment[at + 1]) || is_small(segment[at + 2])))
      return true;
  }
  return false;
}

bool is_parameter(std::string_view segment) {
  return segment.size() >= 2 && segment.front() == '{' && segment.back() == '}';
}

// ---- compiling

struct BuildNode {
  std::map<std::string, std::uint32_t, std::less<>> literals;
  std::uint32_t parameter = kNoNode;
  std::vector<TerminalRecord> terminals;
};

class Builder {
 public:
  Result<void> add(const RouteSpec& route) {
    const TemplateCheck check = check_path_template(route.path);
    if (!check.ok)
      return fail(Error::refused(ErrorCode::kInvalidInput,
                                 fmt::format("The path \"{}\" {}.", route.path, check.why)));
    std::uint32_t node = 0;
    for (std::string_view rest = route.path; !rest.empty();) node = step(node, next_segment(rest));
    for (const TerminalRecord& other : nodes_[node].terminals) {
      if (!(MethodSet(other.methods) & route.methods).empty())
        return fail(Error::refused(
            ErrorCode::kInvalidInput,
            fmt::format("Two endpoints answer the same method on \"{}\".", route.path)));
    }
    nodes_[node].terminals.push_back({.methods = route.methods.bits(),
                                      .reserved = 0,
                                      .endpoint = static_cast<std::uint32_t>(route.endpoint),
                                      .scopes = {route.scopes.words[0], route.scopes.words[1]}});
    return {};
  }

  std::vector<std::byte> finish(const RouteTableSpec& spec) {
    std::vector<NodeRecord> nodes;
    std::vector<ChildRecord> children;
    std::vector<TerminalRecord> terminals;
    for (const BuildNode& node : nodes_) {
      nodes.push_back({.first_child = count(children),
                       .child_count = count(node.literals),
                       .parameter_node = node.parameter,
                       .first_terminal = count(terminals),
                       .terminal_count = count(node.terminals)});
      for (const auto& [text, child] : node.literals) {
        const TextRecord at = keep(text);
        children.push_back({at.text_offset, at.text_length, child});
      }
      terminals.insert(terminals.end(), node.terminals.begin(), node.terminals.end());
    }
    std::vector<TextRecord> scopes;
    for (const std::string& scope : spec.scopes) scopes.push_back(keep(scope));
    const TextRecord base_path = keep(spec.base_path);

    HeadRecord head{.magic = kMagic,
                    .size = 0,
                    .nodes = sizeof(HeadRecord),
                    .children = 0,
                    .terminals = 0,
                    .scopes = 0,
                    .scope_count = count(scopes),
                    .base_path_offset = 0,
                    .base_path_length = base_path.text_length,
                    .reserved = 0};
    head.children = head.nodes + count(nodes) * std::uint32_t{sizeof(NodeRecord)};
    head.terminals = head.children + count(children) * std::uint32_t{sizeof(ChildRecord)};
    head.scopes = head.terminals + count(terminals) * std::uint32_t{sizeof(TerminalRecord)};
    const std::uint32_t text = head.scopes + count(scopes) * std::uint32_t{sizeof(TextRecord)};
    head.base_path_offset = text + base_path.text_offset;
    head.size = text + count(text_);

    std::vector<std::byte> bytes;
    append_record(bytes, head);
    for (const NodeRecord& node : nodes) append_record(bytes, node);
    for (ChildRecord child : children) {
      child.text_offset += text;
      append_record(bytes, child);
    }
    for (const TerminalRecord& terminal : terminals) append_record(bytes, terminal);
    for (TextRecord scope : scopes) {
      scope.text_offset += text;
      append_record(bytes, scope);
    }
    const auto* characters = reinterpret_cast<const std::byte*>(text_.data());
    bytes.insert(bytes.end(), characters, characters + text_.size());
    return bytes;
  }

 private:
  template <class Container>
  static std::uint32_t count(const Container& container) {
    return static_cast<std::uint32_t>(container.size());
  }

  std::uint32_t step(std::uint32_t from, std::string_view segment) {
    const auto made = count(nodes_);
    if (is_parameter(segment)) {
      if (nodes_[from].parameter == kNoNode) {
        nodes_[from].parameter = made;
        nodes_.emplace_back();
      }
      return nodes_[from].parameter;
    }
    const auto found = nodes_[from].literals.find(segment);
    if (found != nodes_[from].literals.end()) return found->second;
    nodes_[from].literals.emplace(segment, made);
    nodes_.emplace_back();
    return made;
  }

  TextRecord keep(std::string_view text) {
    const TextRecord at{count(text_), count(text)};
    text_ += text;
    return at;
  }

  std::vector<BuildNode> nodes_{1};
  std::string text_;
};

// ---- matching

/// Walks a compiled table. Every read is checked; a damaged table ends the walk as unreadable.
class Walker {
 public:
  Walker(std::span<const std::byte> bytes, const HeadRecord& head, Method method)
      : bytes_(bytes), head_(head), method_(method) {}

  /// Literal first, then parameter. Each node is the end of one path from the root, so a walk
  /// visits no node twice, and its depth is bounded by the path's segments.
  RouteMatch walk(std::uint32_t node_index, std::string_view rest, std::size_t depth) {
    NodeRecord node{};
    if (depth > kMaxPathSegments || ++visited_ > kMaxVisited || !node_at(node_index, node))
      return {};
    if (rest.empty()) return terminal_of(node);
    const std::string_view segment = next_segment(rest);
    const std::optional<std::uint32_t> literal = literal_child(node, segment);
    if (!literal) return {};
    if (*literal != kNoNode) {
      const RouteMatch found = walk(*literal, rest, depth + 1);
      if (found.outcome != RouteMatch::Outcome::kNoPath) return found;
    }
    const std::optional<bool> ambiguous = spells_a_literal(node, segment);
    if (!ambiguous) return {};
    if (node.parameter_node != kNoNode && !segment.empty() && !*ambiguous)
      return walk(node.parameter_node, rest, depth + 1);
    return {.outcome = RouteMatch::Outcome::kNoPath, .endpoint = {}, .scopes = {}};
  }

 private:
  // A sound table of any size stays far below; a damaged one with a loop must end, too.
  static constexpr std::size_t kMaxVisited = 4096;

  bool node_at(std::uint32_t index, NodeRecord& node) const {
    return read_record(bytes_, head_.nodes + std::size_t{index} * sizeof(NodeRecord), node);
  }

  struct Literal {
    std::string_view text;
    std::uint32_t node;
  };

  /// A node's literal child; nullopt if the table is damaged.
  std::optional<Literal> literal_at(const NodeRecord& node, std::uint32_t place) const {
    ChildRecord child{};
    const std::size_t at =
        head_.children + (std::size_t{node.first_child} + place) * sizeof(ChildRecord);
    if (!read_record(bytes_, at, child) || child.text_offset > bytes_.size() ||
        child.text_length > bytes_.size() - child.text_offset)
      return std::nullopt;
    const auto* text = reinterpret_cast<const char*>(bytes_.data()) + child.text_offset;
    return Literal{{text, child.text_length}, child.node};
  }

  /// The node behind a literal; kNoNode if there is none, nullopt if the table is damaged.
  std::optional<std::uint32_t> literal_child(const NodeRecord& node,
                                             std::string_view segment) const {
    std::uint32_t low = 0;
    std::uint32_t high = node.child_count;
    while (low < high) {
      const std::uint32_t middle = low + (high - low) / 2;
      const std::optional<Literal> literal = literal_at(node, middle);
      if (!literal) return std::nullopt;
      if (literal->text == segment) return literal->node;
      if (literal->text < segment)
        low = middle + 1;
      else
        high = middle;
    }
    return kNoNode;
  }

  /// True for another spelling of a literal of this node ("%40me" where there is "@me"); nullopt if
  /// the table is damaged. Literals have no needless escape, so only an escape spells one
  /// otherwise.
  std::optional<bool> spells_a_literal(const NodeRecord& node, std::string_view segment) const {
    if (segment.find('%') == std::string_view::npos) return false;
    for (std::uint32_t place = 0; place < node.child_count; ++place) {
      const std::optional<Literal> literal = literal_at(node, place);
      if (!literal) return std::nullopt;
      if (literal->text != segment && equal_decoded(literal->text, segment)) return true;
    }
    return false;
  }

  RouteMatch terminal_of(const NodeRecord& node) const {
    if (node.terminal_count == 0)
      return {.outcome = RouteMatch::Outcome::kNoPath, .endpoint = {}, .scopes = {}};
    for (std::uint32_t i = 0; i < node.terminal_count; ++i) {
      TerminalRecord terminal{};
      const std::size_t at =
          head_.terminals + (std::size_t{node.first_terminal} + i) * sizeof(TerminalRecord);
      if (!read_record(bytes_, at, terminal)) return {};
      if (MethodSet(terminal.methods).contains(method_))
        return {.outcome = RouteMatch::Outcome::kMatched,
                .endpoint = EndpointNumber{terminal.endpoint},
                .scopes = {{terminal.scopes[0], terminal.scopes[1]}}};
    }
    return {.outcome = RouteMatch::Outcome::kNoMethod, .endpoint = {}, .scopes = {}};
  }

  std::span<const std::byte> bytes_;
  const HeadRecord& head_;
  Method method_;
  std::size_t visited_ = 0;
};

bool read_head(std::span<const std::byte> bytes, HeadRecord& head) {
  return read_record(bytes, 0, head) && head.magic == kMagic && head.size == bytes.size();
}

std::string_view text_at(std::span<const std::byte> bytes, std::uint32_t offset,
                         std::uint32_t length) {
  if (offset > bytes.size() || length > bytes.size() - offset) return {};
  return {reinterpret_cast<const char*>(bytes.data()) + offset, length};
}

}  // namespace

TemplateCheck check_path_template(std::string_view path) {
  if (!path.starts_with('/')) return {false, "does not begin with a slash"};
  std::string probe;  // the path with a harmless text for each parameter: it must be canonical
  std::size_t segments = 0;
  for (std::string_view rest = path; !rest.empty(); ++segments) {
    const std::string_view segment = next_segment(rest);
    const bool braces = segment.find_first_of("{}") != std::string_view::npos;
    const bool whole =
        is_parameter(segment) && segment.size() > 2 &&
        segment.substr(1, segment.size() - 2).find_first_of("{}") == std::string_view::npos;
    if (braces && !whole)
      return {false, "has a parameter that is not a whole segment, such as /items/{id}"};
    if (!braces && has_needless_escape(segment))
      return {false, "has an escape where none is needed, or one that is not in capitals (%C3%A9)"};
    probe += '/';
    probe += braces ? std::string_view("x") : segment;
  }
  if (segments > kMaxPathSegments)
    return {false, fmt::format("has more than {} segments", kMaxPathSegments)};
  if (path.find('?') != std::string_view::npos) return {false, "has a query"};
  if (!is_canonical_path(probe))
    return {false,
            "has characters that the gateway refuses in a path, or is not in canonical form"};
  return {true, {}};
}

std::string path_template_shape(std::string_view path) {
  std::string shape;
  while (!path.empty()) {
    const std::string_view segment = next_segment(path);
    shape += '/';
    shape += is_parameter(segment) ? std::string_view("{}") : segment;
  }
  return shape;
}

Result<std::vector<std::byte>> RouteTable::encode(const RouteTableSpec& spec) {
  if (spec.scopes.size() > kMaxScopesPerApi)
    return fail(Error::refused(ErrorCode::kInvalidInput,
                               fmt::format("The API names {} scopes; at most {} are possible.",
                                           spec.scopes.size(), kMaxScopesPerApi)));
  Builder builder;
  for (const RouteSpec& route : spec.routes) TRY(builder.add(route));
  return builder.finish(spec);
}

RouteMatch RouteTable::match(Method method, std::string_view path) const {
  HeadRecord head{};
  if (!read_head(bytes_, head)) return {};
  const std::string_view base_path = text_at(bytes_, head.base_path_offset, head.base_path_length);
  if (base_path.size() != head.base_path_length) return {};
  if (!path.starts_with(base_path))
    return {.outcome = RouteMatch::Outcome::kNoPath, .endpoint = {}, .scopes = {}};
  path.remove_prefix(base_path.size());
  if (!path.starts_with('/'))
    return {.outcome = RouteMatch::Outcome::kNoPath, .endpoint = {}, .scopes = {}};
  return Walker(bytes_, head, method).walk(0, path, 0);
}

std::size_t RouteTable::scope_count() const {
  HeadRecord head{};
  return read_head(bytes_, head) ? std::min<std::size_t>(head.scope_count, kMaxScopesPerApi) : 0;
}

std::string_view RouteTable::scope_name(std::size_t number) const {
  HeadRecord head{};
  TextRecord text{};
  if (!read_head(bytes_, head) || number >= head.scope_count ||
      !read_record(bytes_, head.scopes + number * sizeof(TextRecord), text))
    return {};
  return text_at(bytes_, text.text_offset, text.text_length);
}

}  // namespace claviger::core
