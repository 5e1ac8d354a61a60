// Module _symtable: the compiler's symbol table as objects, for the library's `symtable`.
#include <unordered_map>

#include "compiler/codegen/symtable.h"
#include "compiler/compile.h"
#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/str.h"
#include "runtime/thread_state.h"
#include "stdlib/builtins/source_argument.h"
#include "stdlib/native_type.h"

namespace minipy {
namespace {

// One scope. As large as CPython's, which is not collected either.
struct Entry {
  Object base;
  Object* id;     // int, different for each entry of a table
  Dict* symbols;  // name -> flags
  Str* name;
  List* varnames;  // parameters
  List* children;
  int type;
  int nested;
  int lineno;
  char unused[48];
};
static_assert(sizeof(Entry) == 120);

void entry_dealloc(Object* p) {
  Entry* e = cast<Entry>(p);
  clear_field(e->id);
  clear_field(e->symbols);
  clear_field(e->name);
  clear_field(e->varnames);
  clear_field(e->children);
  type_of(p)->free(p);
}

Ref<Object> entry_repr(Object* p) {
  Entry* e = cast<Entry>(p);
  return format_message("<symtable entry {}({}), line {}>", e->name, repr_of(e->id), e->lineno);
}

constinit MemberDef entry_members[] = {
    {"id", kMemberObject, offsetof(Entry, id), kMemberReadonly, nullptr},
    {"name", kMemberObject, offsetof(Entry, name), kMemberReadonly, nullptr},
    {"symbols", kMemberObject, offsetof(Entry, symbols), kMemberReadonly, nullptr},
    {"varnames", kMemberObject, offsetof(Entry, varnames), kMemberReadonly, nullptr},
    {"children", kMemberObject, offsetof(Entry, children), kMemberReadonly, nullptr},
    {"nested", kMemberInt, offsetof(Entry, nested), kMemberReadonly, nullptr},
    {"type", kMemberInt, offsetof(Entry, type), kMemberReadonly, nullptr},
    {"lineno", kMemberInt, offsetof(Entry, lineno), kMemberReadonly, nullptr},
    {},
};

constinit Type entry_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "symtable entry",
    .basicsize = sizeof(Entry),
    .dealloc = entry_dealloc,
    .repr = slot<entry_repr>,
    .getattro = slot<object_generic_get_attr>,
    .flags = kTypeDefault | kTypeDisallowInstantiation,
    .members = entry_members,
};

// The order in which names that pass through a scope become its symbols is that of a Python set, which depends on
// the hashes; so the sets are built here in the same steps as CPython builds them. The compiler itself needs no order.
class EntryMaker {
 public:
  // New entry for the scope and those in it. `free` gets the names that are free in it.
  Ref<Entry> make(const Scope* scope, Set* free) {
    RecursionGuard guard(" during compilation");
    if (!guard) return nullptr;
    Ref<Entry> entry = TRY(allocate<Entry>(&entry_type));
    Ref<Int> id = TRY(int_from_size(reinterpret_cast<uintptr_t>(scope->node)));
    Ref<Dict> symbols = TRY(dict_new());
    Ref<List> varnames = TRY(list_new())
    , children = TRY(list_new());
    entry->id = std::move(id).cast_to<Object>().release();
    entry->symbols = symbols.release();
    entry->varnames = varnames.release();
    entry->children = children.release();
    entry->name = Ref<Str>::share(scope->name).release();
    entry->type = scope->type == ScopeType::kFunction ? 0 : scope->type == ScopeType::kClass ? 1 : 2;
    entry->nested = scope->nested;
    entry->lineno = scope->location.lineno;
    for (Str* name : scope->parameters) TRY(list_append(entry->varnames, as_object(name)));
    TRY(add_own(scope, entry.get(), free));
    Ref<Set> new_free = TRY(set_new(nullptr))
    , all_free = TRY(set_new(nullptr));
    for (const Scope* child : scope->children) {
      Ref<Set> child_free = TRY(set_new(nullptr));
      Ref<Entry> child_entry = TRY(make(child, child_free.get()));
      TRY(list_append(entry->children, as_object(child_entry.get())));
      TRY(set_update(all_free.get(), as_object(child_free.get())));
    }
    TRY(set_update(new_free.get(), as_object(all_free.get())));
    TRY(drop_bound_here(scope, new_free.get()));
    TRY(add_passing(scope, entry.get(), new_free.get()));
    TRY(set_update(free, as_object(new_free.get())));
    return entry;
  }

