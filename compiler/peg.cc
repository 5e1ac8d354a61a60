#include "compiler/peg.h"

#include <cassert>
#include <cstdio>
#include <cstdlib>

#include "compiler/diagnose_actions.h"

namespace minipy::peg {

namespace {

constexpr std::string_view kGrammarText =
#include "compiler/grammar.inc"
    ;

// Reads the notation. The text is part of the program, so a mistake in it ends the process.
class Reader {
 public:
  explicit Reader(Grammar* out) : out_(*out), text_(kGrammarText) {}

  void read() {
    declare_rules();
    pos_ = 0;
    skip();
    while (pos_ < text_.size()) rule();
  }

 private:
  [[noreturn]] void fail(const char* what) const {
    std::fprintf(stderr, "grammar: %s at: %.40s\n", what, text_.data() + pos_);
    std::abort();
  }

  char peek() const { return pos_ < text_.size() ? text_[pos_] : '\0'; }
  bool at(std::string_view s) const { return text_.substr(pos_, s.size()) == s; }
  void skip() {
    for (;;) {
      while (peek() == ' ' || peek() == '\n') pos_++;
      if (peek() != '#') return;
      while (peek() != '\n') pos_++;
    }
  }
  bool accept(std::string_view s) {
    if (!at(s)) return false;
    pos_ += s.size();
    skip();
    return true;
  }
  void expect(std::string_view s) {
    if (!accept(s)) fail("unexpected text");
  }
  static bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  }
  std::string_view word() {
    size_t start = pos_;
    while (is_word(peek())) pos_++;
    if (pos_ == start) fail("a word expected");
    std::string_view result = text_.substr(start, pos_ - start);
    skip();
    return result;
  }

  // Rule names stand at the beginning of a line.
  void declare_rules() {
    for (size_t line = 0; line < text_.size(); line = text_.find('\n', line) + 1) {
      size_t end = line;
      while (is_word(text_[end])) end++;
      if (end > line) out_.rules.emplace_back().name = text_.substr(line, end - line);
    }
  }

  void rule() {
    auto index = static_cast<size_t>(out_.rule(word()));
    while (accept("(")) {
      std::string_view option = word();
      out_.rules[index].memo |= option == "memo";
      out_.rules[index].left_recursive |= option == "left";
      out_.rules[index].without_invalid |= option == "plain";
      expect(")");
    }
    expect(":");
    accept("|");
    std::vector<Alternative> alternatives = read_alternatives(true);
    out_.rules[index].alternatives = std::move(alternatives);
  }

  // Whether a rule's text ends here: the next one begins a line.
  bool at_rule() const { return pos_ > 0 && is_word(peek()) && text_[pos_ - 1] == '\n'; }

  std::vector<Alternative> read_alternatives(bool top) {
    std::vector<Alternative> alternatives;
    do {
      alternatives.push_back(alternative(top));
    } while (accept("|"));
    return alternatives;
  }

  Alternative alternative(bool top) {
    Alternative result;
    std::vector<std::string_view> names;
    while (peek() && !at("|") && !at(")") && !at("]") && !at("->") && !(top && at_rule())) {
      result.items.push_back(named_item(&names));
    }
    if (accept("->")) result.action = action(names);
    int values = 0;
    for (size_t i = 0; i < result.items.size(); i++) {
      Item::Kind kind = out_.items[static_cast<size_t>(result.items[i])].kind;
      if (kind == Item::kLookahead || kind == Item::kNotLookahead || kind == Item::kCut) continue;
      values++;
      result.only_value = static_cast<int16_t>(i);
    }
    if (values != 1) result.only_value = -1;
    if (result.items.size() == 1) {
      const Item& only = out_.items[static_cast<size_t>(result.items[0])];
      result.invalid_only =
          only.kind == Item::kRule && out_.rules[static_cast<size_t>(only.rule)].name.starts_with("invalid_");
    }
    return result;
  }

  Action action(const std::vector<std::string_view>& names) {
    Action result;
    result.function = static_cast<int16_t>(action_index(word(), &result.arguments));
    if (!accept("(")) return result;
    while (!accept(")")) {
      Action::Argument argument;
      if (peek() == '"') {
        argument.text = quoted();
      } else {
        std::string_view name = word();
        for (size_t i = 0; i < names.size(); i++) {
          if (names[i] == name) argument.capture = static_cast<int8_t>(i);
        }
        argument.text = name;
      }
      result.arguments.push_back(std::move(argument));
      accept(",");
    }
    return result;
  }

  std::string quoted() {
    std::string result;
    for (pos_++; peek() != '"'; pos_++) {
      if (peek() == '\\') pos_++;
      result += peek();
    }
    pos_++;
    skip();
    return result;
  }

  int16_t add(const Item& item) {
    out_.items.push_back(item);
    return static_cast<int16_t>(out_.items.size() - 1);
  }
  int16_t add_rule(Rule&& rule) {
    out_.rules.push_back(std::move(rule));
    return add({.kind = Item::kRule, .rule = static_cast<int16_t>(out_.rules.size() - 1)});
  }

  int16_t named_item(std::vector<std::string_view>* names) {
    int8_t capture = -1;
    if (peek() >= 'a' && peek() <= 'z' && text_[pos_ + 1] == '=') {
      names->push_back(text_.substr(pos_, 1));
      capture = static_cast<int8_t>(names->size() - 1);
      if (names->size() > static_cast<size_t>(kMaxCaptures)) fail("too many captures");
      pos_ += 2;
    }
    int16_t index = prefixed_item();
    if (capture >= 0) {
      // Items may be shared by an enclosing group: the capture belongs to this use.
      Item item = out_.items[static_cast<size_t>(index)];
      item.capture = capture;
      index = add(item);
    }
    return index;
  }

