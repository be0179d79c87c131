// The words by which the database holds enumerations. A word never changes its meaning.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "claviger/core/application.h"
#include "claviger/core/canonical_request.h"
#include "claviger/core/key_text.h"
#include "claviger/core/state_view.h"
#include "claviger/store/transaction.h"

namespace claviger::store {

[[nodiscard]] std::string_view to_word(ChangedSubject::Kind kind);

[[nodiscard]] std::string_view to_word(core::Standing standing);
[[nodiscard]] std::optional<core::Standing> parse_standing(std::string_view word);

[[nodiscard]] std::string_view to_word(core::ApplicationStatus status);
[[nodiscard]] std::optional<core::ApplicationStatus> parse_application_status(
    std::string_view word);

[[nodiscard]] std::string_view to_word(core::ApplicationUse use);
[[nodiscard]] std::optional<core::ApplicationUse> parse_application_use(std::string_view word);

[[nodiscard]] std::optional<core::SecretKind> parse_secret_kind(std::string_view word);

/// The carriers of a set, as a JSON array of words.
[[nodiscard]] std::string to_json(core::CarrierSet carriers);
[[nodiscard]] std::optional<core::CarrierSet> parse_carriers(std::string_view json);

}  // namespace claviger::store
