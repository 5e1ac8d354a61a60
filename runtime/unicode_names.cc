// Character names. A name is stored as a list of numbered words (runtime/unicode/generate.py); names of Hangul
// syllables and unified ideographs follow rules (Unicode standard, chapters 3.12 and 4.8). Lookup hashes the name and
// compares.
#include "runtime/unicode_names.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "runtime/error.h"
#include "runtime/unicode/tables.h"
#include "runtime/unicode_data.h"

namespace minipy {

using namespace unicode;

namespace {

constexpr const char* kHangulLead[] = {"G",  "GG", "N", "D",  "DD", "R", "M", "B", "BB", "S",
                                       "SS", "",   "J", "JJ", "C",  "K", "T", "P", "H"};
constexpr const char* kHangulVowel[] = {"A",  "AE", "YA", "YAE", "EO", "E",  "YEO", "YE", "O",  "WA", "WAE",
                                        "OE", "YO", "U",  "WEO", "WE", "WI", "YU",  "EU", "YI", "I"};
constexpr const char* kHangulTail[] = {"",   "G",  "GG", "GS", "N",  "NJ", "NH", "D", "L",  "LG",
                                       "LM", "LB", "LS", "LT", "LP", "LH", "M",  "B", "BS", "S",
                                       "SS", "NG", "J",  "C",  "K",  "T",  "P",  "H"};
constexpr char32_t kHangulFirst = 0xac00;
constexpr int kLeads = 19, kVowels = 21, kTails = 28;
constexpr std::string_view kHangulPrefix = "HANGUL SYLLABLE ";
constexpr std::string_view kIdeographPrefix = "CJK UNIFIED IDEOGRAPH-";

bool is_unified_ideograph(char32_t c) {
  for (int i = 0; i < kIdeographRanges; i++) {
    if (c >= ideograph_ranges[i].first && c <= ideograph_ranges[i].last) return true;
  }
  return false;
}

// Writes the entry's name, NUL-terminated.
void write_entry_name(int entry, char* out) {
  size_t at = name_bases[entry / 32] + name_offsets[entry];
  size_t end = name_bases[(entry + 1) / 32] + name_offsets[entry + 1];
  while (at < end) {
    unsigned word = name_text[at++];
    if (word >= kShortWords) word = kShortWords + ((word - kShortWords) << 8 | name_text[at++]);
    size_t size = word_offsets[word + 1] - word_offsets[word];
    std::memcpy(out, word_text + word_offsets[word], size);
    out += size;
  }
  *out = 0;
}

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

bool equal_ignoring_case(std::string_view given, const char* name) {
  if (given.size() != std::strlen(name)) return false;
  for (size_t i = 0; i < given.size(); i++) {
    if (upper(given[i]) != name[i]) return false;
  }
  return true;
}

// -1: none
int find_entry(std::string_view name) {
  uint32_t hash = 0;
  for (char c : name) hash = hash * 31 + static_cast<unsigned char>(upper(c));
  char candidate[kMaxCharacterName + 1];
  for (uint32_t i = hash % kNameTableSize; name_table[i]; i = (i + 1) % kNameTableSize) {
    int entry = name_table[i] - 1;
    write_entry_name(entry, candidate);
    if (equal_ignoring_case(name, candidate)) return entry;
  }
  return -1;
}

// The longest of the names that `text` begins with; -1: none (names may be empty). Removes it from the text.
int take_longest(std::string_view& text, const char* const* names, int count) {
  int best = -1;
  size_t best_size = 0;
  for (int i = 0; i < count; i++) {
    std::string_view name = names[i];
    if ((best < 0 || name.size() > best_size) && text.substr(0, name.size()) == name) {
      best = i;
      best_size = name.size();
    }
  }
  text.remove_prefix(best_size);
  return best;
}

int lookup_hangul(std::string_view rest) {
  int lead = take_longest(rest, kHangulLead, kLeads);
  int vowel = take_longest(rest, kHangulVowel, kVowels);
  int tail = take_longest(rest, kHangulTail, kTails);
  if (lead < 0 || vowel < 0 || tail < 0 || !rest.empty()) return -1;
  return static_cast<int>(kHangulFirst) + (lead * kVowels + vowel) * kTails + tail;
}

int lookup_ideograph(std::string_view rest) {
  if (rest.size() != 4 && rest.size() != 5) return -1;
  char32_t c = 0;
  for (char d : rest) {
    if (d >= '0' && d <= '9') {
      c = c * 16 + static_cast<char32_t>(d - '0');
    } else if (d >= 'A' && d <= 'F') {
      c = c * 16 + static_cast<char32_t>(d - 'A' + 10);
    } else {
      return -1;
    }
  }
  return is_unified_ideograph(c) ? static_cast<int>(c) : -1;
}

}  // namespace

bool unicode_name_of(char32_t c, char out[kMaxCharacterName + 1]) {
  if (c >= kHangulFirst && c < kHangulFirst + kLeads * kVowels * kTails) {
    int index = static_cast<int>(c - kHangulFirst);
    std::snprintf(out, kMaxCharacterName, "HANGUL SYLLABLE %s%s%s", kHangulLead[index / (kVowels * kTails)],
                  kHangulVowel[index / kTails % kVowels], kHangulTail[index % kTails]);
    return true;
  }
  if (is_unified_ideograph(c)) {
    std::snprintf(out, kMaxCharacterName, "CJK UNIFIED IDEOGRAPH-%X", static_cast<unsigned>(c));
    return true;
  }
  const uint32_t* end = entry_codes + kNamedCharacters;
  const uint32_t* found = std::lower_bound(entry_codes, end, static_cast<uint32_t>(c));
  if (found == end || *found != c) return false;
  write_entry_name(static_cast<int>(found - entry_codes), out);
  return true;
}

int unicode_lookup_sequence(std::string_view name, char32_t out[4]) {
  if (name.size() > kMaxCharacterName) return 0;
  if (name.substr(0, kHangulPrefix.size()) == kHangulPrefix) {
    int c = lookup_hangul(name.substr(kHangulPrefix.size()));
    if (c < 0) return 0;
    out[0] = static_cast<char32_t>(c);
    return 1;
  }
  if (name.substr(0, kIdeographPrefix.size()) == kIdeographPrefix) {
    int c = lookup_ideograph(name.substr(kIdeographPrefix.size()));
    if (c < 0) return 0;
    out[0] = static_cast<char32_t>(c);
    return 1;
  }
  int entry = find_entry(name);
  if (entry < 0) return 0;
  if (entry < kNamedCharacters + kAliases) {
    out[0] = entry < kNamedCharacters ? entry_codes[entry] : alias_codes[entry - kNamedCharacters];
    return 1;
  }
  const uint32_t* codes = sequence_codes + 4 * (entry - kNamedCharacters - kAliases);
  int n = 0;
  while (n < 4 && codes[n]) {
    out[n] = codes[n];
    n++;
  }
  return n;
}

int unicode_lookup_name(std::string_view name) {
  char32_t codes[4];
  return unicode_lookup_sequence(name, codes) == 1 ? static_cast<int>(codes[0]) : -1;
}

// ---- Module unicodedata --------------------------------------------------------------------------------------------

Status (*g_import_unicodedata_hook)() = nullptr;

namespace {

Status import_once(bool& imported) {
  if (!imported && g_import_unicodedata_hook) TRY(g_import_unicodedata_hook());
  imported = true;
  return kOk;
}

}  // namespace

Status unicode_names_for_escapes() {
  static bool imported = false;
  if (import_once(imported)) return kOk;
  return raise(UnicodeError, "\\N escapes not supported (can't load unicodedata module)");
}

Status unicode_names_for_replacing() {
  static bool imported = false;
  return import_once(imported);
}

}  // namespace minipy
