// The code generator: walks a tree with its symbol table and fills a flow graph per code object.
//
// Every visit returns false when an exception is pending. The place of emitted instructions is `loc()`, set by the
// statement or expression being compiled; `unset_location` marks instructions that no source text stands for.
#pragma once

#include <string_view>
#include <vector>

#include "compiler/codegen/constants.h"
#include "compiler/codegen/flowgraph.h"
#include "compiler/codegen/symtable.h"
#include "compiler/compile.h"
#include "runtime/error.h"

namespace minipy {

enum class UnitType { kModule, kClass, kFunction, kAsyncFunction, kLambda, kComprehension };

enum class FrameBlockType {
  kWhileLoop,
  kForLoop,
  kTryExcept,
  kFinallyTry,
  kFinallyEnd,
  kWith,
  kAsyncWith,
  kHandlerCleanup,
  kPopValue,
  kExceptionHandler,
  kExceptionGroupHandler,
  kAsyncComprehensionGenerator,
};

// A statement that `break`, `continue` and `return` must unwind.
struct FrameBlock {
  FrameBlockType type;
  Block* block;
  Block* exit;
  const void* datum;  // by type: the statement, the finally body, the handler's name
};

// Names in order of first use, with their indices.
class NameTable {
 public:
  int add(Str* name) { return static_cast<int>(names_.try_emplace(name, {}).first - names_.begin()); }
  int find(Str* name) const { return names_.position(name); }
  int size() const { return names_.size(); }
  Str* operator[](int i) const { return names_[static_cast<size_t>(i)].first; }

 private:
  struct Nothing {};
  PointerMap<Str, Nothing> names_;
};

// What is known of one code object while it is made.
struct Unit {
  Unit(ConstantTable& table, BlockPool& pool) : constants(table), graph(pool) {}

  Scope* scope = nullptr;
  UnitType type = UnitType::kModule;
  Str* name = nullptr;
  Ref<Str> qualname;
  Str* private_name = nullptr;
  ConstantList constants;
  // runtime/counted.h: variables, cells, free variables, constants, names.
  Ref<Object> counted_variables, counted_cells, counted_frees, counted_constants, counted_names;
  NameTable names, variables, cells, frees;
  int argcount = 0, posonlyargcount = 0, kwonlyargcount = 0;
  FlowGraph graph;
  Block* current = nullptr;
  std::vector<FrameBlock> frame_blocks;
  int first_line = 0;
  ast::Location loc;
};

// Bytes under construction. Room is asked for ahead, so that writing needs no checks.
class ByteBuffer {
 public:
  // Where to write at most `count` bytes next.
  char* room(size_t count) {
    if (bytes_.size() - size_ < count) bytes_.resize(bytes_.size() * 2 + count);
    return bytes_.data() + size_;
  }
  void written_to(const char* end) { size_ = static_cast<size_t>(end - bytes_.data()); }
  std::string_view view() const { return {bytes_.data(), size_}; }
  void clear() { size_ = 0; }

 private:
  std::vector<char> bytes_;
  size_t size_ = 0;
};

inline constexpr char kLateFuture[] = "from __future__ imports must occur at the beginning of the file";

class CodeGenerator {
 public:
  CodeGenerator(Arena& arena, Str* filename, SymbolTable* table, int flags, int optimize, bool interactive);
  // New code object; null: exception pending.
  Ref<Code> generate(ast::Mod* tree);
  // The line of the last statement `from __future__ import` that counts; later ones are errors.
  void set_last_future_line(int line) { last_future_line_ = line; }

 private:
  friend class PatternCompiler;
  using Stmts = Seq<ast::Stmt*>;
  using Exprs = Seq<ast::Expr*>;

  // ---- Units and blocks (codegen.cc)
  Unit& unit() { return *units_.back(); }
  bool enter_unit(Str* name, UnitType type, const ast::Node* node, int line);
  void leave_unit() { units_.pop_back(); }
  bool set_qualname();
  Block* new_block() { return unit().graph.new_block(); }
  void use_block(Block* b) {
    unit().current->next = b;
    unit().current = b;
  }
  bool push_frame_block(FrameBlockType type, Block* b, Block* exit, const void* datum, const ast::Location& at);
  void pop_frame_block() { unit().frame_blocks.pop_back(); }

