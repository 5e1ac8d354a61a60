// Source text given to compile(), eval() and exec(): str or any buffer.
#pragma once

#include <string_view>

#include "compiler/compile.h"
#include "runtime/buffer.h"

namespace minipy {

struct Str;

class SourceArgument {
 public:
  // TypeError "{function}() arg 1 must be a {wanted} object"; ValueError for null bytes.
  Status get(Object* source, const char* function, const char* wanted, int* compile_flags);
  std::string_view text() const { return text_; }

 private:
  HeldBuffer buffer_;
  std::string_view text_;
};

// The file name given to compile() and symtable(): str, bytes, os.PathLike or, with a DeprecationWarning, any buffer.
Ref<Str> filename_argument(Object* filename);

// Set by module _ast: compiles trees made of ast objects, and answers PyCF_ONLY_AST. `handled` false: ordinary source.
using AstHook = Status (*)(Object* source, Str* filename, ParseMode mode, const CompileOptions& options,
                           Ref<Object>& result, bool& handled);
extern AstHook g_compile_ast_hook;

}  // namespace minipy
