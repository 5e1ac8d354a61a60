// The fast parser: atoms, displays, comprehensions, trailers and call arguments.
#include "compiler/parser.h"
#include "runtime/abstract.h"
#include "runtime/error.h"
#include "runtime/int.h"

namespace minipy {

using ast::ExprContext;

ast::Expr* Parser::primary_without_await() {
  const Token* start = t_;
  Expr* value = TRY(atom());
  return trailers(start, value);
}

// The trailers of a primary: attribute references, calls, subscriptions.
ast::Expr* Parser::trailers(const Token* start, Expr* value) {
  for (;;) {
    switch (kind()) {
      case Kind::kDot: {
        t_++;
        Str* attr = TRY(expect_name());
        auto* node = make<ast::Attribute>(start);
        node->value = value;
        node->attr = attr;
        node->ctx = ExprContext::Load;
        value = node;
        break;
      }
      case Kind::kLPar: {
        Seq<Expr*> args;
        Seq<ast::Keyword*> keywords;
        if (!arguments(&args, &keywords, true)) return nullptr;
        auto* node = make<ast::Call>(start);
        node->func = value;
        node->args = args;
        node->keywords = keywords;
        value = node;
        break;
      }
      case Kind::kLSqb: {
        Expr* slice = TRY(slices());
        auto* node = make<ast::Subscript>(start);
        node->value = value;
        node->slice = slice;
        node->ctx = ExprContext::Load;
        value = node;
        break;
      }
      default: return value;
    }
  }
}

// '(' [arguments] ')'. Positional arguments and `*x` come first, then `name=x` and `*x`, then `name=x` and `**x`. A
// generator expression without its own parentheses is the only argument (and not in a class's bases).
bool Parser::arguments(Seq<Expr*>* args, Seq<ast::Keyword*>* keywords, bool allow_genexp) {
  const Token* open = t_++;
  Nesting nesting(this, kNestBracket);
  if (!nesting) return false;
  size_t base = stack_.size();
  size_t keyword_base = keyword_stack_.size();
  enum { kPositional, kKeywords, kDoubleStarred } phase = kPositional;
  while (!at(Kind::kRPar)) {
    const Token* start = t_;
    if (at(Kind::kStar)) {
      if (phase == kDoubleStarred) return false;
      t_++;
      Expr* value = expression();
      if (!value) return false;
      auto* starred = make<ast::Starred>(start);
      starred->value = value;
      starred->ctx = ExprContext::Load;
      push(starred);
    } else if (at(Kind::kDoubleStar) || (at(Kind::kName) && kind_after() == Kind::kEqual)) {
      Str* arg = nullptr;
      if (at(Kind::kName)) {
        if (phase == kPositional) phase = kKeywords;
        arg = identifier(t_++);
        if (!arg) return false;
      } else {
        phase = kDoubleStarred;
      }
      t_++;
      Expr* value = expression();
      if (!value) return false;
      auto* keyword = make<ast::Keyword>(start);
      keyword->arg = arg;
      keyword->value = value;
      keyword_stack_.push_back(keyword);
    } else {
      if (phase != kPositional) return false;
      Expr* value = named_expression();
      if (!value || at(Kind::kEqual)) return false;
      if (at_comprehension()) {
        if (!allow_genexp || stack_.size() != base) return false;
        value = comprehension_rest<ast::GeneratorExp>(open, value, Kind::kRPar);
        if (!value) return false;
        *args = arena_.seq_of<Expr*>(value);
        return true;
      }
      push(value);
    }
    if (!accept(Kind::kComma)) break;
  }
  if (!accept(Kind::kRPar)) return false;
  *args = take<Expr>(base);
  *keywords = arena_.copy_seq(keyword_stack_.data() + keyword_base,
                              static_cast<ptrdiff_t>(keyword_stack_.size() - keyword_base));
  keyword_stack_.resize(keyword_base);
  return true;
}

// '[' slices ']': one slice, or several slices and starred expressions as a tuple (PEP 646).
ast::Expr* Parser::slices() {
  t_++;
  Nesting nesting(this, kNestBracket);
  if (!nesting) return nullptr;
  const Token* start = t_;
  bool starred = at(Kind::kStar);
  Expr* first = TRY(slice_or_starred());
  if (!starred && accept(Kind::kRSqb)) return first;
  size_t base = stack_.size();
  push(first);
  while (accept(Kind::kComma)) {
    if (at(Kind::kRSqb)) break;
    push(TRY(slice_or_starred()));
  }
  Seq<Expr*> elts = take<Expr>(base);
  Expr* node = tuple(start, elts);
  return accept(Kind::kRSqb) ? node : nullptr;
}

ast::Expr* Parser::slice_or_starred() {
  if (!at(Kind::kStar)) return slice();
  const Token* start = t_++;
  Expr* value = TRY(expression());
  auto* node = make<ast::Starred>(start);
  node->value = value;
  node->ctx = ExprContext::Load;
  return node;
}

// slice: [expression] ':' [expression] [':' [expression]] | named_expression
ast::Expr* Parser::slice() {
  const Token* start = t_;
  Expr* lower = nullptr;
  if (!at(Kind::kColon)) {
    bool walrus = at(Kind::kName) && kind_after() == Kind::kColonEqual;
    lower = TRY(named_expression());
    if (walrus || !at(Kind::kColon)) return lower;
  }
  t_++;
  Expr* upper = nullptr;
  Expr* step = nullptr;
  if (starts_expression() && !at(Kind::kStar)) upper = TRY(expression());
  if (accept(Kind::kColon) && starts_expression() && !at(Kind::kStar)) step = TRY(expression());
  auto* node = make<ast::Slice>(start);
  node->lower = lower;
  node->upper = upper;
  node->step = step;
  return node;
}

ast::Expr* Parser::atom() {
  switch (kind()) {
    case Kind::kName: return name(t_++, ExprContext::Load);
    case Kind::kNumber: return number();
    case Kind::kString: return strings();
    case Kind::kLPar: return parenthesized();
    case Kind::kLSqb: return list_display();
    case Kind::kLBrace: return brace_display();
    case Kind::kTrue: return singleton(py_true());
    case Kind::kFalse: return singleton(py_false());
    case Kind::kNone: return singleton(py_none());
    case Kind::kEllipsis: return singleton(py_ellipsis());
    default: return nullptr;
  }
}

ast::Expr* Parser::singleton(Object* value) {
  auto* node = ast::make<ast::Constant>(arena_, of(t_++));
  node->value = value;
  return node;
}

ast::Expr* Parser::number() {
  const Token* token = t_++;
  std::string_view text = token_text(*token);
  if (!version(6) && text.find('_') != text.npos) return nullptr;
  Object* value = parse_number(arena_, text);
  if (!value) {
    error_clear();
    return nullptr;
  }
  auto* node = ast::make<ast::Constant>(arena_, of(token));
  node->value = value;
  return node;
}

ast::Expr* Parser::strings() {
  const Token* start = t_;
  while (at(Kind::kString)) t_++;
  return parse_strings(*this, start, static_cast<int>(t_ - start), since(start));
}

// tuple | group | genexp
ast::Expr* Parser::parenthesized() {
  const Token* start = t_++;
  Nesting nesting(this, kNestBracket);
  if (!nesting) return nullptr;
  if (accept(Kind::kRPar)) return tuple(start, {});
  if (at(Kind::kYield)) {
    Expr* node = TRY(yield_expr());
    return accept(Kind::kRPar) ? node : nullptr;
  }
  bool starred = at(Kind::kStar);
  Expr* first = TRY(star_named_expression());
  if (accept(Kind::kRPar)) return starred ? nullptr : first;
  if (at_comprehension()) return starred ? nullptr : comprehension_rest<ast::GeneratorExp>(start, first, Kind::kRPar);
  size_t base = stack_.size();
  push(first);
  if (!star_named_items(Kind::kRPar)) return nullptr;
  return tuple(start, take<Expr>(base));
}

// After the first item: (',' star_named_expression)* [','] and the closing bracket. Pushes the items.
bool Parser::star_named_items(Kind close) {
  while (accept(Kind::kComma)) {
    if (at(close)) break;
    Expr* item = star_named_expression();
    if (!item) return false;
    push(item);
  }
  return accept(close);
}

// list | listcomp
ast::Expr* Parser::list_display() {
  const Token* start = t_++;
  Nesting nesting(this, kNestBracket);
  if (!nesting) return nullptr;
  size_t base = stack_.size();
  if (!accept(Kind::kRSqb)) {
    bool starred = at(Kind::kStar);
    Expr* first = TRY(star_named_expression());
    if (!starred && at_comprehension()) return comprehension_rest<ast::ListComp>(start, first, Kind::kRSqb);
    push(first);
    if (!star_named_items(Kind::kRSqb)) return nullptr;
  }
  Seq<Expr*> elts = take<Expr>(base);
  auto* node = make<ast::List>(start);
  node->elts = elts;
  node->ctx = ExprContext::Load;
  return node;
}

// dict | set | dictcomp | setcomp
ast::Expr* Parser::brace_display() {
  const Token* start = t_++;
  Nesting nesting(this, kNestBracket);
  if (!nesting) return nullptr;
  if (at(Kind::kRBrace) || at(Kind::kDoubleStar)) return dict_items(start, stack_.size());
  bool starred = at(Kind::kStar);
  bool walrus = at(Kind::kName) && kind_after() == Kind::kColonEqual;
  Expr* first = TRY(star_named_expression());
  if (!starred && at(Kind::kColon)) {
    if (walrus) return nullptr;
    t_++;
    Expr* value = TRY(expression());
    if (at_comprehension()) return dict_comprehension(start, first, value);
    size_t base = stack_.size();
    push(first);
    push(value);
    if (at(Kind::kComma)) {
      t_++;
      return dict_items(start, base);
    }
    return accept(Kind::kRBrace) ? dict(start, base) : nullptr;
  }
  if (!starred && at_comprehension()) return comprehension_rest<ast::SetComp>(start, first, Kind::kRBrace);
  size_t base = stack_.size();
  push(first);
  if (!star_named_items(Kind::kRBrace)) return nullptr;
  Seq<Expr*> elts = take<Expr>(base);
  auto* node = make<ast::Set>(start);
  node->elts = elts;
  return node;
}

// The (further) items of a dict display and its closing brace; keys and values alternate on the stack from `base` on.
ast::Expr* Parser::dict_items(const Token* start, size_t base) {
  while (!at(Kind::kRBrace)) {
    if (accept(Kind::kDoubleStar)) {
      push(static_cast<Expr*>(nullptr));
      push(TRY(bitwise_or()));
    } else {
      push(TRY(expression()));
      if (!accept(Kind::kColon)) return nullptr;
      push(TRY(expression()));
    }
    if (!accept(Kind::kComma)) break;
  }
  return accept(Kind::kRBrace) ? dict(start, base) : nullptr;
}

ast::Expr* Parser::dict(const Token* start, size_t base) {
  auto count = static_cast<ptrdiff_t>((stack_.size() - base) / 2);
  auto* node = make<ast::Dict>(start);
  node->keys = arena_.make_seq<Expr*>(count);
  node->values = arena_.make_seq<Expr*>(count);
  for (ptrdiff_t i = 0; i < count; i++) {
    node->keys[i] = static_cast<Expr*>(stack_[base + static_cast<size_t>(2 * i)]);
    node->values[i] = static_cast<Expr*>(stack_[base + static_cast<size_t>(2 * i + 1)]);
  }
  stack_.resize(base);
  return node;
}

ast::Expr* Parser::dict_comprehension(const Token* start, Expr* key, Expr* value) {
  Seq<ast::Comprehension*> generators;
  if (!for_if_clauses(&generators) || !accept(Kind::kRBrace)) return nullptr;
  auto* node = make<ast::DictComp>(start);
  node->key = key;
  node->value = value;
  node->generators = generators;
  return node;
}

// for_if_clauses and the closing bracket, after the element.
template <class T>
ast::Expr* Parser::comprehension_rest(const Token* start, Expr* elt, Kind close) {
  Seq<ast::Comprehension*> generators;
  if (!for_if_clauses(&generators) || !accept(close)) return nullptr;
  T* node = make<T>(start);
  node->elt = elt;
  node->generators = generators;
  return node;
}

// (['async'] 'for' star_targets 'in' disjunction ('if' disjunction)*)+
bool Parser::for_if_clauses(Seq<ast::Comprehension*>* clauses) {
  size_t base = stack_.size();
  while (at_comprehension()) {
    auto* clause = arena_.make<ast::Comprehension>();
    if (accept(Kind::kAsync)) {
      if (!version(6)) return false;
      clause->is_async = 1;
    }
    t_++;
    clause->target = star_targets();
    if (!clause->target || !accept(Kind::kIn)) return false;
    clause->iter = disjunction();
    if (!clause->iter) return false;
    size_t ifs_base = stack_.size();
    while (accept(Kind::kIf)) {
      Expr* test = disjunction();
      if (!test) return false;
      push(test);
    }
    clause->ifs = take<Expr>(ifs_base);
    push(clause);
  }
  *clauses = take<ast::Comprehension>(base);
  return true;
}

}  // namespace minipy
