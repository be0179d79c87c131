#include "words.h"

#include "json.h"

#include <array>

namespace claviger::store {
namespace {

constexpr std::array<std::string_view, 6> kSubjectKinds = {"organization", "right-set",   "user",
                                                           "api",          "application", "key"};
constexpr std::array<std::string_view, 2> kStandings = {"inactive", "active"};
constexpr std::array<std::string_view, 2> kApplicationStatuses = {"active", "revoked"};
constexpr std::array<std::string_view, 2> kApplicationUses = {"usual", "personal-tokens"};
constexpr std::array<std::string_view, 6> kCarriers = {
    "authorization", "x-api-key", "x-centrasite-apikey", "x-gateway-apikey", "query", "cookie"};

constexpr std::array kSecretKinds = {
    core::SecretKind::kAccessKey,        core::SecretKind::kPersonalAccessToken,
    core::SecretKind::kOauthAccessToken, core::SecretKind::kOauthRefreshToken,
    core::SecretKind::kClientSecret,     core::SecretKind::kAgent,
    core::SecretKind::kSession,          core::SecretKind::kLink,
    core::SecretKind::kRecoveryCode};

template <std::size_t kCount, class Enum>
std::string_view word_of(const std::array<std::string_view, kCount>& words, Enum value) {
  return words[static_cast<std::size_t>(value)];
}

template <class Enum, std::size_t kCount>
std::optional<Enum> value_of(const std::array<std::string_view, kCount>& words,
                             std::string_view word) {
  for (std::size_t i = 0; i < kCount; ++i) {
    if (words[i] == word) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_word(ChangedSubject::Kind kind) {
  return word_of(kSubjectKinds, kind);
}

std::string_view to_word(core::Standing standing) {
  return word_of(kStandings, standing);
}

std::optional<core::Standing> parse_standing(std::string_view word) {
  return value_of<core::Standing>(kStandings, word);
}

std::string_view to_word(core::ApplicationStatus status) {
  return word_of(kApplicationStatuses, status);
}

std::optional<core::ApplicationStatus> parse_application_status(std::string_view word) {
  return value_of<core::ApplicationStatus>(kApplicationStatuses, word);
}

std::string_view to_word(core::ApplicationUse use) {
  return word_of(kApplicationUses, use);
}

std::optional<core::ApplicationUse> parse_application_use(std::string_view word) {
  return value_of<core::ApplicationUse>(kApplicationUses, word);
}

std::optional<core::SecretKind> parse_secret_kind(std::string_view word) {
  for (const core::SecretKind kind : kSecretKinds) {
    if (core::to_string(kind) == word) return kind;
  }
  return std::nullopt;
}

std::string to_json(core::CarrierSet carriers) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < kCarriers.size(); ++i) {
    if (carriers.contains(static_cast<core::Carrier>(i))) words.emplace_back(kCarriers[i]);
  }
  return to_json(words);
}

std::optional<core::CarrierSet> parse_carriers(std::string_view json) {
  const auto words = parse_strings(json);
  if (!words) return std::nullopt;
  core::CarrierSet carriers;
  for (const std::string& word : *words) {
    const auto carrier = value_of<core::Carrier>(kCarriers, word);
    if (!carrier) return std::nullopt;
    carriers = carriers.with(*carrier);
  }
  return carriers;
}

}  // namespace claviger::store