  // ---- Emitting (codegen.cc)
  void set_location(const ast::Location& l) { unit().loc = l; }
  void unset_location() { unit().loc.lineno = -1; }
  void append(Instruction in);
  void emit(int opcode, int oparg = 0);
  void emit_without_line(int opcode, int oparg = 0);
  void emit_jump(int opcode, Block* target);
  void emit_jump_without_line(int opcode, Block* target);
  bool emit_constant(Object* value);
  bool emit_new_constant(Ref<Object> value) { return value && emit_constant(value.get()); }
  void emit_name(int opcode, Str* name) { emit(opcode, unit().names.add(name)); }
  void emit_mangled_name(int opcode, Str* name) { emit_name(opcode, mangled(name)); }
  void emit_binary(ast::BinaryOperator op, bool inplace);
  void emit_compare(ast::CompareOperator op);
  void emit_yield_from(bool await);
  int add_constant(Object* value) { return unit().constants.add(value); }
  Str* mangled(Str* name) { return mangle_name(arena_, unit().private_name, name); }
  bool name_op(Str* name, ast::ExprContext context);
  template <class... A>
  bool error(const ast::Location& at, const char* format, const A&... a) {
    Ref<Str> message = format_message(format, a...);
    if (message) raise_compile_error(filename_, at, message.get());
    return false;
  }
  template <class... A>
  bool error_here(const char* format, const A&... a) {
    return error(unit().loc, format, a...);
  }
  template <class... A>
  bool warning(const char* format, const A&... a) {
    return issue_warning(format_message(format, a...));
  }
  bool issue_warning(Ref<Str> message);
  Ref<Code> assemble(bool add_none);
  int code_flags();

  // ---- Statements (statements.cc)
  bool body(const Stmts& statements);
  bool statements(const Stmts& list);
  bool statement(ast::Stmt* s);
  bool statement_parts(ast::Stmt* s);
  bool expression_statement(ast::Expr* value);
  bool if_statement(ast::If* s);
  bool for_statement(ast::For* s);
  bool async_statement_allowed();
  bool async_for_statement(ast::AsyncFor* s);
  bool while_statement(ast::While* s);
  bool return_statement(ast::Return* s);
  bool break_statement();
  bool continue_statement();
  bool try_finally(const Stmts& body, const Seq<ast::ExceptHandler*>& handlers, const Stmts& orelse,
                   const Stmts& finalbody, bool star, const ast::Location& at);
  bool try_except(const Stmts& body, const Seq<ast::ExceptHandler*>& handlers, const Stmts& orelse);
  bool try_star_except(const Stmts& body, const Seq<ast::ExceptHandler*>& handlers, const Stmts& orelse);
  void pop_except_and_reraise();
  bool with_statement(ast::With* s, int position, bool async);
  bool call_exit_with_nones();
  bool with_except_finish(Block* cleanup);
  bool assert_statement(ast::Assert* s);
  bool import_statement(ast::Import* s);
  bool import_from(ast::ImportFrom* s);
  bool import_as(Str* name, Str* asname);
  bool annotated_assignment(ast::AnnAssign* s);
  bool check_annotation(ast::AnnAssign* s);
  bool check_annotated_subscript(ast::Expr* e);
  bool augmented_assignment(ast::AugAssign* s);
  bool delete_statement(ast::Delete* s);
  bool unwind(FrameBlock& b, bool preserve_top);
  bool unwind_stack(bool preserve_top, FrameBlock** loop);

