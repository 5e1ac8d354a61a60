// Callables and code: code objects, Python functions, bound methods, builtin functions, cells, and descriptors made
// from native definitions.
#pragma once

#include "gc/object.h"
#include "runtime/result.h"
#include "runtime/type.h"

namespace minipy {

struct Bytes;

// ---- code ----------------------------------------------------------------------------------------------------------
enum CodeFlags : int {
  kCoOptimized = 0x1,
  kCoNewLocals = 0x2,
  kCoVarArgs = 0x4,
  kCoVarKeywords = 0x8,
  kCoNested = 0x10,
  kCoGenerator = 0x20,
  kCoCoroutine = 0x80,
  kCoIterableCoroutine = 0x100,
  kCoAsyncGenerator = 0x200,
};
enum LocalKind : unsigned char { kLocalPlain = 0x20, kLocalCell = 0x40, kLocalFree = 0x80 };

struct CodeRuntime;  // vm/: the executable copy of the instructions and its side data, made on first execution

// sizeof is 192 as CPython's header part; __sizeof__ adds the canonical code's bytes as CPython stores it inline.
struct Code {
  VarObject base;  // size: number of code units
  Object* consts;  // tuple
  Object* names;   // tuple of interned str
  Object* exceptiontable;
  int flags;  // ABI 48
  short warmup;
  short frozen;  // not 0: CPython has it as static data (this is its co_linearray_entry_size, unused there, too)
  int argcount, posonlyargcount, kwonlyargcount, stacksize, firstlineno;
  int nlocalsplus, nlocals, nplaincellvars, ncellvars, nfreevars;
  Tuple* localsplusnames;
  Bytes* localspluskinds;
  Str* filename;  // ABI 112
  Str* name;      // ABI 120
  Str* qualname;
  Bytes* linetable;
  Object* weakreflist;
  Bytes* code;  // canonical bytecode (co_code)
  CodeRuntime* runtime;
  int first_traceable;
  int pad_;
  void* extra;
  uint64_t version;
};
static_assert(sizeof(Code) == 192 && offsetof(Code, flags) == 48 && offsetof(Code, filename) == 112 &&
              offsetof(Code, name) == 120);
extern Type code_type;

struct CodeSpec {  // everything borrowed
  int argcount = 0, posonlyargcount = 0, kwonlyargcount = 0, stacksize = 0, flags = 0, firstlineno = 1;
  Bytes* code = nullptr;
  Tuple *consts = nullptr, *names = nullptr, *localsplusnames = nullptr;
  Bytes* localspluskinds = nullptr;
  Str *filename = nullptr, *name = nullptr, *qualname = nullptr;
  Bytes *linetable = nullptr, *exceptiontable = nullptr;
};
// Validates (ValueError/SystemError), interns names and constants that look like identifiers.
Ref<Code> code_new(const CodeSpec& spec);
int code_line_of(const Code* code, int byte_offset);  // -1: no line
struct CodePosition {
  int line, end_line, column, end_column;  // -1: none
};
CodePosition code_position_of(const Code* code, int byte_offset);
// Handler for the instruction at the byte offset: target offset, stack depth, whether lasti is pushed. False: none.
bool code_find_handler(const Code* code, int byte_offset, int* handler, int* depth, bool* push_lasti);
Ref<Object> code_varnames(Code* code);
Ref<Object> code_cellvars(Code* code);
Ref<Object> code_freevars(Code* code);
// Hook set by vm/: frees CodeRuntime.
extern void (*g_code_runtime_free)(CodeRuntime*);

// ---- function ------------------------------------------------------------------------------------------------------
struct Function {
  Object base;
  Dict* globals;
  Object* builtins;  // dict
  Str* name;
  Str* qualname;
  Code* code;
  Object* defaults;    // tuple or null
  Object* kwdefaults;  // dict or null
  Object* closure;     // tuple of cells or null
  Object* doc;
  Object* dict;
  Object* weakreflist;
  Object* module;
  Object* annotations;  // dict, or tuple of name, value... (made a dict on access), or null
  VectorcallFunc vectorcall;
  uint32_t version;  // 0: none; changes with code, defaults, kwdefaults
};
extern Type function_type;
Ref<Function> function_new(Code* code, Dict* globals, Str* qualname /* null: code's */);
// Set by vm/: the vectorcall entry of Python functions.
extern VectorcallFunc g_function_vectorcall;
// Set by vm/: the builtins of the running frame, borrowed; null when no Python code runs.
extern Object* (*g_current_builtins_hook)();
// What `globals["__builtins__"]` names (a module stands for its dict), else the running frame's. Borrowed; null: error.
Object* builtins_from_globals(Dict* globals);
// The function's version for inline caches; 0 when there are no more numbers.
uint32_t function_version(Function* f);
// The annotations dict, made of the compiler's tuple on first use. Borrowed; null: error.
Object* function_annotations(Function* f);

// ---- bound method, instancemethod
// ------------------------------------------------------------------------------------
struct Method {
  Object base;
  Object* function;
  Object* self;
  Object* weakreflist;
  VectorcallFunc vectorcall;
};
static_assert(sizeof(Method) == 48);
extern Type method_type;
// Both are needed; no error but MemoryError.
Ref<Object> method_new(Object* function, Object* self);

// ---- builtin function
// --------------------------------------------------------------------------------------------------
struct BuiltinFunction {
  Object base;
  MethodDef* def;
  Object* self;    // null, instance or module
  Object* module;  // name or null
  Object* weakreflist;
  VectorcallFunc vectorcall;
};
static_assert(sizeof(BuiltinFunction) == 56);
struct BuiltinMethod {  // METH_METHOD
  BuiltinFunction func;
  Type* defining_class;
};
extern Type builtin_function_type, builtin_method_type;
// Calls the definition's function by its flags. `callable` is named in the errors about argument counts and keywords.
Object* call_method_def(const MethodDef* def, Object* callable, Object* self, Type* defining_class, Object* const* args,
                        ssize nargs, Object* kwnames);
Ref<Object> builtin_function_new(MethodDef* def, Object* self, Object* module, Type* defining_class = nullptr);

// ---- cell ----------------------------------------------------------------------------------------------------------
struct Cell {
  Object base;
  Object* value;  // null: empty
};
extern Type cell_type;
Ref<Cell> cell_new(Object* value /* may be null */);

// ---- descriptors (runtime/descriptor.cc)
// -------------------------------------------------------------------------------
struct Descriptor {
  Object base;
  Type* owner;
  Str* name;
  Object* qualname;
};
struct MethodDescriptor {
  Descriptor common;
  MethodDef* def;
  VectorcallFunc vectorcall;
};
struct MemberDescriptor {
  Descriptor common;
  MemberDef* def;
};
struct GetSetDescriptor {
  Descriptor common;
  GetSetDef* def;
};
extern Type method_descriptor_type, classmethod_descriptor_type, member_descriptor_type, getset_descriptor_type,
    wrapper_descriptor_type, method_wrapper_type;
Ref<Object> descriptor_new_method(Type* owner, MethodDef* def);
Ref<Object> descriptor_new_class_method(Type* owner, MethodDef* def);
Ref<Object> descriptor_new_member(Type* owner, MemberDef* def);
Ref<Object> descriptor_new_getset(Type* owner, GetSetDef* def);
Ref<Object> member_get(const char* object, const MemberDef* def);
Status member_set(char* object, const MemberDef* def, Object* value);

struct Property {
  Object base;
  Object *getter, *setter, *deleter, *doc, *name;
  int getter_doc;
};
struct ClassMethod {  // also staticmethod
  Object base;
  Object* callable;
  Object* dict;
};
extern Type property_type, classmethod_type, staticmethod_type, super_type;
Ref<Object> classmethod_new(Object* callable);
Ref<Object> staticmethod_new(Object* callable);
// For super() without arguments: the class and the first argument of the running method, borrowed. Set by vm/.
extern Status (*g_super_arguments_hook)(Type** type, Object** self);

// ---- Text signatures (shared by builtin functions, descriptors and types)
// ---------------------------------------------- doc: "name($self)\n--\n\ntext". Null result of the second: None.
Ref<Object> doc_without_signature(const char* name, const char* doc);
Ref<Object> text_signature_of(const char* name, const char* doc);

}  // namespace minipy
