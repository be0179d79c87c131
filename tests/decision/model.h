// The state of a gateway and the calls that reach it, as plain things that know each other by name.
//
// Deliberately naive: no numbers, bit sets or compiled forms. reference.h judges from it, and
// records.h makes of it what the product's own code judges from.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "claviger/base/time.h"

namespace claviger::model {

using Name = std::string;
using Methods = std::set<std::string>;
using Scopes = std::set<Name>;

/// What a key, or a right set of its maker, holds on one API.
struct Grant {
  Name api;
  Methods methods;  ///< narrows every endpoint below
  bool every_endpoint = false;
  std::map<Name, Methods> endpoints;  ///< by the endpoint's name; it may be gone from the API
  bool every_scope = false;
  Scopes scopes;
};

struct Endpoint {
  Methods methods;
  std::string path;  ///< template below the base path
  Scopes scopes;     ///< all are needed
};

struct Api {
  bool active = true;
  std::set<Name> carriers;  ///< some of kCarriers
  bool lets_preflight_through = false;
  std::optional<Microseconds> max_staleness;  ///< nullopt: serve always
  std::string base_path;
  std::vector<Name> scopes;
  std::map<Name, Endpoint> endpoints;
};

struct User {
  bool active = true;
  std::vector<Name> right_sets;
};

struct Application {
  bool active = true;
  Name owner;
};

/// One text of a key.
struct Secret {
  Time not_after = kEndOfTime;  ///< first moment at which the text is no longer valid
  bool revoked = false;         ///< taken from the key while others stayed
};

struct Key {
  Name application;
  Name maker;
  Name organization;
  std::vector<Grant> grants;
  std::optional<std::vector<std::string>> networks;  ///< "10.0.0.0/8"; nullopt: from anywhere
  bool read_only = false;
  bool active = true;
  bool revoked = false;
  Time not_before = kStartOfTime;
  Time expires_at = kEndOfTime;
  std::map<std::string, Secret> secrets;  ///< by text
};

/// Everything that a gateway was told; nothing of it has been told if `known_at` is empty.
struct World {
  std::optional<Time> known_at;        ///< the last moment at which this was the server's state
  std::map<Name, bool> organizations;  ///< by name: is it active?
  std::map<Name, std::vector<Grant>> right_sets;
  std::map<Name, User> users;
  std::map<Name, Api> apis;
  std::map<Name, Application> applications;
  std::map<Name, Key> keys;
};

/// A call as its sender wrote it.
struct Call {
  Name api;  ///< as the gateway's configuration names it
  std::string method;
  std::string target;
  std::string routed_path;  ///< what the edge made of the path; empty: it is forwarded as sent
  std::vector<std::pair<std::string, std::string>> headers;
  std::string peer;
  Time now;
};

/// Where a credential may stand: a header, by its name in lower case, or "query" for ?APIKey=…
inline const std::vector<Name> kCarriers = {"authorization", "x-api-key", "x-centrasite-apikey",
                                            "x-gateway-apikey", "query"};

}  // namespace claviger::model
