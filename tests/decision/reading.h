// The naive form of how a call is read, and of whether it can be read in one way only.
// Shares nothing with the product's code.
#pragma once

#include "tests/decision/model.h"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "claviger/core/reason.h"

namespace claviger::model {

/// The parts of a text between separators; one part more than there are separators.
std::vector<std::string> split(std::string_view text, char separator);

/// The text with its percent-escapes taken out, once.
std::string decoded(const std::string& text);

/// True if every server reads the path alike: see is_canonical_path() in canonical_request.h.
bool reads_alike_everywhere(std::string_view path);

/// The kind within a text of our own form ("ak"); nullopt if any character or the checksum is off.
std::optional<std::string> kind_of_secret(std::string_view text);

/// A call as it was read.
struct Reading {
  std::string path;        ///< the one that goes upstream, without its query
  std::string credential;  ///< empty: none was presented
  bool is_preflight = false;
};

/// Either a reading, or why there is none.
struct ReadingResult {
  core::Reason refusal = core::Reason::kUndecided;  ///< kAllowed if `reading` holds
  Reading reading;
};

/// Reads a call for an API that takes credentials from `carriers`.
ReadingResult read_call(const Call& call, const std::set<Name>& carriers);

}  // namespace claviger::model
