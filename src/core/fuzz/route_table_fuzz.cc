// A route table of any bytes is read without leaving them, ends, and says the same when asked
// again; an undamaged one says what it was made to say. See damage.h for the form of an input.
#include "damage.h"
#include "require.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "claviger/core/route_table.h"

namespace claviger::core {
namespace {

constexpr MethodSet kGet = MethodSet().with(Method::kGet);

std::vector<std::byte> sound_table() {
  RouteTableSpec spec{"/v1", {"read", "write"}, {}};
  spec.routes = {{EndpointNumber{1}, kGet, "/devices", {}},
                 {EndpointNumber{2}, kGet, "/devices/latest", {}},
                 {EndpointNumber{3}, kGet, "/devices/{id}", {}},
                 {EndpointNumber{4}, kGet, "/{any}/{id}/parts", {}},
                 {EndpointNumber{5}, kGet, "/caf%C3%A9/", {}}};
  return RouteTable::encode(spec).value();
}

constexpr std::array<std::string_view, 8> kPaths = {"/v1/devices",
                                                    "/v1/devices/latest",
                                                    "/v1/devices/%40me",
                                                    "/v1/devices/1/parts",
                                                    "/v1/caf%C3%A9/",
                                                    "/v1/caf%c3%a9/",
                                                    "/",
                                                    "/v1/a/b/c/d/e/f/g/h/i/j/k/l"};

bool same(const RouteMatch& a, const RouteMatch& b) {
  return a.outcome == b.outcome && a.endpoint == b.endpoint && a.scopes == b.scopes;
}

void is_read_within_its_bytes(const RouteTable& table) {
  for (const std::string_view path : kPaths) {
    const RouteMatch match = table.match(Method::kGet, path);
    require(same(match, table.match(Method::kGet, path)));
    if (match.outcome != RouteMatch::Outcome::kMatched)
      require(same(match, {match.outcome, EndpointNumber{}, ScopeSet{}}));
  }
  require(table.scope_count() <= kMaxScopesPerApi);
  std::size_t characters = 0;
  for (std::size_t i = 0; i <= table.scope_count(); ++i) {
    for (const char c : table.scope_name(i)) characters += c != '\0' ? 1 : 0;
  }
  require(characters <= kMaxScopesPerApi << 24U);
}

}  // namespace
}  // namespace claviger::core

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using claviger::core::RouteTable;
  static const std::vector<std::byte> sound = claviger::core::sound_table();
  const auto bytes = claviger::core::damaged(sound, {reinterpret_cast<const char*>(data), size});
  claviger::core::is_read_within_its_bytes(RouteTable(bytes));
  if (bytes == sound) {
    const auto match = RouteTable(bytes).match(claviger::core::Method::kGet, "/v1/devices/1");
    claviger::core::require(match.endpoint == claviger::core::EndpointNumber{3});
  }
  return 0;
}
