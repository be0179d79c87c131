#include "refusal.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

namespace claviger::gateway {
namespace {

claviger_text text_of(std::string_view text) {
  return {text.data(), text.size()};
}

std::string_view view_of(const claviger_text& text) {
  return {text.data, text.size};
}

struct FaultText {
  int status;
  std::string_view code;
  std::string_view detail;
};

FaultText text_of(claviger_fault fault) {
  switch (fault) {
    case CLAVIGER_FAULT_HTTP_VERSION:
      return {400, "http-version-unsupported", "Use HTTP/1.1, HTTP/1.0 or HTTP/2."};
    case CLAVIGER_FAULT_TWO_HOSTS:
      return {400, "host-ambiguous",
              "The request's target and its Host header name different hosts. Name one."};
    case CLAVIGER_FAULT_OTHER_TLS_NAME:
      return {421, "host-misdirected",
              "This connection was opened for another host. Send the request on one of its own."};
    case CLAVIGER_FAULT_NONE:
      break;
  }
  return {503, core::to_string(core::Reason::kUndecided), core::explain(core::Reason::kUndecided)};
}

std::string_view title_of(int status) {
  switch (status) {
    case 400:
      return "The request cannot be read";
    case 401:
      return "A valid credential is needed";
    case 403:
      return "Not permitted";
    case 421:
      return "The request was sent to the wrong place";
    default:
      return "Not available now";
  }
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
  const FaultText text = text_of(fault);
  decision.outcome = CLAVIGER_REFUSED;
  decision.status = text.status;
  decision.reason = text_of(text.code);
  decision.code = decision.reason;
  decision.detail = text_of(text.detail);
}

std::size_t write_problem(const claviger_decision& decision, std::span<char> out) {
  // Every text is one of ours and needs no escapes; the module's test reads each document back.
  const std::string_view code = view_of(decision.code);
  const auto head = fmt::format_to_n(
      out.data(), out.size(),
      R"({{"type":"/problems/{0}","title":"{1}","status":{2},"detail":"{3}","code":"{0}")", code,
      title_of(decision.status), decision.status, view_of(decision.detail));
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
