#include "claviger/cli/command.h"

#include <algorithm>
#include <iterator>

namespace claviger::cli {

void append(std::vector<Argument>& arguments, std::vector<Argument> more) {
  std::move(more.begin(), more.end(), std::back_inserter(arguments));
}

}  // namespace claviger::cli
