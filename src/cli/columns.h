// From an object to the cells of its row; shared by the formats that have columns.
#pragma once

#include "output.h"

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace claviger::cli {

/// One column of what is being written.
struct ShownColumn {
  std::string title;
  std::string field;
  Look look;
  std::string absent;
  std::string (*text)(const nlohmann::json& value);
};

/// The columns of `view` up to `most`, or those that the user named, in the user's order.
[[nodiscard]] std::vector<ShownColumn> shown_columns(const View& view, const OutputOptions& options,
                                                     Shown most);

/// The text of one cell, printable; `column.absent` where there is no value.
[[nodiscard]] std::string cell_text(const ShownColumn& column, const nlohmann::json& object);

/// `object` itself, or a new one with the fields that the user named alone.
[[nodiscard]] nlohmann::json selected(const nlohmann::json& object, const OutputOptions& options);

}  // namespace claviger::cli
