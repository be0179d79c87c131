// The writer dies at every store of a script of operations; readers must find each key as it was
// before or after the operation that was under way, or unreadable, and never wrongly allowed
// (docs/threats.md, R5 and I3).
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "claviger/core/key_text.h"
#include "claviger/keyring/reader.h"
#include "claviger/keyring/writer.h"

namespace claviger::keyring {
namespace {

using core::Reason;
using core::Standing;

constexpr Time kNow = from_microseconds(1'800'000'000'000'000);
constexpr std::size_t kOperations = 500;
constexpr std::size_t kKeys = 24;

/// Thrown from the writer's store to end it there.
struct WriterDies {};

/// A deterministic source, so that a script is the same in every run.
class ScriptRandom final : public Random {
 public:
  explicit ScriptRandom(std::uint64_t seed) : state_(seed) {}

  void fill(std::span<std::byte> bytes) override {
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(next() >> 32 & 0xFF);
  }

  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(next() >> 33) % bound; }

 private:
  std::uint64_t next() { return state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL; }

  std::uint64_t state_;
};

/// What is put, and what each key must then answer: one reason per key.
struct Step {
  core::GatewayRecord record;
  std::vector<Reason> expected;
};

struct Script {
  std::vector<core::GatewayRecord> base;
  std::vector<std::string> key_texts;
  std::vector<Step> steps;
};

/// The naive model of the script's world.
struct Model {
  struct Key {
    core::KeyRecord record;
    std::size_t application = 0;
    bool written = false;
  };

  std::vector<core::UserRecord> users;
  std::vector<core::ApplicationRecord> applications;
  std::vector<Key> keys;

