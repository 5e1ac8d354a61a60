// Character properties of Unicode 14.0.0, and character names.
#pragma once

#include <string_view>

#include "gc/object.h"
#include "runtime/result.h"

namespace minipy {

struct Str;

// ---- Properties. Any code point may be asked for.
// ------------------------------------------------------------------------
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
bool unicode_is_alnum(char32_t c);

int unicode_decimal_value(char32_t c);     // -1: none
int unicode_digit_value(char32_t c);       // -1: none
double unicode_numeric_value(char32_t c);  // -1.0: none

// Simple (one to one) case mappings.
char32_t unicode_to_lower(char32_t c);
char32_t unicode_to_upper(char32_t c);
char32_t unicode_to_title(char32_t c);
// Full case mappings: up to three characters into out; the number of them.
int unicode_lower_full(char32_t c, char32_t out[3]);
int unicode_upper_full(char32_t c, char32_t out[3]);
int unicode_title_full(char32_t c, char32_t out[3]);
int unicode_fold_full(char32_t c, char32_t out[3]);

// ---- Names
// ---------------------------------------------------------------------------------------------------------------
inline constexpr int kMaxCharacterName = 255;
// The name as ASCII, NUL-terminated; false when it has none.
bool unicode_name_of(char32_t c, char out[kMaxCharacterName + 1]);
// The character of a name (any letter case; formal aliases included); -1 when there is none. This is \N{...}.
int unicode_lookup_name(std::string_view name);
// As unicode_lookup_name, named sequences of up to four characters included: how many characters, 0: no such name.
int unicode_lookup_sequence(std::string_view name, char32_t out[4]);

// ---- Normalisation (PEP 3131 needs NFKC)
// -----------------------------------------------------------------------------------
enum class NormalForm { kNfc, kNfd, kNfkc, kNfkd };
// `old`: as Unicode 3.2.0 had it.
Ref<Str> unicode_normalize(Str* s, NormalForm form, bool old = false);

namespace unicode {
struct DatabaseRecord;
}
// What the module unicodedata shows; see runtime/unicode/tables.h. c must be a code point.
const unicode::DatabaseRecord& unicode_database_record(char32_t c, bool old);
int unicode_combining_class(char32_t c);
// length << 8 | tag, then the characters; null: none (Hangul syllables included).
const uint32_t* unicode_decomposition(char32_t c);

// "\\xhh", "\\uhhhh" or "\\Uhhhhhhhh" for a character, NUL-terminated; its length.
int format_backslash_escape(char out[12], char32_t c);

}  // namespace minipy
