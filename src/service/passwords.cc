#include "claviger/service/passwords.h"

#include <array>

#include <fmt/format.h>
#include <sodium.h>

namespace claviger::service {
namespace {

Error too_many() {
  return Error::refused(ErrorCode::kTooManyRequests,
                        "Too many people sign in at this moment. Try again in a few seconds.");
}

}  // namespace

/// Holds one of the places until it dies, if it got one.
class Passwords::Place {
 public:
  explicit Place(Passwords& of) : of_(of) {
    std::unique_lock lock(of_.mutex_);
    if (of_.waiting_ >= kMayWait) return;
    ++of_.waiting_;
    of_.freed_.wait(lock, [this] { return of_.working_ < kAtOnce; });
    --of_.waiting_;
    ++of_.working_;
    taken_ = true;
  }

  ~Place() {
    if (!taken_) return;
    {
      const std::lock_guard lock(of_.mutex_);
      --of_.working_;
    }
    of_.freed_.notify_one();
  }

  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  [[nodiscard]] bool is_taken() const { return taken_; }

 private:
  Passwords& of_;
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
  const Place place(*this);
  if (!place.is_taken()) return fail(too_many());
  ++computed_;
  std::array<char, crypto_pwhash_STRBYTES> out{};
  if (crypto_pwhash_str(out.data(), text.data(), text.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                        crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
    return fail(Error::unavailable("no memory to hash a password"));
  return std::string(out.data());
}

Result<bool> Passwords::matches(const Secret& password, const std::string& hash) {
  const std::string_view text = password.reveal();
  const Place place(*this);
  if (!place.is_taken()) return fail(too_many());
  if (text.size() > kMaxPasswordBytes) return false;
  ++computed_;
  return crypto_pwhash_str_verify(hash.c_str(), text.data(), text.size()) == 0;
}

Result<void> Passwords::pretend(const Secret& password) {
  TRY(matches(password, hash_of_nobody_));
  return {};
}

}  // namespace claviger::service
