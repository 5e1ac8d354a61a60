// Normalisation forms (UAX #15): full decomposition, canonical ordering, canonical composition.
#include <algorithm>
#include <vector>

#include "runtime/str_internal.h"
#include "runtime/unicode/tables.h"
#include "runtime/unicode_data.h"

namespace minipy {

using namespace unicode;

namespace {

constexpr char32_t kHangulFirst = 0xac00, kLeadFirst = 0x1100, kVowelFirst = 0x1161, kTailFirst = 0x11a7;
constexpr char32_t kLeads = 19, kVowels = 21, kTails = 28, kSyllables = kLeads * kVowels * kTails;

using Text = std::vector<char32_t>;

void decompose(char32_t c, bool compatibility, bool old, Text& out) {
  if (c >= kHangulFirst && c < kHangulFirst + kSyllables) {
    char32_t i = c - kHangulFirst;
    out.push_back(kLeadFirst + i / (kVowels * kTails));
    out.push_back(kVowelFirst + i / kTails % kVowels);
    if (i % kTails) out.push_back(kTailFirst + i % kTails);
    return;
  }
  if (old) {
    for (int i = 0; i < kOldDecompositions; i++) {
      if (old_decompositions[i].code == c) return out.push_back(old_decompositions[i].decomposition);
    }
    if (unicode_database_record(c, true).category == 0) return out.push_back(c);
  }
  const uint32_t* d = unicode_decomposition(c);
  if (!d || (!compatibility && (*d & 0xff) != 0)) return out.push_back(c);
  uint32_t n = *d >> 8;
  for (uint32_t i = 1; i <= n; i++) decompose(d[i], compatibility, old, out);
}

// Sorts runs of characters with a combining class by it, keeping the order of equals.
void reorder(Text& text) {
  size_t i = 0;
  while (i < text.size()) {
    if (unicode_combining_class(text[i]) == 0) {
      i++;
      continue;
    }
    size_t end = i;
    while (end < text.size() && unicode_combining_class(text[end]) != 0) end++;
    std::stable_sort(text.begin() + static_cast<ssize>(i), text.begin() + static_cast<ssize>(end),
                     [](char32_t a, char32_t b) { return unicode_combining_class(a) < unicode_combining_class(b); });
    i = end;
  }
}

// 0: the pair does not compose.
char32_t compose_pair(char32_t a, char32_t b) {
  if (a >= kLeadFirst && a < kLeadFirst + kLeads && b >= kVowelFirst && b < kVowelFirst + kVowels) {
    return kHangulFirst + ((a - kLeadFirst) * kVowels + (b - kVowelFirst)) * kTails;
  }
  if (a >= kHangulFirst && a < kHangulFirst + kSyllables && (a - kHangulFirst) % kTails == 0 && b > kTailFirst &&
      b < kTailFirst + kTails) {
    return a + (b - kTailFirst);
  }
  const Composition* end = compositions + kCompositions;
  const Composition* found = std::lower_bound(
      compositions, end, Composition{a, b, 0},
      [](const auto& x, const auto& y) { return x.first != y.first ? x.first < y.first : x.second < y.second; });
  return found != end && found->first == a && found->second == b ? found->composed : 0;
}

void compose(Text& text) {
  size_t starter = text.size();  // index in the output; size(): none yet
  size_t out = 0;
  int last_class = -1;  // of the last character kept after the starter; -1: none
  for (char32_t c : Text(text)) {
    int combining = unicode_combining_class(c);
    // Blocked when something with the same or a higher class (or another starter) stands between.
    if (starter < text.size() && last_class < combining) {
      if (char32_t composed = compose_pair(text[starter], c)) {
        text[starter] = composed;
        continue;
      }
    }
    if (combining == 0) {
      starter = out;
      last_class = -1;
    } else {
      last_class = combining;
    }
    text[out++] = c;
  }
  text.resize(out);
}

}  // namespace

const uint32_t* unicode_decomposition(char32_t c) {
  if (c >= 0x110000) return nullptr;
  uint32_t at = decomposition_second[decomposition_first[c >> 7] * 128u + (c & 127)];
  return at ? &decomposition_pool[at] : nullptr;
}

const DatabaseRecord& unicode_database_record(char32_t c, bool old) {
  if (old) {
    const OldRecord* end = old_records + kOldRecords;
    const OldRecord* found =
        std::lower_bound(old_records, end, c, [](const OldRecord& r, char32_t code) { return r.last < code; });
    if (found != end && found->first <= c) return found->record;
  }
  return database_records[database_second[database_first[c >> 7] * 128u + (c & 127)]];
}

int unicode_combining_class(char32_t c) { return c < 0x300 ? 0 : unicode_database_record(c, false).combining; }

Ref<Str> unicode_normalize(Str* s, NormalForm form, bool old) {
  if (str_is_ascii(s) || (form == NormalForm::kNfc && str_kind(s) == 1)) return str_exact(s);
  bool compatibility = form == NormalForm::kNfkc || form == NormalForm::kNfkd;
  Text text;
  text.reserve(static_cast<size_t>(str_length(s)) + 16);
  with_chars(s, [&](auto* p) {
    for (ssize i = 0; i < s->length; i++) decompose(p[i], compatibility, old, text);
  });
  reorder(text);
  if (form == NormalForm::kNfc || form == NormalForm::kNfkc) compose(text);
  return str_from_ucs4(text.data(), static_cast<ssize>(text.size()));
}

}  // namespace minipy
