// The diagnosing parser: what alternatives are worth, and the mistakes that the `invalid_` rules report.
#include "compiler/diagnose_actions.h"

#include <cstdio>
#include <cstdlib>

#include "runtime/abstract.h"
#include "runtime/float.h"
#include "runtime/int.h"
#include "runtime/str.h"

namespace minipy::peg {

namespace {

using Value = Diagnoser::Value;
using ListNode = Diagnoser::ListNode;
using TokenNode = Diagnoser::TokenNode;

// One call of an action.
struct Call {
  Diagnoser& parser;
  const Action& action;
  const Value* captures;
  int start_mark;

  Arena& arena() const { return parser.context.arena; }
  size_t count() const { return action.arguments.size(); }
  const std::string& text(size_t i) const { return action.arguments[i].text; }
  Value value(size_t i) const {
    int8_t capture = i < count() ? action.arguments[i].capture : static_cast<int8_t>(-1);
    return capture >= 0 ? captures[capture] : nullptr;
  }
  Seq<Value> items(size_t i) const {
    Value list = value(i);
    return list ? static_cast<ListNode*>(list)->items : Seq<Value>{};
  }
  // Everything that is captured for its place has one.
  const ast::Location& loc(size_t i) const { return place(value(i)); }
  static const ast::Location& place(Value value) { return static_cast<ast::LocatedNode*>(value)->loc; }
  ast::Location here() const { return parser.location(start_mark); }
  template <class T>
  T* make() const {
    return ast::make<T>(arena(), here());
  }
  Seq<ast::Expr*> expressions(Seq<Value> values) const {
    Seq<ast::Expr*> result = arena().make_seq<ast::Expr*>(values.size());
    for (int i = 0; i < values.size(); i++) result[i] = static_cast<ast::Expr*>(values[i]);
    return result;
  }
};

ast::Location range(const ast::Location& from, const ast::Location& to) {
  return {from.lineno, from.col_offset, to.end_lineno, to.end_col_offset};
}

// How messages call an expression.
const char* expression_name(const ast::Expr* e) {
  using enum ast::NodeKind;
  switch (e->kind) {
    case Attribute: return "attribute";
    case Subscript: return "subscript";
    case Starred: return "starred";
    case Name: return "name";
    case List: return "list";
    case Tuple: return "tuple";
    case Lambda: return "lambda";
    case Call: return "function call";
    case BoolOp:
    case BinOp:
    case UnaryOp: return "expression";
    case GeneratorExp: return "generator expression";
    case Yield:
    case YieldFrom: return "yield expression";
    case Await: return "await expression";
    case ListComp: return "list comprehension";
    case SetComp: return "set comprehension";
    case DictComp: return "dict comprehension";
    case Dict: return "dict literal";
    case Set: return "set display";
    case JoinedStr:
    case FormattedValue: return "f-string expression";
    case Constant: {
      Object* value = ast::to<ast::Constant>(e)->value;
      if (value == py_none()) return "None";
      if (value == py_true()) return "True";
      if (value == py_false()) return "False";
      if (value == py_ellipsis()) return "ellipsis";
      return "literal";
    }
    case Compare: return "comparison";
    case IfExp: return "conditional expression";
    case NamedExpr: return "named expression";
    default: return "expression";
  }
}

// ---- Values

Value nothing(const Call&) { return nullptr; }
Value value(const Call& call) { return call.value(0); }

Value tuple_of(const Call& call) {
  auto* node = call.make<ast::Tuple>();
  node->elts = call.expressions(call.items(0));
  return node;
}

// The first item and the list of the others (or none).
Value insert(const Call& call) {
  Seq<Value> rest = call.items(1);
  Seq<Value> all = call.arena().make_seq<Value>(rest.size() + 1);
  all[0] = call.value(0);
  for (int i = 0; i < rest.size(); i++) all[i + 1] = rest[i];
  return call.parser.list(all.data, all.size());
}

Value tuple(const Call& call) {
  auto* node = call.make<ast::Tuple>();
  node->elts = call.expressions(static_cast<ListNode*>(insert(call))->items);
  return node;
}

Value join(const Call& call) {
  Seq<Value> a = call.items(0);
  Seq<Value> b = call.items(1);
  Seq<Value> all = call.arena().make_seq<Value>(a.size() + b.size());
  for (int i = 0; i < a.size(); i++) all[i] = a[i];
  for (int i = 0; i < b.size(); i++) all[a.size() + i] = b[i];
  return call.parser.list(all.data, all.size());
}

Value list(const Call& call) {
  auto* node = call.make<ast::List>();
  node->elts = call.expressions(call.items(0));
  return node;
}

Value starred(const Call& call) {
  auto* node = call.make<ast::Starred>();
  node->value = static_cast<ast::Expr*>(call.value(0));
  return node;
}

Value constant(const Call& call) {
  auto* node = call.make<ast::Constant>();
  const std::string& name = call.text(0);
  node->value = name == "None" ? py_none() : name == "True" ? py_true() : name == "False" ? py_false() : py_ellipsis();
  return node;
}

Value strings(const Call& call) {
  Seq<Value> tokens = call.items(0);
  std::vector<Token> copies;
  for (Value token : tokens) copies.push_back(static_cast<TokenNode*>(token)->token);
  // The tokens stay alive for what refers to them after the call.
  Seq<Token> kept = call.arena().copy_seq(copies.data(), static_cast<ptrdiff_t>(copies.size()));
  return parse_strings(call.parser, kept.data, kept.size(), call.here());
}

// `in` among comparison operators: error reports about `for` targets look for it.
Value in_operator(const Call& call) { return call.make<ast::Pass>(); }

Value compare(const Call& call) {
  auto* node = call.make<ast::Compare>();
  node->left = static_cast<ast::Expr*>(call.value(0));
  Value first = call.items(1)[0];
  bool in = first != call.parser.matched() && first->kind == ast::NodeKind::Pass;
  node->ops = call.arena().seq_of(in ? ast::CompareOperator::In : ast::CompareOperator::Eq);
  return node;
}

// `!=`, or `<>` under `from __future__ import barry_as_FLUFL`.
Value not_equal(const Call& call) {
  std::string_view text = call.parser.token_text(static_cast<TokenNode*>(call.value(0))->token);
  if (!call.parser.context.options.barry_as_flufl) return text == "!=" ? call.value(0) : nullptr;
  if (text == "<>") return call.value(0);
  return call.parser.error_at_last_token("with Barry as BDFL, use '<>' instead of '!='");
}

Value call_genexp(const Call& call) {
  auto* node = call.make<ast::Call>();
  node->args = call.arena().seq_of(static_cast<ast::Expr*>(call.value(0)));
  return node;
}

Value call(const Call& call) {
  auto* node = call.make<ast::Call>();
  if (auto* arguments = static_cast<ast::Call*>(call.value(0))) {
    node->args = arguments->args;
    node->keywords = arguments->keywords;
  }
  return node;
}

Value keyword(const Call& call) {
  auto* node = call.make<ast::Keyword>();
  if (auto* name = static_cast<ast::Name*>(call.value(0))) node->arg = name->id;
  return node;
}

// Positional arguments, then a list of keywords and starred expressions; the latter alone in the second form.
Value arguments(const Call& call) {
  auto* node = call.make<ast::Call>();
  std::vector<ast::Expr*> positional;
  std::vector<ast::Keyword*> keywords;
  for (size_t i = 0; i < call.count(); i++) {
    for (Value item : call.items(i)) {
      if (item->kind == ast::NodeKind::Keyword) {
        keywords.push_back(static_cast<ast::Keyword*>(item));
      } else {
        positional.push_back(static_cast<ast::Expr*>(item));
      }
    }
  }
  node->args = call.arena().copy_seq(positional.data(), static_cast<ptrdiff_t>(positional.size()));
  node->keywords = call.arena().copy_seq(keywords.data(), static_cast<ptrdiff_t>(keywords.size()));
  return node;
}

Value comprehension(const Call& call) {
  auto* node = call.arena().make<ast::Comprehension>();
  node->iter = static_cast<ast::Expr*>(call.value(0));
  node->ifs = call.expressions(call.items(1));
  return node;
}

bool is_complex(Value number) {
  auto* constant = ast::as<ast::Constant>(number);
  return constant && type_of(constant->value) == &complex_type;
}
Value real(const Call& call) {
  if (!is_complex(call.value(0))) return call.value(0);
  return call.parser.error_at(call.loc(0), "real number required in complex literal");
}
Value imaginary(const Call& call) {
  if (is_complex(call.value(0))) return call.value(0);
  return call.parser.error_at(call.loc(0), "imaginary number required in complex literal");
}

// ---- Errors

// The places that several errors need.
Value error(const Call& call) { return call.parser.error_at(call.loc(0), call.text(1)); }
Value error_range(const Call& call) { return call.parser.error_at(range(call.loc(0), call.loc(1)), call.text(2)); }
Value error_from(const Call& call) { return call.parser.error_from(call.loc(0), call.text(1)); }
Value error_last(const Call& call) { return call.parser.error_at_last_token(call.text(0)); }
Value indentation_error(const Call& call) { return call.parser.error_at_last_token(IndentationError, call.text(0)); }

Value error_to_last(const Call& call) {
  return call.parser.error_at(range(call.loc(0), Call::place(call.items(1).back())), call.text(2));
}
Value error_list(const Call& call) {
  Seq<Value> items = call.items(0);
  return call.parser.error_at(range(Call::place(items.front()), Call::place(items.back())), call.text(1));
}

// Message, how the expression is called, rest of the message.
Value error_named(const Call& call) {
  auto* e = static_cast<ast::Expr*>(call.value(0));
  return call.parser.error_at(e->loc, call.text(1) + expression_name(e) + call.text(2));
}

// From one token to another; the message ends with the first one's text.
Value error_text(const Call& call) {
  std::string_view text = call.parser.token_text(static_cast<TokenNode*>(call.value(0))->token);
  return call.parser.error_at(range(call.loc(0), call.loc(1)), call.text(2) + std::string(text));
}

Value missing_block(const Call& call) {
  return call.parser.error_at_last_token(IndentationError, "expected an indented block after " + call.text(1) +
                                                               " on line " + std::to_string(call.loc(0).lineno));
}

const ast::Location& end_of(const ast::Comprehension* clause) {
  return clause->ifs.empty() ? clause->iter->loc : clause->ifs.back()->loc;
}
const ast::Location& end_of_clauses(const Call& call, size_t i) {
  return end_of(static_cast<ast::Comprehension*>(call.items(i).back()));
}

Value error_to_comprehension(const Call& call) {
  return call.parser.error_at(range(call.loc(0), end_of_clauses(call, 1)), call.text(2));
}

// f(a, b for b in c)
Value bare_genexp(const Call& call) {
  Seq<ast::Expr*> args = static_cast<ast::Call*>(call.value(0))->args;
  if (args.size() <= 1) return nullptr;
  return call.parser.error_at(range(args.back()->loc, end_of_clauses(call, 1)),
                              "Generator expression must be parenthesized");
}

Value positional_after_keyword(const Call& call) {
  for (const ast::Keyword* keyword : static_cast<ast::Call*>(call.value(0))->keywords) {
    if (keyword->arg) continue;
    return call.parser.error_at_last_token("positional argument follows keyword argument unpacking");
  }
  return call.parser.error_at_last_token("positional argument follows keyword argument");
}

// `print` and `exec` were statements once.
bool is_legacy_name(Value value) {
  auto* name = ast::as<ast::Name>(value);
  return name && (str_equals_ascii(name->id, "print") || str_equals_ascii(name->id, "exec"));
}

Value legacy_statement(const Call& call) {
  if (!is_legacy_name(call.value(0))) return nullptr;
  std::string name(str_utf8(static_cast<ast::Name*>(call.value(0))->id));
  return call.parser.error_at(range(call.loc(0), call.loc(1)),
                              "Missing parentheses in call to '" + name + "'. Did you mean " + name + "(...)?");
}

// Two expressions in a row, within brackets.
Value forgotten_comma(const Call& call) {
  if (is_legacy_name(call.value(0)) || call.parser.token_before_mark().level == 0) return nullptr;
  return call.parser.error_at(range(call.loc(0), call.loc(1)), "invalid syntax. Perhaps you forgot a comma?");
}

enum class Targets { kStar, kFor, kDel };

// The part of an expression that makes it no target; null if it is one.
ast::Expr* find_invalid_target(ast::Expr* e, Targets targets) {
  auto first_invalid = [&](Seq<ast::Expr*> items) -> ast::Expr* {
    for (ast::Expr* item : items) {
      if (ast::Expr* invalid = find_invalid_target(item, targets)) return invalid;
    }
    return nullptr;
  };
  using enum ast::NodeKind;
  switch (e->kind) {
    case List: return first_invalid(ast::to<ast::List>(e)->elts);
    case Tuple: return first_invalid(ast::to<ast::Tuple>(e)->elts);
    case Starred:
      if (targets == Targets::kDel) return e;
      return find_invalid_target(ast::to<ast::Starred>(e)->value, targets);
    case Compare: {
      if (targets != Targets::kFor) return e;
      // `for a in b`: read as a comparison.
      auto* comparison = ast::to<ast::Compare>(e);
      if (comparison->ops[0] == ast::CompareOperator::In) return find_invalid_target(comparison->left, targets);
      return nullptr;
    }
    case Name:
    case Subscript:
    case Attribute: return nullptr;
    default: return e;
  }
}

Value invalid_target(const Call& call) {
  const std::string& kind = call.text(1);
  Targets targets = kind == "star" ? Targets::kStar : kind == "for" ? Targets::kFor : Targets::kDel;
  ast::Expr* invalid = find_invalid_target(static_cast<ast::Expr*>(call.value(0)), targets);
  if (!invalid) return nullptr;
  const char* verb = targets == Targets::kDel ? "cannot delete " : "cannot assign to ";
  return call.parser.error_at(invalid->loc, std::string(verb) + expression_name(invalid));
}

Value missing_colon(const Call& call) {
  const ast::Location& key = call.loc(0);
  return call.parser.error_at_raw(SyntaxError, key.lineno, key.end_col_offset, key.end_lineno, 0,
                                  "':' expected after dictionary key");
}

// ---- Dispatch

Value since(const Call& call);
Value empty_node(const Call& call);

struct Entry {
  std::string_view name;
  Value (*perform)(const Call&);
};
constexpr Entry kActions[] = {
    {"empty_node", empty_node},
    {"since", since},
    {"nothing", nothing},
    {"value", value},
    {"tuple_of", tuple_of},
    {"insert", insert},
    {"tuple", tuple},
    {"join", join},
    {"list", list},
    {"starred", starred},
    {"constant", constant},
    {"strings", strings},
    {"in_operator", in_operator},
    {"compare", compare},
    {"not_equal", not_equal},
    {"call_genexp", call_genexp},
    {"call", call},
    {"keyword", keyword},
    {"arguments", arguments},
    {"comprehension", comprehension},
    {"real", real},
    {"imaginary", imaginary},
    {"error", error},
    {"error_range", error_range},
    {"error_from", error_from},
    {"error_last", error_last},
    {"indentation_error", indentation_error},
    {"error_to_last", error_to_last},
    {"error_list", error_list},
    {"error_named", error_named},
    {"error_text", error_text},
    {"missing_block", missing_block},
    {"error_to_comprehension", error_to_comprehension},
    {"bare_genexp", bare_genexp},
    {"positional_after_keyword", positional_after_keyword},
    {"legacy_statement", legacy_statement},
    {"forgotten_comma", forgotten_comma},
    {"invalid_target", invalid_target},
    {"missing_colon", missing_colon},
};
constexpr int kEmptyNode = 0;

int find_action(std::string_view name) {
  for (size_t i = 0; i < std::size(kActions); i++) {
    if (kActions[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

// A node that is known by its class and place only.
Value empty_node(const Call& call) {
  const std::string& name = call.action.arguments.back().text;
#define AST_NODE(Base, Class, python_name, fields)                 \
  if constexpr (std::is_base_of_v<ast::LocatedNode, ast::Class>) { \
    if (name == #Class) return call.make<ast::Class>();            \
  }
#include "compiler/ast.def"
  return nullptr;
}

// since(version, "feature is"[, what the alternative is worth]): an error if the language version asked for is older.
Value since(const Call& call) {
  Value result = call.parser.matched();
  if (call.count() > 2) {
    Action inner;
    inner.arguments.assign(call.action.arguments.begin() + 3, call.action.arguments.end());
    inner.function = static_cast<int16_t>(action_index(call.text(2), &inner.arguments));
    result = perform_action(call.parser, inner, call.captures, call.start_mark);
    if (!result) return nullptr;
  }
  const std::string& version = call.text(0);
  if (call.parser.context.options.feature_version >= std::atoi(version.c_str())) return result;
  return call.parser.error_at_last_token(call.text(1) + " only supported in Python 3." + version + " and greater");
}

}  // namespace

int action_index(std::string_view name, std::vector<Action::Argument>* arguments) {
  int index = find_action(name);
  if (index >= 0) return index;
  bool node = false;
#define AST_NODE(Base, Class, python_name, fields) node = node || name == #Class;
#include "compiler/ast.def"
  if (!node) {
    std::fprintf(stderr, "grammar: no action %.*s\n", static_cast<int>(name.size()), name.data());
    std::abort();
  }
  arguments->push_back({-1, std::string(name)});
  return kEmptyNode;
}

Diagnoser::Value perform_action(Diagnoser& parser, const Action& action, const Diagnoser::Value* captures,
                                int start_mark) {
  return kActions[action.function].perform({parser, action, captures, start_mark});
}

}  // namespace minipy::peg
