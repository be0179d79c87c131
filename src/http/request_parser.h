// Beast's parser, behind a wall: the only file that includes Beast is request_parser.cc.
#pragma once

#include "request_gate.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "claviger/http/problem.h"

namespace claviger::http {

/// Reads one request and no second one.
class RequestParser {
 public:
  RequestParser();
  ~RequestParser();
  RequestParser(const RequestParser&) = delete;
  RequestParser& operator=(const RequestParser&) = delete;

  /// Reads a head that HeadScanner found complete, its empty line included, and holds it against
  /// the gate.
  [[nodiscard]] std::variant<Head, Problem> read_head(std::string_view head);

  struct BodyStep {
    enum class Outcome { kMore, kComplete, kTooLarge, kMalformed };

    Outcome outcome;
    std::size_t used;  ///< bytes that need not be shown again
  };

  /// Appends to `body` what `received` holds of it, but not more than `max_bytes` in all. Bytes
  /// that were not used are to be shown again, together with those that follow them.
  [[nodiscard]] BodyStep read_body(std::string_view received, std::size_t max_bytes,
                                   std::string& body);

 private:
  class Parser;

  std::unique_ptr<Parser> parser_;
};

}  // namespace claviger::http
