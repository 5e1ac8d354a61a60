// str: PEP 393 layouts and the functions other rooms use. Code points up to U+10FFFF, storage of 1, 2 or 4 bytes per
// character, always the narrowest that fits ("canonical"); ASCII strings share their UTF-8.
#pragma once

#include <string_view>

#include "gc/object.h"
#include "runtime/result.h"

namespace minipy {

struct Type;
struct List;
struct Tuple;

struct StrState {
  unsigned int interned : 2;  // 0 no, 1 mortal, 2 immortal
  unsigned int kind : 3;      // bytes per character: 1, 2, 4
  unsigned int compact : 1;
  unsigned int ascii : 1;
  unsigned int ready : 1;
  unsigned int : 24;
};

// An ASCII compact string: characters follow at offset 48.
struct Str {
  Object base;
  ssize length;  // in characters
  hash_t hash;   // -1: not computed
  StrState state;
  wchar_t* wstr;
};
static_assert(sizeof(Str) == 48);
// Compact, not ASCII: characters follow at offset 72.
struct CompactStr {
  Str ascii;
  ssize utf8_length;
  char* utf8;  // cached UTF-8 or null
  ssize wstr_length;
};
static_assert(sizeof(CompactStr) == 72);
// Subclass instances: data elsewhere.
struct LegacyStr {
  CompactStr compact;
  void* data;
};
static_assert(sizeof(LegacyStr) == 80);

extern Type str_type, str_iterator_type, str_ascii_iterator_type;

inline int str_kind(const Str* s) { return s->state.kind; }
inline ssize str_length(const Str* s) { return s->length; }
inline bool str_is_ascii(const Str* s) { return s->state.ascii; }
inline void* str_data(const Str* s) {
  if (s->state.compact) {
    return const_cast<char*>(reinterpret_cast<const char*>(s)) + (s->state.ascii ? sizeof(Str) : sizeof(CompactStr));
  }
  return reinterpret_cast<const LegacyStr*>(s)->data;
}
inline char32_t str_at(const Str* s, ssize i) {
  switch (str_kind(s)) {
    case 1: return static_cast<const unsigned char*>(str_data(s))[i];
    case 2: return static_cast<const char16_t*>(str_data(s))[i];
    default: return static_cast<const char32_t*>(str_data(s))[i];
  }
}
char32_t str_max_char(const Str* s);  // upper bound by kind: 0x7f, 0xff, 0xffff, 0x10ffff

// Construction. All return new references.
Ref<Str> str_new(ssize length, char32_t max_char);  // uninitialised characters; write through str_write
void str_write(Str* s, ssize i, char32_t c);        // only on a fresh, unshared string
Ref<Str> str_from_utf8(std::string_view utf8);      // strict: UnicodeDecodeError
Ref<Str> str_from_ascii(std::string_view ascii);    // caller guarantees ASCII
Ref<Str> str_from_latin1(std::string_view latin1);
Ref<Str> str_from_char(char32_t c);                                // Latin-1 ones are cached
Ref<Str> str_from_kind(int kind, const void* data, ssize length);  // narrows to the canonical kind
Ref<Str> str_from_ucs4(const char32_t* data, ssize length);
Ref<Str> str_empty();
Ref<Str> str_from_object(Object* p);                     // str(p)
Ref<Str> str_substring(Str* s, ssize start, ssize end);  // clipped
Ref<Str> str_concat(Str* a, Str* b);
// `left += right` where the caller gives up its count on left; grows in place when that is the only one.
Ref<Str> str_append(Ref<Str> left, Str* right);
Ref<Str> str_join(Str* separator, Object* iterable);
Ref<Str> str_join_array(Str* separator, Object* const* items, ssize count);  // BUILD_STRING, join
Ref<Str> str_replace(Str* s, Str* from, Str* to, ssize max_count);
Ref<List> str_split(Str* s, Str* separator /* may be null */, ssize max_split);
Ref<Str> str_format_percent(Str* format, Object* args);  // format % args

// UTF-8 of the string, cached in it; valid as long as the string. Null data: UnicodeEncodeError (surrogates).
std::string_view str_utf8(Str* s);
// As str_utf8 but NUL-terminated pointer; null with an exception.
const char* str_utf8_cstr(Str* s);

// Comparison without Python code.
bool str_equal(const Str* a, const Str* b);
bool str_equals_ascii(const Str* a, std::string_view ascii);
int str_compare(const Str* a, const Str* b);  // <0, 0, >0 by code points
hash_t str_hash(Str* s);
// First index of needle in s[start:end] or -1 (direction 1), last (direction -1).
ssize str_find(const Str* s, const Str* needle, ssize start, ssize end, int direction);
ssize str_find_char(const Str* s, char32_t c, ssize start, ssize end, int direction);
bool str_contains_str(const Str* s, const Str* needle);
// -1 with exception when p is not a str.
bool str_is_identifier(const Str* s);
Ref<Str> str_repr(Str* s);

// Interning (docs: sys.intern). `str_intern` replaces s by the one interned equal string; exact str only.
void str_intern(Ref<Str>& s);
Ref<Str> str_intern_ascii(std::string_view ascii);  // interned string; process ends when memory is out
Ref<Str> str_intern_utf8(std::string_view utf8);
inline bool str_is_interned(const Str* s) { return s->state.interned != 0; }

// Builder: appends characters and strings, widening as needed (PyUnicodeWriter's role). The text grows in a str object
// that `finish` hands over.
class StrBuilder {
 public:
  explicit StrBuilder(ssize reserve = 0) : wanted_(reserve) {}
  ~StrBuilder() { xdecref(text_); }
  StrBuilder(const StrBuilder&) = delete;
  // All return Failed with MemoryError pending.
  Status append_char(char32_t c) {
    if (c <= bound_ && length_ < capacity_) {
      put(length_++, c);
      return kOk;
    }
    return append_char_slow(c);
  }
  Status append(const Str* s);
  Status append(const Str* s, ssize start, ssize end);
  Status append_ascii(std::string_view ascii);
  Status append_latin1(std::string_view latin1);
  Status append_utf8(std::string_view utf8);  // strict: UnicodeDecodeError
  Status append_ucs4(const char32_t* data, ssize count);
  Status append_fill(char32_t c, ssize count);
  Status append_str_of(Object* p);   // str(p)
  Status append_repr_of(Object* p);  // repr(p)
  ssize length() const { return length_; }
  // Room for `extra` characters up to max_char, so that as many append_char calls cannot fail. A character of
  // max_char's width must then be appended (or the builder truncated).
  Status reserve(ssize extra, char32_t max_char) {
    if (max_char <= bound_ && extra <= capacity_ - length_) return kOk;
    return grow(extra, max_char);
  }
  // Forgets what follows the first `length` characters. The result's width is then found anew by `finish`.
  void truncate(ssize length);
  Ref<Str> finish();

