// How a gateway refuses, beside the reasons of a decision.
#pragma once

#include <cstdint>
#include <string_view>

namespace claviger::core {

/// What can be wrong with a request as such, before there is anything to decide.
enum class RequestFault : std::uint8_t {
  kHttpVersion,   ///< neither HTTP/1.0 nor 1.1 nor 2
  kTwoHosts,      ///< the target and the Host header name different hosts
  kOtherTlsName,  ///< TLS was negotiated for another host than the request names
};

inline constexpr std::uint8_t kRequestFaultCount =
    static_cast<std::uint8_t>(RequestFault::kOtherTlsName) + 1;

/// The stable word for logs, problem documents and clients: "host-ambiguous".
[[nodiscard]] std::string_view to_string(RequestFault fault);

/// What was wrong and what to do.
[[nodiscard]] std::string_view explain(RequestFault fault);

[[nodiscard]] int http_status(RequestFault fault);

/// The title of the problem document by which a gateway refuses with this status.
[[nodiscard]] std::string_view title_of_refusal(int http_status);

}  // namespace claviger::core