 private:
  static Status add_symbol(const Scope* scope, Entry* entry, Str* name) {
    Ref<Int> flags = TRY(int_from(scope->flags_of(name)));
    return dict_set(entry->symbols, as_object(name), as_object(flags.get()));
  }

  static Status add_own(const Scope* scope, Entry* entry, Set* free) {
    for (size_t i = 0; i < scope->own_names; i++) {
      Str* name = scope->order[i];
      TRY(add_symbol(scope, entry, name));
      if (scope->scope_of(name) == NameScope::kFree) TRY(set_add(free, as_object(name)));
    }
    return kOk;
  }

  // What inner scopes use and this one provides: cells of a function, __class__ of a class.
  static Status drop_bound_here(const Scope* scope, Set* free) {
    if (scope->type == ScopeType::kClass) {
      Ref<Str> name = TRY(str_intern_ascii("__class__"));
      if (!set_discard(free, as_object(name.get()))) return Status::failed();
    }
    if (scope->type != ScopeType::kFunction) return kOk;
    for (size_t i = 0; i < scope->own_names; i++) {
      if (scope->scope_of(scope->order[i]) != NameScope::kCell) continue;
      if (!set_discard(free, as_object(scope->order[i]))) return Status::failed();
    }
    return kOk;
  }

  static Status add_passing(const Scope* scope, Entry* entry, Set* free) {
    ssize position = 0;
    Object* key;
    hash_t hash;
    while (set_next(free, &position, &key, &hash)) {
      Str* name = cast<Str>(key);
      if (!scope->flags_of(name)) continue;  // not bound around here either
      Maybe<bool> known = dict_contains(entry->symbols, key);
      if (!known) return Status::failed();
      if (!*known) TRY(add_symbol(scope, entry, name));
    }
    return kOk;
  }
};

Ref<Object> symtable(Object*, Object* source, Object* filename, Str* mode_name) {
  Ref<Str> path = TRY(filename_argument(filename));
  CompileOptions options;
  SourceArgument text;
  TRY(text.get(source, "symtable", "string or bytes", &options.flags));
  ParseMode mode;
  if (str_equals_ascii(mode_name, "exec")) {
    mode = ParseMode::kFile;
  } else if (str_equals_ascii(mode_name, "eval")) {
    mode = ParseMode::kExpression;
  } else if (str_equals_ascii(mode_name, "single")) {
    mode = ParseMode::kInteractive;
  } else {
    return raise(ValueError, "symtable() arg 3 must be 'exec' or 'eval' or 'single'");
  }
  Arena arena;
  ast::Mod* tree = parse_source(arena, text.text(), path.get(), mode, parse_options(options));
  if (!tree) return nullptr;
  std::unique_ptr<SymbolTable> table = symbol_table_of_tree(tree, arena, path.get());
  if (!table) return nullptr;
  Ref<Set> free = TRY(set_new(nullptr));
  return EntryMaker().make(table->top(), free.get());
}

constinit MethodDef functions[] = {
    FUNCTION(symtable, "symtable(module, source, filename, startstr, /)",
             "The symbol table of a source text: the entry of its top scope."),
    {},
};

Status exec(Module* m) {
  TRY(type_ready(&entry_type));
  constexpr struct {
    const char* name;
    int value;
  } kConstants[] = {
      {"USE", kUse},
      {"DEF_GLOBAL", kDefGlobal},
      {"DEF_NONLOCAL", kDefNonlocal},
      {"DEF_LOCAL", kDefLocal},
      {"DEF_PARAM", kDefParam},
      {"DEF_FREE", kDefFree},
      {"DEF_FREE_CLASS", kDefFreeClass},
      {"DEF_IMPORT", kDefImport},
      {"DEF_BOUND", kDefBound},
      {"DEF_ANNOT", kDefAnnotation},
      {"TYPE_FUNCTION", 0},
      {"TYPE_CLASS", 1},
      {"TYPE_MODULE", 2},
      {"LOCAL", static_cast<int>(NameScope::kLocal)},
      {"GLOBAL_EXPLICIT", static_cast<int>(NameScope::kGlobalExplicit)},
      {"GLOBAL_IMPLICIT", static_cast<int>(NameScope::kGlobalImplicit)},
      {"FREE", static_cast<int>(NameScope::kFree)},
      {"CELL", static_cast<int>(NameScope::kCell)},
      {"SCOPE_OFF", kScopeShift},
      {"SCOPE_MASK", kScopeMask},
  };
  for (const auto& c : kConstants) TRY(module_add_int(m, c.name, c.value));
  return kOk;
}

}  // namespace

constinit NativeModule _symtable_module = {"_symtable", functions, exec, nullptr};

}  // namespace minipy
