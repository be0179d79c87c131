// The server's own directory: its database, its lock and its key.
#pragma once

#include <string>

#include "claviger/base/random.h"
#include "claviger/base/result.h"
#include "claviger/base/secret.h"

namespace claviger::app {

/// Makes the directory, for the server alone (docs/threats.md, D03), and locks it for as long as
/// the process lives. Errors: kUnavailable; kConflict if another server has it.
Result<void> take_data_directory(const std::string& path);

/// The key that this server seals with, `server.key`: made where there is none. Several servers of
/// one database share one by a copy of the file. Errors: kUnavailable; kConflict if others may read
/// it, or if it is no such key.
Result<Secret> server_key(const std::string& directory, Random& random);

}  // namespace claviger::app
