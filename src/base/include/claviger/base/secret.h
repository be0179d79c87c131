// Secret: the plaintext of a key, token or password, for as long as it must exist.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace claviger {

/// Holds a plaintext secret. It cannot be copied, printed, formatted or compared with ==; the
/// compiler refuses each (tests/compile_failure). Its memory is wiped when it dies. The text leaves
/// through reveal() alone, so that a search for that word finds every place where it does.
class Secret {
 public:
  Secret() = default;

  /// Takes over `text` and wipes the caller's copy.
  explicit Secret(std::string&& text);

  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  ~Secret();

  bool operator==(const Secret&) const = delete;

  /// The text. Never put it into a log, an error, a URL or a command line.
  [[nodiscard]] std::string_view reveal() const { return text_; }

  [[nodiscard]] bool empty() const { return text_.empty(); }

 private:
  void wipe() noexcept;

  std::string text_;
};

/// Equal in content, in a time that depends on the lengths alone.
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace claviger
