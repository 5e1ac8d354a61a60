// Patterns in the form that the matcher runs: the code words that the library's re._compiler makes are checked and
// translated into instructions of fixed size with absolute targets, and character sets get a bitmap for the first 256
// characters (case folding included).
#pragma once

#include <cstdint>
#include <vector>

#include "gc/object.h"
#include "runtime/result.h"

namespace minipy::sre {

using Code = uint32_t;
inline constexpr Code kMaxRepeat = 0xffffffffu;
inline constexpr Code kMagic = 20220615;
inline constexpr long kMaxGroups = 0x3fffffff;

// re._constants.OPCODES
enum class Word : Code {
  kFailure,
  kSuccess,
  kAny,
  kAnyAll,
  kAssert,
  kAssertNot,
  kAt,
  kBranch,
  kCategory,
  kCharset,
  kBigCharset,
  kGroupRef,
  kGroupRefExists,
  kIn,
  kInfo,
  kJump,
  kLiteral,
  kMark,
  kMaxUntil,
  kMinUntil,
  kNotLiteral,
  kNegate,
  kRange,
  kRepeat,
  kRepeatOne,
  kSubpattern,
  kMinRepeatOne,
  kAtomicGroup,
  kPossessiveRepeat,
  kPossessiveRepeatOne,
  kGroupRefIgnore,
  kInIgnore,
  kLiteralIgnore,
  kNotLiteralIgnore,
  kGroupRefLocIgnore,
  kInLocIgnore,
  kLiteralLocIgnore,
  kNotLiteralLocIgnore,
  kGroupRefUniIgnore,
  kInUniIgnore,
  kLiteralUniIgnore,
  kNotLiteralUniIgnore,
  kRangeUniIgnore,
};
// re._constants.ATCODES
enum class At : uint8_t {
  kBeginning,
  kBeginningLine,
  kBeginningString,
  kBoundary,
  kNonBoundary,
  kEnd,
  kEndLine,
  kEndString,
  kLocBoundary,
  kLocNonBoundary,
  kUniBoundary,
  kUniNonBoundary,
};
inline constexpr Code kAtCodes = 12;
inline constexpr Code kCategories = 18;  // re._constants.CHCODES

enum class Op : uint8_t {
  kFailure,
  kSuccess,  // of the pattern, or of the body of an assertion, atomic group or possessive repeat
  kAny,
  kAnyAll,
  kLiteral,     // a: character; fold
  kNotLiteral,  // a: character; fold
  kSet,         // set; fold
  kCategory,    // a: category
  kAt,          // a: At
  kMark,        // a: number of the mark
  kJump,        // next
  kBranch,      // one alternative, its body follows; next: the following alternative, 0: this is the last
  kAssert,      // a: how far back the body starts; body follows; next
  kAssertNot,
  kAtomic,      // body follows; next
  kPossessive,  // a: min, b: max; body follows; next
  kRepeat,      // a: min, b: max; body follows; next: the until instruction
  kMaxUntil,    // next: the repeat instruction
  kMinUntil,
  kRepeatOne,  // a: min, b: max; the item follows; next
  kMinRepeatOne,
  kPossessiveOne,
  kGroupRef,        // a: group; fold
  kGroupRefExists,  // a: group; next: the alternative
};
// How the subject's characters are folded before they are compared.
enum class Fold : uint8_t { kNone, kAscii, kUnicode, kLocale };

struct Instruction {
  Op op;
  Fold fold = Fold::kNone;
  uint16_t pad = 0;
  Code a = 0, b = 0;
  uint32_t next = 0;
  int32_t set = -1;
};

struct Set {
  uint64_t low[4];  // characters below 0x100, folded as the instruction says
  bool has_bitmap;  // false: depends on the locale
  uint32_t words;   // where its code words begin
};

struct Program {
  std::vector<Code> code;
  std::vector<Instruction> instructions;
  std::vector<Set> sets;
  Code min_width = 0;
  // The literal text that every match begins with.
  std::vector<Code> prefix;
  bool is_literal = false;  // the prefix is the whole pattern
  // Which characters a match may begin with; not meaningful when it may be empty or nothing is known.
  bool has_first = false;
  bool first_high = false;  // any character from 0x100 on may, if it is in first_words
  uint64_t first[4] = {};
  // The set that the compiler gives for searching (an index of code; 0: none). Where inner flags change the meaning of
  // a class it holds less than the pattern matches, and searching obeys it.
  uint32_t first_words = 0;
  bool at_start_only = false;  // begins with \A, or ^ without MULTILINE
};

// Null with RuntimeError "invalid SRE code" (or RecursionError). The caller deletes it.
Program* translate(const Code* code, size_t size, size_t groups);

// ---- Characters (characters.cc)
// ------------------------------------------------------------------------------------------
bool in_category(Code category, char32_t c);
bool in_set(const Code* words, char32_t c);
char32_t ascii_lower(char32_t c);
char32_t unicode_lower(char32_t c);
char32_t unicode_upper(char32_t c);
char32_t locale_lower(char32_t c);
char32_t locale_upper(char32_t c);
bool is_word(char32_t c, Fold table);  // kNone: ASCII, kUnicode, kLocale

}  // namespace minipy::sre
