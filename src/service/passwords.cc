#include "claviger/service/passwords.h"

#include <array>

#include <fmt/format.h>
#include <sodium.h>

namespace claviger::service {
namespace {

Error too_many(std::string_view what) {
  return Error::refused(
      ErrorCode::kTooManyRequests,
      fmt::format("Too many people {} at this moment. Try again in a few seconds.", what));
}

}  // namespace

/// Holds one of a line's places until it dies, if it got one.
class Passwords::Place {
 public:
  explicit Place(Line& line) : line_(line) {
    std::unique_lock lock(line_.mutex);
    if (line_.waiting >= line_.may_wait) return;
    ++line_.waiting;
    line_.freed.wait(lock, [this] { return line_.working < line_.at_once; });
    --line_.waiting;
    ++line_.working;
    taken_ = true;
  }

  ~Place() {
    if (!taken_) return;
    {
      const std::lock_guard lock(line_.mutex);
      --line_.working;
    }
    line_.freed.notify_one();
  }

  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  [[nodiscard]] bool is_taken() const { return taken_; }

 private:
  Line& line_;
  bool taken_ = false;
};

Result<std::unique_ptr<Passwords>> Passwords::create() {
  if (sodium_init() < 0) return fail(Error::internal("libsodium cannot be initialised"));
  std::unique_ptr<Passwords> passwords(new Passwords());
  passwords->hash_of_nobody_ =
      TRY(passwords->hash(Secret(std::string("nobody has this password"))));
  return passwords;
}

Result<std::string> Passwords::hash(const Secret& password) {
  const std::string_view text = password.reveal();
  if (text.size() < kMinPasswordBytes || text.size() > kMaxPasswordBytes)
    return fail(Error::invalid({{"/password", "password-length",
                                 PublicText(fmt::format("A password has {} to {} bytes.",
                                                        kMinPasswordBytes, kMaxPasswordBytes))}}));
  const Place place(new_ones_);
  if (!place.is_taken()) return fail(too_many("choose passwords"));
  ++computed_;
  std::array<char, crypto_pwhash_STRBYTES> out{};
  if (crypto_pwhash_str(out.data(), text.data(), text.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                        crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
    return fail(Error::unavailable("no memory to hash a password"));
  return std::string(out.data());
}

Result<bool> Passwords::matches(const Secret& password, const std::string& hash) {
  const std::string_view text = password.reveal();
  const Place place(checks_);
  if (!place.is_taken()) return fail(too_many("sign in"));
  if (text.size() > kMaxPasswordBytes) return false;
  ++computed_;
  return crypto_pwhash_str_verify(hash.c_str(), text.data(), text.size()) == 0;
}

Result<void> Passwords::pretend(const Secret& password) {
  TRY(matches(password, hash_of_nobody_));
  return {};
}

}  // namespace claviger::service
