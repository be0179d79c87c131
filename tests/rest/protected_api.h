// An API behind a real nginx that decides by the installation's keyring.
#pragma once

#include "installation.h"
#include "support/nginx.h"

#include <string>
#include <string_view>

namespace claviger::test {

/// Settings of an nginx that protects an API of that name and answers "ok" to what passes.
[[nodiscard]] NginxSettings protecting(const std::string& state_directory, const std::string& api);

/// An API of a test's own, protected by a gateway of its own.
class ProtectedApi {
 public:
  ProtectedApi(const Installation& installation, const std::string& api)
      : nginx_(protecting(installation.state_dir(), api)) {}

  /// The status of a call with a key, which is what make_key() gave.
  [[nodiscard]] int call(const Json& key, std::string_view method = "GET",
                         std::string_view target = "/devices") const;

  /// Waits until a call with a new key passes.
  [[nodiscard]] bool opens(const Json& key) const;

 private:
  Nginx nginx_;
};

}  // namespace claviger::test
