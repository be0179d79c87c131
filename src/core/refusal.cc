#include "claviger/core/refusal.h"

#include <array>

namespace claviger::core {
namespace {

struct Text {
  RequestFault fault;
  int status;
  std::string_view name;
  std::string_view sentence;
};

constexpr std::array<Text, kRequestFaultCount> kTexts = {{
    {RequestFault::kHttpVersion, 400, "http-version-unsupported",
     "Use HTTP/1.1, HTTP/1.0 or HTTP/2."},
    {RequestFault::kTwoHosts, 400, "host-ambiguous",
     "The request's target and its Host header name different hosts. Name one."},
    {RequestFault::kOtherTlsName, 421, "host-misdirected",
     "This connection was opened for another host. Send the request on one of its own."},
}};

constexpr bool texts_are_in_order() {
  for (std::size_t i = 0; i < kTexts.size(); ++i) {
    if (static_cast<std::size_t>(kTexts[i].fault) != i) return false;
  }
  return true;
}

static_assert(texts_are_in_order(), "one text per fault, in the order of the enumeration");

const Text& text_of(RequestFault fault) {
  return kTexts.at(static_cast<std::size_t>(fault));
}

}  // namespace

std::string_view to_string(RequestFault fault) {
  return text_of(fault).name;
}

std::string_view explain(RequestFault fault) {
  return text_of(fault).sentence;
}

int http_status(RequestFault fault) {
  return text_of(fault).status;
}

std::string_view title_of_refusal(int http_status) {
  switch (http_status) {
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

}  // namespace claviger::core
