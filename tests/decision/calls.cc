#include "tests/decision/calls.h"

#include "tests/decision/reading.h"
#include "tests/decision/worlds.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "claviger/core/key_text.h"

namespace claviger::model {
namespace {

using Texts = std::vector<std::string>;

const Texts kPeers = {"10.1.2.3",    "10.255.0.1",      "11.0.0.1",    "192.0.2.127",
                      "192.0.2.128", "::ffff:10.1.2.3", "2001:db8::1", "2001:db9::1"};

/// What a parameter is filled with. Some of it other templates have as a literal, in some spelling.
const Texts kSegments = {"42",  "x",     "latest",    "events",    "a.b",
                         "@me", "%40me", "caf%C3%A9", "caf%c3%a9", "a%20b",
                         "a:b", "a%3Ab", "~*'()",     "%E2%82%AC"};

/// What makes a path ambiguous or ill-formed, or looks as if it did.
const Texts kHostileParts = {"/",
                             "//",
                             "/.",
                             "/..",
                             "/../admin",
                             "/./admin",
                             "/...",
                             ".",
                             ";x=1",
                             "/..;/admin",
                             "%2f",
                             "%2F",
                             "%5c",
                             "\\",
                             "\\..\\admin",
                             "#",
                             "#/../admin",
                             "%23",
                             "%00",
                             "%0a",
                             "\n",
                             "\x7F",
                             "%7F",
                             "%25",
                             "%2561dmin",
                             "%",
                             "%4",
                             "%zz",
                             "%61",
                             "%2e",
                             "%2E%2E",
                             "%3B",
                             "%C0%AF",
                             "%ED%A0%80",
                             "%C3",
                             "\x80",
                             "\xC3\xA9",
                             "%F4%90%80%80",
                             "%F0%9F%94%91",
                             "%C2%85",
                             "*",
                             "{id}",
                             "%7Bid%7D",
                             " ",
                             "+",
                             "%20",
                             "\"",
                             "|",
                             "^",
                             "`",
                             "<",
                             "%3C",
                             "[",
                             "%5B",
                             "%3f",
                             "%3F",
                             "&",
                             "=",
                             "$",
                             ",",
                             "%2C",
                             "!",
                             "@",
                             "~"};

const Texts kQueries = {"?",
                        "?x=1",
                        "?path=/admin&method=DELETE",
                        "?/../admin",
                        "?x=%2f..%2f",
                        "?x=a?b",
                        "?a#b",
                        "?_method=DELETE",
                        "?x=1&_method=DELETE",
                        "?x=1;_method=DELETE",
                        "?%5fmethod=DELETE",
                        "?_Method=PUT",
                        "?.method=PUT",
                        "?_method",
                        "?x_method=1",
                        "?x=_method=1",
                        "?_methods=1",
                        "?X-HTTP-Method-Override=DELETE",
                        "?x_http_method=DELETE",
                        "?apikey=",
                        "?APIKey=other-system-key",
                        "?APIKey=other-system-key&APIKey=other-system-key",
                        "?APIKey=a;apikey=b",
                        "?APIKeys=1"};

const Texts kOtherMethods = {"",     "get",  "Get",     "TRACE",  "CONNECT", "FOO",
                             "GET ", "HEAD", "OPTIONS", "DELETE", "POST",    "G\xCE\x95T"};

std::string filled(const std::string& path_template, Dice& dice) {
  std::string path;
  for (const std::string& segment : split(path_template.substr(1), '/')) {
    path += '/';
    path += segment.starts_with('{') ? dice.pick(kSegments) : segment;
  }
  return path;
}

template <class Map>
typename Map::const_iterator random_entry(const Map& map, Dice& dice) {
  return std::next(map.begin(), static_cast<std::ptrdiff_t>(dice.below(map.size())));
}

template <class Set>
std::string one_of(const Set& set, const std::string& otherwise, Dice& dice) {
  return set.empty() ? otherwise : *random_entry(set, dice);
}

/// The header's name in one of the spellings that mean the same.
std::string recased(std::string name, Dice& dice) {
  const std::size_t way = dice.below(3);
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool is_first = i == 0 || name[i - 1] == '-';
    const bool is_letter = name[i] >= 'a' && name[i] <= 'z';
    if (is_letter && (way == 1 || (way == 2 && is_first)))
      name[i] = static_cast<char>(name[i] - 32);
  }
  return name;
}

void add_parameter(Call& call, const std::string& parameter) {
  const bool has_query = call.target.find('?') != std::string::npos;
  call.target += (has_query ? "&" : "?") + parameter;
}

void present(Call& call, const Name& carrier, const std::string& secret, Dice& dice) {
  if (carrier == "query")
    add_parameter(call, "APIKey=" + secret);
  else if (carrier == "authorization")
    call.headers.emplace_back(recased(carrier, dice), "Bearer " + secret);
  else
    call.headers.emplace_back(recased(carrier, dice), secret);
}

std::string some_secret(const World& world, Dice& dice) {
  const Key& key = random_entry(world.keys, dice)->second;
  return random_entry(key.secrets, dice)->first;
}

/// An endpoint that the grant names, if the API still has it; else any of the API's.
const Endpoint* aim(const Grant& grant, const Api& api, Dice& dice) {
  std::vector<const Endpoint*> granted;
  std::vector<const Endpoint*> all;
  for (const auto& [name, endpoint] : api.endpoints) {
    all.push_back(&endpoint);
    if (grant.every_endpoint || grant.endpoints.contains(name)) granted.push_back(&endpoint);
  }
  if (!granted.empty() && dice.chance(90)) return dice.pick(granted);
  return all.empty() ? nullptr : dice.pick(all);
}

std::string peer_for(const Key& key, Dice& dice) {
  const std::map<std::string, std::string> inside = {
      {"10.0.0.0/8", "10.255.255.255"},   {"10.1.0.0/16", "10.1.255.0"},
      {"10.1.2.3", "10.1.2.3"},           {"192.0.2.0/25", "192.0.2.127"},
      {"0.0.0.0/0", "198.51.100.7"},      {"2001:db8::/32", "2001:db8:ffff::1"},
      {"2001:db8::1", "2001:db8::1"},     {"::/0", "fe80::1"},
      {"::ffff:10.0.0.0/104", "10.0.0.1"}};
  if (!key.networks || key.networks->empty() || dice.chance(30)) return dice.pick(kPeers);
  return inside.at(dice.pick(*key.networks));
}

Time random_now(const World& world, const Api& api, Dice& dice) {
  if (dice.chance(85)) return kAround;
  constexpr std::array<std::int64_t, 5> kMicroseconds = {-3'600'000'001, -1, 0, 1, 3'600'000'001};
  const Microseconds step{kMicroseconds[dice.below(kMicroseconds.size())]};
  if (dice.chance(50) && world.known_at)
    return *world.known_at + api.max_staleness.value_or(Microseconds{0}) + step;
  return kAround + step;
}

// ---- ways to spoil a call

void spoil_path(const World&, Call& call, Dice& dice) {
  const std::size_t at = dice.below(call.target.size() + 1);
  if (dice.chance(20) && at < call.target.size())
    call.target.erase(at, 1);
  else
    call.target.insert(at, dice.pick(kHostileParts));
}

void swell_target(const World&, Call& call, Dice& dice) {
  const std::size_t missing = 8192 - std::min<std::size_t>(call.target.size(), 8192);
  if (dice.chance(50))
    call.target += std::string(missing + dice.below(2), 'x');
  else
    for (std::size_t i = 55 + dice.below(10); i > 0; --i) call.target.insert(0, "/a");
}

void route_elsewhere(const World&, Call& call, Dice& dice) {
  const std::string path = call.target.substr(0, call.target.find('?'));
  call.routed_path = dice.chance(70) && !path.empty() ? path : "/elsewhere";
  if (dice.chance(30)) call.routed_path += dice.pick(kHostileParts);
  if (dice.chance(50)) call.target = "/v0/old";
}

void change_method(const World&, Call& call, Dice& dice) {
  call.method = dice.pick(kOtherMethods);
}

void change_query(const World&, Call& call, Dice& dice) {
  const std::string query = dice.pick(kQueries);
  if (call.target.find('?') == std::string::npos)
    call.target += query;
  else
    call.target += "&" + query.substr(1);
}

void present_again(const World& world, Call& call, Dice& dice) {
  const std::string secret = dice.chance(50) ? some_secret(world, dice) : "other-system-key";
  present(call, dice.pick(kCarriers), secret, dice);
}

/// A header that nothing reads: an alias, a cookie, another scheme, or one of no meaning.
void add_unread_header(const World& world, Call& call, Dice& dice) {
  const std::string secret = dice.chance(60) ? some_secret(world, dice) : "other-system-key";
  const std::vector<std::pair<std::string, std::string>> headers = {
      {"X_Api_Key", secret},
      {"X.API.Key", secret},
      {"x-gateway_apikey", secret},
      {"Cookie", "session=" + secret + "; theme=dark"},
      {"Cookie", secret},
      {"Authorization", secret},
      {"Authorization", "Basic " + secret},
      {"Authorization", "Basic Y2x2X2FrX3M6eA=="},
      {"Authorization", "Basic dXNlcjp4"},
      {"Authorization", "Bearer"},
      {"Authorization", "Bearerless " + secret},
      {"X-Api-Key", ""},
      {"X-Api-Keys", secret},
      {"X-Forwarded-For", "10.1.2.3"},
      {"X-HTTP-Method-Override", "GET"},
      {"Claviger-Key-Id", "key_00000000000000000000000001"}};
  call.headers.push_back(dice.pick(headers));
}

void drop_headers(const World&, Call& call, Dice&) {
  call.headers.clear();
}

/// The text that a place presents, in another spelling or cut short.
void damage_credential(const World&, Call& call, Dice& dice) {
  if (call.headers.empty() || call.headers.back().second.empty()) return;
  std::string& value = call.headers.back().second;
  switch (dice.below(7)) {
    case 0:
      value += dice.pick(Texts{" ", "\t", "x", ",", "=", std::string(600, 'x')});
      return;
    case 1:
      value.pop_back();
      return;
    case 2:
      value[dice.below(value.size())] ^= ' ';
      return;
    case 3:
      value.insert(value.find(' ') + 1, dice.pick(Texts{" ", "\t", "\"", "clv_", "x"}));
      return;
    case 4:
      value += ", " + value;
      return;
    case 5:
      value = "bearer" + value.substr(std::min<std::size_t>(6, value.size()));
      return;
    default:
      value[dice.below(value.size())] = 'O';
      return;
  }
}

void present_unknown(const World&, Call& call, Dice& dice) {
  call.headers.clear();
  const core::SecretKind kind =
      dice.chance(50) ? core::SecretKind::kAccessKey : core::SecretKind::kAgent;
  present(call, "authorization", std::string(core::make_secret(kind, dice).reveal()), dice);
}

void make_preflight(const World&, Call& call, Dice& dice) {
  call.method = "OPTIONS";
  if (dice.chance(60)) call.headers.clear();
  if (dice.chance(90)) call.headers.emplace_back("Origin", "https://app.example.com");
  if (dice.chance(90)) call.headers.emplace_back("Access-Control-Request-Method", "DELETE");
}

void name_unknown_api(const World&, Call& call, Dice& dice) {
  call.api = dice.pick(Texts{"", "ghost", "Fleet", "fleet ", "flee", "fleets"});
}

void come_from_elsewhere(const World&, Call& call, Dice& dice) {
  call.peer = dice.pick(kPeers);
}

using Spoil = void (*)(const World&, Call&, Dice&);

constexpr std::array<Spoil, 19> kSpoils = {
    spoil_path,      spoil_path,     spoil_path,        spoil_path,         swell_target,
    route_elsewhere, change_method,  change_method,     change_query,       change_query,
    present_again,   present_again,  add_unread_header, drop_headers,       damage_credential,
    present_unknown, make_preflight, name_unknown_api,  come_from_elsewhere};

}  // namespace

