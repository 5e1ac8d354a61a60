// The symbol table: for every scope of a tree, which names it has and where each of them lives (language reference
// 4.2 "Naming and binding"). Built in two passes: collect what every scope says of a name, then resolve scopes inside
// out.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "compiler/ast.h"
#include "compiler/codegen/pointer_map.h"
#include "gc/object.h"
#include "runtime/result.h"

namespace minipy {

struct Str;

// What a scope does with a name; the numbers are those of module _symtable.
enum SymbolFlags : int {
  kDefGlobal = 1,  // global statement
  kDefLocal = 2,   // assignment
  kDefParam = 4,
  kDefNonlocal = 8,
  kUse = 16,
  kDefFree = 32,
  kDefFreeClass = 64,  // free in a method and bound in the class around it
  kDefImport = 128,
  kDefAnnotation = 256,
  kDefComprehensionTarget = 512,
  kDefBound = kDefLocal | kDefParam | kDefImport,
};
inline constexpr int kScopeShift = 11;
inline constexpr int kScopeMask = kDefGlobal | kDefLocal | kDefParam | kDefNonlocal;
enum class NameScope : int { kUnknown = 0, kLocal = 1, kGlobalExplicit = 2, kGlobalImplicit = 3, kFree = 4, kCell = 5 };

enum class ScopeType { kFunction, kClass, kModule, kAnnotation };
enum class ComprehensionKind { kNone, kList, kDict, kSet, kGenerator };

struct Scope {
  ScopeType type = ScopeType::kModule;
  Str* name = nullptr;
  const ast::Node* node = nullptr;
  ast::Location location;
  PointerMap<Str, int> symbols;  // flags of a name
  // Names in order of first appearance; behind the first `own_names`, in no particular order, those that only inner
  // scopes use and that pass through.
  std::vector<Str*> order;
  size_t own_names = 0;
  std::vector<Str*> parameters;
  std::vector<Scope*> children;
  struct Directive {
    Str* name;
    ast::Location location;
  };
  std::vector<Directive> directives;  // global and nonlocal statements, for errors
  bool nested = false, has_free = false, child_free = false, generator = false, coroutine = false;
  bool varargs = false, varkeywords = false, returns_value = false, needs_class_closure = false;
  bool comprehension_target = false;  // names are now being bound by a comprehension's `for`
  int comprehension_iterables = 0;    // depth inside comprehension iterables
  // runtime/counted.h: symbols, names of variables, children, directives.
  Ref<Object> counted_symbols, counted_variables, counted_children, counted_directives;
  ComprehensionKind comprehension = ComprehensionKind::kNone;

  int flags_of(Str* mangled) const {
    auto it = symbols.find(mangled);
    return it == symbols.end() ? 0 : it->second;
  }
  NameScope scope_of(Str* mangled) const {
    return static_cast<NameScope>((flags_of(mangled) >> kScopeShift) & kScopeMask);
  }
};

class SymbolTable {
 public:
  Scope* top() const { return top_; }
  // The scope that the node opens; null: none.
  Scope* scope_of(const ast::Node* node) const {
    auto it = by_node_.find(node);
    return it == by_node_.end() ? nullptr : it->second;
  }

 private:
  friend class SymbolTableBuilder;
  std::vector<std::unique_ptr<Scope>> scopes_;
  PointerMap<const ast::Node, Scope*> by_node_;
  Scope* top_ = nullptr;
  Ref<Object> counted_stack_, counted_blocks_;  // runtime/counted.h
};

// Null: SyntaxError or RecursionError pending. Names made on the way are owned by the arena.
std::unique_ptr<SymbolTable> build_symbol_table(ast::Mod* tree, Arena& arena, Str* filename, bool future_annotations);

// `__name` in class `class_name` (null: no class) becomes `_class__name`. Interned, owned by the arena.
Str* mangle_name(Arena& arena, Str* class_name, Str* name);

// SyntaxError at a place of the tree (1-based columns are made from the location); the text is read from the file. The
// symbol table's errors have their place in the attributes only, the code generator's in their arguments too.
Raised raise_compile_error(Str* filename, const ast::Location& at, Str* message);
Raised raise_symbol_error(Str* filename, const ast::Location& at, Str* message);

}  // namespace minipy
