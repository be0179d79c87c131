// A fuzz target without libFuzzer: over its committed corpus and a few thousand mutations of it,
// the same ones each time. Built once per target; see CMakeLists.txt.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr int kMutations = 5'000;
constexpr std::uint32_t kSeed = 1;

void run(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

std::vector<std::string> corpus() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(CLAVIGER_FUZZ_CORPUS))
    files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<std::string> inputs;
  for (const std::filesystem::path& path : files) {
    std::ifstream file(path, std::ios::binary);
    inputs.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return inputs;
}

/// One small change: a byte replaced, put in or taken out, a stretch repeated, or the end cut off.
void mutate(std::string& input, const std::vector<std::string>& inputs, std::mt19937& engine) {
  const std::size_t at = input.empty() ? 0 : engine() % input.size();
  const std::string& other = inputs[engine() % inputs.size()];
  switch (engine() % 6) {
    case 0:
      if (!input.empty()) input[at] = static_cast<char>(engine());
      return;
    case 1:
      input.insert(at, 1, static_cast<char>(engine()));
      return;
    case 2:
      if (!input.empty()) input.erase(at, 1 + engine() % 4);
      return;
    case 3:
      input.insert(at, input.substr(at, engine() % 8));
      return;
    case 4:
      input.resize(at);
      return;
    default:
      input.insert(at, other.substr(other.empty() ? 0 : engine() % other.size(), engine() % 16));
      return;
  }
}

TEST(CLAVIGER_FUZZ_TARGET, HoldsOverItsCorpusAndMutationsOfIt) {
  const std::vector<std::string> inputs = corpus();
  ASSERT_FALSE(inputs.empty()) << "there is no corpus in " << CLAVIGER_FUZZ_CORPUS;
  for (const std::string& input : inputs) run(input);
  std::mt19937 engine(kSeed);
  for (int i = 0; i < kMutations; ++i) {
    std::string input = inputs[engine() % inputs.size()];
    for (std::size_t changes = 1 + engine() % 4; changes > 0; --changes)
      mutate(input, inputs, engine);
    run(input);
  }
}

}  // namespace
