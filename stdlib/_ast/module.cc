// Module _ast: the classes of syntax trees, and what compile() does with trees.
#include "runtime/module.h"
#include "compiler/ast_validate.h"
#include "compiler/compile.h"
#include "runtime/abstract.h"
#include "runtime/counted.h"
#include "runtime/error.h"
#include "runtime/function.h"
#include "stdlib/_ast/ast_convert.h"
#include "stdlib/_ast/ast_types.h"
#include "stdlib/builtins/source_argument.h"

namespace minipy {

namespace {

// compile() of an ast object, or of text into one.
Status compile_ast(Object* source, Str* filename, ParseMode mode, const CompileOptions& options, Ref<Object>& result,
                   bool& handled) {
  bool is_tree = TRY(object_is_instance(source, as_object(&ast_type)));
  handled = is_tree || (options.flags & kCfOnlyAst);
  if (!handled) return kOk;
  Arena arena;
  Ref<Object> counted_objects = counted_list();  // CPython's arena keeps its objects in a list
  if (is_tree) {
    if (options.flags & kCfOnlyAst) {
      result = share(source);
      return kOk;
    }
    ast::Mod* tree = TRY(ast_from_object(arena, source, mode));
    TRY(validate_ast(tree));
    result = compile_tree(tree, arena, filename, mode, options);
  } else {
    CompileOptions for_text = options;
    SourceArgument text;
    TRY(text.get(source, "compile", "string, bytes or AST", &for_text.flags));
    ast::Mod* tree = TRY(parse_source(arena, text.text(), filename, mode, parse_options(for_text)));
    result = ast_to_object(tree);
  }
  return result ? kOk : Status::failed();
}

Status ast_exec(Module* module) {
  TRY(ast_add_base(module));
  TRY(module_add_int(module, "PyCF_ALLOW_TOP_LEVEL_AWAIT", kCfAllowTopLevelAwait));
  TRY(module_add_int(module, "PyCF_ONLY_AST", kCfOnlyAst));
  TRY(module_add_int(module, "PyCF_TYPE_COMMENTS", kCfTypeComments));
  TRY(ast_add_classes(module));
  g_compile_ast_hook = compile_ast;
  return kOk;
}

}  // namespace

constinit NativeModule _ast_module = {"_ast", nullptr, ast_exec, nullptr};

}  // namespace minipy
