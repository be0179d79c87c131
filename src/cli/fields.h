// What a command sends: the fields of a body, as flags and words of the command line.
#pragma once

#include "context.h"
#include "kind.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "claviger/base/result.h"
#include "claviger/cli/command.h"

namespace claviger::cli {

/// How what was typed becomes a value in the body.
enum class Shape {
  kText,     ///< one text
  kTexts,    ///< a list, one of its texts each time
  kId,       ///< the id of the thing that was named
  kIds,      ///< a list of such ids
  kAdded,    ///< the list that is there, with these texts besides
  kRemoved,  ///< the list that is there, without these
  kEntries,  ///< the object that is there, with NAME=TEXT set, and without NAME where TEXT is empty
  kNull,     ///< a flag: null
  kLimit,    ///< a whole number; "unlimited" is null
  kDocument,  ///< JSON from a file, or from standard input (-)
};

struct Field {
  std::string flag = {};    ///< "--name"; without dashes, what stands without a flag: "NAME"
  std::string member = {};  ///< in the body: "name"
  std::string value = {};   ///< stands for it in the help: "TEXT"
  std::string help = {};
  Shape shape = Shape::kText;
  const Kind* kind = nullptr;  ///< of the thing that is named, for kId and kIds; lives for ever
  Presence presence = Presence::kOptional;
  Completes completes = Completes::kNothing;
  std::vector<std::string> choices = {};
  /// From another spelling of a text to the API's; nullptr: there is none.
  std::string (*canonical)(const std::string& text) = nullptr;
};

/// The fields of one command, and what was typed for them.
class Fields {
 public:
  explicit Fields(std::vector<Field> fields);

  /// Their arguments, whose targets live as long as this object.
  [[nodiscard]] std::vector<Argument> arguments();

  /// True if nothing was typed for any of them.
  [[nodiscard]] bool are_empty() const;

  /// The body: what was typed, and for what is added or removed, the lists of `current`. Errors:
  /// those of id_of(); kInvalidInput for what cannot be read; kNotFound for what is to be removed
  /// and is not there.
  [[nodiscard]] Result<nlohmann::json> body(Context& context, const nlohmann::json& current) const;

 private:
  struct Typed {
    bool flag = false;
    std::optional<std::string> text = {};
    std::vector<std::string> texts = {};
  };

  Result<void> put(Context& context, const nlohmann::json& current, std::size_t index,
                   nlohmann::json& body) const;

  std::vector<Field> fields_;
  std::vector<Typed> typed_;  ///< one each, never resized: arguments point into it
};

/// "--name, --role": the flags of these fields, for a sentence.
[[nodiscard]] std::string flags_of(const std::vector<Field>& fields);

}  // namespace claviger::cli
