// What the keyring promises to those who read it while it is written, grown, damaged or lost.
#include "format.h"
#include "temporary_directory.h"

#include <atomic>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "claviger/core/key_text.h"
#include "claviger/keyring/bus_guard.h"
#include "claviger/keyring/reader.h"
#include "claviger/keyring/writer.h"

namespace claviger::keyring {
namespace {

using core::Reason;
using core::Standing;

constexpr Time kNow = from_microseconds(1'800'000'000'000'000);

/// The records of one organization with one API and as many keys as a test asks for.
class World {
 public:
  World()
      : organization_{.id = make<core::OrganizationId>(), .standing = Standing::kActive},
        rights_{.id = core::RightSetId::of_managers(organization_.id),
                .rights = {{.api = core::ApiNumber{1},
                            .methods = core::MethodSet::all(),
                            .endpoint_reach = core::Reach::kEvery,
                            .scope_reach = core::Reach::kEvery,
                            .scopes = {},
                            .endpoints = {}}}},
        user_{
            .id = make<core::UserId>(), .standing = Standing::kActive, .right_sets = {rights_.id}},
        application_{
            .id = make<core::ApplicationId>(), .owner = user_.id, .standing = Standing::kActive},
        api_{.id = make<core::ApiId>(),
             .number = core::ApiNumber{1},
             .name = "fleet",
             .standing = Standing::kActive,
             .carriers = core::CarrierSet().with(core::Carrier::kAuthorization),
             .lets_preflight_through = false,
             .max_staleness = std::chrono::seconds{300},
             .routes = {.base_path = "",
                        .scopes = {"devices:read"},
                        .routes = {{core::EndpointNumber{1},
                                    core::MethodSet::read_only(),
                                    "/devices/{id}",
                                    {}}}}} {}

  template <class Id>
  Id make() {
    return Id::make(kNow, random_);
  }

  /// Everything that a key names.
  [[nodiscard]] std::vector<core::GatewayRecord> base() const {
    return {organization_, rights_, user_, api_, application_};
  }

  struct NewKey {
    core::KeyRecord record;
    std::string text;
  };

  NewKey new_key() {
    const Secret secret = core::make_secret(core::SecretKind::kAccessKey, random_);
    core::KeyRecord record{
        .id = make<core::KeyId>(),
        .application = application_.id,
        .maker = user_.id,
        .organization = organization_.id,
        .grants = {{.api = core::ApiNumber{1},
                    .methods = core::MethodSet::all(),
                    .endpoint_reach = core::Reach::kListed,
                    .scope_reach = core::Reach::kListed,
                    .scopes = {},
                    .endpoints = {{core::EndpointNumber{1}, core::MethodSet::read_only()}}}},
        .networks = std::nullopt,
        .read_only = false,
        .not_before = kStartOfTime,
        .expires_at = kEndOfTime,
        .standing = Standing::kActive,
        .revoked = false,
        .secrets = {{.digest = sha256(secret.reveal()), .not_after = kEndOfTime}}};
    return {record, std::string(secret.reveal())};
  }

  core::UserRecord& user() { return user_; }

  core::ApplicationRecord& application() { return application_; }

  core::RightSetRecord& rights() { return rights_; }

 private:
  SystemRandom random_;
  core::OrganizationRecord organization_;
  core::RightSetRecord rights_;
  core::UserRecord user_;
  core::ApplicationRecord application_;
  core::ApiRecord api_;
};

Reason call(Reader& reader, const std::string& key_text, std::string_view method = "GET",
            Time now = kNow) {
  const std::string value = "Bearer " + key_text;
  const std::array<core::CarrierHeader, 1> headers = {
      {{core::meaning_of_header("Authorization"), value}}};
  const core::RawRequest raw{.method = method,
                             .target = "/devices/7",
                             .routed_path = {},
                             .headers = headers,
                             .peer = {},
                             .has_origin = false,
                             .has_requested_method = false};
  return reader.decide(raw, "fleet", now).reason;
}

Writer writer_of(const std::string& directory, const World& world, Capacity capacity = {},
                 StoreObserver observer = {}) {
  auto writer = Writer::create(directory, core::Epoch{1}, capacity, std::move(observer));
  EXPECT_TRUE(writer.has_value());
  for (const auto& record : world.base()) EXPECT_TRUE(writer->put(record).has_value());
  return *std::move(writer);
}

TEST(Keyring, AKeyWorksOnceItIsPublished) {
  const TemporaryDirectory directory;
  World world;
  Writer writer = writer_of(directory.path(), world);
  Reader reader(directory.path());
  const auto key = world.new_key();
  EXPECT_EQ(reader.refresh(kNow), Condition::kAbsent);
  ASSERT_TRUE(writer.put(key.record));
  EXPECT_EQ(call(reader, key.text), Reason::kStateUnavailable);
  ASSERT_TRUE(writer.publish({7}, kNow));
  EXPECT_EQ(call(reader, key.text), Reason::kAllowed);
  EXPECT_EQ(call(reader, key.text, "DELETE"), Reason::kEndpointUnknown);
  EXPECT_EQ(reader.facts().version, core::Version{7});
}

TEST(Keyring, ACompleteKeyringWithoutKeysDeniesAsUnknown) {
  const TemporaryDirectory directory;
  World world;
  Writer writer = writer_of(directory.path(), world);
  ASSERT_TRUE(writer.publish({1}, kNow));
  Reader reader(directory.path());
  EXPECT_EQ(call(reader, world.new_key().text), Reason::kCredentialUnknown);
}

TEST(Keyring, ARevocationIsSeenAtOnceAndNothingUndoesIt) {
  const TemporaryDirectory directory;
  World world;
  Writer writer = writer_of(directory.path(), world);
  auto key = world.new_key();
  ASSERT_TRUE(writer.put(key.record));
  ASSERT_TRUE(writer.publish({1}, kNow));
  Reader reader(directory.path());
  ASSERT_EQ(call(reader, key.text), Reason::kAllowed);
  core::KeyRecord revoked = key.record;
  revoked.revoked = true;
  revoked.secrets.clear();
  ASSERT_TRUE(writer.put(revoked));
  EXPECT_EQ(call(reader, key.text), Reason::kKeyRevoked);
  ASSERT_TRUE(writer.put(key.record));
  EXPECT_EQ(call(reader, key.text), Reason::kKeyRevoked);
}

TEST(Keyring, OneWriteStopsEveryKeyOfAUserAnApplicationOrARight) {
  const TemporaryDirectory directory;
  World world;
  Writer writer = writer_of(directory.path(), world);
  const auto key = world.new_key();
  ASSERT_TRUE(writer.put(key.record));
  ASSERT_TRUE(writer.publish({1}, kNow));
  Reader reader(directory.path());

  const auto check = [&](auto narrowed, const auto& restored, Reason expected) {
    ASSERT_TRUE(writer.put(narrowed));
    EXPECT_EQ(call(reader, key.text), expected);
    ASSERT_TRUE(writer.put(restored));
    EXPECT_EQ(call(reader, key.text), Reason::kAllowed);
  };
  auto user = world.user();
  user.standing = Standing::kInactive;
  check(user, world.user(), Reason::kOwnerInactive);
  auto application = world.application();
  application.standing = Standing::kInactive;
  check(application, world.application(), Reason::kApplicationInactive);
  auto rights = world.rights();
  rights.rights.clear();
  check(rights, world.rights(), Reason::kMakerLacksRight);
}

TEST(Keyring, ARotatedKeyHasTwoSecretsAndTheOldOneEnds) {
  const TemporaryDirectory directory;
  World world;
  Writer writer = writer_of(directory.path(), world);
  auto key = world.new_key();
  const auto other = world.new_key();
  ASSERT_TRUE(writer.put(key.record));
  ASSERT_TRUE(writer.publish({1}, kNow));
  Reader reader(directory.path());
  core::KeyRecord rotated = key.record;
  rotated.secrets[0].not_after = kNow + std::chrono::hours{1};
  rotated.secrets.push_back(other.record.secrets[0]);
  ASSERT_TRUE(writer.put(rotated));
  EXPECT_EQ(call(reader, key.text), Reason::kAllowed);
  EXPECT_EQ(call(reader, other.text), Reason::kAllowed);
  writer.confirm(kNow + std::chrono::hours{1});
  EXPECT_EQ(call(reader, key.text, "GET", kNow + std::chrono::hours{1}), Reason::kSecretRetired);
  rotated.secrets.erase(rotated.secrets.begin());  // ended early
  ASSERT_TRUE(writer.put(rotated));
  EXPECT_EQ(call(reader, key.text), Reason::kKeyRevoked);
  EXPECT_EQ(call(reader, other.text), Reason::kAllowed);
}

TEST(Keyring, GrowsUnderItsReadersWithoutLosingOrRevivingAKey) {
  const TemporaryDirectory directory;
  World world;
  Writer writer = writer_of(directory.path(), world,
                            {.organizations = 1,
                             .right_sets = 1,
                             .users = 1,
                             .apis = 1,
                             .applications = 1,
                             .keys = 16,
                             .secrets = 32,
                             .arena_bytes = 4096});
  ASSERT_TRUE(writer.publish({1}, kNow));
  Reader reader(directory.path());
  std::vector<World::NewKey> keys;
  for (int i = 0; i < 2000; ++i) {
    keys.push_back(world.new_key());
    keys.back().record.networks.emplace();  // one blob more for each key
    keys.back().record.networks->push_back(*core::Network::parse("::/0"));
    keys.back().record.networks->push_back(
        *core::Network::parse("10.0." + std::to_string(i / 256) + "." + std::to_string(i % 256)));
    ASSERT_TRUE(writer.put(keys.back().record));
    if (i % 3 == 0) {
      keys.back().record.revoked = true;
      ASSERT_TRUE(writer.put(keys.back().record));
    }
    ASSERT_EQ(call(reader, keys.back().text), i % 3 == 0 ? Reason::kKeyRevoked : Reason::kAllowed);
  }
  for (std::size_t i = 0; i < keys.size(); ++i)
    EXPECT_EQ(call(reader, keys[i].text), i % 3 == 0 ? Reason::kKeyRevoked : Reason::kAllowed);
  EXPECT_GT(reader.facts().generation, 5U);
}

TEST(Keyring, AReaderOfAnOldFileGoesOverToTheNewOneBeforeItsNextDecision) {
  const TemporaryDirectory directory;
  World world;
  const auto key = world.new_key();
  Reader reader(directory.path());
  {
    Writer first = writer_of(directory.path(), world);
    ASSERT_TRUE(first.put(key.record));
    ASSERT_TRUE(first.publish({1}, kNow));
    ASSERT_EQ(call(reader, key.text), Reason::kAllowed);
  }
  Writer second = writer_of(directory.path(), world);
  EXPECT_EQ(call(reader, key.text), Reason::kAllowed);  // until the new one is published
  ASSERT_TRUE(second.publish({2}, kNow));
  EXPECT_EQ(call(reader, key.text), Reason::kCredentialUnknown);
}

// A file that loses its name is still mapped by readers: they must not go on with it for ever.
TEST(Keyring, ALostFileIsEndedOnceItsSuccessorIsThere) {
  const TemporaryDirectory directory;
  World world;
  const auto key = world.new_key();
  Writer first = writer_of(directory.path(), world);
  ASSERT_TRUE(first.put(key.record));
  ASSERT_TRUE(first.publish({1}, kNow));
  Reader reader(directory.path());
  ASSERT_EQ(call(reader, key.text), Reason::kAllowed);
  std::filesystem::remove(directory.keyring());
  EXPECT_FALSE(first.is_in_place());
  auto second = first.create_successor(core::Epoch{1}, {});
  ASSERT_TRUE(second.has_value());
  for (const auto& record : world.base()) ASSERT_TRUE(second->put(record));
  ASSERT_TRUE(second->publish({2}, kNow));
  first.retire();
  EXPECT_EQ(call(reader, key.text), Reason::kCredentialUnknown);
}

TEST(Keyring, HasOneWriter) {
  const TemporaryDirectory directory;
  World world;
  const Writer writer = writer_of(directory.path(), world);
  const auto second = Writer::create(directory.path(), core::Epoch{1}, {});
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code(), ErrorCode::kConflict);
}

TEST(Keyring, AnOlderEpochIsRefused) {
  const TemporaryDirectory directory;
  World world;
  {
    auto writer = Writer::create(directory.path(), core::Epoch{5}, {});
    ASSERT_TRUE(writer->publish({1}, kNow));
  }
  const auto older = Writer::create(directory.path(), core::Epoch{4}, {});
  ASSERT_FALSE(older.has_value());
  EXPECT_THAT(older.error().public_text().str(), testing::HasSubstr("epoch"));
}

TEST(Keyring, OlderThanTheApiAllowsIsStale) {
  const TemporaryDirectory directory;
  World world;
  Writer writer = writer_of(directory.path(), world);
  const auto key = world.new_key();
  ASSERT_TRUE(writer.put(key.record));
  ASSERT_TRUE(writer.publish({1}, kNow));
  Reader reader(directory.path());
  EXPECT_EQ(call(reader, key.text, "GET", kNow + std::chrono::seconds{300}), Reason::kAllowed);
  EXPECT_EQ(call(reader, key.text, "GET", kNow + std::chrono::seconds{301}), Reason::kStateStale);
  writer.confirm(kNow + std::chrono::seconds{301});
  EXPECT_EQ(call(reader, key.text, "GET", kNow + std::chrono::seconds{301}), Reason::kAllowed);
}

// ---- damage (docs/threats.md, N20)

/// Overwrites bytes of the keyring behind its writer's back.
void scribble(const std::string& path, std::size_t offset, const std::string& bytes) {
  const int file = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  ASSERT_GE(file, 0);
  EXPECT_EQ(pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(offset)),
            static_cast<ssize_t>(bytes.size()));
  close(file);
}

TEST(Keyring, N20_AFileThatIsNoKeyringIsNamedForWhatItIs) {
  const TemporaryDirectory directory;
  World world;
  const auto condition = [&] { return Reader(directory.path()).refresh(kNow); };
  EXPECT_EQ(condition(), Condition::kAbsent);
  std::ofstream(directory.keyring()) << "short";
  EXPECT_EQ(condition(), Condition::kShort);
  std::ofstream(directory.keyring()) << std::string(10'000, 'x');
  EXPECT_EQ(condition(), Condition::kForeign);
  {
    Writer writer = writer_of(directory.path(), world);
    ASSERT_TRUE(writer.publish({1}, kNow));
    EXPECT_EQ(condition(), Condition::kUsable);
  }
  scribble(directory.keyring(), 24, "\x07");
  EXPECT_EQ(condition(), Condition::kDamaged);
  scribble(directory.keyring(), 8, "\x02");
  EXPECT_EQ(condition(), Condition::kOtherLayout);
  {
    Writer writer = writer_of(directory.path(), world);
    ASSERT_TRUE(writer.publish({1}, kNow));
    EXPECT_EQ(condition(), Condition::kUsable);  // healed by being written anew
  }
  std::filesystem::resize_file(directory.keyring(), 8192);
  EXPECT_EQ(condition(), Condition::kShort);
}

TEST(Keyring, N20_AKeyringCutShortWhileMappedIsADenialAndNotACrash) {
  install_bus_guard();
  const TemporaryDirectory directory;
  World world;
  Writer writer = writer_of(directory.path(), world);
  const auto key = world.new_key();
  ASSERT_TRUE(writer.put(key.record));
  ASSERT_TRUE(writer.publish({1}, kNow));
  Reader reader(directory.path());
  ASSERT_EQ(call(reader, key.text), Reason::kAllowed);
  EXPECT_TRUE(writer.is_in_place());
  std::filesystem::resize_file(directory.keyring(), 4096);
  EXPECT_EQ(call(reader, key.text), Reason::kStateUnreadable);
  EXPECT_EQ(call(reader, key.text), Reason::kStateUnavailable);
  EXPECT_FALSE(writer.is_in_place());
}

TEST(Keyring, N20_NoDamagedByteAnywhereAllowsWhatWasDenied) {
  const TemporaryDirectory directory;
  World world;
  Writer writer = writer_of(directory.path(), world,
                            {.organizations = 1,
                             .right_sets = 1,
                             .users = 1,
                             .apis = 1,
                             .applications = 1,
                             .keys = 1,
                             .secrets = 1,
                             .arena_bytes = 1});
  auto key = world.new_key();
  key.record.expires_at = kNow;
  ASSERT_TRUE(writer.put(key.record));
  ASSERT_TRUE(writer.publish({1}, kNow));
  const auto size = std::filesystem::file_size(directory.keyring());
  const std::size_t words = size / kWordBytes;
  std::ifstream in(directory.keyring(), std::ios::binary);
  const std::string original((std::istreambuf_iterator<char>(in)), {});
  for (std::size_t word = 0; word < words; ++word) {
    for (const char flip : {'\x01', '\xFF'}) {
      std::string damaged = original.substr(word * kWordBytes, kWordBytes);
      damaged[word % kWordBytes] = static_cast<char>(damaged[word % kWordBytes] ^ flip);
      scribble(directory.keyring(), word * kWordBytes, damaged);
      Reader reader(directory.path());
      ASSERT_FALSE(core::is_allowed(call(reader, key.text))) << "word " << word;
    }
    scribble(directory.keyring(), word * kWordBytes,
             original.substr(word * kWordBytes, kWordBytes));
  }
}

// ---- readers beside the writer

TEST(Keyring, ReadersSeeWholeRecordsWhileTheWriterRewritesThem) {
  const TemporaryDirectory directory;
  World world;
  Writer writer = writer_of(directory.path(), world);
  auto key = world.new_key();
  ASSERT_TRUE(writer.put(key.record));
  ASSERT_TRUE(writer.publish({1}, kNow));
  std::atomic<bool> stop = false;
  std::atomic<std::uint64_t> calls = 0;
  std::atomic<int> wrong = 0;
  // Two states, each a denial by a field of its own. A mix of both halves would be allowed.
  core::KeyRecord expired = key.record;
  expired.expires_at = kNow;
  core::KeyRecord early = key.record;
  early.not_before = kNow + std::chrono::hours{1};
  ASSERT_TRUE(writer.put(expired));
  std::vector<std::jthread> readers;
  for (int i = 0; i < 2; ++i)
    readers.emplace_back([&] {
      Reader reader(directory.path());
      while (!stop) {
        const Reason reason = call(reader, key.text);
        if (reason != Reason::kKeyExpired && reason != Reason::kKeyNotYetValid &&
            reason != Reason::kStateUnreadable)
          ++wrong;
        ++calls;
      }
    });
  for (int i = 0; i < 200'000; ++i) ASSERT_TRUE(writer.put(i % 2 == 0 ? early : expired));
  stop = true;
  readers.clear();
  EXPECT_EQ(wrong, 0);
  EXPECT_GT(calls, 1000U);
}

TEST(Keyring, N20_AFileThatLostItsNameIsLeftOnceNobodyConfirmsIt) {
  const TemporaryDirectory directory;
  World world;
  const auto key = world.new_key();
  Reader reader(directory.path());
  {
    Writer orphaned = writer_of(directory.path(), world);
    ASSERT_TRUE(orphaned.put(key.record));
    ASSERT_TRUE(orphaned.publish({1}, kNow));
    EXPECT_EQ(call(reader, key.text), Reason::kAllowed);
  }
  std::filesystem::remove(directory.keyring());
  // Its successor finds nothing that it could supersede.
  Writer writer = writer_of(directory.path(), world);
  auto revoked = key.record;
  revoked.revoked = true;
  revoked.standing = Standing::kInactive;
  ASSERT_TRUE(writer.put(revoked));
  ASSERT_TRUE(writer.publish({2}, kNow + kTrustedUnconfirmed));
  EXPECT_EQ(call(reader, key.text, "GET", kNow + kTrustedUnconfirmed), Reason::kAllowed);
  EXPECT_EQ(call(reader, key.text, "GET", kNow + kTrustedUnconfirmed + Microseconds{1}),
            Reason::kKeyRevoked);
}

TEST(Keyring, WithoutASuccessorAnUnconfirmedFileServesUntilItIsStale) {
  const TemporaryDirectory directory;
  World world;
  const auto key = world.new_key();
  Writer writer = writer_of(directory.path(), world);
  ASSERT_TRUE(writer.put(key.record));
  ASSERT_TRUE(writer.publish({1}, kNow));
  Reader reader(directory.path());
  EXPECT_EQ(call(reader, key.text), Reason::kAllowed);
  std::filesystem::remove(directory.keyring());
  EXPECT_EQ(call(reader, key.text, "GET", kNow + std::chrono::seconds{299}), Reason::kAllowed);
  EXPECT_EQ(call(reader, key.text, "GET", kNow + std::chrono::seconds{301}), Reason::kStateStale);
}

}  // namespace
}  // namespace claviger::keyring
