#include "protected_api.h"

#include "support/waiting.h"

namespace claviger::test {

NginxSettings protecting(const std::string& state_directory, const std::string& api) {
  return {.http = "claviger_state " + state_directory + R"(;
      keepalive_requests 1000000;
      server { listen unix:{dir}/api.sock; location / { return 200 "ok"; } }
      server {
        listen unix:{dir}/http.sock;
        location / { claviger api )" +
                  api + R"(; proxy_pass http://unix:{dir}/api.sock; }
      })"};
}

int ProtectedApi::call(const Json& key, std::string_view method, std::string_view target) const {
  return ask(nginx_.socket("http.sock"),
             {.method = std::string(method),
              .target = std::string(target),
              .headers = {{"Authorization", "Bearer " + key.value("secret", "")}}})
      .status;
}

bool ProtectedApi::opens(const Json& key) const {
  return eventually([&] { return call(key) == 200; });
}

}  // namespace claviger::test
