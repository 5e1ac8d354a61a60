// Units, emission of instructions, names and constants; from the finished graph to the code object.
#include "compiler/codegen/codegen.h"

#include <algorithm>

#include "compiler/codegen/constants.h"
#include "compiler/codegen/peephole.h"
#include "runtime/abstract.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/counted.h"
#include "runtime/function.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/static_str.h"
#include "runtime/str.h"
#include "runtime/thread_state.h"

namespace minipy {

namespace {
constexpr size_t kMaxFrameBlocks = 20;
}  // namespace

CodeGenerator::CodeGenerator(Arena& arena, Str* filename, SymbolTable* table, int flags, int optimize, bool interactive)
    : arena_(arena),
      filename_(filename),
      table_(table),
      flags_(flags),
      optimize_(optimize),
      interactive_(interactive) {}

Ref<Code> CodeGenerator::generate(ast::Mod* tree) {
  if (!enter_unit(STATIC_STR("<module>"), UnitType::kModule, tree, 1)) return nullptr;
  bool ok = true, add_none = true;
  if (auto* m = ast::as<ast::Module>(tree)) {
    ok = body(m->body);
  } else if (auto* m = ast::as<ast::Interactive>(tree)) {
    set_location({1, 0, 1, 0});
    if (has_annotations(m->body)) emit(OP_SETUP_ANNOTATIONS);
    ok = statements(m->body);
  } else if (auto* m = ast::as<ast::Expression>(tree)) {
    ok = expression(m->body);
    add_none = false;
  }
  if (!ok) return nullptr;
  return assemble(add_none);
}

// ---- Units
// -------------------------------------------------------------------------------------------------------------

namespace {

std::vector<Str*> sorted_names(Scope* scope, bool (*wanted)(int flags)) {
  std::vector<Str*> names;
  for (auto& [name, flags] : scope->symbols) {
    if (wanted(flags)) names.push_back(name);
  }
  std::sort(names.begin(), names.end(), [](Str* a, Str* b) { return str_compare(a, b) < 0; });
  return names;
}
NameScope scope_in(int flags) { return static_cast<NameScope>((flags >> kScopeShift) & kScopeMask); }

}  // namespace

bool CodeGenerator::enter_unit(Str* name, UnitType type, const ast::Node* node, int line) {
  auto u = std::make_unique<Unit>(constants_, block_pool_);
  u->type = type;
  u->name = name;
  u->scope = table_->scope_of(node);
  for (Str* parameter : u->scope->parameters) u->variables.add(parameter);
  for (Str* n : sorted_names(u->scope, [](int f) { return scope_in(f) == NameScope::kCell; })) u->cells.add(n);
  if (u->scope->needs_class_closure) u->cells.add(NAME("__class__"));
  for (Str* n : sorted_names(u->scope, [](int f) { return scope_in(f) == NameScope::kFree || (f & kDefFreeClass); })) {
    u->frees.add(n);
  }
  u->first_line = line;
  u->counted_variables = counted_dict();
  // The names are sorted in a list.
  u->counted_cells = counted_dict();
  (void)counted_list();
  u->counted_frees = counted_dict();
  (void)counted_list();
  u->counted_constants = counted_dict();
  u->counted_names = counted_dict();
  if (!units_.empty()) u->private_name = unit().private_name;
  u->graph.entry = u->current = u->graph.new_block();
  bool module = type == UnitType::kModule;
  u->loc = {module ? 0 : line, 0, line, 0};
  units_.push_back(std::move(u));
  if (!module && !set_qualname()) return false;
  emit(OP_RESUME, kResumeAtStart);
  if (module) unset_location();
  return true;
}

bool CodeGenerator::set_qualname() {
  Unit& u = unit();
  Ref<Str> base;
  if (units_.size() > 2) {
    Unit& parent = *units_[units_.size() - 2];
    bool named = u.type == UnitType::kFunction || u.type == UnitType::kAsyncFunction || u.type == UnitType::kClass;
    bool global = false;
    if (named) {
      Str* m = mangle_name(arena_, parent.private_name, u.name);
      global = parent.scope->scope_of(m) == NameScope::kGlobalExplicit;
    }
    if (!global) {
      bool function = parent.type == UnitType::kFunction || parent.type == UnitType::kAsyncFunction ||
                      parent.type == UnitType::kLambda;
      base = function ? format_message("{}.<locals>", parent.qualname) : Ref<Str>(parent.qualname);
      if (!base) return false;
    }
  }
  u.qualname = base ? format_message("{}.{}", base, u.name) : Ref<Str>::share(u.name);
  return static_cast<bool>(u.qualname);
}

bool CodeGenerator::push_frame_block(FrameBlockType type, Block* b, Block* exit, const void* datum,
                                     const ast::Location& at) {
  if (unit().frame_blocks.size() >= kMaxFrameBlocks) return error(at, "too many statically nested blocks");
  unit().frame_blocks.push_back({type, b, exit, datum});
  return true;
}

// ---- Emitting
// ----------------------------------------------------------------------------------------------------------

// A jump or an exit ends its block: what follows goes into a new one.
void CodeGenerator::append(Instruction in) {
  Instruction* last = unit().current->last();
  bool ended = last && (last->is_jump() || last->opcode == OP_RETURN_VALUE || last->opcode == OP_RAISE_VARARGS ||
                        last->opcode == OP_RERAISE);
  if (ended) use_block(new_block());
  unit().current->code.push_back(in);
  if (in.opcode == OP_RETURN_VALUE) unit().current->returns = true;
}
void CodeGenerator::emit(int opcode, int oparg) { append({opcode, oparg, nullptr, nullptr, unit().loc}); }
void CodeGenerator::emit_without_line(int opcode, int oparg) {
  append({opcode, oparg, nullptr, nullptr, {-1, 0, 0, 0}});
}
void CodeGenerator::emit_jump(int opcode, Block* target) { append({opcode, 0, target, nullptr, unit().loc}); }
void CodeGenerator::emit_jump_without_line(int opcode, Block* target) {
  append({opcode, 0, target, nullptr, {-1, 0, 0, 0}});
}

bool CodeGenerator::emit_constant(Object* value) {
  int index = add_constant(value);
  if (index < 0) return false;
  emit(OP_LOAD_CONST, index);
  return true;
}

void CodeGenerator::emit_binary(ast::BinaryOperator op, bool inplace) {
  static constexpr int numbers[] = {kNbAdd,       kNbSubtract, kNbMultiply,   kNbMatrixMultiply, kNbTrueDivide,
                                    kNbRemainder, kNbPower,    kNbLshift,     kNbRshift,         kNbOr,
                                    kNbXor,       kNbAnd,      kNbFloorDivide};
  emit(OP_BINARY_OP, numbers[static_cast<int>(op)] + (inplace ? kInplaceOffset : 0));
}

void CodeGenerator::emit_compare(ast::CompareOperator op) {
  using C = ast::CompareOperator;
  switch (op) {
    case C::Is: return emit(OP_IS_OP, 0);
    case C::IsNot: return emit(OP_IS_OP, 1);
    case C::In: return emit(OP_CONTAINS_OP, 0);
    case C::NotIn: return emit(OP_CONTAINS_OP, 1);
    case C::Lt: return emit(OP_COMPARE_OP, kLt);
    case C::LtE: return emit(OP_COMPARE_OP, kLe);
    case C::Eq: return emit(OP_COMPARE_OP, kEq);
    case C::NotEq: return emit(OP_COMPARE_OP, kNe);
    case C::Gt: return emit(OP_COMPARE_OP, kGt);
    case C::GtE: return emit(OP_COMPARE_OP, kGe);
  }
}

// The loop around a delegated iterator; its first value (None) is on the stack.
void CodeGenerator::emit_yield_from(bool await) {
  Block *start = new_block(), *resume = new_block(), *exit = new_block();
  use_block(start);
  emit_jump(OP_SEND, exit);
  use_block(resume);
  emit(OP_YIELD_VALUE);
  emit(OP_RESUME, await ? kResumeAfterAwait : kResumeAfterYieldFrom);
  emit_jump(OP_JUMP_NO_INTERRUPT, start);
  use_block(exit);
}

// ---- Names
// -------------------------------------------------------------------------------------------------------------

bool CodeGenerator::forbidden_name(Str* name, ast::ExprContext context) {
  if (context == ast::ExprContext::Store && str_equals_ascii(name, "__debug__")) {
    error_here("cannot assign to __debug__");
    return true;
  }
  if (context == ast::ExprContext::Del && str_equals_ascii(name, "__debug__")) {
    error_here("cannot delete __debug__");
    return true;
  }
  return false;
}

bool CodeGenerator::name_op(Str* name, ast::ExprContext context) {
  if (forbidden_name(name, context)) return false;
  Unit& u = unit();
  Str* m = mangled(name);
  bool function = u.scope->type == ScopeType::kFunction;
  enum { kFast, kGlobal, kDeref, kName } where = kName;
  int index = 0;
  switch (u.scope->scope_of(m)) {
    case NameScope::kFree:
      where = kDeref;
      index = u.frees.find(m) + u.cells.size();
      break;
    case NameScope::kCell:
      where = kDeref;
      index = u.cells.find(m);
      break;
    case NameScope::kLocal:
      if (function) where = kFast;
      break;
    case NameScope::kGlobalImplicit:
      if (function) where = kGlobal;
      break;
    case NameScope::kGlobalExplicit: where = kGlobal; break;
    case NameScope::kUnknown: break;
  }
  using C = ast::ExprContext;
  auto choose = [&](int load, int store, int del) {
    return context == C::Load ? load : context == C::Store ? store : del;
  };
  switch (where) {
    case kFast: emit(choose(OP_LOAD_FAST, OP_STORE_FAST, OP_DELETE_FAST), u.variables.add(m)); return true;
    case kDeref:
      emit(choose(u.scope->type == ScopeType::kClass ? OP_LOAD_CLASSDEREF : OP_LOAD_DEREF, OP_STORE_DEREF,
                  OP_DELETE_DEREF),
           index);
      return true;
    case kGlobal: {
      int n = u.names.add(m);
      // LOAD_GLOBAL's lowest bit asks for a NULL below the value.
      emit(choose(OP_LOAD_GLOBAL, OP_STORE_GLOBAL, OP_DELETE_GLOBAL), context == C::Load ? n << 1 : n);
      return true;
    }
    case kName: emit(choose(OP_LOAD_NAME, OP_STORE_NAME, OP_DELETE_NAME), u.names.add(m)); return true;
  }
  return true;
}

// ---- Finishing a unit
// --------------------------------------------------------------------------------------------------

int CodeGenerator::code_flags() {
  Unit& u = unit();
  Scope* s = u.scope;
  int flags = 0;
  if (s->type == ScopeType::kFunction) {
    flags |= kCoNewLocals | kCoOptimized;
    if (s->nested) flags |= kCoNested;
    if (s->generator && !s->coroutine) flags |= kCoGenerator;
    if (!s->generator && s->coroutine) flags |= kCoCoroutine;
    if (s->generator && s->coroutine) flags |= kCoAsyncGenerator;
    if (s->varargs) flags |= kCoVarArgs;
    if (s->varkeywords) flags |= kCoVarKeywords;
  }
  flags |= flags_ & kFutureMask;
  bool top_level_await = (flags_ & kCfAllowTopLevelAwait) && u.type == UnitType::kModule;
  if (top_level_await && s->coroutine && !s->generator) flags |= kCoCoroutine;
  return flags;
}

namespace {

// Cells and free variables stand behind the locals in the frame; a cell that is a parameter has its place there.
struct FrameLayout {
  std::vector<int> fixed;  // for each cell, then free variable: its index in the frame
  int local_count = 0;     // all of them

