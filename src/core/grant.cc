#include "claviger/core/grant.h"

#include "wire.h"

#include <algorithm>

namespace claviger::core {
namespace {

constexpr std::uint16_t kEveryEndpoint = 1;
constexpr std::uint16_t kEveryScope = 2;

struct GrantRecord {
  std::uint32_t api;
  std::uint16_t methods;
  std::uint16_t flags;
  std::uint64_t scopes[2];
  std::uint32_t count;
  std::uint32_t reserved;
};

struct EndpointRecord {
  std::uint32_t number;
  std::uint16_t methods;
  std::uint16_t reserved;
};

/// True if what is given on `api` holds for a call of `called`.
bool reaches(ApiNumber api, ApiNumber called) {
  return api == called || (api == kEveryApi && called != kPlatformApi);
}

/// The methods that the endpoints at `offset` allow on `endpoint`: binary search, none if absent.
MethodSet methods_on(std::span<const std::byte> bytes, std::size_t offset, std::uint32_t count,
                     EndpointNumber endpoint) {
  std::uint32_t low = 0;
  std::uint32_t high = count;
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    EndpointRecord record{};
    if (!read_record(bytes, offset + middle * sizeof(EndpointRecord), record)) return {};
    if (record.number == static_cast<std::uint32_t>(endpoint)) return MethodSet(record.methods);
    if (record.number < static_cast<std::uint32_t>(endpoint))
      low = middle + 1;
    else
      high = middle;
  }
  return {};
}

}  // namespace

std::vector<std::byte> GrantList::encode(std::span<const Grant> grants) {
  std::vector<std::byte> bytes;
  for (const Grant& grant : grants) {
    std::vector<EndpointGrant> endpoints = grant.endpoints;
    std::sort(endpoints.begin(), endpoints.end(),
              [](const auto& a, const auto& b) { return a.endpoint < b.endpoint; });
    unsigned flags = 0;
    if (grant.endpoint_reach == Reach::kEvery) flags |= kEveryEndpoint;
    if (grant.scope_reach == Reach::kEvery) flags |= kEveryScope;
    append_record(bytes, GrantRecord{.api = static_cast<std::uint32_t>(grant.api),
                                     .methods = grant.methods.bits(),
                                     .flags = static_cast<std::uint16_t>(flags),
                                     .scopes = {grant.scopes.words[0], grant.scopes.words[1]},
                                     .count = static_cast<std::uint32_t>(endpoints.size()),
                                     .reserved = 0});
    for (const EndpointGrant& endpoint : endpoints)
      append_record(bytes, EndpointRecord{.number = static_cast<std::uint32_t>(endpoint.endpoint),
                                          .methods = endpoint.methods.bits(),
                                          .reserved = 0});
  }
  return bytes;
}

Covering GrantList::cover(const Need& need) const {
  Covering best;
  std::size_t offset = 0;
  GrantRecord record{};
  while (read_record(bytes_, offset, record)) {
    const std::size_t endpoints = offset + sizeof(GrantRecord);
    offset = endpoints + std::size_t{record.count} * sizeof(EndpointRecord);
    if (!reaches(ApiNumber{record.api}, need.api)) continue;
    MethodSet methods(record.methods);
    if ((record.flags & kEveryEndpoint) == 0)
      methods = methods & methods_on(bytes_, endpoints, record.count, need.endpoint);
    const ScopeSet scopes = (record.flags & kEveryScope) != 0
                                ? ScopeSet::all()
                                : ScopeSet{{record.scopes[0], record.scopes[1]}};
    Coverage coverage = Coverage::kCovered;
    if (!methods.contains(need.method))
      coverage = Coverage::kNoEndpoint;
    else if (!scopes.covers(need.scopes))
      coverage = Coverage::kScopeMissing;
    // Several grants may cover one call, each with scopes of its own: the upstream learns them all.
    if (coverage == Coverage::kCovered && best.coverage == Coverage::kCovered)
      best.scopes = best.scopes | scopes;
    else if (coverage > best.coverage)
      best = {coverage, coverage == Coverage::kCovered ? scopes : ScopeSet{}};
  }
  return best;
}

}  // namespace claviger::core
