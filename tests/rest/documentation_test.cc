// What the program says about itself: the API description, and the pages of the problem types.
#include "installation.h"

#include <set>

namespace claviger::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class Documentation : public RestTest {
 protected:
  [[nodiscard]] static Answer get(std::string target, const std::string& accept = "*/*") {
    return send(endpoint(), {.target = std::move(target), .headers = {{"Accept", accept}}});
  }

  [[nodiscard]] static Answer browse(std::string target) {
    return get(std::move(target), "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8");
  }

  [[nodiscard]] static std::string header(const Answer& answer, std::string_view name) {
    return answer.response.header(name).value_or("");
  }
};

TEST_F(Documentation, TheApiDescriptionIsServedToStrangers) {
  const Answer json = get("/openapi.json");
  ASSERT_EQ(json.status(), 200);
  EXPECT_EQ(json.body.value("openapi", ""), "3.1.0");
  EXPECT_TRUE(json.body["paths"].contains("/v1/keys/{id}/rotate"));
  const Answer yaml = get("/openapi.yaml");
  ASSERT_EQ(yaml.status(), 200);
  EXPECT_EQ(header(yaml, "Content-Type"), "application/yaml");
  EXPECT_THAT(yaml.response.body, HasSubstr("\nopenapi: 3.1.0\n"));
  EXPECT_EQ(get("/openapi.json?version=2").status(), 422);
}

TEST_F(Documentation, ThePageOfTheApiLoadsFromThisServerAlone) {
  const Answer page = browse("/docs");
  ASSERT_EQ(page.status(), 200);
  EXPECT_EQ(header(page, "Content-Type"), "text/html; charset=utf-8");
  EXPECT_THAT(page.response.body, AllOf(HasSubstr("src=\"/docs/redoc.standalone.js\""),
                                        HasSubstr("\"/openapi.json\""), Not(HasSubstr("//"))));
  const std::string policy = header(page, "Content-Security-Policy");
  EXPECT_THAT(policy, AllOf(HasSubstr("default-src 'none'"), HasSubstr("connect-src 'self'"),
                            HasSubstr("frame-ancestors 'none'"), Not(HasSubstr("unsafe")),
                            Not(HasSubstr("http"))));
  for (const std::string file :
       {"page.css", "redoc.standalone.js", "redoc.standalone.js.LICENSE.txt"})
    EXPECT_EQ(get("/docs/" + file).status(), 200) << file;
  EXPECT_EQ(get("/docs/claviger.yaml").status(), 404);
  EXPECT_EQ(get("/docs/..%2Fopenapi.json").status(), 400);
}

TEST_F(Documentation, ANonceIsUsedOnce) {
  std::set<std::string> nonces;
  for (int i = 0; i < 3; ++i) {
    const Answer page = browse("/docs");
    const std::string policy = header(page, "Content-Security-Policy");
    const std::size_t begin = policy.find("'nonce-") + 7;
    const std::string nonce = policy.substr(begin, policy.find('\'', begin) - begin);
    EXPECT_EQ(nonce.size(), 32U);
    EXPECT_THAT(page.response.body, HasSubstr("<script nonce=\"" + nonce + "\">"));
    EXPECT_EQ(header(page, "Cache-Control"), "no-store");
    nonces.insert(nonce);
  }
  EXPECT_EQ(nonces.size(), 3U);
}

TEST_F(Documentation, TheTypeOfAProblemIsAPage) {
  for (const Answer& refused : {get("/v1/me"), get("/v1/nothing"), get("/docs?a=b")}) {
    const std::string type = refused.body.value("type", "");
    const Answer page = browse(type);
    ASSERT_EQ(page.status(), 200) << type;
    EXPECT_THAT(page.response.body,
                AllOf(StartsWith("<!doctype html>"), HasSubstr("What to do"),
                      HasSubstr(refused.code()), HasSubstr(refused.body.value("title", "?"))));
    EXPECT_THAT(page.response.body, AllOf(Not(HasSubstr("<script")), Not(HasSubstr("style="))));
    EXPECT_THAT(header(page, "Content-Security-Policy"), StartsWith("default-src 'none'"));
    EXPECT_EQ(header(page, "Vary"), "Accept");
    const Answer document = get(type);
    EXPECT_EQ(document.body.value("code", ""), refused.code());
    EXPECT_EQ(document.body.value("status", 0), refused.status());
  }
  EXPECT_EQ(get("/problems/allowed").status(), 404);
  EXPECT_EQ(get("/problems/%3Cscript%3E").status(), 404);
}

TEST_F(Documentation, TheListLeadsToEveryProblemType) {
  const Answer list = get("/problems");
  ASSERT_EQ(list.status(), 200);
  EXPECT_GE(list.body["data"].size(), 40U);
  const std::string page = browse("/problems").response.body;
  for (const Json& type : list.body["data"]) {
    EXPECT_THAT(page, HasSubstr("href=\"" + type.value("type", "?") + "\""));
    EXPECT_EQ(get(type.value("type", "?")).body, type);
  }
}

}  // namespace
}  // namespace claviger::test
