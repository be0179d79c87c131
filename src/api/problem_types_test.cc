#include "problem_types.h"

#include <cctype>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "claviger/base/error.h"
#include "claviger/core/reason.h"
#include "claviger/core/refusal.h"
#include "claviger/http/problem.h"

namespace claviger::api {
namespace {

using testing::EndsWith;

TEST(ProblemTypes, EveryCodeThatAnAnswerCanHaveHasItsPage) {
  std::set<std::string_view> codes;
  for (std::size_t i = 0; i < http::kErrorCodeCount; ++i)
    codes.insert(to_string(static_cast<ErrorCode>(i)));
  for (std::size_t i = 0; i < http::kMessageFaultCount; ++i)
    codes.insert(to_string(static_cast<http::MessageFault>(i)));
  for (std::uint8_t i = 0; i < core::kReasonCount; ++i) {
    const auto reason = static_cast<core::Reason>(i);
    if (!core::is_allowed(reason)) codes.insert(core::to_string(reason));
  }
  for (std::uint8_t i = 0; i < core::kRequestFaultCount; ++i)
    codes.insert(core::to_string(static_cast<core::RequestFault>(i)));
  std::set<std::string_view> with_page;
  for (const ProblemType& type : problem_types())
    EXPECT_TRUE(with_page.insert(type.code).second) << type.code << " stands twice";
  EXPECT_EQ(with_page, codes);
  EXPECT_EQ(find_problem_type("allowed"), nullptr);
  ASSERT_NE(find_problem_type("key-expired"), nullptr);
  EXPECT_EQ(find_problem_type("key-expired")->status, 401);
}

TEST(ProblemTypes, EachSaysWhatItMeansAndWhatToDo) {
  for (const ProblemType& type : problem_types()) {
    EXPECT_NE(type.title, "") << type.code;
    EXPECT_GE(type.status, 400) << type.code;
    for (const std::string_view text : {type.meaning, type.remedy}) {
      EXPECT_THAT(std::string(text), EndsWith(".")) << type.code;
      EXPECT_TRUE(std::isupper(static_cast<unsigned char>(text.front())) || text.front() == '"')
          << type.code;
    }
  }
}

}  // namespace
}  // namespace claviger::api
