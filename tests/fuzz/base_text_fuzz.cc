// Whatever base reads from text, it writes back as text that it reads alike.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "claviger/base/encoding.h"
#include "claviger/base/id.h"
#include "claviger/base/time.h"

namespace claviger {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void times_go_there_and_back(std::string_view text) {
  const Result<Time> time = parse_rfc3339(text);
  if (!time) return;
  const Result<Time> again = parse_rfc3339(to_rfc3339(*time));
  require(again.has_value() && *again == *time);
}

void ids_have_one_text(std::string_view text) {
  const std::optional<Uuid> uuid = parse_base32(text);
  if (!uuid) return;
  std::array<char, 26> written{};
  write_base32(*uuid, written);
  require(std::string_view(written.data(), written.size()) == text);
}

void hexadecimal_goes_there_and_back(std::string_view text) {
  std::vector<std::byte> bytes(text.size() / 2);
  if (!from_hex(text, bytes)) return;
  std::vector<std::byte> again(bytes.size());
  require(from_hex(to_hex(bytes), again) && again == bytes);
}

void utf8_goes_together(std::string_view text) {
  if (is_utf8(text)) require(is_utf8(std::string(text).append(text)));
}

}  // namespace
}  // namespace claviger

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  claviger::times_go_there_and_back(text);
  claviger::ids_have_one_text(text);
  claviger::hexadecimal_goes_there_and_back(text);
  claviger::utf8_goes_together(text);
  return 0;
}
