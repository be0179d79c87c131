#include "claviger/core/canonical_request.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "claviger/core/route_table.h"

namespace claviger::core {
namespace {

constexpr CarrierSet kBearerOnly = CarrierSet().with(Carrier::kAuthorization);
constexpr CarrierSet kAllHeaders = kBearerOnly.with(Carrier::kXApiKey)
                                       .with(Carrier::kCentraSiteApiKey)
                                       .with(Carrier::kGatewayApiKey);
constexpr CarrierSet kAll = kAllHeaders.with(Carrier::kQuery);

const std::string kOurs = "clv_ak_0000000000000000000000000000000005CjII";

/// A request that an edge received, with all that its views point into.
struct Sent {
  std::string method = "GET";
  std::string target = "/devices";
  std::string routed_path;
  std::vector<std::pair<std::string, std::string>> headers;
  bool has_origin = false;
  bool has_requested_method = false;

  [[nodiscard]] CanonicalResult canonicalised(CarrierSet carriers = kAll) const {
    std::vector<CarrierHeader> carrying;
    for (const auto& [name, value] : headers) {
      const HeaderMeaning meaning = meaning_of_header(name);
      if (meaning.role == HeaderRole::kCarrier || meaning.role == HeaderRole::kCarrierAlias)
        carrying.push_back({meaning, value});
    }
    return canonicalise({.method = method,
                         .target = target,
                         .routed_path = routed_path,
                         .headers = carrying,
                         .peer = {},
                         .has_origin = has_origin,
                         .has_requested_method = has_requested_method},
                        carriers);
  }

  [[nodiscard]] Reason refusal(CarrierSet carriers = kAll) const {
    return canonicalised(carriers).refusal;
  }