  int16_t prefixed_item() {
    if (accept("~")) return add({.kind = Item::kCut});
    if (accept("&&")) {
      int16_t index = atom();
      out_.items[static_cast<size_t>(index)].kind = Item::kForced;
      return index;
    }
    if (accept("&")) return add({.kind = Item::kLookahead, .inner = atom()});
    if (accept("!")) return add({.kind = Item::kNotLookahead, .inner = atom()});
    int16_t index = atom();
    if (accept("?")) return add({.kind = Item::kOptional, .inner = index});
    if (accept("*")) return add_rule({.name = "*", .kind = Rule::kLoop0, .element = index});
    if (accept("+")) return add_rule({.name = "+", .kind = Rule::kLoop1, .element = index});
    if (accept(".")) {
      int16_t element = atom();
      expect("+");
      return add_rule({.name = ".", .kind = Rule::kGather, .element = element, .separator = index});
    }
    return index;
  }

  int16_t group(std::string_view close) {
    std::vector<Alternative> alternatives = read_alternatives(false);
    expect(close);
    bool plain = alternatives.size() == 1 && alternatives[0].items.size() == 1 && alternatives[0].action.function < 0;
    if (plain) return alternatives[0].items[0];
    return add_rule({.name = "()", .alternatives = std::move(alternatives)});
  }

  int16_t atom() {
    if (accept("(")) return group(")");
    if (accept("[")) return add({.kind = Item::kOptional, .inner = group("]")});
    if (peek() == '\'' || peek() == '"') {
      char quote = peek();
      size_t end = text_.find(quote, pos_ + 1);
      std::string_view text = text_.substr(pos_ + 1, end - pos_ - 1);
      pos_ = end + 1;
      skip();
      if (quote == '"') return add({.kind = Item::kSoftKeyword, .text = text});
      TokenKind token = token_from_spelling(text);
      if (token == TokenKind::kErrorToken) fail("no such token before");
      return add({.kind = Item::kToken, .token = token, .text = text});
    }
    std::string_view name = word();
    if (name == "NAME") return add({.kind = Item::kName});
    if (name == "NUMBER") return add({.kind = Item::kNumber});
    if (name == "SOFT_KEYWORD") return add({.kind = Item::kAnySoftKeyword});
    for (int i = 0; i < 64; i++) {
      auto kind = static_cast<TokenKind>(i);
      if (name == token_name(kind)) return add({.kind = Item::kToken, .token = kind});
    }
    return add({.kind = Item::kRule, .rule = static_cast<int16_t>(out_.rule(name))});
  }

  Grammar& out_;
  std::string_view text_;
  size_t pos_ = 0;
};

// Finds Rule::first of all rules. What may match nothing, raise an error or cut counts as beginning with every token.
class FirstSets {
 public:
  explicit FirstSets(Grammar* grammar) : grammar_(*grammar) {}

  // Sets grow until none does: rules refer to each other.
  void find() {
    bool grown = true;
    while (grown) {
      grown = false;
      for (Rule& rule : grammar_.rules) {
        TokenSet before = rule.first;
        rule.first |= of_rule(rule);
        grown |= rule.first != before;
      }
    }
  }

 private:
  static TokenSet all() { return TokenSet().set(); }
  static TokenSet just(TokenKind kind) { return TokenSet().set(static_cast<size_t>(kind)); }

  TokenSet of_rule(const Rule& rule) const {
    if (rule.kind == Rule::kLoop0) return all();
    if (rule.kind != Rule::kPlain) return of_item(grammar_.items[static_cast<size_t>(rule.element)]);
    TokenSet set;
    for (const Alternative& alternative : rule.alternatives) set |= of_alternative(alternative);
    return set;
  }

  // Up to the first item that cannot match without consuming a token.
  TokenSet of_alternative(const Alternative& alternative) const {
    TokenSet set;
    for (int16_t index : alternative.items) {
      const Item& item = grammar_.items[static_cast<size_t>(index)];
      if (item.kind == Item::kNotLookahead) {
        // Where it cannot match, the following items decide.
        set |= of_item(grammar_.items[static_cast<size_t>(item.inner)]);
        continue;
      }
      return set | of_item(item);
    }
    return all();
  }

  TokenSet of_item(const Item& item) const {
    switch (item.kind) {
      case Item::kToken: return just(item.token);
      case Item::kNumber: return just(TokenKind::kNumber);
      case Item::kName:
      case Item::kSoftKeyword:
      case Item::kAnySoftKeyword: return just(TokenKind::kName);
      case Item::kRule: return grammar_.rules[static_cast<size_t>(item.rule)].first;
      case Item::kLookahead: return of_item(grammar_.items[static_cast<size_t>(item.inner)]);
      case Item::kForced:
      case Item::kOptional:
      case Item::kNotLookahead:
      case Item::kCut: return all();
    }
    return all();
  }

  Grammar& grammar_;
};

}  // namespace

int Grammar::rule(std::string_view name) const {
  for (size_t i = 0; i < rules.size(); i++) {
    if (rules[i].name == name) return static_cast<int>(i);
  }
  std::fprintf(stderr, "grammar: no rule %.*s\n", static_cast<int>(name.size()), name.data());
  std::abort();
}

const Grammar& grammar() {
  static const Grammar* const tables = [] {
    auto* g = new Grammar;
    Reader(g).read();
    FirstSets(g).find();
    return g;
  }();
  return *tables;
}

}  // namespace minipy::peg
