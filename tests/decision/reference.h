// The decision in its naive form, written from its rules (ARCHITECTURE.md, "The life of a
// call"; docs/threats.md, I1, I2, I6 and I16) and from the contracts of core's headers, not from
// core's code: two independent readings of one text, held against each other by decision_property.
#pragma once

#include "tests/decision/model.h"

#include <string>

#include "claviger/core/reason.h"

namespace claviger::model {

struct Verdict {
  core::Reason reason = core::Reason::kUndecided;
  /// These hold for an allowed call, and are empty for any other.
  Name key;
  Name application;
  Name organization;
  Name user;
  Name endpoint;
  Scopes scopes;  ///< of the API's, held by key and maker both
};

Verdict judge(const World& world, const Call& call);

}  // namespace claviger::model
