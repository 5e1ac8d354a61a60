// minipy_fuzz_replay TARGET FILE...: runs inputs that once were trouble, in any build. Folders are walked.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/fuzz/engine.h"

namespace {

int replay(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string input((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  std::printf("%s\n", path.c_str());
  std::fflush(stdout);
  minipy::fuzz::run_input(input, true);
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fputs("usage: minipy_fuzz_replay TARGET FILE-OR-FOLDER...\n", stderr);
    return 2;
  }
  if (!minipy::fuzz::start(argv[1])) return 2;
  int count = 0;
  for (int i = 2; i < argc; i++) {
    if (!std::filesystem::is_directory(argv[i])) {
      count += replay(argv[i]);
      continue;
    }
    for (const auto& entry : std::filesystem::directory_iterator(argv[i])) count += replay(entry.path());
  }
  std::printf("%d inputs\n", count);
  return 0;
}
