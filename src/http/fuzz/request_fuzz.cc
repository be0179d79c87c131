// A request is read alike however its bytes are cut on the way, and what passed the gate has one
// host and one way to tell its length. The first byte says where to cut.
#include "request_gate.h"
#include "request_parser.h"
#include "target.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>

namespace claviger::http {
namespace {

constexpr std::size_t kMostHeadBytes = 4096;
constexpr std::size_t kMostBodyBytes = 4096;

void require(bool holds) {
  if (!holds) std::abort();
}

/// Everything that can be told from outside.
struct Reading {
  HeadScanner::Outcome head = HeadScanner::Outcome::kIncomplete;
  bool passed = false;
  RequestParser::BodyStep::Outcome body_outcome = RequestParser::BodyStep::Outcome::kMore;
  std::string target;
  std::string body;
  std::size_t left = 0;  ///< bytes behind the request

  bool operator==(const Reading&) const = default;
};

void hold_to_the_gate(const Head& head) {
  require(head.headers.count("Host") == 1);
  require(head.headers.count("Transfer-Encoding") + head.headers.count("Content-Length") <= 1);
  require(head.version == 10 || head.version == 11);
  require((head.framing == Framing::kChunked) == head.headers.has("Transfer-Encoding"));
  require((head.framing == Framing::kLength) == head.headers.has("Content-Length"));
}

/// Reads `text` as if its first `cut` bytes came alone, and then the rest.
Reading read(std::string_view text, std::size_t cut) {
  Reading reading;
  HeadScanner scanner(kMostHeadBytes);
  reading.head = scanner.scan(text.substr(0, cut));
  if (reading.head == HeadScanner::Outcome::kIncomplete) reading.head = scanner.scan(text);
  if (reading.head != HeadScanner::Outcome::kComplete) return reading;
  RequestParser parser;
  const auto parsed = parser.read_head(text.substr(0, scanner.size()));
  const Head* head = std::get_if<Head>(&parsed);
  if (head == nullptr) return reading;
  reading.passed = true;
  reading.target = head->target;
  hold_to_the_gate(*head);
  std::size_t used = scanner.size();
  for (const std::size_t end : {std::max(cut, used), text.size()}) {
    const auto step = parser.read_body(text.substr(used, end - used), kMostBodyBytes, reading.body);
    used += step.used;
    reading.body_outcome = step.outcome;
    if (step.outcome != RequestParser::BodyStep::Outcome::kMore) break;
  }
  require(reading.body.size() <= kMostBodyBytes);
  if (reading.body_outcome == RequestParser::BodyStep::Outcome::kComplete)
    reading.left = text.size() - used;
  else
    reading.body.clear();  // how far a broken body was read before it was refused is no matter
  return reading;
}

void hold_to_canonical_form(std::string_view text) {
  const auto target = parse_target(text);
  if (!target) return;
  require(target->path.starts_with('/'));
  require(target->path.find("//") == std::string::npos);
  require((target->path + '/').find("/../") == std::string::npos);
}

}  // namespace
}  // namespace claviger::http

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace claviger::http;
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t cut = std::min<std::size_t>(data[0], text.size());
  const Reading whole = read(text, text.size());
  require(whole == read(text, cut));
  hold_to_canonical_form(whole.target);
  hold_to_canonical_form(text);
  return 0;
}
