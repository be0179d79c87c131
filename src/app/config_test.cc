#include "config.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace claviger::app {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::Field;
using testing::HasSubstr;

/// A configuration file of this test's own, removed at its end.
class ConfigFile {
 public:
  explicit ConfigFile(const std::string& text) {
    std::string pattern = std::filesystem::temp_directory_path() / "claviger-config-XXXXXX";
    const int file = mkstemp(pattern.data());
    if (file >= 0) close(file);
    path_ = pattern;
    std::ofstream(path_) << text;
  }

  ~ConfigFile() { std::filesystem::remove(path_); }

  ConfigFile(const ConfigFile&) = delete;
  ConfigFile& operator=(const ConfigFile&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

TEST(Config, NeedsNoFile) {
  const ConfigResult result = read_config({});
  EXPECT_TRUE(result.faults.empty());
  EXPECT_EQ(result.config.listen_port, 8080);
}

TEST(Config, AFlagBeatsTheEnvironmentAndThatBeatsTheFile) {
  const ConfigFile file("[server]\nlisten = \"127.0.0.1:1\"\ndata_dir = \"/file\"\n");
  ConfigSources sources{.file = file.path(),
                        .environment = {{"CLAVIGER__SERVER__LISTEN", "127.0.0.1:2"},
                                        {"CLAVIGER__SERVER__DATA_DIR", "/environment"},
                                        {"PATH", "/bin"}},
                        .flags = {{"server.listen", "[::1]:3"}}};
  const ConfigResult result = read_config(sources);
  EXPECT_TRUE(result.faults.empty());
  EXPECT_EQ(result.config.listen_address, "::1");
  EXPECT_EQ(result.config.listen_port, 3);
  EXPECT_EQ(result.config.data_dir, "/environment");
}

TEST(Config, AllFaultsAreNamedInOneRunWithPlaceAndSuggestion) {
  const ConfigFile file(
      "[server]\nlistn = \"x\"\nworker_threads = 0\n\n[limits]\nkeys_per_application = [1]\n");
  const ConfigResult result = read_config(
      {.file = file.path(), .environment = {{"CLAVIGER__LOG__LEVEL", "loud"}}, .flags = {}});
  EXPECT_THAT(
      result.faults,
      testing::UnorderedElementsAre(
          AllOf(Field(&ConfigFault::place, EndsWith(":2:1")),
                Field(&ConfigFault::sentence, HasSubstr("Did you mean \"server.listen\"?"))),
          AllOf(Field(&ConfigFault::place, EndsWith(":3:1")),
                Field(&ConfigFault::sentence, HasSubstr("from 1 to 1024"))),
          AllOf(Field(&ConfigFault::place, EndsWith(":6:1")),
                Field(&ConfigFault::sentence, HasSubstr("must be a text or a number"))),
          AllOf(Field(&ConfigFault::place, "CLAVIGER__LOG__LEVEL"),
                Field(&ConfigFault::sentence, HasSubstr("debug, info, warning or error")))));
}

TEST(Config, WhatIsNoTomlIsNamedWithLineAndColumn) {
  const ConfigFile file("[server]\nlisten = \n");
  const ConfigResult result = read_config({.file = file.path(), .environment = {}, .flags = {}});
  ASSERT_EQ(result.faults.size(), 1U);
  EXPECT_THAT(result.faults.front().place, HasSubstr(":2:"));
}

TEST(Config, AnAddressWithoutAPortIsRefused) {
  for (const std::string wrong :
       {"127.0.0.1", ":80", "127.0.0.1:", "127.0.0.1:65536", "a:b", "a:8 "})
    EXPECT_EQ(read_config({.file = "", .environment = {}, .flags = {{"server.listen", wrong}}})
                  .faults.size(),
              1U)
        << wrong;
}

}  // namespace
}  // namespace claviger::app
