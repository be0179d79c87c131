// Who calls, as the upstream learns it. The numbers are those of docs/threats.md.
#include "gateway_fixture.h"

namespace claviger::test {
namespace {

using testing::ElementsAre;
using testing::StartsWith;

const std::vector<std::string> kIdentityHeaders = {
    "Claviger-Key-Id",  "Claviger-Application-Id", "Claviger-Organization-Id",
    "Claviger-User-Id", "Claviger-Scopes",         "Claviger-Decision-Id"};

class Identity : public GatewayTest {
 protected:
  const WorldKey key_ = world().add_key();
};

TEST_F(Identity, TheUpstreamLearnsWhoCalls) {
  start();
  const Received seen = forwarded({.target = "/devices/1", .headers = {bearer(key_)}});
  EXPECT_EQ(seen.header("Claviger-Key-Id"), key_.id());
  EXPECT_EQ(seen.header("Claviger-Application-Id"), world().application().id.str());
  EXPECT_EQ(seen.header("Claviger-Organization-Id"), world().organization().id.str());
  EXPECT_EQ(seen.header("Claviger-User-Id"), world().user().id.str());
  EXPECT_EQ(seen.header("Claviger-Scopes"), "devices:read devices:write");
  EXPECT_THAT(seen.header("Claviger-Decision-Id").value_or(""), StartsWith("dec_"));
  for (const std::string& name : kIdentityHeaders)
    EXPECT_EQ(all_headers(seen.headers, name).size(), 1U) << name;
}

TEST_F(Identity, ScopesAreThoseOfTheKey) {
  start();
  WorldKey narrow = world().add_key();
  narrow.record.grants[0].scope_reach = core::Reach::kListed;
  narrow.record.grants[0].scopes.add(fleet::kRead);
  world().put(narrow.record);
  EXPECT_EQ(
      forwarded({.target = "/devices/1", .headers = {bearer(narrow)}}).header("Claviger-Scopes"),
      "devices:read");
  EXPECT_EQ(
      forwarded({.target = "/invoices/1", .headers = {bearer(narrow)}}).header("Claviger-Scopes"),
      "");
}

TEST_F(Identity, EachCallHasADecisionIdOfItsOwn) {
  start();
  std::set<std::string> ids;
  for (int i = 0; i < 20; ++i)
    ids.insert(*forwarded({.target = "/devices/1", .headers = {bearer(key_)}})
                    .header("Claviger-Decision-Id"));
  EXPECT_EQ(ids.size(), 20U);
}

TEST_F(Identity, N05_ClientsIdentityHeadersAreReplaced) {
  start();
  HeaderFields headers = {bearer(key_)};
  for (const std::string& name : kIdentityHeaders) {
    headers.emplace_back(name, "forged");
    headers.emplace_back("cLAVIGER-" + name.substr(9), "forged");
  }
  headers.emplace_back("Claviger-Asset-Groups", "forged");
  headers.emplace_back("Claviger-Anything", "forged");
  const Received seen = forwarded({.target = "/devices/1", .headers = headers});
  EXPECT_EQ(seen.bytes.find("forged"), std::string::npos) << seen.bytes;
  EXPECT_THAT(all_headers(seen.headers, "Claviger-Key-Id"), ElementsAre(key_.id()));
}

TEST_F(Identity, N05_ClientsIdentityHeadersAreStrippedOnPublicRoutesToo) {
  start();
  const Received seen = forwarded({.target = "/public/page",
                                   .headers = {{"Claviger-User-Id", "forged"},
                                               {"Accept", "text/html"},
                                               {"Claviger-Key-Id", "forged"},
                                               {"Authorization", "Bearer the upstream's own"}}});
  EXPECT_EQ(seen.bytes.find("forged"), std::string::npos) << seen.bytes;
  EXPECT_EQ(seen.header("Accept"), "text/html");
  EXPECT_EQ(seen.header("Authorization"), "Bearer the upstream's own");
}

TEST_F(Identity, N06_ConnectionDoesNotDropIdentityHeaders) {
  start();
  for (const char* value :
       {"Claviger-Key-Id", "claviger-user-id, close", "keep-alive, Claviger-Scopes",
        "Claviger-Key-Id, Claviger-Application-Id, Claviger-Organization-Id"}) {
    const Received seen =
        forwarded({.target = "/devices/1", .headers = {bearer(key_), {"Connection", value}}});
    for (const std::string& name : kIdentityHeaders) EXPECT_TRUE(seen.header(name)) << name;
  }
}

TEST_F(Identity, AllOtherHeadersGoUpstreamAsTheyCame) {
  start();
  // More headers than one part of nginx's list holds, managed ones among them in every place.
  HeaderFields headers = {{"Claviger-A", "forged"}, bearer(key_)};
  std::vector<std::string> sent;
  for (int i = 0; i < 60; ++i) {
    const std::string name = "X-Header-" + std::to_string(i);
    headers.emplace_back(name, "value " + std::to_string(i));
    sent.push_back(name);
    if (i % 7 == 0 || i == 18 || i == 19) headers.emplace_back("Claviger-B", "forged");
  }
  const Received seen = forwarded({.target = "/devices/1", .headers = headers});
  std::vector<std::string> arrived;
  for (const auto& [name, value] : seen.headers) {
    if (!name.starts_with("X-Header-")) continue;
    EXPECT_EQ(value, "value " + name.substr(9));
    arrived.push_back(name);
  }
  EXPECT_EQ(arrived, sent);
  EXPECT_EQ(seen.bytes.find("forged"), std::string::npos);
}

TEST_F(Identity, ARequestOfManagedHeadersAloneStaysWhole) {
  start();
  const HttpResponse response =
      ask_raw("GET /public/page HTTP/1.0\r\nClaviger-A: 1\r\nClaviger-B: 2\r\n\r\n");
  EXPECT_EQ(response.status, 200);
  ASSERT_EQ(upstream().count(), 1U);
  EXPECT_EQ(upstream().requests()[0].bytes.find("Claviger"), std::string::npos);
  EXPECT_EQ(
      ask_raw("GET /devices/1 HTTP/1.0\r\nAuthorization: " + key_.bearer() + "\r\n\r\n").status,
      200);
  EXPECT_EQ(upstream().requests()[1].header("Claviger-Key-Id"), key_.id());
}

TEST_F(Identity, TheConfigurationCanTakeAHeaderBack) {
  start(R"(location / {
    claviger api fleet;
    proxy_set_header Claviger-User-Id "";
    proxy_set_header X-Key $claviger_key_id;
    proxy_pass http://api;
  })");
  const Received seen = forwarded({.target = "/devices/1", .headers = {bearer(key_)}});
  EXPECT_FALSE(seen.header("Claviger-User-Id"));
  EXPECT_EQ(seen.header("X-Key"), key_.id());
}

TEST_F(Identity, TheKeyIsForwardedWhereThatIsAskedFor) {
  start(R"(
    claviger_forward_key on;
    location / { claviger api fleet; proxy_pass http://api; }
    location /invoices/ {
      claviger api billing;
      claviger_forward_key off;
      proxy_pass http://api;
    })");
  EXPECT_EQ(forwarded({.target = "/devices/1", .headers = {bearer(key_)}}).header("Authorization"),
            key_.bearer());
  EXPECT_FALSE(
      forwarded({.target = "/invoices/1", .headers = {bearer(key_)}}).header("Authorization"));
}

}  // namespace
}  // namespace claviger::test
