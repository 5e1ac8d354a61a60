// Code generation: match statements (PEP 634).
//
// While a pattern is compiled the stack holds the captured values (context.stores names them, lowest first), then
// context.on_top temporaries, then the subject. A failure pops all of that: jumps go to a ladder of POP_TOPs.
#include <vector>

#include "compiler/codegen/codegen.h"
#include "compiler/depth.h"
#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/counted.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/str.h"

namespace minipy {

using C = ast::ExprContext;

class PatternCompiler {
 public:
  explicit PatternCompiler(CodeGenerator& g) : g_(g) {}
  bool match_statement(ast::Match* s);

 private:
  struct Context {
    std::vector<Str*> stores;
    bool allow_irrefutable = false;
    std::vector<Block*> fail_pop;  // fail_pop[i]: pops i values
    int on_top = 0;
  };

  Block* fail_block(Context& c, size_t n) {
    while (c.fail_pop.size() <= n) c.fail_pop.push_back(g_.new_block());
    return c.fail_pop[n];
  }
  void jump_to_fail(Context& c, int opcode) {
    size_t pops = static_cast<size_t>(c.on_top) + c.stores.size();
    g_.emit_jump(opcode, fail_block(c, pops));
  }
  // Writes the ladder of pops; control falls into it from nowhere.
  void emit_fail_ladder(Context& c) {
    if (c.fail_pop.empty()) return;
    for (size_t n = c.fail_pop.size() - 1; n > 0; n--) {
      g_.use_block(c.fail_pop[n]);
      g_.emit(OP_POP_TOP);
    }
    g_.use_block(c.fail_pop[0]);
    c.fail_pop.clear();
  }
  // Brings the top of the stack down by n places.
  void rotate(int n) {
    while (n > 1) g_.emit(OP_SWAP, n--);
  }

  bool pattern(ast::Pattern* p, Context& c);
  bool pattern_parts(ast::Pattern* p, Context& c);
  bool subpattern(ast::Pattern* p, Context& c);
  bool store_name(Str* name, Context& c);
  bool capture(ast::MatchAs* p, Context& c);
  bool star(ast::MatchStar* p, Context& c) { return store_name(p->name, c); }
  bool value(ast::MatchValue* p, Context& c);
  bool singleton(ast::MatchSingleton* p, Context& c);
  bool sequence(ast::MatchSequence* p, Context& c);
  bool sequence_unpack(ast::MatchSequence* p, Context& c);
  bool sequence_subscripts(ast::MatchSequence* p, int star, Context& c);
  bool mapping(ast::MatchMapping* p, Context& c);
  bool klass(ast::MatchClass* p, Context& c);
  bool alternatives(ast::MatchOr* p, Context& c);

