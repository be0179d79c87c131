#include "audit_entry.h"

#include <array>
#include <cstddef>

#include <fmt/format.h>

namespace claviger::service {
namespace {

using nlohmann::json;

/// How large a row's changes may be before their lists are cut, and to how many items: the first
/// of these numbers that makes them small enough.
constexpr std::size_t kMostBytes = 64 * 1024;
constexpr std::array<std::size_t, 4> kMostItems = {100, 20, 5, 1};

std::string text_of(const json& changes) {
  return changes.dump(-1, ' ', false, json::error_handler_t::replace);
}

void cut_lists(json& value, std::size_t most) {
  if (value.is_array() && value.size() > most) {
    const std::size_t left_out = value.size() - most;
    value.erase(value.begin() + static_cast<std::ptrdiff_t>(most), value.end());
    value.push_back(fmt::format("… and {} more", left_out));
  }
  if (!value.is_structured()) return;
  for (json& inner : value) cut_lists(inner, most);
}

}  // namespace

Changes Changes::made(const json& after) {
  return between(json::object(), after);
}

Changes Changes::gone(const json& before) {
  return between(before, json::object());
}

Changes Changes::between(const json& before, const json& after) {
  Changes changes;
  for (const auto& [field, was] : before.items()) {
    const auto is = after.find(field);
    if (is != after.end() && *is == was) continue;
    changes.changes_[field]["before"] = was;
  }
  for (const auto& [field, is] : after.items()) {
    const auto was = before.find(field);
    if (was != before.end() && *was == is) continue;
    changes.changes_[field]["after"] = is;
  }
  return changes;
}

std::string Changes::str() const {
  std::string text = text_of(changes_);
  for (const std::size_t most : kMostItems) {
    if (text.size() <= kMostBytes) break;
    json shorter = changes_;
    cut_lists(shorter, most);
    text = text_of(shorter);
  }
  return text;
}

store::AuditEntry audit_of(const Caller& caller, Act act) {
  return {.actor = caller.principal.user,
          .actor_key = caller.principal.key,
          .organization = act.organization,
          .action = std::string(act.action),
          .target_kind = std::string(act.target_kind),
          .target_id = std::move(act.target_id),
          .changes = act.changes.str(),
          .request_id = caller.request_id,
          .source_ip = caller.source_ip};
}

}  // namespace claviger::service
