// The part of the fuzzers that libFuzzer's main() and the replaying main() share.
#pragma once

#include <string_view>

namespace minipy::fuzz {

// Starts the interpreter for the target; false: unknown name (a message has been printed).
bool start(const char* target);
// Runs one input and checks what must hold after it. `check_leaks`: also runs it again to see whether memory grows.
void run_input(std::string_view input, bool check_leaks);

}  // namespace minipy::fuzz
