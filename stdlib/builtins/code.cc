// builtins: compiling and running code, importing, namespaces. Source: library reference "Built-in Functions".
#include "compiler/compile.h"
#include "runtime/abstract.h"
#include "runtime/audit.h"
#include "runtime/bind.h"
#include "runtime/buffer.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/function.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "stdlib/_ast/ast_types.h"
#include "stdlib/builtins/builtins.h"
#include "stdlib/builtins/source_argument.h"
#include "stdlib/import.h"
#include "vm/vm.h"

namespace minipy {

Status SourceArgument::get(Object* source, const char* function, const char* wanted, int* compile_flags) {
  if (is_str(source)) {
    text_ = str_utf8(cast<Str>(source));
    if (!text_.data()) return Status::failed();
    *compile_flags |= kCfIgnoreCookie;
  } else if (object_has_buffer(source)) {
    TRY(buffer_.get(source));
    text_ = buffer_.text();
  } else {
    return raise(TypeError, "{}() arg 1 must be a {} object", function, wanted);
  }
  if (text_.find('\0') != std::string_view::npos) {
    return raise(ValueError, "source code string cannot contain null bytes");
  }
  return kOk;
}

Ref<Str> filename_argument(Object* filename) {
  Ref<Object> path;
  if (!is_str(filename) && !is_bytes(filename) && object_has_buffer(filename)) {
    TRY(warn(DeprecationWarning, 1, "path should be string, bytes, or os.PathLike, not {:.200}", type_name(filename)));
    path = TRY(bytes_from_object(filename));
  } else {
    path = TRY(object_fspath(filename));
  }
  Ref<Str> text;
  if (is_str(path.get())) {
    text = std::move(path).cast_to<Str>();
  } else {
    std::string_view bytes = bytes_view(cast<Bytes>(path.get()));
    text = TRY(str_decode_fs(bytes.data(), static_cast<ssize>(bytes.size())));
  }
  if (str_find_char(text.get(), 0, 0, str_length(text.get()), 1) >= 0)
    return raise(ValueError, "embedded null character");
  return text;
}

namespace {

// Flags of the calling code that new code inherits (PEP 236).
int inherited_flags() {
  Code* code = vm_current_code();
  return code ? code->flags & kFutureMask : 0;
}

// ---- compile
// ---------------------------------------------------------------------------------------------------------

Status parse_mode(Str* mode, int flags, ParseMode& out) {
  if (str_equals_ascii(mode, "exec")) {
    out = ParseMode::kFile;
  } else if (str_equals_ascii(mode, "eval")) {
    out = ParseMode::kExpression;
  } else if (str_equals_ascii(mode, "single")) {
    out = ParseMode::kInteractive;
  } else if (str_equals_ascii(mode, "func_type")) {
    if (!(flags & kCfOnlyAst)) {
      return raise(ValueError, "compile() mode 'func_type' requires flag PyCF_ONLY_AST");
    }
    out = ParseMode::kFunctionType;
  } else if (flags & kCfOnlyAst) {
    return raise(ValueError, "compile() mode must be 'exec', 'eval', 'single' or 'func_type'");
  } else {
    return raise(ValueError, "compile() mode must be 'exec', 'eval' or 'single'");
  }
  return kOk;
}

constexpr int kKnownFlags = kFutureMask | kCfSourceIsUtf8 | kCfDontImplyDedent | kCfOnlyAst | kCfIgnoreCookie |
                            kCfTypeComments | kCfAllowTopLevelAwait | kCfAllowIncompleteInput | kFutureNested;

Ref<Object> builtin_compile(Object*, Object* source, Object* filename, Str* mode, int flags, bool dont_inherit,
                            int optimize, int feature_version) {
  Ref<Str> path = TRY(filename_argument(filename));
  if (flags & ~kKnownFlags) return raise(ValueError, "compile(): unrecognised flags");
  if (optimize < -1 || optimize > 2) return raise(ValueError, "compile(): invalid optimize value");
  CompileOptions options;
  options.flags = flags | kCfSourceIsUtf8;
  options.optimize = optimize;
  options.feature_version = feature_version >= 0 && (flags & kCfOnlyAst) ? feature_version : 11;
  if (!dont_inherit) options.flags |= inherited_flags();
  ParseMode parse;
  TRY(parse_mode(mode, flags, parse));
  TRY(ast_make_classes());
  TRY(audit("compile", source, path));
  if (g_compile_ast_hook) {
    // Trees from module ast: handled there, as are requests for a tree.
    Ref<Object> result;
    bool handled = false;
    TRY(g_compile_ast_hook(source, path.get(), parse, options, result, handled));
    if (handled) return result;
  }
  SourceArgument text;
  TRY(text.get(source, "compile", "string, bytes or AST", &options.flags));
  if (flags & kCfOnlyAst) return raise(NotImplementedError, "module _ast is not available");
  return compile_source(text.text(), path.get(), parse, options);
}

// ---- eval and exec
// -----------------------------------------------------------------------------------------------------

// The namespaces code runs in: the caller's where none are given; __builtins__ is added. Borrowed from the arguments or
// the caller's frame, as counts of references show.
struct Namespaces {
  Dict* globals;
  Object* locals;
};

Status complete_namespaces(Object* globals, Object* locals, Namespaces& out) {
  if (is_none(globals)) {
    Dict* current = vm_current_globals();
    if (!current) return raise(SystemError, "globals and locals cannot be NULL");
    out.globals = current;
    out.locals = is_none(locals) ? TRY(vm_current_locals()) : locals;
  } else {
    out.globals = cast<Dict>(globals);
    out.locals = is_none(locals) ? globals : locals;
  }
  Maybe<bool> has = dict_contains(out.globals, as_object(NAME("__builtins__")));
  if (!has) return Status::failed();
  if (!*has) TRY(dict_set(out.globals, as_object(NAME("__builtins__")), vm_current_builtins()));
  return kOk;
}

// The code of a text that is run at once; auditors hear of both.
Ref<Code> compile_audited(std::string_view text, ParseMode mode, const CompileOptions& options) {
  if (is_audited()) {
    Ref<Bytes> source = TRY(bytes_new(text.data(), static_cast<ssize>(text.size())));
    TRY(audit("compile", source, NAME("<string>")));
  }
  Ref<Code> code = TRY(compile_source(text, NAME("<string>"), mode, options));
  TRY(audit("exec", code));
  return code;
}

Ref<Object> builtin_eval(Object*, Object* source, Object* globals, Object* locals) {
  if (!is_none(locals) && !is_mapping(locals)) return raise(TypeError, "locals must be a mapping");
  if (!is_none(globals) && !is_dict(globals)) {
    return raise(TypeError, is_mapping(globals) ? "globals must be a real dict; try eval(code, {{}}, mapping)"
                                                : "globals must be a dict");
  }
  Namespaces names;
  TRY(complete_namespaces(globals, locals, names));
  Dict* g = names.globals;
  if (is_exactly(source, &code_type)) {
    Code* code = cast<Code>(source);
    if (code->nfreevars > 0) return raise(TypeError, "code object passed to eval() may not contain free variables");
    TRY(audit("exec", code));
    return vm_eval_code(code, g, names.locals);
  }
  CompileOptions options;
  options.flags = kCfSourceIsUtf8 | inherited_flags();
  SourceArgument text;
  TRY(text.get(source, "eval", "string, bytes or code", &options.flags));
  std::string_view expression = text.text();
  while (!expression.empty() && (expression[0] == ' ' || expression[0] == '\t')) expression.remove_prefix(1);
  Ref<Code> code = TRY(compile_audited(expression, ParseMode::kExpression, options));
  return vm_eval_code(code.get(), g, names.locals);
}

Status check_closure(Code* code, Object* closure) {
  ssize wanted = code->nfreevars;
  if (wanted == 0) {
    if (closure) return raise(TypeError, "cannot use a closure with this code object");
    return kOk;
  }
  bool fits = closure && is_exactly(closure, &tuple_type) && tuple_size(cast<Tuple>(closure)) == wanted;
  for (ssize i = 0; fits && i < wanted; i++) fits = is_exactly(cast<Tuple>(closure)->items[i], &cell_type);
  if (!fits) return raise(TypeError, "code object requires a closure of exactly length {}", wanted);
  return kOk;
}

Status builtin_exec(Object*, Object* source, Object* globals, Object* locals, Object* closure) {
  if (!is_none(globals) && !is_dict(globals)) {
    return raise(TypeError, "exec() globals must be a dict, not {:.100}", type_name(globals));
  }
  if (!is_none(locals) && !is_mapping(locals)) {
    return raise(TypeError, "locals must be a mapping or None, not {:.100}", type_name(locals));
  }
  Namespaces names;
  TRY(complete_namespaces(globals, locals, names));
  if (is_none(closure)) closure = nullptr;
  Dict* g = names.globals;
  if (is_exactly(source, &code_type)) {
    Code* code = cast<Code>(source);
    TRY(check_closure(code, closure));
    TRY(audit("exec", code));
    if (!closure) {
      TRY(vm_eval_code(code, g, names.locals));
    } else {
      TRY(vm_eval_code_closure(code, g, names.locals, cast<Tuple>(closure)));
    }
    return kOk;
  }
  if (closure) return raise(TypeError, "closure can only be used when source is a code object");
  CompileOptions options;
  options.flags = kCfSourceIsUtf8 | inherited_flags();
  SourceArgument text;
  TRY(text.get(source, "exec", "string, bytes or code", &options.flags));
  Ref<Code> code = TRY(compile_audited(text.text(), ParseMode::kFile, options));
  TRY(vm_eval_code(code.get(), g, names.locals));
  return kOk;
}

// ---- Namespaces, classes and imports
// -------------------------------------------------------------------------------------

Ref<Object> builtin_globals(Object*) {
  Dict* globals = vm_current_globals();
  return globals ? Ref<Object>::share(as_object(globals)) : none_ref();
}
Ref<Object> builtin_locals(Object*) {
  Object* locals = vm_current_locals();
  if (!locals) return nullptr;
  return Ref<Object>::share(locals);
}

Object* build_class(Object*, Object* const* args, ssize nargs, Object* kwnames) {
  return vm_build_class(args, nargs, kwnames).release();
}

Ref<Object> builtin_import(Object*, Object* name, Object* globals, Object* locals, Object* fromlist, int level) {
  Ref<Object> empty = tuple_empty();
  return import_module_level(name, globals, locals, fromlist ? fromlist : empty.get(), level);
}

}  // namespace

AstHook g_compile_ast_hook = nullptr;

constinit MethodDef builtins_code_functions[] = {
    {"__build_class__", FastcallKeywordsMethod{build_class}, kMethFastcall | kMethKeywords,
     "__build_class__(func, name, /, *bases, [metaclass], **kwds) -> class"},
    FUNCTION(builtin_import, "__import__(module, /, name, globals=None, locals=None, fromlist=(),\n           level=0)",
             "Import a module."),
    FUNCTION(builtin_compile,
             "compile(module, /, source, filename, mode, flags=0,\n        dont_inherit=False, optimize=-1, *, "
             "_feature_version=-1)",
             "Compile source into a code object that can be executed by exec() or eval()."),
    FUNCTION(builtin_eval, "eval(module, source, globals=None, locals=None, /)",
             "Evaluate the given source in the context of globals and locals."),
    FUNCTION(builtin_exec, "exec(module, source, globals=None, locals=None, /, *, closure=None)",
             "Execute the given source in the context of globals and locals."),
    FUNCTION(builtin_globals, "globals(module, /)",
             "Return the dictionary containing the current scope's global variables."),
    FUNCTION(builtin_locals, "locals(module, /)",
             "Return a dictionary containing the current scope's local variables."),
    {},
};

}  // namespace minipy
