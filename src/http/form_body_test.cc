#include "claviger/http/form_body.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace claviger::http {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kUrlencoded = "application/x-www-form-urlencoded; charset=utf-8";
constexpr std::string_view kMultipart = "multipart/form-data; boundary=\"sea side\"";

ErrorCode code_of(std::string_view type, std::string_view body) {
  const auto form = read_form(type, body);
  return form ? ErrorCode::kInternal : form.error().code();
}

TEST(FormBody, FieldsComeInTheirOrder) {
  EXPECT_THAT(*read_form(kUrlencoded, "grant_type=password&username=a%5Cb+c&&password="),
              ElementsAre(Parameter{"grant_type", "password"}, Parameter{"username", "a\\b c"},
                          Parameter{"password", ""}));
  EXPECT_THAT(*read_form(kUrlencoded, ""), IsEmpty());
}

TEST(FormBody, WhatIsNotEncodedStandsForItself) {
  EXPECT_THAT(*read_form(kUrlencoded, "username=DOMAIN\\user&password=100%&x=a=b"),
              ElementsAre(Parameter{"username", "DOMAIN\\user"}, Parameter{"password", "100%"},
                          Parameter{"x", "a=b"}));
}

TEST(FormBody, PartsOfAMultipartBodyAreFields) {
  EXPECT_THAT(*read_form(kMultipart,
                         "--sea side\r\nContent-Disposition: form-data; name=\"grant_type\"\r\n\r\n"
                         "password\r\n"
                         "--sea side\r\nContent-Type: text/plain\r\n"
                         "content-disposition: form-data; name=username\r\n\r\na\\b\r\n"
                         "--sea side--\r\n"),
              ElementsAre(Parameter{"grant_type", "password"}, Parameter{"username", "a\\b"}));
}

TEST(FormBody, D02_WhatIsNoFormIsRefused) {
  EXPECT_EQ(code_of("application/json", "{}"), ErrorCode::kUnsupportedMediaType);
  EXPECT_EQ(code_of("", "a=b"), ErrorCode::kUnsupportedMediaType);
  EXPECT_EQ(code_of("multipart/form-data", "--\r\n\r\n--"), ErrorCode::kMalformedRequest);
  for (const std::string_view body :
       {"", "--sea side", "--sea side\r\n", "--sea side\r\nname\r\n--sea side--",
        "--sea side\r\nContent-Disposition: form-data\r\n\r\nx\r\n--sea side--",
        "--sea side\r\nContent-Disposition: form-data; name=a\r\n\r\nx"})
    EXPECT_EQ(code_of(kMultipart, body), ErrorCode::kMalformedRequest) << body;
  EXPECT_EQ(code_of(kUrlencoded, "a=%00"), ErrorCode::kMalformedRequest);
  EXPECT_EQ(code_of(kUrlencoded, "a=%FF"), ErrorCode::kMalformedRequest);
  std::string many;
  for (int i = 0; i < 300; ++i) many += "a=b&";
  EXPECT_EQ(code_of(kUrlencoded, many), ErrorCode::kMalformedRequest);
}

}  // namespace
}  // namespace claviger::http
