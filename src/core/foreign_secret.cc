#include "claviger/core/foreign_secret.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include <fmt/format.h>

namespace claviger::core {
namespace {

using namespace std::string_view_literals;

constexpr double kLeastBits = 112;
constexpr std::size_t kShown = 4;
constexpr std::size_t kLeastDistinct = 8;

struct Alphabet {
  std::string_view name;
  double size;
};

constexpr std::array<Alphabet, 7> kAlphabets = {{{"digits", 10},
                                                 {"hex", 16},
                                                 {"base32", 32},
                                                 {"base36", 36},
                                                 {"base58", 58},
                                                 {"base62", 62},
                                                 {"base64", 64}}};

constexpr std::initializer_list<std::string_view> kAlphabetNames = {
    "digits"sv, "hex"sv, "base32"sv, "base36"sv, "base58"sv, "base62"sv, "base64"sv};

Error refused(std::string_view field, std::string_view code, std::string sentence) {
  return Error::invalid(
      {{'/' + std::string(field), std::string(code), PublicText(std::move(sentence))}});
}

bool is_visible(char c) {
  return c > ' ' && c < '\x7F';
}

/// The smallest of our alphabets that has every character, as a size; nobody says that the text was
/// drawn from more.
double alphabet_of(std::string_view text) {
  const auto all = [&](auto belongs) { return std::all_of(text.begin(), text.end(), belongs); };
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  const auto is_hex = [&](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == '-';
  };
  if (all(is_digit)) return 10;
  if (all(is_hex)) return 16;
  if (all([&](char c) { return is_digit(c) || is_lower(c); })) return 36;
  if (all([&](char c) { return is_digit(c) || is_upper(c); })) return 36;
  return 62;
}

/// What counts of a text: separators are no part of what was drawn.
std::size_t counted_characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return c != '-'; }));
}

bool has_bits(std::size_t characters, double alphabet) {
  if (characters <= kShown) return false;
  return static_cast<double>(characters - kShown) * std::log2(alphabet) >= kLeastBits;
}

std::string too_weak() {
  return fmt::format(
      "A secret needs at least {:.0f} random bits besides the four characters that "
      "are shown of it; this one may be guessed. Issue a new key instead.",
      kLeastBits);
}

}  // namespace

Result<ForeignSecret> foreign_secret_of(const Secret& secret) {
  const std::string_view text = secret.reveal();
  if (is_marked_as_ours(text))
    return fail(refused("secret", "not-foreign",
                        "A secret that begins with \"clv_\" is of this product's own making, and "
                        "cannot be imported."));
  if (text.size() > kMaxCredentialBytes || !std::all_of(text.begin(), text.end(), is_visible))
    return fail(refused("secret", "not-a-secret",
                        fmt::format("A secret is 1 to {} visible ASCII characters without spaces: "
                                    "whatever else it holds, no header could carry it.",
                                    kMaxCredentialBytes)));
  const std::set<char> distinct(text.begin(), text.end());
  if (distinct.size() < kLeastDistinct || !has_bits(counted_characters(text), alphabet_of(text)))
    return fail(refused("secret", "too-weak", too_weak()));
  return ForeignSecret{
      .digest = sha256(text),
      .hint = {.prefix = {}, .last_four = std::string(text.substr(text.size() - 4))}};
}

Result<ForeignSecret> foreign_secret_of(const DeclaredSecret& declared) {
  const auto* const alphabet =
      std::find_if(kAlphabets.begin(), kAlphabets.end(),
                   [&](const Alphabet& known) { return known.name == declared.alphabet; });
  const bool is_long =
      declared.length > 0 && declared.length <= static_cast<std::int64_t>(kMaxCredentialBytes);
  if (alphabet == kAlphabets.end() || !is_long ||
      !has_bits(static_cast<std::size_t>(declared.length), alphabet->size))
    return fail(refused("digest", "too-weak", too_weak()));
  return ForeignSecret{.digest = declared.digest, .hint = {}};
}

std::initializer_list<std::string_view> foreign_alphabets() {
  return kAlphabetNames;
}

}  // namespace claviger::core
