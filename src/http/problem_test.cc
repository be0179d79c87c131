#include "claviger/http/problem.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace claviger::http {
namespace {

using nlohmann::json;

TEST(Problem, NamesCodeRequestAndEveryFault) {
  const Error error = Error::invalid(
      {{.pointer = "/name", .code = "missing", .detail = PublicText("\"name\" is missing.")}});
  const Response response = problem_response(problem_of(error), "r1");
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(response.headers.one("Content-Type")->value(), "application/problem+json");
  EXPECT_EQ(
      json::parse(response.body),
      json({{"type", "/problems/invalid-input"},
            {"title", "The input is not valid"},
            {"status", 422},
            {"detail", "\"name\" is missing."},
            {"code", "invalid-input"},
            {"requestId", "r1"},
            {"errors",
             {{{"pointer", "/name"}, {"code", "missing"}, {"detail", "\"name\" is missing."}}}}}));
}

TEST(Problem, InternalTextStaysInside) {
  Request request;
  request.id = "r2";
  for (const Error& error :
       {Error::internal("disk /dev/sda"), Error::unavailable("host 10.0.0.1 /dev/sda")}) {
    const Response response = error_response(error, request);
    EXPECT_EQ(response.body.find("/dev/sda"), std::string::npos);
    EXPECT_NE(response.body.find("\"requestId\":\"r2\""), std::string::npos);
  }
}

TEST(Problem, StatusBringsItsHeader) {
  const auto header = [](ErrorCode code, std::string_view name) {
    return problem_response(problem_of(Error::refused(code, "x")), "r").headers.has(name);
  };
  EXPECT_TRUE(header(ErrorCode::kSignInRequired, "WWW-Authenticate"));
  EXPECT_TRUE(header(ErrorCode::kTooManyRequests, "Retry-After"));
  EXPECT_TRUE(header(ErrorCode::kUnavailable, "Retry-After"));
  EXPECT_FALSE(header(ErrorCode::kPermissionDenied, "WWW-Authenticate"));
  EXPECT_FALSE(header(ErrorCode::kConflict, "Retry-After"));
}

TEST(Problem, BrokenTextIsMendedAndNotThrown) {
  const Response response =
      problem_response(problem_of(Error::refused(ErrorCode::kConflict, "a\xFFz")), "r");
  EXPECT_TRUE(json::accept(response.body));
  EXPECT_TRUE(json::accept(json_response(200, {{"name", "\xC0"}}).body));
}

}  // namespace
}  // namespace claviger::http
