// One program: the server, its agent, and the command line.
#include "commands.h"

#include "claviger/cli/run.h"

int main(int argc, char** argv) {
  return claviger::cli::run(argc, argv, claviger::app::commands());
}
