// `minipy tokens`: the tokens of a source as text for people, as `python3.11 -m tokenize -e` writes them, or as JSON
// lines.
#pragma once

#include <string>

#include "stdlib/minipy/output_sink.h"

namespace minipy {

struct TokenViewOptions {
  std::string file;  // empty: standard input, unless there is code
  std::string code;  // of -c
  bool has_code = false;
  bool json = false;
};

// Writes the tokens to `out`; what is wrong with the source goes to standard error. Returns the exit status.
int show_tokens(const TokenViewOptions& options, OutputSink& out);

}  // namespace minipy