  // ---- Functions and classes (functions.cc)
  bool function_definition(ast::Stmt* s, Str* name, ast::Arguments* args, const Stmts& statements,
                           const Exprs& decorators, ast::Expr* returns, bool async);
  bool class_definition(ast::ClassDef* s);
  bool lambda(ast::Lambda* e);
  bool decorators(const Exprs& list);
  bool apply_decorators(const Exprs& list);
  bool default_arguments(ast::Arguments* args, int* flags);
  bool annotations(ast::Arguments* args, ast::Expr* returns, int* flags);
  bool argument_annotation(Str* name, ast::Expr* annotation, int* count);
  bool annotation_value(ast::Expr* e);
  bool make_closure(Code* code, int flags);
  bool check_arguments(ast::Arguments* args);
  bool forbidden_name(Str* name, ast::ExprContext context);
  bool comprehension(ast::Expr* e, Str* name, const Seq<ast::Comprehension*>& generators, ast::Expr* element,
                     ast::Expr* value);
  bool comprehension_generators(ast::Expr* e, const Seq<ast::Comprehension*>& generators, int index, int depth,
                                ast::Expr* element, ast::Expr* value);
  bool sync_generator(ast::Expr* e, const Seq<ast::Comprehension*>& generators, int index, int depth,
                      ast::Expr* element, ast::Expr* value);
  bool async_generator(ast::Expr* e, const Seq<ast::Comprehension*>& generators, int index, int depth,
                       ast::Expr* element, ast::Expr* value);
  bool comprehension_element(ast::Expr* e, int depth, ast::Expr* element, ast::Expr* value);
  bool comprehension_iterable(ast::Expr* iterable);

  // ---- Expressions (expressions.cc)
  bool expression(ast::Expr* e);
  bool expression_parts(ast::Expr* e);
  bool bool_op(ast::BoolOp* e);
  bool compare(ast::Compare* e);
  bool conditional(ast::IfExp* e);
  bool jump_if(ast::Expr* e, Block* next, bool condition);
  bool dict_display(ast::Dict* e);
  bool dict_part(ast::Dict* e, int begin, int end);
  bool unpacking_display(const Exprs& elts, int pushed, int build, int add, int extend, bool tuple);
  bool list_display(const Exprs& elts, ast::ExprContext context);
  bool tuple_display(const Exprs& elts, ast::ExprContext context);
  bool unpack_targets(const Exprs& elts);
  bool assign_targets(const Exprs& elts);
  bool call(ast::Call* e);
  bool call_helper(int pushed, const Exprs& args, const Seq<ast::Keyword*>& keywords);
  bool call_with_unpacking(int pushed, const Exprs& args, const Seq<ast::Keyword*>& keywords);
  bool sub_keywords(const Seq<ast::Keyword*>& keywords, int begin, int end);
  bool keyword_names(const Seq<ast::Keyword*>& keywords);
  bool method_call(ast::Call* e, bool* handled);
  bool validate_keywords(const Seq<ast::Keyword*>& keywords);
  void update_location_for_attribute(ast::Attribute* e);
  bool is_imported_name(ast::Expr* e);
  bool joined_string(ast::JoinedStr* e);
  bool format_join(ast::Call* e);
  bool formatted_value(ast::FormattedValue* e);
  bool subscript(ast::Subscript* e);
  bool slice(ast::Slice* e);
  bool check_is_comparison(ast::Compare* e);
  bool check_caller(ast::Expr* e);
  bool check_subscripter(ast::Expr* e);
  bool check_index(ast::Expr* container, ast::Expr* index);
  bool await_allowed(ast::Expr* e);

  // ---- match (patterns.cc)
  bool match_statement(ast::Match* s);

  Arena& arena_;
  Str* filename_;
  SymbolTable* table_;
  int flags_;
  int optimize_;
  bool interactive_;
  int last_future_line_ = -1;
  ConstantTable constants_;  // shared by all code objects of the compilation
  BlockPool block_pool_;
  ByteBuffer buffer_;
  std::vector<std::unique_ptr<Unit>> units_;
};

bool has_annotations(const Seq<ast::Stmt*>& statements);
Str* docstring_of(const Seq<ast::Stmt*>& statements);  // null: none

// Assembles the graph into a code object (assemble.cc). Failed: exception pending.
struct AssembledCode {
  Ref<Object> code, line_table, exception_table;  // bytes
};
// `buffer` is empty, before and after; its room is used.
Status assemble_graph(FlowGraph& graph, int first_line, ByteBuffer& buffer, AssembledCode& out);

}  // namespace minipy
