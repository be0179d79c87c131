#include "gateway_fixture.h"

#include "support/waiting.h"

#include <sstream>

#include <nlohmann/json.hpp>

namespace claviger::test {
namespace {

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
    text.replace(at, what.size(), by);
}

}  // namespace

std::string code_of(const HttpResponse& response) {
  if (response.header("Content-Type") != "application/problem+json") return {};
  const auto document = nlohmann::json::parse(response.body, nullptr, false);
  return document.is_object() ? document.value("code", "") : "";
}

NginxSettings GatewayTest::settings_with(std::string_view locations) const {
  std::string http = R"(
    claviger_state {state};
    log_format claviger '$status $claviger_decision $claviger_reason $claviger_key_id '
                        '$claviger_application_id $claviger_organization_id';
    upstream api { server {api}; }
    server {
      listen unix:{dir}/http.sock;
      access_log {dir}/access.log claviger;
  )";
  http += locations;
  http += "}\n";
  replace_all(http, "{state}", world_.directory());
  replace_all(http, "{api}", upstream_.endpoint().str());
  return {.http = http};
}

void GatewayTest::start(std::string_view locations) {
  start_with(settings_with(locations));
}

void GatewayTest::start_with(const NginxSettings& settings) {
  nginx_.emplace(settings);
}

Received GatewayTest::forwarded(const HttpRequest& request) {
  const std::size_t before = upstream_.count();
  const HttpResponse response = ask(request);
  EXPECT_EQ(response.status, 200) << request.str() << response.body;
  const std::vector<Received> seen = upstream_.requests();
  EXPECT_EQ(seen.size(), before + 1) << request.str();
  return seen.size() == before + 1 ? seen.back() : Received{};
}

std::string GatewayTest::refusal_of(const HttpRequest& request, int status) {
  SCOPED_TRACE(request.str().substr(0, 300));
  const std::size_t before = upstream_.count();
  return expect_refused(ask(request), status, before);
}

std::string GatewayTest::refusal_of_raw(std::string_view bytes, int status) {
  SCOPED_TRACE(std::string(bytes.substr(0, 300)));
  const std::size_t before = upstream_.count();
  return expect_refused(ask_raw(bytes), status, before);
}

std::string GatewayTest::expect_refused(const HttpResponse& response, int status,
                                        std::size_t seen_before) {
  EXPECT_EQ(response.status, status) << response.body;
  EXPECT_EQ(upstream_.count(), seen_before) << "the upstream saw a refused call";
  return code_of(response);
}

testing::AssertionResult GatewayTest::counts(const WorldKey& key, std::uint64_t calls) {
  // A call is counted after its answer was sent.
  if (!eventually([&] { return world_.calls_of(key) >= calls; }) || world_.calls_of(key) != calls)
    return testing::AssertionFailure()
           << world_.calls_of(key) << " calls are counted, not " << calls;
  return testing::AssertionSuccess();
}

std::vector<LogLine> GatewayTest::log_lines(std::size_t count) {
  std::vector<LogLine> lines;
  const bool there = eventually([&] {
    std::istringstream log(read_file(nginx_->file("access.log")));
    lines.clear();
    for (LogLine line; log >> line.status >> line.decision >> line.reason >> line.key_id >>
                       line.application_id >> line.organization_id;)
      lines.push_back(line);
    return lines.size() >= count;
  });
  EXPECT_TRUE(there && lines.size() == count) << lines.size() << " lines";
  lines.resize(count);
  return lines;
}

}  // namespace claviger::test
