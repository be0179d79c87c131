// A gateway before an API: nginx with the module, a keyring, and an upstream that sees every byte.
#pragma once

#include "support/http_client.h"
#include "support/nginx.h"
#include "support/recording_upstream.h"
#include "support/temporary_directory.h"
#include "support/world.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace claviger::test {

/// Locations that guard the world's APIs, and one that guards nothing.
inline constexpr std::string_view kGuardedLocations = R"(
  location / { claviger api fleet; proxy_pass http://api; }
  location /invoices/ { claviger api billing; proxy_pass http://api; }
  location /public/ { claviger off; proxy_pass http://api; }
)";

/// One line of the access log: $status and the module's variables.
struct LogLine {
  std::string status;
  std::string decision;
  std::string reason;
  std::string key_id;
  std::string application_id;
  std::string organization_id;
};

class GatewayTest : public testing::Test {
 protected:
  /// Starts nginx with a server on a Unix socket that has these locations.
  void start(std::string_view locations = kGuardedLocations);

  /// The settings that start() starts with: to change them first. In them {api} stands for the
  /// upstream's address and {state} for the state directory.
  [[nodiscard]] NginxSettings settings_with(std::string_view locations) const;

  void start_with(const NginxSettings& settings);

  [[nodiscard]] Nginx& nginx() { return *nginx_; }

  [[nodiscard]] World& world() { return world_; }

  [[nodiscard]] RecordingUpstream& upstream() { return upstream_; }

  [[nodiscard]] Endpoint gateway() const { return nginx_->socket("http.sock"); }

  HttpResponse ask(const HttpRequest& request) { return test::ask(gateway(), request); }

  HttpResponse ask_raw(std::string_view bytes) { return test::ask_raw(gateway(), bytes); }

  /// Sends a request that has to pass; returns what the upstream saw of it.
  Received forwarded(const HttpRequest& request);

  /// Sends a request that has to be refused with this status, and the upstream must not see.
  /// Returns the problem's code; empty if it is nginx itself that answered.
  std::string refusal_of(const HttpRequest& request, int status);
  std::string refusal_of_raw(std::string_view bytes, int status);

  /// True once the key has that many calls counted, and no more.
  testing::AssertionResult counts(const WorldKey& key, std::uint64_t calls);

  /// The access log once it has that many lines.
  std::vector<LogLine> log_lines(std::size_t count);

 private:
  std::string expect_refused(const HttpResponse& response, int status, std::size_t seen_before);

  TemporaryDirectory state_;
  World world_{state_.path()};
  RecordingUpstream upstream_;
  std::optional<Nginx> nginx_;
};

/// A header of a request that carries the key.
inline std::pair<std::string, std::string> bearer(const WorldKey& key) {
  return {"Authorization", key.bearer()};
}

/// The code of a problem document; empty if the response is none.
std::string code_of(const HttpResponse& response);

}  // namespace claviger::test
