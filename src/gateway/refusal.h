// How a refused call is answered.
#pragma once

#include <cstddef>
#include <span>

#include "claviger/core/reason.h"
#include "claviger/gateway/gate.h"

namespace claviger::gateway {

/// Makes `decision` a refusal for `reason`. All that is told to whoever presented no valid secret
/// is the same for every 401 (docs/threats.md, I16), so set decision.caller_is_known first.
void refuse(claviger_decision& decision, core::Reason reason);

/// Makes `decision` a refusal for what is wrong with the request as such.
void refuse(claviger_decision& decision, claviger_fault fault);

/// Writes the problem document that answers the refused call; returns its size. One that does not
/// fit is cut off.
std::size_t write_problem(const claviger_decision& decision, std::span<char> out);

}  // namespace claviger::gateway
