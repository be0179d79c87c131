// Random states of a gateway: small, so that everything meets everything, and mostly sound, so that
// a call gets far enough to be refused for any reason or for none.
#pragma once

#include "tests/decision/dice.h"
#include "tests/decision/model.h"

namespace claviger::model {

/// The moment around which all times of worlds and calls lie.
inline constexpr Time kAround = from_microseconds(1'800'000'000'000'000);

World random_world(Dice& dice);

/// Changes a few things, as a server would: what is revoked stays so.
void change(World& world, Dice& dice);

}  // namespace claviger::model
