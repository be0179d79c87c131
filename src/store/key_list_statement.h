// The statement behind list_keys(), apart from its execution: so that a test can ask a database for
// its plan.
#pragma once

#include "value.h"

#include <string>

#include "claviger/store/key_list.h"

namespace claviger::store {

struct ListStatement {
  std::string sql;
  Binds binds;
};

[[nodiscard]] ListStatement list_statement_of(const Scope& scope, const KeyFilter& filter,
                                              const KeyPage& page);

}  // namespace claviger::store
