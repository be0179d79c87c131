// Grants of any bytes are read without leaving them; what covers a need holds its scopes, and the
// beginning of a list covers no more than the list. See damage.h for the form of an input.
#include "damage.h"
#include "require.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "claviger/core/grant.h"

namespace claviger::core {
namespace {

constexpr ApiNumber kApi{7};
constexpr MethodSet kRead = MethodSet::read_only();

ScopeSet scope(ScopeNumber number) {
  ScopeSet scopes;
  scopes.add(number);
  return scopes;
}

std::vector<std::byte> sound_list() {
  const std::vector<Grant> grants = {
      {kApi,
       kRead,
       Reach::kListed,
       Reach::kListed,
       scope(1),
       {{EndpointNumber{1}, kRead}, {EndpointNumber{5}, MethodSet::all()}}},
      {ApiNumber{8}, MethodSet::all(), Reach::kEvery, Reach::kEvery, {}, {}},
      {kApi, MethodSet().with(Method::kPost), Reach::kEvery, Reach::kListed, scope(100), {}}};
  return GrantList::encode(grants);
}

std::vector<Need> needs() {
  std::vector<Need> needs;
  for (const std::uint32_t endpoint : {0U, 1U, 5U, 0xFFFFFFFFU}) {
    for (const Method method : {Method::kGet, Method::kPost}) {
      for (const ScopeSet& scopes : {ScopeSet{}, scope(1), scope(100)})
        needs.push_back({kApi, EndpointNumber{endpoint}, method, scopes});
    }
  }
  return needs;
}

void is_read_within_its_bytes(const std::vector<std::byte>& bytes) {
  static const std::vector<Need> kNeeds = needs();
  // Copies, so that a read behind the end is a read out of bounds.
  const std::vector<std::byte> half(bytes.begin(),
                                    bytes.begin() + static_cast<std::ptrdiff_t>(bytes.size() / 2));
  for (const Need& need : kNeeds) {
    const Covering whole = GrantList(bytes).cover(need);
    const bool covered = whole.coverage == Coverage::kCovered;
    require(covered ? whole.scopes.covers(need.scopes) : whole.scopes == ScopeSet{});
    const Covering part = GrantList(half).cover(need);
    require(part.coverage <= whole.coverage && whole.scopes.covers(part.scopes));
  }
}

}  // namespace
}  // namespace claviger::core

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<std::byte> sound = claviger::core::sound_list();
  claviger::core::is_read_within_its_bytes(
      claviger::core::damaged(sound, {reinterpret_cast<const char*>(data), size}));
  return 0;
}