  [[nodiscard]] std::string credential(CarrierSet carriers = kAll) const {
    const CanonicalResult result = canonicalised(carriers);
    EXPECT_EQ(result.refusal, Reason::kAllowed);
    return std::string(result.request.credential);
  }
};

Sent with_headers(std::vector<std::pair<std::string, std::string>> headers) {
  Sent sent;
  sent.headers = std::move(headers);
  return sent;
}

Sent with_target(std::string target) {
  Sent sent;
  sent.target = std::move(target);
  return sent;
}

// ---- carriers

TEST(CanonicalRequest, EachConfiguredCarrierIsRead) {
  EXPECT_EQ(with_headers({{"Authorization", "Bearer " + kOurs}}).credential(), kOurs);
  EXPECT_EQ(with_headers({{"authorization", "bEARER " + kOurs}}).credential(), kOurs);
  EXPECT_EQ(with_headers({{"X-API-Key", kOurs}}).credential(), kOurs);
  EXPECT_EQ(with_headers({{"x-CentraSite-APIKey", kOurs}}).credential(), kOurs);
  EXPECT_EQ(with_headers({{"x-Gateway-APIKey", kOurs}}).credential(), kOurs);
  EXPECT_EQ(with_target("/devices?a=b&APIKey=" + kOurs + "&c=d").credential(), kOurs);
  EXPECT_EQ(with_target("/devices?APIKey=" + kOurs).canonicalised().request.carrier,
            Carrier::kQuery);
}

TEST(CanonicalRequest, WithoutACredentialNoneIsFound) {
  EXPECT_EQ(Sent().credential(), "");
  EXPECT_EQ(Sent().credential(CarrierSet()), "");
}

TEST(CanonicalRequest, ACarrierThatIsNotConfiguredIsNotRead) {
  EXPECT_EQ(with_headers({{"X-API-Key", kOurs}}).credential(kBearerOnly), "");
  EXPECT_EQ(with_target("/devices?APIKey=" + kOurs).credential(kAllHeaders), "");
  EXPECT_EQ(with_headers({{"Authorization", "Bearer " + kOurs}}).credential(CarrierSet()), "");
}

TEST(CanonicalRequest, ACookieIsNeverReadNotEvenIfItIsConfigured) {
  const CarrierSet cookie = CarrierSet().with(Carrier::kCookie);
  EXPECT_EQ(with_headers({{"Cookie", "session=" + kOurs}}).credential(cookie), "");
  EXPECT_EQ(with_headers({{"Cookie", "a=b"}, {"Cookie", "c=d"}}).credential(cookie), "");
}

TEST(CanonicalRequest, N01_ACarrierSentTwiceIsRefused) {
  for (const std::string& other : {kOurs, std::string("wrong"), std::string()}) {
    EXPECT_EQ(with_headers({{"X-API-Key", kOurs}, {"X-API-Key", other}}).refusal(),
              Reason::kCredentialRepeated);
    EXPECT_EQ(with_headers({{"X-API-Key", other}, {"x-api-key", kOurs}}).refusal(),
              Reason::kCredentialRepeated);
    EXPECT_EQ(with_target("/devices?APIKey=" + kOurs + "&APIKey=" + other).refusal(),
              Reason::kCredentialRepeated);
    EXPECT_EQ(with_target("/devices?APIKey=" + kOurs + "&apikey=" + other).refusal(),
              Reason::kCredentialRepeated);
    EXPECT_EQ(with_target("/devices?APIKey=" + kOurs + ";APIKey=" + other).refusal(),
              Reason::kCredentialRepeated);
  }
}

TEST(CanonicalRequest, N01_ARepetitionIsSeenWithAnotherCarrierBetween) {
  EXPECT_EQ(
      with_headers({{"X-API-Key", kOurs}, {"Authorization", "Bearer x"}, {"X-API-Key", kOurs}})
          .refusal(),
      Reason::kCredentialRepeated);
}

TEST(CanonicalRequest, N01_TwoAuthorizationLinesAreRefusedWhateverTheirSchemes) {
  // An upstream may read the line that the gateway did not.
  for (const std::string other : {"Basic dXNlcjp4", "Bearer", "Bearer x", "", "Digest a=b"}) {
    EXPECT_EQ(
        with_headers({{"Authorization", "Bearer " + kOurs}, {"Authorization", other}}).refusal(),
        Reason::kCredentialRepeated);
    EXPECT_EQ(
        with_headers({{"Authorization", other}, {"Authorization", "Bearer " + kOurs}}).refusal(),
        Reason::kCredentialRepeated);
  }
}

TEST(CanonicalRequest, N02_TwoConfiguredCarriersAtOnceAreRefused) {
  const std::vector<std::pair<std::string, std::string>> headers = {
      {"Authorization", "Bearer " + kOurs},
      {"X-API-Key", kOurs},
      {"x-CentraSite-APIKey", "foreign"},
      {"x-Gateway-APIKey", ""}};
  for (std::size_t i = 0; i < headers.size(); ++i) {
    for (std::size_t j = 0; j < headers.size(); ++j) {
      if (i == j) continue;
      EXPECT_EQ(with_headers({headers[i], headers[j]}).refusal(), Reason::kCredentialsInTwoPlaces);
    }
    Sent sent = with_headers({headers[i]});
    sent.target = "/devices?APIKey=foreign";
    EXPECT_EQ(sent.refusal(), Reason::kCredentialsInTwoPlaces);
  }
}

TEST(CanonicalRequest, N02_ACarrierThatIsNotConfiguredIsIgnoredUnlessItHoldsASecretOfOurs) {
  const auto beside_bearer = [](const std::string& name, const std::string& value) {
    return with_headers({{"Authorization", "Bearer " + kOurs}, {name, value}}).refusal(kBearerOnly);
  };
  EXPECT_EQ(beside_bearer("X-API-Key", "of-the-upstream"), Reason::kAllowed);
  EXPECT_EQ(beside_bearer("Cookie", "theme=dark; session=abc"), Reason::kAllowed);
  EXPECT_EQ(beside_bearer("X-API-Key", "notclv_ak"), Reason::kAllowed);

  EXPECT_EQ(beside_bearer("X-API-Key", kOurs), Reason::kCredentialsInTwoPlaces);
  EXPECT_EQ(beside_bearer("X-API-Key", "clv_"), Reason::kCredentialsInTwoPlaces);
  for (const std::string before : {"\t", " ", "session=", "a=b; session=\"", "x, ", "Bearer "})
    EXPECT_EQ(beside_bearer("Cookie", before + kOurs), Reason::kCredentialsInTwoPlaces) << before;
  EXPECT_EQ(with_headers({{"X-API-Key", kOurs}, {"Authorization", "Basic Y2x2X2FrX3M6eA=="}})
                .refusal(CarrierSet().with(Carrier::kXApiKey)),
            Reason::kCredentialsInTwoPlaces);
}

TEST(CanonicalRequest, N02_ASecretOfOursAnywhereInTheQueryCountsAsAPlace) {
  Sent sent = with_headers({{"Authorization", "Bearer " + kOurs}});
  for (const std::string name : {"APIKey", "apikey", "key", "x", ""}) {
    sent.target = "/devices?" + name + "=" + kOurs;
    EXPECT_EQ(sent.refusal(kBearerOnly), Reason::kCredentialsInTwoPlaces) << sent.target;
  }
  sent.target = "/devices?APIKey=of-the-upstream";
  EXPECT_EQ(sent.refusal(kBearerOnly), Reason::kAllowed);
}

TEST(CanonicalRequest, N02_TwoHiddenSecretsAreRefusedEvenWithoutAThirdInItsPlace) {
  EXPECT_EQ(with_headers({{"X-API-Key", kOurs}, {"Cookie", "a=" + kOurs}}).refusal(kBearerOnly),
            Reason::kCredentialsInTwoPlaces);
}

TEST(CanonicalRequest, N04_AnAliasOfACarrierIsNotRead) {
  for (const std::string alias :
       {"X_API_Key", "X.API.Key", "X-API_Key", "x!api~key", "X API Key"}) {
    EXPECT_EQ(meaning_of_header(alias).role, HeaderRole::kCarrierAlias) << alias;
    EXPECT_EQ(with_headers({{alias, "foreign"}}).credential(), "") << alias;
    EXPECT_EQ(with_headers({{"X-API-Key", "good"}, {alias, "foreign"}}).credential(), "good");
    EXPECT_EQ(with_headers({{"X-API-Key", kOurs}, {alias, kOurs}}).refusal(),
              Reason::kCredentialsInTwoPlaces);
  }
}

TEST(CanonicalRequest, N04_OtherNamesMeanNothing) {
  for (const std::string name : {"", " ", "X-API-Key ", " X-API-Key", "X-API-Keys", "XAPIKey",
                                 "X--API-Key", "Proxy-Authorization", "Authorizatio", "Cookie2"})
    EXPECT_EQ(meaning_of_header(name).role, HeaderRole::kOther) << name;
}

TEST(CanonicalRequest, N05_EverySpellingOfAnIdentityHeaderIsKnown) {
  for (const std::string name : {"Claviger-Key-Id", "claviger-scopes", "CLAVIGER_USER_ID",
                                 "Claviger.Anything", "claviger-", "Claviger_"})
    EXPECT_EQ(meaning_of_header(name).role, HeaderRole::kIdentity) << name;
  for (const std::string name : {"Claviger", "X-Claviger-Key-Id", "Clavigers-Key"})
    EXPECT_EQ(meaning_of_header(name).role, HeaderRole::kOther) << name;
}

TEST(CanonicalRequest, N16_OnlyTheExactTextBehindBearerIsTheCredential) {
  const auto credential = [](const std::string& value) {
    return with_headers({{"Authorization", value}}).credential();
  };
  EXPECT_EQ(credential("Bearer"), "");
  EXPECT_EQ(credential("Bearer "), "");
  EXPECT_EQ(credential("Bearerless x"), "");
  EXPECT_EQ(credential("Bearer\tx"), "");
  EXPECT_EQ(credential("Basic dXNlcjp4"), "");
  EXPECT_EQ(credential(""), "");
  // White space, lists and quotes stay in the text, which is then nobody's.
  EXPECT_EQ(credential("Bearer  x"), " x");
  EXPECT_EQ(credential("Bearer x "), "x ");
  EXPECT_EQ(credential("Bearer x, Bearer y"), "x, Bearer y");
  EXPECT_EQ(credential("Bearer \"x\""), "\"x\"");
  EXPECT_EQ(with_headers({{"X-API-Key", "\tx\t"}}).credential(), "\tx\t");
  EXPECT_EQ(with_target("/devices?APIKey=x%20y").credential(), "x%20y");
}

// ---- methods

TEST(CanonicalRequest, N08_AQueryThatNamesAnotherMethodIsRefused) {
  for (const std::string query :
       {"_method=DELETE", "x=1&_method=DELETE", "x=1;_method=DELETE", "_method", "_METHOD=put",
        "%5fmethod=DELETE", "%5Fm%65thod=DELETE", ".method=DELETE", "-method=DELETE",
        "X-HTTP-Method-Override=DELETE", "x_http_method_override=DELETE", "X-HTTP-Method=DELETE",
        "X-Method-Override=DELETE", "&&_method=DELETE"})
    EXPECT_EQ(with_target("/devices?" + query).refusal(), Reason::kMethodOverridden) << query;
  for (const std::string query :
       {"", "method=DELETE", "x_method=DELETE", "_methods=DELETE", "x=_method",
        "x=1?_method=DELETE", "a_method", "%255fmethod=DELETE"})
    EXPECT_EQ(with_target("/devices?" + query).refusal(), Reason::kAllowed) << query;
}

TEST(CanonicalRequest, N08_EverySpellingOfAMethodOverrideHeaderIsKnown) {
  for (const std::string name : {"X-HTTP-Method-Override", "x_http_method_override",
                                 "X-HTTP-METHOD", "X-Method-Override", "X.Method.Override"})
    EXPECT_EQ(meaning_of_header(name).role, HeaderRole::kOverride) << name;
}

TEST(CanonicalRequest, N07_EverySpellingOfAPathOverrideHeaderIsKnown) {
  for (const std::string name : {"X-Original-URL", "x_original_url", "X-Rewrite-URL"})
    EXPECT_EQ(meaning_of_header(name).role, HeaderRole::kOverride) << name;
}

TEST(CanonicalRequest, N09_AnUnknownMethodIsRefused) {
  for (const std::string method : {"", "get", "TRACE", "CONNECT", "FOO", "GET "}) {
    Sent sent;
    sent.method = method;
    EXPECT_EQ(sent.refusal(), Reason::kMethodUnknown) << method;
  }
  for (const std::string method : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
    Sent sent;
    sent.method = method;
    EXPECT_EQ(to_string(sent.canonicalised().request.method), method);
  }
}

TEST(CanonicalRequest, N09_APreflightIsOptionsWithBothHeaders) {
  for (const std::string method : {"OPTIONS", "GET", "HEAD", "POST"}) {
    for (const bool has_origin : {false, true}) {
      for (const bool has_requested_method : {false, true}) {
        Sent sent;
        sent.method = method;
        sent.has_origin = has_origin;
        sent.has_requested_method = has_requested_method;
        EXPECT_EQ(sent.canonicalised().request.is_preflight,
                  method == "OPTIONS" && has_origin && has_requested_method);
      }
    }
  }
}

// ---- targets

TEST(CanonicalRequest, ThePathIsWhatStandsBeforeTheQuery) {
  EXPECT_EQ(with_target("/a/b?c=/d").canonicalised().request.path, "/a/b");
  EXPECT_EQ(with_target("/a/b?").canonicalised().request.path, "/a/b");
  EXPECT_EQ(with_target("/a/b").canonicalised().request.path, "/a/b");
}

TEST(CanonicalRequest, N10_OnlyTheOriginFormIsATarget) {
  for (const std::string target :
       {"", "*", "devices", "http://host/devices", "host:443", "?x", "//h/a"})
    EXPECT_EQ(with_target(target).refusal(), Reason::kPathNotCanonical) << target;
}

TEST(CanonicalRequest, N11_ANumberSignAnywhereInTheTargetIsRefused) {
  for (const std::string target :
       {"/pub#/../admin", "/devices#", "#", "/devices?a#b", "/devices?#", "/devices/%23"})
    EXPECT_EQ(with_target(target).refusal(), Reason::kPathNotCanonical) << target;
}

TEST(CanonicalRequest, N12_APathThatServersReadDifferentlyIsRefused) {
  for (const std::string path : {"/x/../admin",
                                 "/..",
                                 "/.",
                                 "/./admin",
                                 "/admin/.",
                                 "/admin/..",
                                 "/x/...",
                                 "/....",
                                 "/%2e%2e/admin",
                                 "/%2E/admin",
                                 "/x/.%2e/admin",
                                 "/x/..%2fadmin",
                                 "/x%2fadmin",
                                 "/x%2Fadmin",
                                 "/x%5cadmin",
                                 "/x%5C..%5Cadmin",
                                 "/x\\..\\admin",
                                 "\\admin",
                                 "/;x/admin",
                                 "/x/..;/admin",
                                 "/admin;jsessionid=1",
                                 "/admin%3Bx",
                                 "/admin%3bx",
                                 "/admin%3F",
                                 "/admin%3fx=1",
                                 "/admin%23",
                                 "//admin",
                                 "/x//admin",
                                 "/x//",
                                 "//",
                                 "/%2561dmin",
                                 "/%25",
                                 "/%252e%252e",
                                 "/%61dmin",
                                 "/%41",
                                 "/%7e",
                                 "/%2D",
                                 "/%5F",
                                 "/%30",
                                 "/%c0%af",
                                 "/%C0%AE",
                                 "/%e0%80%af",
                                 "/%ED%A0%80",
                                 "/%F4%90%80%80",
                                 "/%F8%88%80%80%80",
                                 "/%C3",
                                 "/%C3/%A9",
                                 "/%A9",
                                 "/%C3x",
                                 "/\x80",
                                 "/\xC3\xA9",
                                 "/%00",
                                 "/a%00b",
                                 "/%0a",
                                 "/%0D",
                                 "/%1F",
                                 "/%7F",
                                 "/\x01",
                                 "/\n",
                                 "/\x7F",
                                 "/ ",
                                 "/a b",
                                 "/\"",
                                 "/<",
                                 "/>",
                                 "/^",
                                 "/`",
                                 "/{id}",
                                 "/|",
                                 "/[",
                                 "/]",
                                 "/%",
                                 "/%4",
                                 "/%4g",
                                 "/%g4",
                                 "/%%41",
                                 "/a%"})
    EXPECT_EQ(with_target(path).refusal(), Reason::kPathNotCanonical) << path;
  EXPECT_EQ(with_target(std::string("/a\0b", 4)).refusal(), Reason::kPathNotCanonical);
}

TEST(CanonicalRequest, N12_APathThatEveryServerReadsAlikePasses) {
  for (const std::string path :
       {"/", "/devices", "/devices/", "/devices/42/events", "/a.b", "/.well-known", "/a..b", "/..a",
        "/admin.", "/-._~!$&'()*+,=:@", "/caf%C3%A9", "/caf%c3%a9", "/%E2%82%AC", "/%F0%9F%94%91",
        "/a%20b", "/%22%3C%3E%5E%60%7B%7C%7D", "/%5B1%5D", "/urn%3Aa%40b", "/ADMIN"})
    EXPECT_EQ(with_target(path).refusal(), Reason::kAllowed) << path;
}

TEST(CanonicalRequest, N12_TheRewrittenPathIsHeldToTheSameRule) {
  Sent sent = with_target("/old");
  sent.routed_path = "/new/path";
  EXPECT_EQ(sent.canonicalised().request.path, "/new/path");
  for (const std::string routed : {"/x/../admin", "new", "/new?x=1", "/a%2fb", "//new"}) {
    sent.routed_path = routed;
    EXPECT_EQ(sent.refusal(), Reason::kPathNotCanonical) << routed;
  }
  sent.routed_path = "/new/path";
  sent.target = "/old/../x";
  EXPECT_EQ(sent.refusal(), Reason::kPathNotCanonical);
}

TEST(CanonicalRequest, N14_TheQueryIsNoPartOfThePath) {
  for (const std::string query :
       {"/../admin", "path=/admin", "x=%2f..%2f", "a//b", ";/x", "x=..", "%zz", "?", "/admin"}) {
    const Sent sent = with_target("/devices?" + query);
    EXPECT_EQ(sent.refusal(), Reason::kAllowed) << query;
    EXPECT_EQ(sent.canonicalised().request.path, "/devices") << query;
  }
}

TEST(CanonicalRequest, I15_LongAndDeepTargetsAreRefused) {
  const auto target_of = [](std::size_t size) { return "/a?" + std::string(size - 3, 'x'); };
  EXPECT_EQ(with_target(target_of(kMaxTargetBytes)).refusal(), Reason::kAllowed);
  EXPECT_EQ(with_target(target_of(kMaxTargetBytes + 1)).refusal(), Reason::kPathNotCanonical);
  std::string deepest;
  for (std::size_t i = 0; i < kMaxPathSegments; ++i) deepest += "/a";
  EXPECT_EQ(with_target(deepest).refusal(), Reason::kAllowed);
  EXPECT_EQ(with_target(deepest + "/").refusal(), Reason::kPathNotCanonical);
}

TEST(CanonicalRequest, ReasonsComeInTheOrderOfTheirList) {
  Sent sent = with_headers(
      {{"X-API-Key", kOurs}, {"X-API-Key", kOurs}, {"Authorization", "Bearer " + kOurs}});
  sent.target = "/a//b?_method=PUT";
  sent.method = "get";
  EXPECT_EQ(sent.refusal(), Reason::kPathNotCanonical);
  sent.target = "/a/b?_method=PUT";
  EXPECT_EQ(sent.refusal(), Reason::kMethodUnknown);
  sent.method = "GET";
  EXPECT_EQ(sent.refusal(), Reason::kMethodOverridden);
  sent.target = "/a/b";
  EXPECT_EQ(sent.refusal(), Reason::kCredentialRepeated);
  sent.headers.erase(sent.headers.begin());
  EXPECT_EQ(sent.refusal(), Reason::kCredentialsInTwoPlaces);
  sent.headers.erase(sent.headers.begin());
  EXPECT_EQ(sent.refusal(), Reason::kAllowed);
}

TEST(CanonicalRequest, ARefusedRequestHoldsNothing) {
  Sent sent = with_headers({{"X-API-Key", kOurs}});
  sent.target = "/a//b";
  const CanonicalResult result = sent.canonicalised();
  EXPECT_EQ(result.request.path, "");
  EXPECT_EQ(result.request.credential, "");
  EXPECT_EQ(CanonicalResult{}.refusal, Reason::kUndecided);
}

}  // namespace
}  // namespace claviger::core
