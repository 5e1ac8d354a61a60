// The diagnosing parser: interpreting the grammar.
#include "compiler/diagnose.h"

#include <algorithm>

#include "compiler/diagnose_actions.h"
#include "compiler/string_literal.h"
#include "runtime/str.h"
#include "runtime/thread_state.h"

namespace minipy {

using peg::Item;
using peg::Rule;

namespace {

AfterSource after_source(const ParseContext& context, const SourceText& source) {
  if (source.undecodable_lineno) return AfterSource::kUndecodable;
  return context.options.needs_more ? AfterSource::kMore : AfterSource::kEnd;
}

}  // namespace

Diagnoser::Diagnoser(ParseContext& context, const SourceText& source, ParseMode mode)
    : LiteralHost(context),
      grammar_(peg::grammar()),
      tokenizer_(source.text, context.source_options(after_source(context, source)), this),
      mode_(mode),
      source_(&source),
      encoding_(source.encoding),
      known_encoding_(context.options.ignore_cookie || !source.encoding.empty()) {
  constexpr std::string_view kStartRules[] = {"file", "interactive", "eval", "func_type"};
  start_rule_ = grammar_.rule(kStartRules[static_cast<int>(mode)]);
}

Diagnoser::Diagnoser(ParseContext& context, const FStringField& field)
    : LiteralHost(context),
      grammar_(peg::grammar()),
      tokenizer_(field.source, context.tokenizer_options(), this, field.first_lineno()),
      start_rule_(grammar_.rule("fstring")),
      mode_(ParseMode::kExpression),
      field_(&field),
      known_encoding_(false) {}

Diagnoser::Value Diagnoser::parse() { return run_rule(start_rule_); }

Diagnoser::Value Diagnoser::run() {
  Value result = parse();
  if (tokenizer_.status() == TokenizerStatus::kMore) return nullptr;
  if (result && !error_pending()) {
    if (mode_ == ParseMode::kInteractive && more_statements()) {
      return error_at_last_token("multiple statements found while compiling a single statement");
    }
    return result;
  }
  if (context.options.allow_incomplete_input && tokenizer_.at_end()) {
    error_clear();
    return error_at_last_token("incomplete input");
  }
  if (error_pending() && silent_) return nullptr;
  if (error_pending()) {
    // An error of the tokenizer further on goes before one that the parser found (but not before one of the tokenizer).
    if (!tokenizer_.at_end() && tokenizer_.status() == TokenizerStatus::kOk && error_matches(SyntaxError))
      check_rest_of_source();
    return nullptr;
  }
  // The second pass: with the invalid_ rules.
  const Token* last_token = tokens_.empty() ? nullptr : &tokens_.back()->token;
  mark_ = 0;
  level_ = 0;
  failed_ = false;
  call_invalid_rules_ = true;
  std::fill(memos_.begin(), memos_.end(), nullptr);
  parse();
  if (!silent_) report_failure(last_token);
  return nullptr;
}

// ---- Tokens

bool Diagnoser::have_token() {
  if (mark_ < static_cast<int>(tokens_.size())) [[likely]]
    return true;
  if (read_token()) return true;
  failed_ = true;
  return false;
}

bool Diagnoser::read_token() {
  auto* node = context.arena.make<TokenNode>();
  Token& token = node->token;
  do {
    tokenizer_.next(&token);
  } while (token.kind == TokenKind::kTypeIgnore);
  if (mode_ == ParseMode::kInteractive) {
    // The end of the input ends the statement, and then its blocks.
    if (token.kind == TokenKind::kEndMarker && statement_open_) {
      token.kind = TokenKind::kNewline;
      statement_open_ = false;
      if (tokenizer_.indent() > 0 && !context.options.dont_imply_dedent) tokenizer_.close_blocks();
    } else {
      statement_open_ = true;
    }
  }
  if (field_) field_->adjust(token);
  node->kind = ast::NodeKind::Pass;
  node->loc = {token.lineno, token.col, token.end_lineno, token.end_col};
  tokens_.push_back(node);
  memos_.push_back(nullptr);
  return token.kind != TokenKind::kErrorToken || tokenizer_error();
}

Diagnoser::Value Diagnoser::expect(TokenKind kind) {
  if (!have_token()) return nullptr;
  TokenNode* node = tokens_[static_cast<size_t>(mark_)];
  if (node->token.kind != kind) return nullptr;
  mark_++;
  return node;
}

// A token that must come here: an error at once if it does not.
Diagnoser::Value Diagnoser::forced(const Item& item) {
  if (failed_) return nullptr;
  if (Value value = expect(item.token)) return value;
  if (failed_) return nullptr;
  return error_at(tokens_[static_cast<size_t>(mark_)]->loc, "expected '" + std::string(item.text) + "'");
}

Diagnoser::Value Diagnoser::name_token() {
  auto* node = static_cast<TokenNode*>(expect(TokenKind::kName));
  if (!node) return nullptr;
  if (!node->value) {
    auto* name = ast::make<ast::Name>(context.arena, node->loc);
    name->id = context.identifiers.intern(token_text(node->token));
    if (!name->id) {
      failed_ = true;
      return nullptr;
    }
    node->value = name;
  }
  return node->value;
}

Diagnoser::Value Diagnoser::number_token() {
  auto* node = static_cast<TokenNode*>(expect(TokenKind::kNumber));
  if (!node || node->value) return node ? node->value : nullptr;
  std::string_view text = token_text(node->token);
  if (context.options.feature_version < 6 && text.find('_') != text.npos) {
    failed_ = true;
    return error_at_last_token("Underscores in numeric literals are only supported in Python 3.6 and greater");
  }
  Object* value = parse_number(context.arena, text);
  if (!value) {
    failed_ = true;
    if (!error_matches(ValueError)) return nullptr;
    // The limit of digits. No columns: they would show a wall of digits.
    Ref<Object> error = error_take();
    Ref<Str> text = str_from_object(error.get());
    if (!text) return nullptr;
    std::string message(str_utf8(text.get()));
    message += " - Consider hexadecimal for huge integer literals to avoid decimal conversion limits.";
    return error_at({node->loc.lineno, -1, node->loc.end_lineno, -1}, message);
  }
  auto* constant = ast::make<ast::Constant>(context.arena, node->loc);
  constant->value = value;
  return node->value = constant;
}

bool Diagnoser::at_soft_keyword(std::string_view text) {
  return have_token() && tokens_[static_cast<size_t>(mark_)]->token.kind == TokenKind::kName &&
         token_text(tokens_[static_cast<size_t>(mark_)]->token) == text;
}

// CPython takes the beginnings of soft keywords for them here.
bool Diagnoser::at_any_soft_keyword() {
  if (!have_token() || tokens_[static_cast<size_t>(mark_)]->token.kind != TokenKind::kName) return false;
  std::string_view text = token_text(tokens_[static_cast<size_t>(mark_)]->token);
  for (std::string_view keyword : {"_", "case", "match"}) {
    if (keyword.starts_with(text)) return true;
  }
  return false;
}

// ---- Memoization

bool Diagnoser::find_memo(int rule, Value* value) {
  *value = nullptr;
  if (!have_token()) return true;
  for (Memo* memo = memos_[static_cast<size_t>(mark_)]; memo; memo = memo->next) {
    if (memo->rule != rule) continue;
    mark_ = memo->mark;
    *value = memo->value;
    return true;
  }
  return false;
}

void Diagnoser::set_memo(int mark, int rule, Value value) {
  Memo*& head = memos_[static_cast<size_t>(mark)];
  for (Memo* memo = head; memo; memo = memo->next) {
    if (memo->rule != rule) continue;
    memo->mark = mark_;
    memo->value = value;
    return;
  }
  head = context.arena.make<Memo>(rule, mark_, value, head);
}

// ---- Rules

// One level of recursion; every rule, group and repetition takes one.
bool Diagnoser::enter() {
  bool stack_left = static_cast<char*>(__builtin_frame_address(0)) > current_thread()->c_stack_limit;
  if (level_++ == kMaxLevel || !stack_left) [[unlikely]] {
    failed_ = true;
    raise_no_memory_error();
  }
  return !failed_;
}

// Whether a rule fails at once because it cannot begin with the next token. Only where that token has been read already
// and the bound on recursion is far, so that leaving the attempt out changes nothing.
bool Diagnoser::cannot_begin(const Rule& rule) const {
  constexpr int kDeepestAttempt = 400;  // levels; no chain of rules that consumes nothing is longer
  return mark_ < static_cast<int>(tokens_.size()) && level_ < kMaxLevel - kDeepestAttempt &&
         !rule.first[static_cast<size_t>(tokens_[static_cast<size_t>(mark_)]->token.kind)];
}

Diagnoser::Value Diagnoser::run_rule(int index) {
  const Rule& rule = grammar_.rules[static_cast<size_t>(index)];
  if (cannot_begin(rule)) return nullptr;
  Value result = nullptr;
  if (enter()) {
    switch (rule.kind) {
      case Rule::kPlain: result = rule.left_recursive ? run_left_recursive(rule, index) : run_plain(rule, index); break;
      case Rule::kLoop0:
      case Rule::kLoop1: result = run_loop(rule); break;
      case Rule::kGather: result = run_gather(rule); break;
    }
  }
  level_--;
  return result;
}

Diagnoser::Value Diagnoser::run_plain(const Rule& rule, int index) {
  Value result;
  if (rule.memo && find_memo(index, &result)) return result;
  int start = mark_;
  bool invalid_rules = call_invalid_rules_;
  if (rule.without_invalid) call_invalid_rules_ = false;
  bool stopped = false;
  result = run_alternatives(rule, &stopped);
  call_invalid_rules_ = invalid_rules;
  if (rule.memo && !stopped) set_memo(start, index, result);
  return result;
}

// Left recursion: the rule is tried with itself failing, then with its own last result in its place, as long as that
// makes it longer.
Diagnoser::Value Diagnoser::run_left_recursive(const Rule& rule, int index) {
  Value result;
  if (find_memo(index, &result)) return result;
  int start = mark_;
  int end = mark_;
  for (;;) {
    set_memo(start, index, result);
    mark_ = start;
    Value longer = nullptr;
    bool stopped = false;
    if (enter()) longer = run_alternatives(rule, &stopped);
    level_--;
    if (failed_) return nullptr;
    if (!longer || mark_ <= end) break;
    end = mark_;
    result = longer;
  }
  mark_ = end;
  return result;
}

// *stopped: the rule has failed for good, by a cut or an error, and its failure is not to be memoized.
Diagnoser::Value Diagnoser::run_alternatives(const Rule& rule, bool* stopped) {
  int start = mark_;
  for (const peg::Alternative& alternative : rule.alternatives) {
    if (failed_) {
      *stopped = true;
      return nullptr;
    }
    if (alternative.invalid_only && !call_invalid_rules_) continue;
    Value captures[peg::kMaxCaptures] = {};
    Value only = nullptr;
    bool cut = false;
    if (run_items(alternative, captures, &only, &cut)) {
      if (alternative.action.function < 0) return only ? only : matched();
      Value result = peg::perform_action(*this, alternative.action, captures, start);
      if (!result && (failed_ || error_pending())) {
        failed_ = true;
        *stopped = true;
      }
      return result;
    }
    mark_ = start;
    if (cut) {
      *stopped = true;
      return nullptr;
    }
  }
  return nullptr;
}

bool Diagnoser::run_items(const peg::Alternative& alternative, Value* captures, Value* only, bool* cut) {
  for (size_t i = 0; i < alternative.items.size(); i++) {
    const Item& item = grammar_.items[static_cast<size_t>(alternative.items[i])];
    if (item.kind == Item::kCut) {
      *cut = true;
      continue;
    }
    bool ok = false;
    Value value = item.kind == Item::kRule ? run_rule(item.rule) : run_item(item, &ok);
    if (!value && !ok) return false;
    if (item.capture >= 0) captures[item.capture] = value;
    if (static_cast<int>(i) == alternative.only_value) *only = value;
  }
  return true;
}

// *ok: the item matches without a value.
Diagnoser::Value Diagnoser::run_item(const Item& item, bool* ok) {
  switch (item.kind) {
    case Item::kToken: return expect(item.token);
    case Item::kForced: return forced(item);
    case Item::kName: return name_token();
    case Item::kNumber: return number_token();
    case Item::kSoftKeyword: return at_soft_keyword(item.text) ? name_token() : nullptr;
    case Item::kAnySoftKeyword: return at_any_soft_keyword() ? name_token() : nullptr;
    case Item::kRule: return run_rule(item.rule);
    case Item::kOptional: {
      bool inner_ok = false;
      const Item& inner = grammar_.items[static_cast<size_t>(item.inner)];
      Value value = inner.kind == Item::kRule ? run_rule(inner.rule) : run_item(inner, &inner_ok);
      *ok = !failed_;
      return failed_ ? nullptr : value;
    }
    case Item::kLookahead: *ok = lookahead(grammar_.items[static_cast<size_t>(item.inner)]); return nullptr;
    case Item::kNotLookahead: *ok = !lookahead(grammar_.items[static_cast<size_t>(item.inner)]); return nullptr;
    case Item::kCut: break;
  }
  return nullptr;
}

bool Diagnoser::lookahead(const Item& item) {
  int start = mark_;
  bool ok = false;
  Value value = run_item(item, &ok);
  mark_ = start;
  return value || ok;
}

Diagnoser::Value Diagnoser::run_loop(const Rule& rule) {
  const Item& element = grammar_.items[static_cast<size_t>(rule.element)];
  std::vector<Value> values;
  for (;;) {
    int start = mark_;
    bool ok = false;
    Value value = element.kind == Item::kRule ? run_rule(element.rule) : run_item(element, &ok);
    if (failed_) return nullptr;
    if (!value) {
      mark_ = start;
      break;
    }
    values.push_back(value);
  }
  if (values.empty() && rule.kind == Rule::kLoop1) return nullptr;
  return list(values.data(), static_cast<ptrdiff_t>(values.size()));
}

// element (separator element)*; the part after the first element is a repetition of its own.
Diagnoser::Value Diagnoser::run_gather(const Rule& rule) {
  const Item& element = grammar_.items[static_cast<size_t>(rule.element)];
  const Item& separator = grammar_.items[static_cast<size_t>(rule.separator)];
  int start = mark_;
  bool ok = false;
  Value first = element.kind == Item::kRule ? run_rule(element.rule) : run_item(element, &ok);
  if (!first) {
    mark_ = start;
    return nullptr;
  }
  std::vector<Value> values{first};
  bool entered = enter();
  while (entered) {
    start = mark_;
    Value value = nullptr;
    if (run_item(separator, &ok)) {
      value = element.kind == Item::kRule ? run_rule(element.rule) : run_item(element, &ok);
    }
    if (failed_) break;
    if (!value) {
      mark_ = start;
      break;
    }
    values.push_back(value);
  }
  level_--;
  if (failed_) return nullptr;
  return list(values.data(), static_cast<ptrdiff_t>(values.size()));
}

Diagnoser::Value Diagnoser::list(const Value* items, ptrdiff_t count) {
  auto* node = context.arena.make<ListNode>();
  node->kind = ast::NodeKind::Module;
  node->items = context.arena.copy_seq(items, count);
  return node;
}

ast::Location Diagnoser::location(int start_mark) const {
  const ast::Location& first = tokens_[static_cast<size_t>(start_mark)]->loc;
  const TokenNode* last = nullptr;
  for (int i = mark_ - 1; i >= 0; i--) {
    last = tokens_[static_cast<size_t>(i)];
    TokenKind kind = last->token.kind;
    if (kind != TokenKind::kEndMarker && (kind < TokenKind::kNewline || kind > TokenKind::kDedent)) break;
  }
  if (!last) return first;
  return {first.lineno, first.col_offset, last->loc.end_lineno, last->loc.end_col_offset};
}

// Whether something but blanks and comments follows the statement of `single` mode.
bool Diagnoser::more_statements() const {
  const char* p = tokenizer_.cursor();
  const char* end = tokenizer_.source().data() + tokenizer_.source().size();
  while (p < end) {
    if (*p == '#') {
      while (p < end && *p != '\n') p++;
    } else if (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\f') {
      p++;
    } else {
      return true;
    }
  }
  return false;
}

ast::Expr* Diagnoser::parse_fstring_field(const FStringField& field) {
  Value value = Diagnoser(context, field).run();
  if (!value) {
    failed_ = true;
    return nullptr;
  }
  return static_cast<ast::Expr*>(value);
}

bool needs_more(ParseContext& context, const SourceText& source) {
  Diagnoser parser(context, source, ParseMode::kInteractive);
  parser.be_silent();
  parser.run();
  error_clear();
  return parser.tokenizer_status() == TokenizerStatus::kMore;
}

bool diagnose(ParseContext& context, const SourceText& source, ParseMode mode) {
  return Diagnoser(context, source, mode).run() != nullptr;
}

}  // namespace minipy
