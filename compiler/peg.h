// The grammar as tables: compiler/grammar.inc, taken apart for the diagnosing parser.
#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/tokenizer.h"

namespace minipy::peg {

struct Item {
  enum Kind : uint8_t {
    kToken,        // a token of kind `token`
    kForced,       // the token, or an error at once
    kName,         // NAME: worth a Name node
    kNumber,       // NUMBER: worth a Constant node
    kSoftKeyword,  // a NAME spelled `text`
    kAnySoftKeyword,
    kRule,
    kOptional,   // `inner` or nothing
    kLookahead,  // `inner` matches here; consumes nothing
    kNotLookahead,
    kCut,  // from here on no other alternative
  };
  Kind kind;
  TokenKind token = TokenKind::kErrorToken;
  int16_t rule = -1;
  int16_t inner = -1;  // index in Grammar::items
  int8_t capture = -1;
  std::string_view text;
};

// What an alternative is worth.
struct Action {
  struct Argument {
    int8_t capture = -1;  // -1: `text`
    std::string text;
  };
  int16_t function = -1;  // index of an action (see diagnose_actions.cc); -1: the only item, or nothing in particular
  std::vector<Argument> arguments;
};

struct Alternative {
  std::vector<int16_t> items;  // indexes in Grammar::items
  Action action;
  bool invalid_only = false;  // nothing but an invalid_ rule
  int16_t only_value = -1;    // the index in `items` of the only one that consumes something
};

using TokenSet = std::bitset<kTokenKinds>;

struct Rule {
  enum Kind : uint8_t { kPlain, kLoop0, kLoop1, kGather };
  std::string_view name;
  Kind kind = kPlain;
  bool memo = false;
  bool left_recursive = false;
  bool without_invalid = false;
  std::vector<Alternative> alternatives;
  int16_t element = -1;    // of loops and gathers: index in Grammar::items
  int16_t separator = -1;  // of gathers
  // The rule fails at once, without reading on and without an error, where the next token is none of these.
  TokenSet first;
};

struct Grammar {
  std::vector<Rule> rules;
  std::vector<Item> items;
  int rule(std::string_view name) const;  // must exist
};

constexpr int kMaxCaptures = 4;

// The grammar, built on first use.
const Grammar& grammar();

}  // namespace minipy::peg