  CodeGenerator& g_;
};

namespace {

bool is_wildcard(ast::Pattern* p) {
  auto* as = ast::as<ast::MatchAs>(p);
  return as && !as->name;
}
bool is_star_wildcard(ast::Pattern* p) {
  auto* star = ast::as<ast::MatchStar>(p);
  return star && !star->name;
}

}  // namespace

bool CodeGenerator::match_statement(ast::Match* s) { return PatternCompiler(*this).match_statement(s); }

bool PatternCompiler::store_name(Str* name, Context& c) {
  if (!name) {
    g_.emit(OP_POP_TOP);
    return true;
  }
  if (g_.forbidden_name(name, C::Store)) return false;
  for (Str* other : c.stores) {
    if (other == name) return g_.error_here("multiple assignments to name {} in pattern", repr_of(name));
  }
  // The value goes below the temporaries.
  rotate(c.on_top + static_cast<int>(c.stores.size()) + 1);
  c.stores.push_back(name);
  return true;
}

bool PatternCompiler::pattern(ast::Pattern* p, Context& c) {
  if (!compiler_stack_left()) return false;
  // The place stays: what follows (a store, a jump) is shown at the last part of the pattern.
  g_.set_location(p->loc);
  return pattern_parts(p, c);
}

bool PatternCompiler::pattern_parts(ast::Pattern* p, Context& c) {
  using K = ast::NodeKind;
  switch (p->kind) {
    case K::MatchValue: return value(ast::to<ast::MatchValue>(p), c);
    case K::MatchSingleton: return singleton(ast::to<ast::MatchSingleton>(p), c);
    case K::MatchSequence: return sequence(ast::to<ast::MatchSequence>(p), c);
    case K::MatchMapping: return mapping(ast::to<ast::MatchMapping>(p), c);
    case K::MatchClass: return klass(ast::to<ast::MatchClass>(p), c);
    case K::MatchStar: return star(ast::to<ast::MatchStar>(p), c);
    case K::MatchAs: return capture(ast::to<ast::MatchAs>(p), c);
    default: return alternatives(ast::to<ast::MatchOr>(p), c);
  }
}

bool PatternCompiler::subpattern(ast::Pattern* p, Context& c) {
  bool saved = std::exchange(c.allow_irrefutable, true);
  bool ok = pattern(p, c);
  c.allow_irrefutable = saved;
  return ok;
}

bool PatternCompiler::value(ast::MatchValue* p, Context& c) {
  if (!ast::is<ast::Constant>(p->value) && !ast::is<ast::Attribute>(p->value)) {
    return g_.error_here("patterns may only match literals and attribute lookups");
  }
  if (!g_.expression(p->value)) return false;
  g_.emit(OP_COMPARE_OP, kEq);
  jump_to_fail(c, OP_POP_JUMP_IF_FALSE);
  return true;
}

bool PatternCompiler::singleton(ast::MatchSingleton* p, Context& c) {
  if (!g_.emit_constant(p->value)) return false;
  g_.emit(OP_IS_OP, 0);
  jump_to_fail(c, OP_POP_JUMP_IF_FALSE);
  return true;
}

bool PatternCompiler::capture(ast::MatchAs* p, Context& c) {
  if (!p->pattern) {
    if (!c.allow_irrefutable) {
      if (p->name) {
        return g_.error_here("name capture {} makes remaining patterns unreachable", repr_of(p->name));
      }
      return g_.error_here("wildcard makes remaining patterns unreachable");
    }
    return store_name(p->name, c);
  }
  // A copy is matched, the original kept for the name.
  c.on_top++;
  g_.emit(OP_COPY, 1);
  if (!pattern(p->pattern, c)) return false;
  c.on_top--;
  return store_name(p->name, c);
}

// ---- Sequences
// -----------------------------------------------------------------------------------------------------------------

bool PatternCompiler::sequence(ast::MatchSequence* p, Context& c) {
  int size = p->patterns.size(), star = -1;
  bool only_wildcard = true, star_wildcard = false;
  for (int i = 0; i < size; i++) {
    ast::Pattern* item = p->patterns[i];
    if (ast::is<ast::MatchStar>(item)) {
      if (star >= 0) return g_.error_here("multiple starred names in sequence pattern");
      star_wildcard = is_star_wildcard(item);
      only_wildcard = only_wildcard && star_wildcard;
      star = i;
      continue;
    }
    only_wildcard = only_wildcard && is_wildcard(item);
  }
  c.on_top++;
  g_.emit(OP_MATCH_SEQUENCE);
  jump_to_fail(c, OP_POP_JUMP_IF_FALSE);
  auto check_length = [&](int length, ast::CompareOperator op) {
    g_.emit(OP_GET_LEN);
    Ref<Int> n = int_from(length);
    if (!n || !g_.emit_constant(as_object(n.get()))) return false;
    g_.emit_compare(op);
    jump_to_fail(c, OP_POP_JUMP_IF_FALSE);
    return true;
  };
  if (star < 0) {
    if (!check_length(size, ast::CompareOperator::Eq)) return false;
  } else if (size > 1) {
    if (!check_length(size - 1, ast::CompareOperator::GtE)) return false;
  }
  c.on_top--;
  if (only_wildcard) {
    g_.emit(OP_POP_TOP);
    return true;
  }
  return star_wildcard ? sequence_subscripts(p, star, c) : sequence_unpack(p, c);
}

bool PatternCompiler::sequence_unpack(ast::MatchSequence* p, Context& c) {
  int n = p->patterns.size();
  bool seen = false;
  for (int i = 0; i < n; i++) {
    if (!ast::is<ast::MatchStar>(p->patterns[i])) continue;
    if (seen) return g_.error_here("multiple starred expressions in sequence pattern");
    if (i >= (1 << 8) || n - i - 1 >= (INT32_MAX >> 8)) {
      return g_.error_here("too many expressions in star-unpacking sequence pattern");
    }
    g_.emit(OP_UNPACK_EX, i + ((n - i - 1) << 8));
    seen = true;
  }
  if (!seen) g_.emit(OP_UNPACK_SEQUENCE, n);
  c.on_top += n;
  for (int i = 0; i < n; i++) {
    // One less temporary each time: the item is consumed.
    c.on_top--;
    if (!subpattern(p->patterns[i], c)) return false;
  }
  return true;
}

// Like unpacking, but a wildcard `*_` is skipped by subscripts from both ends.
bool PatternCompiler::sequence_subscripts(ast::MatchSequence* p, int star, Context& c) {
  c.on_top++;
  int n = p->patterns.size();
  for (int i = 0; i < n; i++) {
    ast::Pattern* item = p->patterns[i];
    if (is_wildcard(item) || i == star) continue;
    g_.emit(OP_COPY, 1);
    if (i < star) {
      Ref<Int> index = int_from(i);
      if (!index || !g_.emit_constant(as_object(index.get()))) return false;
    } else {
      // len(subject) - (n - i)
      g_.emit(OP_GET_LEN);
      Ref<Int> back = int_from(n - i);
      if (!back || !g_.emit_constant(as_object(back.get()))) return false;
      g_.emit_binary(ast::BinaryOperator::Sub, false);
    }
    g_.emit(OP_BINARY_SUBSCR);
    if (!subpattern(item, c)) return false;
  }
  c.on_top--;
  g_.emit(OP_POP_TOP);
  return true;
}

// ---- Mappings and classes
// --------------------------------------------------------------------------------------------------------

bool PatternCompiler::mapping(ast::MatchMapping* p, Context& c) {
  int size = p->keys.size();
  c.on_top++;
  g_.emit(OP_MATCH_MAPPING);
  jump_to_fail(c, OP_POP_JUMP_IF_FALSE);
  if (size == 0 && !p->rest) {
    c.on_top--;
    g_.emit(OP_POP_TOP);
    return true;
  }
  if (size) {
    g_.emit(OP_GET_LEN);
    Ref<Int> n = int_from(size);
    if (!n || !g_.emit_constant(as_object(n.get()))) return false;
    g_.emit_compare(ast::CompareOperator::GtE);
    jump_to_fail(c, OP_POP_JUMP_IF_FALSE);
  }
  Ref<Set> seen = set_new(nullptr);
  if (!seen) return false;
  for (ast::Expr* key : p->keys) {
    if (auto* constant = ast::as<ast::Constant>(key)) {
      Maybe<bool> duplicate = set_contains(seen.get(), constant->value);
      if (!duplicate) return false;
      if (*duplicate) {
        return g_.error_here("mapping pattern checks duplicate key ({})", repr_of(constant->value));
      }
      if (!set_add(seen.get(), constant->value)) return false;
    } else if (!ast::is<ast::Attribute>(key)) {
      return g_.error_here("mapping pattern keys may only match literals and attribute lookups");
    }
    if (!g_.expression(key)) return false;
  }
  g_.emit(OP_BUILD_TUPLE, size);
  g_.emit(OP_MATCH_KEYS);
  // [subject, keys, values or None]
  c.on_top += 2;
  g_.emit(OP_COPY, 1);
  if (!g_.emit_constant(py_none())) return false;
  g_.emit(OP_IS_OP, 1);
  jump_to_fail(c, OP_POP_JUMP_IF_FALSE);
  g_.emit(OP_UNPACK_SEQUENCE, size);
  c.on_top += size - 1;
  for (int i = 0; i < size; i++) {
    c.on_top--;
    if (!subpattern(p->patterns[i], c)) return false;
  }
  // [subject, keys]
  c.on_top -= 2;
  if (!p->rest) {
    g_.emit(OP_POP_TOP);
    g_.emit(OP_POP_TOP);
    return true;
  }
  // rest = dict(subject); for key in keys: del rest[key]
  g_.emit(OP_BUILD_MAP, 0);
  g_.emit(OP_SWAP, 3);
  g_.emit(OP_DICT_UPDATE, 2);
  g_.emit(OP_UNPACK_SEQUENCE, size);
  for (int i = size; i > 0; i--) {
    g_.emit(OP_COPY, 1 + i);
    g_.emit(OP_SWAP, 2);
    g_.emit(OP_DELETE_SUBSCR);
  }
  return store_name(p->rest, c);
}

bool PatternCompiler::klass(ast::MatchClass* p, Context& c) {
  int positional = p->patterns.size(), keywords = p->kwd_attrs.size();
  for (int i = 0; i < keywords; i++) {
    if (g_.forbidden_name(p->kwd_attrs[i], C::Store)) return false;
    for (int j = i + 1; j < keywords; j++) {
      if (p->kwd_attrs[j] != p->kwd_attrs[i]) continue;
      g_.set_location(p->kwd_patterns[j]->loc);
      return g_.error_here("attribute name repeated in class pattern: {}", p->kwd_attrs[j]);
    }
  }
  if (!g_.expression(p->cls)) return false;
  Ref<Tuple> names = tuple_new(keywords);
  if (!names) return false;
  for (int i = 0; i < keywords; i++) names->items[i] = Ref<Object>::share(as_object(p->kwd_attrs[i])).release();
  if (!g_.emit_constant(as_object(names.get()))) return false;
  g_.emit(OP_MATCH_CLASS, positional);
  g_.emit(OP_COPY, 1);
  if (!g_.emit_constant(py_none())) return false;
  g_.emit(OP_IS_OP, 1);
  // The tuple of attributes, or None.
  c.on_top++;
  jump_to_fail(c, OP_POP_JUMP_IF_FALSE);
  g_.emit(OP_UNPACK_SEQUENCE, positional + keywords);
  c.on_top += positional + keywords - 1;
  for (int i = 0; i < positional + keywords; i++) {
    c.on_top--;
    ast::Pattern* sub = i < positional ? p->patterns[i] : p->kwd_patterns[i - positional];
    if (is_wildcard(sub)) {
      g_.emit(OP_POP_TOP);
      continue;
    }
    if (!subpattern(sub, c)) return false;
  }
  return true;
}

// ---- Alternatives
// ----------------------------------------------------------------------------------------------------------------

bool PatternCompiler::alternatives(ast::MatchOr* p, Context& c) {
  Block* end = g_.new_block();
  int size = p->patterns.size();
  Context old = c;
  c.on_top = 0;
  std::vector<Str*> control;
  Ref<Object> counted_control;  // the first alternative's list of names is kept
  for (int i = 0; i < size; i++) {
    Ref<Object> counted_stores = counted_list();
    if (i == 0) counted_control = counted_stores;
    ast::Pattern* alternative = p->patterns[i];
    g_.set_location(alternative->loc);
    c.stores.clear();
    c.allow_irrefutable = i == size - 1 && old.allow_irrefutable;
    c.fail_pop.clear();
    c.on_top = 0;
    g_.emit(OP_COPY, 1);
    if (!pattern(alternative, c)) return false;
    if (i == 0) {
      control = c.stores;
    } else {
      if (c.stores.size() != control.size()) {
        return g_.error_here("alternative patterns bind different names");
      }
      // The captured values are brought into the order of the first alternative.
      for (size_t n = control.size(); n-- > 0;) {
        Str* name = control[n];
        size_t at = 0;
        while (at < c.stores.size() && c.stores[at] != name) at++;
        if (at == c.stores.size()) return g_.error_here("alternative patterns bind different names");
        if (at == n) continue;
        // Rotate stores[at+1 .. n] to the front, in names and on the stack.
        size_t rotations = at + 1;
        std::vector<Str*> rotated(c.stores.begin(), c.stores.begin() + static_cast<std::ptrdiff_t>(rotations));
        c.stores.erase(c.stores.begin(), c.stores.begin() + static_cast<std::ptrdiff_t>(rotations));
        c.stores.insert(c.stores.begin() + static_cast<std::ptrdiff_t>(n - at), rotated.begin(), rotated.end());
        while (rotations--) rotate(static_cast<int>(n) + 1);
      }
    }
    g_.emit_jump(OP_JUMP, end);
    emit_fail_ladder(c);
  }
  c = old;
  // No alternative matched.
  g_.emit(OP_POP_TOP);
  size_t pops = static_cast<size_t>(c.on_top) + c.stores.size();
  g_.emit_jump(OP_JUMP, fail_block(c, pops));
  g_.use_block(end);
  int stores = static_cast<int>(control.size());
  // The captured values go below the temporaries, the subject's copy is dropped.
  int rotation = stores + 1 + c.on_top + static_cast<int>(c.stores.size());
  for (int i = 0; i < stores; i++) {
    rotate(rotation);
    Str* name = control[static_cast<size_t>(i)];
    for (Str* other : c.stores) {
      if (other == name) return g_.error_here("multiple assignments to name {} in pattern", repr_of(name));
    }
    c.stores.push_back(name);
  }
  g_.emit(OP_POP_TOP);
  return true;
}

// ---- The statement
// -----------------------------------------------------------------------------------------------------------------

bool PatternCompiler::match_statement(ast::Match* s) {
  if (!g_.expression(s->subject)) return false;
  Block* end = g_.new_block();
  int count = s->cases.size();
  ast::MatchCase* last = s->cases[count - 1];
  bool has_default = is_wildcard(last->pattern) && count > 1;
  Context c;
  for (int i = 0; i < count - has_default; i++) {
    ast::MatchCase* m = s->cases[i];
    Ref<Object> counted_stores = counted_list();
    g_.set_location(m->pattern->loc);
    // The subject is needed by the next case.
    if (i != count - has_default - 1) g_.emit(OP_COPY, 1);
    c = Context();
    // Only the last case, or one with a guard, may match everything.
    c.allow_irrefutable = m->guard || i == count - 1;
    if (!pattern(m->pattern, c)) return false;
    for (Str* name : c.stores) {
      if (!g_.name_op(name, C::Store)) return false;
    }
    if (m->guard && !g_.jump_if(m->guard, fail_block(c, 0), false)) return false;
    if (i != count - has_default - 1) g_.emit(OP_POP_TOP);
    if (!g_.statements(m->body)) return false;
    g_.emit_jump(OP_JUMP, end);
    // The place of the pops is the pattern's.
    g_.set_location(m->pattern->loc);
    emit_fail_ladder(c);
  }
  if (has_default) {
    g_.set_location(last->pattern->loc);
    if (count == 1) {
      g_.emit(OP_POP_TOP);
    } else {
      // Shows coverage tools the line of `case _`.
      g_.emit(OP_NOP);
    }
    if (last->guard && !g_.jump_if(last->guard, end, false)) return false;
    if (!g_.statements(last->body)) return false;
  }
  g_.use_block(end);
  return true;
}

}  // namespace minipy