Call random_call(const World& world, Dice& dice) {
  const Key& key = random_entry(world.keys, dice)->second;
  const Grant grant = key.grants.empty() ? Grant{} : dice.pick(key.grants);
  Call call;
  call.api = world.apis.contains(grant.api) ? grant.api : random_entry(world.apis, dice)->first;
  if (dice.chance(8)) call.api = random_entry(world.apis, dice)->first;
  const Api& api = world.apis.at(call.api);

  const Endpoint* endpoint = aim(grant, api, dice);
  call.target = api.base_path + (endpoint != nullptr ? filled(endpoint->path, dice) : "/nothing");
  call.method = one_of(endpoint != nullptr ? endpoint->methods : Methods{}, "GET", dice);
  if (key.read_only && dice.chance(50)) call.method = "GET";
  present(call, one_of(api.carriers, "authorization", dice), random_entry(key.secrets, dice)->first,
          dice);
  call.peer = peer_for(key, dice);
  call.now = random_now(world, api, dice);

  constexpr std::array<std::size_t, 8> kHowOften = {0, 0, 0, 0, 1, 1, 1, 2};
  for (std::size_t i = kHowOften[dice.below(kHowOften.size())]; i > 0; --i)
    kSpoils[dice.below(kSpoils.size())](world, call, dice);
  return call;
}

std::string describe(const Call& call) {
  std::string text = "  api    " + call.api + "\n  now    " + to_rfc3339(call.now) + "\n  peer   " +
                     call.peer + "\n  call   " + call.method + ' ' + call.target + '\n';
  if (!call.routed_path.empty()) text += "  routed " + call.routed_path + '\n';
  for (const auto& [name, value] : call.headers) text += "  header " + name + ": " + value + '\n';
  return text;
}

}  // namespace claviger::model