  [[nodiscard]] Reason answer(std::size_t index) const {
    const Key& key = keys[index];
    if (!key.written) return Reason::kCredentialUnknown;
    if (key.record.revoked) return Reason::kKeyRevoked;
    if (key.record.standing != Standing::kActive) return Reason::kKeyDisabled;
    if (kNow >= key.record.expires_at) return Reason::kKeyExpired;
    const auto& application = applications[key.application];
    if (application.standing != Standing::kActive) return Reason::kApplicationInactive;
    if (users[key.application % users.size()].standing != Standing::kActive)
      return Reason::kOwnerInactive;
    return key.record.grants.empty() ? Reason::kApiNotGranted : Reason::kAllowed;
  }
};

core::Grant whole_api() {
  return {.api = core::ApiNumber{1},
          .methods = core::MethodSet::all(),
          .endpoint_reach = core::Reach::kEvery,
          .scope_reach = core::Reach::kListed,
          .scopes = {},
          .endpoints = {}};
}

void change_a_key(Model& model, ScriptRandom& random, std::size_t index) {
  Model::Key& key = model.keys[index];
  key.written = true;
  switch (random.below(6)) {
    case 0:
      key.record.standing = Standing::kInactive;
      break;
    case 1:
      key.record.standing = Standing::kActive;
      break;
    case 2:
      key.record.expires_at = random.below(2) == 0 ? kNow : kEndOfTime;
      break;
    case 3:
      key.record.grants =
          random.below(2) == 0 ? std::vector<core::Grant>{} : std::vector<core::Grant>{whole_api()};
      break;
    case 4:
      if (random.below(8) == 0) key.record.revoked = true;
      break;
    default:
      key.record.networks.emplace();
      key.record.networks->push_back(*core::Network::parse("::/0"));
      for (std::size_t i = random.below(4); i > 0; --i)
        key.record.networks->push_back(
            *core::Network::parse("10.0.0." + std::to_string(random.below(256))));
  }
}

Script make_script(std::uint64_t seed) {
  ScriptRandom random(seed);
  Script script;
  Model model;
  const core::OrganizationRecord organization{.id = core::OrganizationId::make(kNow, random),
                                              .standing = Standing::kActive};
  const core::RightSetRecord rights{.id = core::RightSetId::of_managers(organization.id),
                                    .rights = {whole_api()}};
  const core::ApiRecord api{
      .id = core::ApiId::make(kNow, random),
      .number = core::ApiNumber{1},
      .name = "fleet",
      .standing = Standing::kActive,
      .carriers = core::CarrierSet().with(core::Carrier::kAuthorization),
      .lets_preflight_through = false,
      .max_staleness = core::kServeAlways,
      .routes = {.base_path = "",
                 .scopes = {},
                 .routes = {{core::EndpointNumber{1}, core::MethodSet::read_only(), "/d", {}}}}};
  script.base = {organization, rights, api};
  for (int i = 0; i < 2; ++i) {
    model.users.push_back({.id = core::UserId::make(kNow, random),
                           .standing = Standing::kActive,
                           .right_sets = {rights.id}});
    script.base.emplace_back(model.users.back());
  }
  for (std::size_t i = 0; i < 4; ++i) {
    model.applications.push_back({.id = core::ApplicationId::make(kNow, random),
                                  .owner = model.users[i % 2].id,
                                  .standing = Standing::kActive});
    script.base.emplace_back(model.applications.back());
  }
  for (std::size_t i = 0; i < kKeys; ++i) {
    const Secret secret = core::make_secret(core::SecretKind::kAccessKey, random);
    script.key_texts.emplace_back(secret.reveal());
    const std::size_t application = i % model.applications.size();
    model.keys.push_back(
        {.record = {.id = core::KeyId::make(kNow, random),
                    .application = model.applications[application].id,
                    .maker = model.applications[application].owner,
                    .organization = organization.id,
                    .grants = {whole_api()},
                    .networks = std::nullopt,
                    .read_only = false,
                    .not_before = kStartOfTime,
                    .expires_at = kEndOfTime,
                    .standing = Standing::kActive,
                    .revoked = false,
                    .secrets = {{.digest = sha256(secret.reveal()), .not_after = kEndOfTime}}},
         .application = application,
         .written = false});
  }
  while (script.steps.size() < kOperations) {
    const std::size_t choice = random.below(10);
    core::GatewayRecord record;
    if (choice == 0) {
      auto& user = model.users[random.below(model.users.size())];
      user.standing = random.below(3) == 0 ? Standing::kInactive : Standing::kActive;
      record = user;
    } else if (choice == 1) {
      auto& application = model.applications[random.below(model.applications.size())];
      application.standing = random.below(3) == 0 ? Standing::kInactive : Standing::kActive;
      record = application;
    } else {
      const std::size_t index = random.below(kKeys);
      change_a_key(model, random, index);
      record = model.keys[index].record;
    }
    std::vector<Reason> expected;
    for (std::size_t i = 0; i < kKeys; ++i) expected.push_back(model.answer(i));
    script.steps.push_back({std::move(record), std::move(expected)});
  }
  return script;
}

Reason call(Reader& reader, const std::string& key_text) {
  const std::string value = "Bearer " + key_text;
  const std::array<core::CarrierHeader, 1> headers = {
      {{core::meaning_of_header("Authorization"), value}}};
  const core::RawRequest raw{.method = "GET",
                             .target = "/d",
                             .routed_path = {},
                             .headers = headers,
                             .peer = {},
                             .has_origin = false,
                             .has_requested_method = false};
  return reader.decide(raw, "fleet", kNow).reason;
}

/// Small enough that the script makes the file grow several times.
constexpr Capacity kSmall = {.organizations = 1,
                             .right_sets = 1,
                             .users = 1,
                             .apis = 1,
                             .applications = 1,
                             .keys = 1,
                             .secrets = 1,
                             .arena_bytes = 1};

/// Runs the script until the writer dies at its `fatal`-th store. Returns false if it lived to the
/// end.
bool run_until(const std::string& directory, const Script& script, std::uint64_t fatal) {
  std::uint64_t stores = 0;
  std::size_t done = 0;
  Reader reader(directory);
  const std::vector<Reason> nothing(kKeys, Reason::kCredentialUnknown);
  bool died = false;
  try {
    Writer writer = *Writer::create(directory, core::Epoch{1}, kSmall, [&] {
      if (++stores == fatal) throw WriterDies{};
    });
    for (const auto& record : script.base) EXPECT_TRUE(writer.put(record));
    EXPECT_TRUE(writer.publish({1}, kNow));
    for (; done < script.steps.size(); ++done) EXPECT_TRUE(writer.put(script.steps[done].record));
  } catch (const WriterDies&) {
    died = true;
  }
  if (reader.refresh(kNow) != Condition::kUsable) return died;  // died before the first publication
  const auto& before = done == 0 ? nothing : script.steps[done - 1].expected;
  const auto& after = done < script.steps.size() ? script.steps[done].expected : before;
  for (std::size_t i = 0; i < kKeys; ++i) {
    const Reason reason = call(reader, script.key_texts[i]);
    EXPECT_TRUE(reason == before[i] || reason == after[i] || reason == Reason::kStateUnreadable)
        << "store " << fatal << ", operation " << done << ", key " << i << ": " << to_string(reason)
        << " is neither " << to_string(before[i]) << " nor " << to_string(after[i]);
  }
  return died;
}

/// CLAVIGER_CRASH_EVERY=1 dies at every store (./dev crash); the test alone samples them.
std::uint64_t stride() {
  const char* given = std::getenv("CLAVIGER_CRASH_EVERY");
  return given != nullptr ? std::strtoull(given, nullptr, 10) : 23;
}

TEST(CrashLoop, AtEveryStoreReadersSeeTheOldRecordOrTheNewOne) {
  std::string pattern = std::filesystem::temp_directory_path() / "claviger-crash-XXXXXX";
  ASSERT_NE(mkdtemp(pattern.data()), nullptr);
  const std::string directory = pattern;
  const Script script = make_script(20'261'122);
  std::uint64_t deaths = 0;
  for (std::uint64_t fatal = 1;; fatal += stride()) {
    if (!run_until(directory, script, fatal)) break;
    ++deaths;
    // The same directory goes on: each new writer must cope with what the dead one left. The
    // keyring in place is removed, so that a run that dies before its publication is judged as
    // such.
    std::filesystem::remove(directory + "/keyring");
    if (testing::Test::HasFailure()) break;
  }
  EXPECT_GT(deaths, 100U);
  RecordProperty("deaths", std::to_string(deaths));
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace claviger::keyring
