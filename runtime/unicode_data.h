// Character properties of Unicode 14.0.0, and character names.
#pragma once

#include <string_view>

#include "gc/object.h"
#include "runtime/result.h"

namespace minipy {

struct Str;

// ---- Properties. Any code point may be asked for. ------------------------------------------------------------------------
bool unicode_is_alpha(char32_t c);
bool unicode_is_decimal(char32_t c);
bool unicode_is_digit(char32_t c);
bool unicode_is_numeric(char32_t c);
bool unicode_is_printable(char32_t c);
bool unicode_is_space(char32_t c);
bool unicode_is_line_break(char32_t c);
bool unicode_is_upper(char32_t c);
bool unicode_is_lower(char32_t c);
bool unicode_is_title(char32_t c);
bool unicode_is_cased(char32_t c);
bool unicode_is_case_ignorable(char32_t c);
bool unicode_is_xid_start(char32_t c);
bool unicode_is_xid_continue(char32_t c);
inline bool unicode_is_alnum(char32_t c);

int unicode_decimal_value(char32_t c);      // -1: none
int unicode_digit_value(char32_t c);        // -1: none
double unicode_numeric_value(char32_t c);   // -1.0: none

// Simple (one to one) case mappings.
char32_t unicode_to_lower(char32_t c);
char32_t unicode_to_upper(char32_t c);
char32_t unicode_to_title(char32_t c);
// Full case mappings: up to three characters into out; the number of them.
int unicode_lower_full(char32_t c, char32_t out[3]);
int unicode_upper_full(char32_t c, char32_t out[3]);
int unicode_title_full(char32_t c, char32_t out[3]);
int unicode_fold_full(char32_t c, char32_t out[3]);

// ---- Names ---------------------------------------------------------------------------------------------------------------
inline constexpr int kMaxCharacterName = 255;
// The name as ASCII, NUL-terminated; false when it has none. Aliases and named sequences have none of their own.
bool unicode_name_of(char32_t c, char out[kMaxCharacterName + 1], bool with_aliases);
// The character of a name (any letter case; aliases included); -1 when there is none. This is \N{...}.
int unicode_lookup_name(std::string_view name);

// ---- Normalisation (PEP 3131 needs NFKC) -----------------------------------------------------------------------------------
enum class NormalForm { kNfc, kNfd, kNfkc, kNfkd };
Ref<Str> unicode_normalize(Str* s, NormalForm form);

// "\\xhh", "\\uhhhh" or "\\Uhhhhhhhh" for a character, NUL-terminated; its length.
int format_backslash_escape(char out[12], char32_t c);

inline bool unicode_is_alnum(char32_t c) {
  return unicode_is_alpha(c) || unicode_is_decimal(c) || unicode_is_digit(c) || unicode_is_numeric(c);
}

}  // namespace minipy
