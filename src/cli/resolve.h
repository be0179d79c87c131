// From what users type for a thing to its id.
#pragma once

#include "session.h"

#include <string>

#include "claviger/base/result.h"

namespace claviger::cli {

/// `text` if it is an application's id, else the id of the one application of that name. kNotFound
/// with what was perhaps meant; kConflict with the ids if several have the name.
[[nodiscard]] Result<std::string> application_id(Session& session, const std::string& text);

/// `text` if it is a key's id; kInvalidInput otherwise: names of keys are not unique.
[[nodiscard]] Result<std::string> key_id(const std::string& text);

}  // namespace claviger::cli
