// Random calls: each aims at something that a key of the world may do, and about half are then
// spoilt in one way or two.
#pragma once

#include "tests/decision/dice.h"
#include "tests/decision/model.h"

namespace claviger::model {

/// `world` has at least one key and one API.
Call random_call(const World& world, Dice& dice);

/// The call as its sender would see it, for messages: line by line.
std::string describe(const Call& call);

}  // namespace claviger::model