  FrameLayout(Unit& u) {
    int locals = u.variables.size(), cells = u.cells.size(), frees = u.frees.size();
    int dropped = 0;
    for (int i = 0; i < cells + frees; i++) {
      int index = locals + i;
      if (i < cells) {
        int variable = u.variables.find(u.cells[i]);
        if (variable >= 0) {
          fixed.push_back(variable);
          dropped++;
          continue;
        }
      }
      fixed.push_back(index - dropped);
    }
    local_count = locals + cells + frees - dropped;
  }
};

void fix_cell_operands(Unit& u, const FrameLayout& layout) {
  for (auto& b : u.graph.blocks) {
    for (Instruction& in : b->code) {
      switch (in.opcode) {
        case OP_MAKE_CELL:
        case OP_LOAD_CLOSURE:
        case OP_LOAD_DEREF:
        case OP_STORE_DEREF:
        case OP_DELETE_DEREF:
        case OP_LOAD_CLASSDEREF: in.oparg = layout.fixed[static_cast<size_t>(in.oparg)];
      }
    }
  }
}

// Instructions before everything else: COPY_FREE_VARS, MAKE_CELL..., RETURN_GENERATOR and POP_TOP.
void insert_prefix(Unit& u, int flags) {
  std::vector<Instruction> prefix;
  const ast::Location nowhere = {-1, -1, -1, -1};
  if (u.frees.size()) prefix.push_back({OP_COPY_FREE_VARS, u.frees.size(), nullptr, nullptr, nowhere});
  // Cells that are parameters first, in the order of the parameters.
  std::vector<std::pair<int, int>> order;
  for (int i = 0; i < u.cells.size(); i++) {
    int variable = u.variables.find(u.cells[i]);
    order.push_back({variable >= 0 ? variable : u.variables.size() + i, i});
  }
  std::sort(order.begin(), order.end());
  for (auto& [place, cell] : order) prefix.push_back({OP_MAKE_CELL, cell, nullptr, nullptr, nowhere});
  if (flags & (kCoGenerator | kCoCoroutine | kCoAsyncGenerator)) {
    const ast::Location first = {u.first_line, -1, u.first_line, -1};
    prefix.push_back({OP_RETURN_GENERATOR, 0, nullptr, nullptr, first});
    prefix.push_back({OP_POP_TOP, 0, nullptr, nullptr, first});
  }
  std::vector<Instruction>& code = u.graph.entry->code;
  code.insert(code.begin(), prefix.begin(), prefix.end());
}

// Constants that folding has left without a user are dropped from the end; the first one may be a docstring.
int used_constants(Unit& u) {
  int highest = 0;
  for (Block* b = u.graph.entry; b; b = b->next) {
    for (Instruction& in : b->code) {
      if (in.opcode == OP_LOAD_CONST || in.opcode == OP_KW_NAMES) highest = std::max(highest, in.oparg);
    }
  }
  return std::min(highest + 1, u.constants.size());
}

Ref<Tuple> constant_tuple(Unit& u, int count) {
  Ref<Tuple> t = TRY(tuple_new(count));
  for (int i = 0; i < count; i++) t->items[i] = Ref<Object>::share(u.constants[i]).release();
  return t;
}

template <class Names>
Ref<Tuple> name_tuple(const Names& names, int count) {
  Ref<Tuple> t = TRY(tuple_new(count));
  for (int i = 0; i < count; i++) t->items[i] = Ref<Object>::share(as_object(names[i])).release();
  return t;
}

// Names and kinds of the frame's variables.
Status local_names(Unit& u, const FrameLayout& layout, Ref<Tuple>& names, Ref<Bytes>& kinds) {
  std::vector<Str*> list(static_cast<size_t>(layout.local_count));
  std::string kind_bytes(list.size(), '\0');
  for (int i = 0; i < u.variables.size(); i++) {
    list[static_cast<size_t>(i)] = u.variables[i];
    kind_bytes[static_cast<size_t>(i)] = kLocalPlain;
  }
  int cells = u.cells.size();
  for (size_t i = 0; i < layout.fixed.size(); i++) {
    bool is_cell = static_cast<int>(i) < cells;
    size_t at = static_cast<size_t>(layout.fixed[i]);
    list[at] = is_cell ? u.cells[static_cast<int>(i)] : u.frees[static_cast<int>(i) - cells];
    kind_bytes[at] = static_cast<char>(kind_bytes[at] | (is_cell ? kLocalCell : kLocalFree));
  }
  names = TRY(name_tuple(list.data(), layout.local_count));
  // An object of its own, however short.
  kinds = TRY(bytes_new(nullptr, static_cast<ssize>(kind_bytes.size())));
  std::copy(kind_bytes.begin(), kind_bytes.end(), kinds->data);
  return kOk;
}

}  // namespace

Ref<Code> CodeGenerator::assemble(bool add_none) {
  Unit& u = unit();
  if (!u.current->returns) {
    unset_location();
    if (add_none && !emit_constant(py_none())) return nullptr;
    emit(OP_RETURN_VALUE);
  }
  normalize_blocks(u.graph);
  inline_small_exits(u.graph);
  if (!u.first_line) {
    int line = u.graph.entry->code.empty() ? 0 : u.graph.entry->code[0].loc.lineno;
    u.first_line = line ? line : 1;
  }
  int flags = code_flags();
  FrameLayout layout(u);
  insert_prefix(u, flags);
  fix_cell_operands(u, layout);
  Ref<Object> counted_constants = counted_list();
  TRY(optimize_flow_graph(u.graph, u.constants));
  const int constant_count = used_constants(u);
  duplicate_exits_without_lines(u.graph);
  propagate_lines(u.graph);
  guarantee_lines_for_exits(u.graph, u.first_line);
  int depth = compute_stack_depth(u.graph, flags & (kCoGenerator | kCoCoroutine | kCoAsyncGenerator));
  label_exception_targets(u.graph);
  exception_set_ups_to_nops(u.graph);
  remove_nops(u.graph);
  normalize_jumps(u.graph);
  AssembledCode assembled;
  TRY(assemble_graph(u.graph, u.first_line, buffer_, assembled));

  // The parts are shared with other code objects. In CPython's order: each makes tuples, which the collector counts.
  TRY(constants_.share_whole(assembled.exception_table));
  TRY(constants_.share_whole(assembled.line_table));
  TRY(constants_.share_whole(assembled.code));
  Ref<Tuple> names = TRY(name_tuple(u.names, u.names.size()));
  TRY(constants_.share_whole(names));
  Ref<Tuple> consts = TRY(constant_tuple(u, constant_count));
  TRY(constants_.share_whole(consts));
  Ref<Tuple> locals;
  Ref<Bytes> kinds;
  TRY(local_names(u, layout, locals, kinds));
  TRY(constants_.share_whole(locals));
  CodeSpec spec;
  spec.argcount = u.posonlyargcount + u.argcount;
  spec.posonlyargcount = u.posonlyargcount;
  spec.kwonlyargcount = u.kwonlyargcount;
  spec.stacksize = depth;
  spec.flags = flags;
  spec.firstlineno = u.first_line;
  spec.code = cast<Bytes>(assembled.code.get());
  spec.consts = consts.get();
  spec.names = names.get();
  spec.localsplusnames = locals.get();
  spec.localspluskinds = kinds.get();
  spec.filename = filename_;
  spec.name = u.name;
  spec.qualname = u.qualname ? u.qualname.get() : u.name;
  spec.linetable = cast<Bytes>(assembled.line_table.get());
  spec.exceptiontable = cast<Bytes>(assembled.exception_table.get());
  return code_new(spec);
}

}  // namespace minipy
