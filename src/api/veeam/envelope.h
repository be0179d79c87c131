// What every answer of the façade looks like (docs/veeam.md). Private to the api module.
//
//   {"data":…,"meta":{"pagingInfo":{"total":2,"count":2,"offset":0}}}
//   {"errors":[{"message":"…","type":"logical","code":400,"parameterName":"offset"}]}
#pragma once

#include <cstddef>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "claviger/base/error.h"
#include "claviger/http/message.h"
#include "claviger/http/problem.h"

namespace claviger::api::veeam {

[[nodiscard]] http::Response data_response(const nlohmann::json& data);

/// Which part of a list it is.
struct Paging {
  std::size_t total = 0;   ///< of the whole list, after its filter
  std::size_t offset = 0;  ///< as it was asked for: clients compare
};

[[nodiscard]] http::Response page_response(const nlohmann::json& page, const Paging& paging);

/// A problem in this form. Every status of 500 and more is 520 here; what we call 422 is 400.
[[nodiscard]] http::Response problem_response(const http::Problem& problem,
                                              std::string_view request_id);

/// The same of an error, whose cause is logged.
[[nodiscard]] http::Response error_response(const Error& error, const http::Request& request);

/// One error with its own code: a place in a body, say.
[[nodiscard]] http::Response error_response(int status, nlohmann::json error);

}  // namespace claviger::api::veeam
