// Only the exact text of a secret is one. Each line of an input is a text that may be one; the
// input as a whole is also the randomness of a secret and the place where it is then damaged.
#include "require.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "claviger/core/key_text.h"

namespace claviger::core {
namespace {

constexpr std::string_view kBase62 =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::uint8_t kKindCount = static_cast<std::uint8_t>(SecretKind::kRecoveryCode) + 1;

std::size_t random_length(SecretKind kind) {
  if (kind == SecretKind::kRecoveryCode) return 20;
  return kind == SecretKind::kSession || kind == SecretKind::kLink ? 43 : 32;
}

void what_is_accepted_has_the_form(std::string_view text) {
  const std::optional<SecretKind> kind = parse_key_text(text);
  if (!kind) return;
  const std::string head = "clv_" + std::string(to_string(*kind)) + "_";
  require(is_marked_as_ours(text) && text.starts_with(head));
  require(text.size() == head.size() + random_length(*kind) + 6);
  require(text.find_first_not_of(kBase62, head.size()) == std::string_view::npos);
  const KeyHint hint = hint_of(Secret(std::string(text)));
  require(hint.prefix == text.substr(0, head.size() + 4));
  require(hint.last_four == text.substr(text.size() - 4));
}

/// Hands out the input's bytes first, and zeros when they are used up.
class InputAsRandom final : public Random {
 public:
  explicit InputAsRandom(std::string_view input) : input_(input) {}

  void fill(std::span<std::byte> bytes) override {
    for (std::byte& byte : bytes) {
      byte = input_.empty() ? std::byte{} : static_cast<std::byte>(input_.front());
      input_.remove_prefix(input_.empty() ? 0 : 1);
    }
  }

 private:
  std::string_view input_;
};

/// A changed character is always noticed: it is a burst shorter than the checksum.
void one_changed_character_is_noticed(std::string_view input) {
  if (input.size() < 3) return;
  const auto byte_at = [&](std::size_t i) { return static_cast<std::uint8_t>(input[i]); };
  const auto kind = static_cast<SecretKind>(byte_at(0) % kKindCount);
  InputAsRandom random(input.substr(3));
  std::string text(make_secret(kind, random).reveal());
  require(parse_key_text(text) == kind);
  char& place = text[byte_at(1) % text.size()];
  if (place == input[2]) return;
  place = input[2];
  require(!parse_key_text(text));
}

}  // namespace
}  // namespace claviger::core

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  claviger::core::one_changed_character_is_noticed(rest);
  claviger::core::what_is_accepted_has_the_form(rest);
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    claviger::core::what_is_accepted_has_the_form(line);
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
  }
  return 0;
}
