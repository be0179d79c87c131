// What the gate promises without a keyring; tests/gateway holds what it does with one, in nginx.
#include "claviger/gateway/gate.h"

#include "decision_ids.h"
#include "refusal.h"
#include "troubles.h"
#include "worker.h"

#include <array>
#include <filesystem>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "claviger/base/random.h"
#include "claviger/base/time.h"
#include "claviger/core/ids.h"
#include "claviger/core/reason.h"

namespace claviger::gateway {
namespace {

using core::Reason;

constexpr Time kNow = from_microseconds(1'800'000'000'000'000);

class SetClock final : public Clock {
 public:
  [[nodiscard]] Time now() const override { return now_; }

  void advance(Microseconds by) { now_ += by; }

 private:
  Time now_ = kNow;
};

claviger_text text_of(std::string_view text) {
  return {text.data(), text.size()};
}

std::string str(const claviger_text& text) {
  return {text.data, text.size};
}

std::string problem_of(const claviger_decision& decision) {
  std::array<char, CLAVIGER_PROBLEM_ROOM> room{};
  return {room.data(), claviger_write_problem(&decision, room.data())};
}

claviger_decision refused(Reason reason, bool caller_is_known) {
  claviger_decision decision{};
  decision.caller_is_known = caller_is_known;
  decision.decision_id.size = CLAVIGER_ID_SIZE;
  std::ranges::fill(decision.decision_id.text, 'x');
  refuse(decision, reason);
  return decision;
}

const claviger_call kCall = {.api = text_of("fleet"),
                             .method = text_of("GET"),
                             .target = text_of("/devices/1"),
                             .routed_path = {},
                             .headers = nullptr,
                             .header_count = 0,
                             .peer = {},
                             .fault = CLAVIGER_FAULT_NONE,
                             .has_origin = false,
                             .has_requested_method = false};

TEST(Gate, EveryRefusalIsAnsweredByAWholeProblemDocument) {
  for (std::uint8_t number = 0; number < core::kReasonCount; ++number) {
    for (const bool known : {false, true}) {
      const claviger_decision decision = refused(static_cast<Reason>(number), known);
      const std::string text = problem_of(decision);
      EXPECT_LT(text.size(), CLAVIGER_PROBLEM_ROOM);
      const auto document = nlohmann::json::parse(text);
      EXPECT_EQ(document.at("status"), decision.status);
      EXPECT_EQ(document.at("type"), "/problems/" + str(decision.code));
      EXPECT_EQ(document.at("code"), str(decision.code));
      EXPECT_EQ(document.at("detail"), str(decision.detail));
      EXPECT_FALSE(document.at("title").get<std::string>().empty());
      EXPECT_EQ(document.contains("decisionId"), known);
    }
  }
}

TEST(Gate, WhoeverIsNotKnownGetsOneUniform401) {
  std::set<std::string> documents;
  for (std::uint8_t number = 0; number < core::kReasonCount; ++number) {
    const claviger_decision decision = refused(static_cast<Reason>(number), false);
    if (decision.status == 401) documents.insert(problem_of(decision));
  }
  EXPECT_EQ(documents.size(), 1U);
}

TEST(Gate, AGateWithoutMemoryRefuses) {
  claviger_decision decision{};
  claviger_notice notice{};
  claviger_gate_decide(nullptr, &kCall, &decision, &notice);
  EXPECT_EQ(decision.outcome, CLAVIGER_REFUSED);
  EXPECT_EQ(decision.status, 503);
}

TEST(Gate, WithoutAKeyringItRefusesAndSaysSoEveryTenSeconds) {
  SetClock clock;
  SystemRandom random;
  Worker worker("/nonexistent", clock, random);
  const auto notice_of_next = [&] {
    claviger_decision decision{};
    claviger_notice notice{};
    worker.decide(kCall, decision, notice);
    EXPECT_EQ(decision.outcome, CLAVIGER_REFUSED);
    EXPECT_EQ(decision.status, 503);
    EXPECT_EQ(str(decision.reason), "state-unavailable");
    return str(notice.text);
  };
  EXPECT_THAT(notice_of_next(), testing::HasSubstr("/nonexistent/keyring is not there"));
  EXPECT_EQ(notice_of_next(), "");
  clock.advance(std::chrono::milliseconds{9999});
  EXPECT_EQ(notice_of_next(), "");
  clock.advance(std::chrono::milliseconds{1});
  EXPECT_NE(notice_of_next(), "");
  clock.advance(-std::chrono::hours{1});
  EXPECT_NE(notice_of_next(), "") << "a clock that was set back must not silence the log";
}

TEST(Gate, AFaultyRequestIsRefusedBeforeAnythingIsLookedUp) {
  SetClock clock;
  SystemRandom random;
  Worker worker("/nonexistent", clock, random);
  for (const auto& [fault, status] :
       {std::pair{CLAVIGER_FAULT_HTTP_VERSION, 400}, std::pair{CLAVIGER_FAULT_TWO_HOSTS, 400},
        std::pair{CLAVIGER_FAULT_OTHER_TLS_NAME, 421}}) {
    claviger_call call = kCall;
    call.fault = fault;
    claviger_decision decision{};
    claviger_notice notice{};
    worker.decide(call, decision, notice);
    EXPECT_EQ(decision.outcome, CLAVIGER_REFUSED);
    EXPECT_EQ(decision.status, status);
    EXPECT_EQ(nlohmann::json::parse(problem_of(decision)).at("code"), str(decision.code));
  }
}

TEST(Troubles, AnotherCauseIsToldAtOnce) {
  Troubles troubles;
  EXPECT_TRUE(troubles.is_due(Trouble::kKeyringUnusable, 1, kNow));
  EXPECT_FALSE(troubles.is_due(Trouble::kKeyringUnusable, 1, kNow));
  EXPECT_TRUE(troubles.is_due(Trouble::kKeyringUnusable, 2, kNow));
  EXPECT_TRUE(troubles.is_due(Trouble::kNoCounter, 2, kNow));
}

TEST(Troubles, AnEndIsToldOnce) {
  Troubles troubles;
  EXPECT_FALSE(troubles.ends(Trouble::kKeyringUnusable));
  EXPECT_TRUE(troubles.is_due(Trouble::kKeyringUnusable, 1, kNow));
  EXPECT_TRUE(troubles.ends(Trouble::kKeyringUnusable));
  EXPECT_FALSE(troubles.ends(Trouble::kKeyringUnusable));
}

TEST(DecisionIds, NoTwoAreAlike) {
  SystemRandom random;
  DecisionIds one(random);
  DecisionIds another(random);
  std::set<Uuid> ids;
  for (int i = 0; i < 10'000; ++i) {
    ids.insert(one.next(kNow));
    ids.insert(another.next(kNow));
  }
  EXPECT_EQ(ids.size(), 20'000U);
  EXPECT_TRUE(core::DecisionId::parse(core::DecisionId(*ids.begin()).str()));
}

}  // namespace
}  // namespace claviger::gateway
