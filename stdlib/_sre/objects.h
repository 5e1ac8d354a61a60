// The objects of the module _sre: patterns, matches, scanners.
#pragma once

#include <string>

#include "runtime/bind.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/module.h"
#include "stdlib/_sre/matcher.h"

namespace minipy::sre {

struct Pattern {
  VarObject base;  // size: number of code words
  ssize groups;
  Object* groupindex;  // dict, or null where no group has a name
  Object* indexgroup;  // tuple or null
  Object* pattern;     // str, bytes or None
  int flags;
  bool is_text, is_bytes;  // neither: made without a pattern
  Object* weakreflist;
  Program* program;
  Code spare[2];
  Code code[1];
};
static_assert(offsetof(Pattern, code) <= 96);

struct Match {
  VarObject base;  // size: 2 * number of groups, the whole match included
  Object* string;  // the subject; null once cleared
  Object* regs;    // tuple of spans, made on demand
  Pattern* pattern;
  ssize pos, endpos;
  ssize lastindex;  // -1: none
  ssize groups;     // the whole match included
  ssize marks[1];
};
static_assert(offsetof(Match, marks) == 80);

enum Flag : int {
  kFlagTemplate = 1,
  kFlagIgnoreCase = 2,
  kFlagLocale = 4,
  kFlagMultiline = 8,
  kFlagDotAll = 16,
  kFlagUnicode = 32,
  kFlagVerbose = 64,
  kFlagDebug = 128,
  kFlagAscii = 256,
};

// "re.IGNORECASE|re.MULTILINE", as a pattern's repr names its flags; empty: none.
std::string pattern_flags_text(const Pattern* self);

extern Type pattern_type, match_type, scanner_type;

Ref<Object> pattern_compile(Object* pattern, int flags, List* code, ssize groups, Dict* groupindex, Tuple* indexgroup);
// A Match of the state's present match.
Ref<Object> match_new(Pattern* pattern, const State& state);
Raised raise_wrong_span();  // a group begins behind its end: no compiler of patterns makes that
// string[start:end] as exactly str or bytes.
Ref<Object> slice_of(const State& state, ssize start, ssize end);
// The same of any subject.
Ref<Object> slice_of_subject(Object* string, ssize start, ssize end);
Ref<Object> scanner_new(Pattern* pattern, Object* string, ssize start, ssize end);
Status state_init(State& state, Pattern* pattern, Object* string, ssize start, ssize end);

}  // namespace minipy::sre
