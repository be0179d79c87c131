#include "envelope.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace claviger::api::veeam {
namespace {

using nlohmann::json;

json error_of(const http::Response& response) {
  return json::parse(response.body).at("errors").at(0);
}

http::Request request() {
  http::Request request;
  request.id = "r1";
  return request;
}

TEST(Envelope, WhatFailsInTheServerIs520AndSaysNothingOfTheInside) {
  const http::Response broken = veeam::error_response(Error::internal("disk /dev/sda"), request());
  EXPECT_EQ(broken.status, 520);
  EXPECT_EQ(error_of(broken)["code"], 520);
  EXPECT_EQ(error_of(broken)["type"], "unspecified");
  EXPECT_EQ(broken.body.find("/dev/sda"), std::string::npos);
  const http::Response busy = veeam::error_response(Error::unavailable("host 10.0.0.1"), request());
  EXPECT_EQ(busy.status, 520);
  EXPECT_EQ(error_of(busy)["type"], "retryableLogical");
  EXPECT_TRUE(busy.headers.has("Retry-After"));
  EXPECT_EQ(busy.body.find("10.0.0.1"), std::string::npos);
}

TEST(Envelope, WhoeverAsksTooOftenReadsInTheBodyWhenToComeAgain) {
  const RateLimit limit = {.policy = "changes",
                           .quota = 60,
                           .window = std::chrono::seconds(60),
                           .retry_after = std::chrono::seconds(25)};
  const http::Response response =
      veeam::error_response(Error::too_often("Too many changes.", limit), request());
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(json::parse(response.body), json({{"errors",
                                               {{{"message", "Too many changes."},
                                                 {"type", "transport"},
                                                 {"code", 429},
                                                 {"retryAfter", 25}}}}}));
  EXPECT_EQ(response.headers.one("Retry-After")->value_or(""), "25");
}

TEST(Envelope, AFaultNamesItsParameterOrItsProperty) {
  const http::Response response =
      veeam::error_response(Error::invalid({{"offset", "too-small", PublicText("At least 0.")},
                                            {"/status", "missing", PublicText("It is missing.")}}),
                            request());
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(json::parse(response.body), json({{"errors",
                                               {{{"message", "At least 0."},
                                                 {"type", "logical"},
                                                 {"code", 400},
                                                 {"parameterName", "offset"}},
                                                {{"message", "It is missing."},
                                                 {"type", "logical"},
                                                 {"code", 400},
                                                 {"propertyName", "status"}}}}}));
}

}  // namespace
}  // namespace claviger::api::veeam
