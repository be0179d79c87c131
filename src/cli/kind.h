// Kinds of things that the API keeps under ids: where they are, how they are shown, and the way
// from what users type for one to its id.
#pragma once

#include "output.h"
#include "session.h"

#include <string>
#include <string_view>

#include "claviger/base/result.h"
#include "claviger/cli/command.h"

namespace claviger::cli {

struct Kind {
  std::string_view word;      ///< as sentences call it: "application"
  std::string_view list;      ///< what shows them: "app list"
  std::string_view resource;  ///< in the API: "/v1/applications"
  std::string_view member;    ///< what holds it in the reply to a change: "application"
  std::string_view name;      ///< the field by which users may name it as well; empty: only its id
  std::string_view filter;    ///< the list's parameter for that field; empty: there is none
  Completes completes;
  bool (*is_id)(const std::string& text);
  const View& (*view)();
};

// Each is defined in the file of its noun.

[[nodiscard]] const Kind& organization_kind();
[[nodiscard]] const Kind& user_kind();
[[nodiscard]] const Kind& role_kind();
[[nodiscard]] const Kind& application_kind();
[[nodiscard]] const Kind& api_kind();
[[nodiscard]] const Kind& key_kind();
[[nodiscard]] const Kind& handover_kind();
[[nodiscard]] const Kind& session_kind();

/// `text` if it is an id of this kind, else the id of the one thing of that name. kNotFound with
/// what was perhaps meant; kConflict with the ids if several have the name; kInvalidInput where
/// things of this kind have no name of their own.
[[nodiscard]] Result<std::string> id_of(Session& session, const Kind& kind,
                                        const std::string& text);

/// Where the API keeps it: "/v1/users/usr_…".
[[nodiscard]] std::string path_of(const Kind& kind, const std::string& id);

/// The argument that names one, first in a command: "ID", or "APP" where a name will do.
[[nodiscard]] Argument id_argument(const Kind& kind, std::string& text);

/// "user Ann <usr_…>, enabled": the thing in a sentence.
[[nodiscard]] std::string named(const Kind& kind, const nlohmann::json& object);

}  // namespace claviger::cli