 private:
  Status append_char_slow(char32_t c);
  Status grow(ssize extra, char32_t max_char);
  void put(ssize i, char32_t c) {
    switch (kind_) {
      case 1: static_cast<unsigned char*>(data_)[i] = static_cast<unsigned char>(c); break;
      case 2: static_cast<char16_t*>(data_)[i] = static_cast<char16_t>(c); break;
      default: static_cast<char32_t*>(data_)[i] = c;
    }
  }

  Str* text_ = nullptr;
  void* data_ = nullptr;
  ssize length_ = 0;
  ssize capacity_ = 0;
  ssize wanted_;
  char32_t bound_ = 0x7f;  // largest character that fits now
  int kind_ = 1;
  bool recheck_ = false;  // characters may be narrower than the bound
};

// Codecs with known names, without the registry. errors may be null ("strict").
Ref<Object> str_encode_utf8(Str* s, const char* errors);
Ref<Str> str_decode_utf8(const char* data, ssize size, const char* errors);
// As decode_utf8 but an incomplete tail is left: *consumed tells how many bytes were used.
Ref<Str> str_decode_utf8_stateful(const char* data, ssize size, const char* errors, ssize* consumed);
Ref<Str> str_decode(const char* data, ssize size, const char* encoding, const char* errors);  // any codec
Ref<Object> str_encode(Str* s, const char* encoding, const char* errors);                     // bytes
// File system encoding (UTF-8 with surrogateescape).
Ref<Str> str_decode_fs(const char* data, ssize size = -1);
Ref<Object> str_encode_fs(Object* path);  // str, bytes or os.PathLike -> bytes object; embedded null: ValueError

}  // namespace minipy
