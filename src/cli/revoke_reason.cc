#include "revoke_reason.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "claviger/core/access_key.h"

namespace claviger::cli {
namespace {

/// The API's words (core/access_key.h) with hyphens, as flags are spelled, and "leaked", which is
/// what people say.
const std::vector<std::string>& reason_words() {
  static const std::vector<std::string> words = [] {
    std::vector<std::string> all;
    for (const std::string_view word : core::revoke_reason_words()) {
      all.emplace_back(word);
      std::replace(all.back().begin(), all.back().end(), '_', '-');
    }
    all.emplace_back("leaked");
    return all;
  }();
  return words;
}

std::string api_word(std::string word) {
  if (word == "leaked") return std::string(core::to_string(core::RevokeReason::kCompromised));
  std::replace(word.begin(), word.end(), '-', '_');
  return word;
}

}  // namespace

std::vector<Argument> reason_arguments(RevokeReason& reason) {
  return {{.name = "--reason",
           .value = "REASON",
           .help = fmt::format("{}", fmt::join(reason_words(), ", ")),
           .target = &reason.reason,
           .choices = reason_words()},
          {.name = "--comment",
           .value = "TEXT",
           .help = "more about it; the consumer reads it",
           .target = &reason.comment}};
}

void put(const RevokeReason& reason, nlohmann::json& body) {
  body["reason"] = reason.reason.empty() ? "other" : api_word(reason.reason);
  if (reason.comment) body["comment"] = *reason.comment;
}

}  // namespace claviger::cli
