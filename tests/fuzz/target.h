// What a fuzz target is, and the table of them.
//
// A target takes one input of bytes and must leave the interpreter as it found it: no pending exception, no growing
// tables. The engine (engine.cc) checks that after every input, and that repeating an input does not allocate more and
// more. A target says that something is wrong by FUZZ_CHECK.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace minipy::fuzz {

struct Target {
  const char* name;
  // Whether the target needs more than types and an empty interpreter: the library's Python code.
  bool needs_library;
  // The function of targets.py that takes the input, or null.
  const char* python_function;
  // The native target, or null.
  void (*run)(std::string_view input);
};
extern const Target kTargets[];  // ends with a null name

void run_tokenizer(std::string_view input);
void run_parser(std::string_view input);
void run_compiler(std::string_view input);
void run_marshal(std::string_view input);

[[noreturn]] void check_failed(const char* file, int line, const char* condition, const std::string& detail = {});

#define FUZZ_CHECK(condition, ...)                                                             \
  do {                                                                                         \
    if (!(condition)) {                                                                        \
      ::minipy::fuzz::check_failed(__FILE__, __LINE__, #condition __VA_OPT__(, ) __VA_ARGS__); \
    }                                                                                          \
  } while (0)

// Takes the first byte off the input; 0 when there is none.
inline uint8_t take_byte(std::string_view& input) {
  if (input.empty()) return 0;
  uint8_t byte = static_cast<uint8_t>(input[0]);
  input.remove_prefix(1);
  return byte;
}

// Aborts with the traceback unless no exception is pending, or one that hostile input may cause. Clears it.
void expect_ordinary_error();

}  // namespace minipy::fuzz
