// A tree as text, exactly as `ast.dump` prints it.
#pragma once

#include <string>

#include "compiler/ast.h"
#include "runtime/result.h"

namespace minipy {

struct AstDumpOptions {
  bool include_attributes = false;
  int indent = -1;  // -1: all on one line
};

// Appends to *out. Failed: RecursionError, or an error in the repr of a constant.
Status dump_ast(ast::Node* node, const AstDumpOptions& options, std::string* out);

}  // namespace minipy
