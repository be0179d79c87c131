#include "refusal.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "claviger/core/refusal.h"

namespace claviger::gateway {
namespace {

claviger_text text_of(std::string_view text) {
  return {text.data(), text.size()};
}

std::string_view view_of(const claviger_text& text) {
  return {text.data, text.size};
}

/// nullopt where nothing is at fault.
std::optional<core::RequestFault> fault_of(claviger_fault fault) {
  switch (fault) {
    case CLAVIGER_FAULT_HTTP_VERSION:
      return core::RequestFault::kHttpVersion;
    case CLAVIGER_FAULT_TWO_HOSTS:
      return core::RequestFault::kTwoHosts;
    case CLAVIGER_FAULT_OTHER_TLS_NAME:
      return core::RequestFault::kOtherTlsName;
    case CLAVIGER_FAULT_NONE:
      break;
  }
  return std::nullopt;
}

}  // namespace

void refuse(claviger_decision& decision, core::Reason reason) {
  const int status = core::http_status(reason);
  const bool uniform = status == 401 && !decision.caller_is_known;
  const core::Reason told = uniform ? core::Reason::kCredentialUnknown : reason;
  decision.outcome = CLAVIGER_REFUSED;
  decision.status = status;
  decision.reason = text_of(core::to_string(reason));
  decision.code = text_of(core::to_string(told));
  decision.detail = text_of(core::explain(told));
}

void refuse(claviger_decision& decision, claviger_fault fault) {
  const auto known = fault_of(fault);
  if (!known) return refuse(decision, core::Reason::kUndecided);
  decision.outcome = CLAVIGER_REFUSED;
  decision.status = core::http_status(*known);
  decision.reason = text_of(core::to_string(*known));
  decision.code = decision.reason;
  decision.detail = text_of(core::explain(*known));
}

std::size_t write_problem(const claviger_decision& decision, std::span<char> out) {
  // Every text is one of ours and needs no escapes; the module's test reads each document back.
  const std::string_view code = view_of(decision.code);
  const auto head = fmt::format_to_n(
      out.data(), out.size(),
      R"({{"type":"/problems/{0}","title":"{1}","status":{2},"detail":"{3}","code":"{0}")", code,
      core::title_of_refusal(decision.status), decision.status, view_of(decision.detail));
  const std::span<char> rest = out.subspan(std::min(head.size, out.size()));
  const std::string_view id = decision.caller_is_known ? std::string_view(decision.decision_id.text,
                                                                          decision.decision_id.size)
                                                       : std::string_view();
  const auto tail =
      id.empty() ? fmt::format_to_n(rest.data(), rest.size(), "}}\n")
                 : fmt::format_to_n(rest.data(), rest.size(), ",\"decisionId\":\"{}\"}}\n", id);
  return out.size() - rest.size() + std::min(tail.size, rest.size());
}

}  // namespace claviger::gateway
