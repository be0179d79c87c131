// What clients are told of refusals is what docs/rest-api.md says.
#include "refusal.h"

#include <cctype>
#include <cstdint>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace claviger::gateway {
namespace {

using core::Reason;

/// Codes by status.
using Codes = std::map<int, std::set<std::string>>;

/// The table below "What a gateway answers": each row's status, and all that stands between
/// backquotes in it.
Codes codes_in_document() {
  std::ifstream file(CLAVIGER_REST_API_DOCUMENT);
  Codes codes;
  bool in_section = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("## ")) in_section = line == "## What a gateway answers";
    if (!in_section || !line.starts_with("| ") || !std::isdigit(line[2])) continue;
    std::istringstream parts(line);
    std::string part;
    for (bool is_code = false; std::getline(parts, part, '`'); is_code = !is_code)
      if (is_code) codes[std::stoi(line.substr(2))].insert(part);
  }
  return codes;
}

void add(const claviger_decision& decision, Codes& codes) {
  codes[decision.status].emplace(decision.code.data, decision.code.size);
}

TEST(Refusal, TheDocumentListsEveryCodeAndNoOther) {
  Codes told;
  for (std::uint8_t number = 0; number < core::kReasonCount; ++number) {
    const auto reason = static_cast<Reason>(number);
    if (core::is_allowed(reason)) continue;
    claviger_decision decision{};
    decision.caller_is_known =
        reason != Reason::kCredentialMissing && reason != Reason::kCredentialUnknown;
    refuse(decision, reason);
    add(decision, told);
  }
  for (const claviger_fault fault :
       {CLAVIGER_FAULT_HTTP_VERSION, CLAVIGER_FAULT_TWO_HOSTS, CLAVIGER_FAULT_OTHER_TLS_NAME}) {
    claviger_decision decision{};
    refuse(decision, fault);
    add(decision, told);
  }
  EXPECT_EQ(codes_in_document(), told);
}

}  // namespace
}  // namespace claviger::gateway
