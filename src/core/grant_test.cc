#include "claviger/core/grant.h"

#include <cstring>
#include <random>

#include <gtest/gtest.h>

namespace claviger::core {
namespace {

constexpr ApiNumber kFleet{7};
constexpr ApiNumber kOther{8};
constexpr EndpointNumber kDevices{1};
constexpr EndpointNumber kEvents{2};

constexpr MethodSet kGet = MethodSet().with(Method::kGet);
constexpr MethodSet kPost = MethodSet().with(Method::kPost);

ScopeSet scopes(std::initializer_list<ScopeNumber> numbers) {
  ScopeSet set;
  for (const ScopeNumber number : numbers) set.add(number);
  return set;
}

/// A grant on kFleet of one endpoint with GET, and of no scope.
Grant get_devices() {
  return {.api = kFleet,
          .methods = MethodSet::all(),
          .endpoint_reach = Reach::kListed,
          .scope_reach = Reach::kListed,
          .scopes = {},
          .endpoints = {{kDevices, kGet}}};
}

Need need(EndpointNumber endpoint, Method method, ScopeSet needed = {}) {
  return {kFleet, endpoint, method, needed};
}

Covering cover(const std::vector<Grant>& grants, const Need& needed) {
  const std::vector<std::byte> bytes = GrantList::encode(grants);
  return GrantList(bytes).cover(needed);
}

Coverage coverage(const std::vector<Grant>& grants, const Need& needed) {
  return cover(grants, needed).coverage;
}

TEST(GrantList, NothingGivenIsNothingGranted) {
  EXPECT_EQ(GrantList().cover(need(kDevices, Method::kGet)).coverage, Coverage::kNoGrant);
  EXPECT_EQ(coverage({}, need(kDevices, Method::kGet)), Coverage::kNoGrant);
  const Grant empty{.api = kFleet,
                    .methods = {},
                    .endpoint_reach = Reach::kListed,
                    .scope_reach = Reach::kListed,
                    .scopes = {},
                    .endpoints = {}};
  EXPECT_EQ(coverage({empty}, need(kDevices, Method::kGet)), Coverage::kNoEndpoint);
}

TEST(GrantList, CoversTheEndpointWithTheMethodItNamesAndNoOther) {
  EXPECT_EQ(coverage({get_devices()}, need(kDevices, Method::kGet)), Coverage::kCovered);
  EXPECT_EQ(coverage({get_devices()}, need(kDevices, Method::kPost)), Coverage::kNoEndpoint);
  EXPECT_EQ(coverage({get_devices()}, need(kDevices, Method::kHead)), Coverage::kNoEndpoint);
  EXPECT_EQ(coverage({get_devices()}, need(kEvents, Method::kGet)), Coverage::kNoEndpoint);
  Grant other = get_devices();
  other.api = kOther;
  EXPECT_EQ(coverage({other}, need(kDevices, Method::kGet)), Coverage::kNoGrant);
}

TEST(GrantList, TheGrantsMethodsNarrowEveryEndpoint) {
  Grant grant = get_devices();
  grant.endpoints = {{kDevices, MethodSet::all()}};
  grant.methods = kPost;
  EXPECT_EQ(coverage({grant}, need(kDevices, Method::kGet)), Coverage::kNoEndpoint);
  EXPECT_EQ(coverage({grant}, need(kDevices, Method::kPost)), Coverage::kCovered);
  grant.methods = {};
  EXPECT_EQ(coverage({grant}, need(kDevices, Method::kPost)), Coverage::kNoEndpoint);
}

TEST(GrantList, EveryEndpointIncludesThoseThatComeLater) {
  Grant grant = get_devices();
  grant.endpoint_reach = Reach::kEvery;
  grant.endpoints.clear();
  EXPECT_EQ(coverage({grant}, need(EndpointNumber{4'000'000'000}, Method::kDelete)),
            Coverage::kCovered);
  grant.methods = kGet;
  EXPECT_EQ(coverage({grant}, need(kDevices, Method::kDelete)), Coverage::kNoEndpoint);
}

TEST(GrantList, EveryScopeTheEndpointNeedsMustBeThere) {
  Grant grant = get_devices();
  grant.scopes = scopes({0, 127});
  const auto needing = [](ScopeSet set) { return need(kDevices, Method::kGet, set); };
  EXPECT_EQ(coverage({grant}, needing(scopes({0}))), Coverage::kCovered);
  EXPECT_EQ(coverage({grant}, needing(scopes({0, 127}))), Coverage::kCovered);
  EXPECT_EQ(coverage({grant}, needing(scopes({0, 63}))), Coverage::kScopeMissing);
  EXPECT_EQ(coverage({grant}, needing(scopes({64}))), Coverage::kScopeMissing);
  grant.scopes = {};
  EXPECT_EQ(coverage({grant}, needing(scopes({0}))), Coverage::kScopeMissing);
  grant.scope_reach = Reach::kEvery;
  EXPECT_EQ(coverage({grant}, needing(ScopeSet::all())), Coverage::kCovered);
}

TEST(GrantList, SeveralGrantsDoNotAddUpToACallThatNoneCoversWhole) {
  Grant endpoint_only = get_devices();
  Grant scope_only = get_devices();
  scope_only.endpoints = {{kEvents, kGet}};
  scope_only.scopes = scopes({3});
  const Need needed = need(kDevices, Method::kGet, scopes({3}));
  EXPECT_EQ(coverage({endpoint_only, scope_only}, needed), Coverage::kScopeMissing);

  Grant half = get_devices();
  half.scopes = scopes({1});
  Grant other_half = get_devices();
  other_half.scopes = scopes({2});
  EXPECT_EQ(coverage({half, other_half}, need(kDevices, Method::kGet, scopes({1, 2}))),
            Coverage::kScopeMissing);

  Grant method_only = get_devices();
  method_only.endpoints = {{kEvents, kPost}};
  EXPECT_EQ(coverage({get_devices(), method_only}, need(kDevices, Method::kPost)),
            Coverage::kNoEndpoint);
}

TEST(GrantList, OneGrantThatCoversTheWholeIsEnoughWhereverItStands) {
  Grant other = get_devices();
  other.api = kOther;
  Grant whole = get_devices();
  whole.scopes = scopes({3});
  const Need needed = need(kDevices, Method::kGet, scopes({3}));
  for (const auto& grants : std::vector<std::vector<Grant>>{{whole, get_devices(), other},
                                                            {get_devices(), whole, other},
                                                            {other, get_devices(), whole}})
    EXPECT_EQ(coverage(grants, needed), Coverage::kCovered);
}

TEST(GrantList, ScopesHeldAreThoseOfTheGrantsThatCover) {
  Grant first = get_devices();
  first.scopes = scopes({1, 2});
  Grant second = get_devices();
  second.scopes = scopes({1, 3});
  Grant elsewhere = get_devices();
  elsewhere.endpoints = {{kEvents, kGet}};
  elsewhere.scopes = scopes({4});
  const Covering covering =
      cover({first, elsewhere, second}, need(kDevices, Method::kGet, scopes({1})));
  EXPECT_EQ(covering.coverage, Coverage::kCovered);
  EXPECT_EQ(covering.scopes, scopes({1, 2, 3}));
  EXPECT_EQ(cover({elsewhere}, need(kDevices, Method::kGet)).scopes, ScopeSet{});
}

TEST(GrantList, EveryOneOfManyEndpointsIsFound) {
  Grant grant = get_devices();
  grant.endpoints.clear();
  for (std::uint32_t i = 2000; i > 0; --i) grant.endpoints.push_back({EndpointNumber{i * 3}, kGet});
  const std::vector<std::byte> bytes = GrantList::encode(std::vector{grant});
  for (std::uint32_t number = 0; number <= 6001; ++number) {
    const bool listed = number > 0 && number % 3 == 0;
    EXPECT_EQ(GrantList(bytes).cover(need(EndpointNumber{number}, Method::kGet)).coverage,
              listed ? Coverage::kCovered : Coverage::kNoEndpoint);
  }
}

TEST(GrantList, BytesCutShortNeverCoverMore) {
  Grant every = get_devices();
  every.endpoint_reach = Reach::kEvery;
  every.methods = kPost;
  Grant scoped = get_devices();
  scoped.scopes = scopes({5});
  const std::vector<Grant> grants = {get_devices(), scoped, every};
  const std::vector<std::byte> bytes = GrantList::encode(grants);
  for (const EndpointNumber endpoint : {kDevices, kEvents}) {
    for (const Method method : {Method::kGet, Method::kPost}) {
      for (const ScopeSet set : {ScopeSet{}, scopes({5})}) {
        const Covering whole = GrantList(bytes).cover(need(endpoint, method, set));
        for (std::size_t size = 0; size < bytes.size(); ++size) {
          // A copy of its own, so that a read behind it is a read out of bounds.
          const std::vector<std::byte> cut(bytes.begin(),
                                           bytes.begin() + static_cast<std::ptrdiff_t>(size));
          const Covering part = GrantList(cut).cover(need(endpoint, method, set));
          EXPECT_LE(part.coverage, whole.coverage);
          EXPECT_TRUE(whole.scopes.covers(part.scopes));
        }
      }
    }
  }
}

TEST(GrantList, AnEndpointCountThatLiesCoversNothingMore) {
  std::vector<std::byte> bytes = GrantList::encode(std::vector{get_devices()});
  constexpr std::size_t kCountOffset = 24;
  for (const std::uint32_t count : {0U, 2U, 1000U, 0x7FFFFFFFU, 0xFFFFFFFFU}) {
    std::memcpy(bytes.data() + kCountOffset, &count, sizeof(count));
    EXPECT_NE(GrantList(bytes).cover(need(kEvents, Method::kGet)).coverage, Coverage::kCovered);
    EXPECT_NE(GrantList(bytes).cover(need(kDevices, Method::kPost)).coverage, Coverage::kCovered);
  }
}

}  // namespace
}  // namespace claviger::core
