#include "claviger/service/passwords.h"

#include <array>

#include <fmt/format.h>
#include <sodium.h>

namespace claviger::service {
namespace {

/// Holds one of the places until it dies.
class Place {
 public:
  template <class Semaphore>
  explicit Place(Semaphore& semaphore)
      : release_([](void* held) { static_cast<Semaphore*>(held)->release(); }), held_(&semaphore) {
    semaphore.acquire();
  }

  ~Place() { release_(held_); }

  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

 private:
  void (*release_)(void*);
  void* held_;
};

}  // namespace

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
  const Place place(places_);
  std::array<char, crypto_pwhash_STRBYTES> out{};
  if (crypto_pwhash_str(out.data(), text.data(), text.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                        crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
    return fail(Error::unavailable("no memory to hash a password"));
  return std::string(out.data());
}

bool Passwords::matches(const Secret& password, const std::string& hash) {
  const std::string_view text = password.reveal();
  const Place place(places_);
  return text.size() <= kMaxPasswordBytes &&
         crypto_pwhash_str_verify(hash.c_str(), text.data(), text.size()) == 0;
}

void Passwords::pretend(const Secret& password) {
  [[maybe_unused]] const bool never = matches(password, hash_of_nobody_);
}

}  // namespace claviger::service
