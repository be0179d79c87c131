// "Did you mean …?"
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace claviger::http {

/// The candidate that `word` was most likely meant to be: at most two typing errors away (one for
/// words of up to four letters), case aside. nullopt if none is near.
[[nodiscard]] std::optional<std::string_view> nearest_word(
    std::string_view word, const std::vector<std::string>& candidates);

}  // namespace claviger::http
