// Identifiers and numbers.
#include <cstdlib>

#include "compiler/parse_context.h"
#include "runtime/abstract.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/float.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/thread_state.h"
#include "runtime/unicode_data.h"

namespace minipy {

namespace {

size_t hash_text(std::string_view text) {
  uint64_t h = 0xcbf29ce484222325u;
  for (char c : text) h = (h ^ static_cast<uint8_t>(c)) * 0x100000001b3u;
  return h ^ (h >> 29);
}

bool is_ascii(std::string_view text) {
  for (char c : text) {
    if (static_cast<uint8_t>(c) >= 128) return false;
  }
  return true;
}

// NFKC, by the `normalize` of module unicodedata if that is loaded: a program may have replaced it.
Ref<Str> normalize_identifier(Str* name) {
  Dict* modules = current_interpreter()->modules;
  Object* module = modules ? dict_get_str(modules, NAME("unicodedata")) : nullptr;
  if (!module) return unicode_normalize(name, NormalForm::kNfkc);
  Ref<Object> held = share(module);
  Ref<Object> result = TRY(call_method(held.get(), NAME("normalize"), NAME("NFKC"), as_object(name)));
  if (is_instance_of(result.get(), &str_type)) return std::move(result).cast_to<Str>();
  return raise(TypeError, "unicodedata.normalize() must return a string, not {}", type_name(result.get()));
}

Ref<Str> make_identifier(std::string_view text) {
  if (is_ascii(text)) return str_intern_ascii(text);
  Ref<Str> raw = TRY(str_from_utf8(text));
  Ref<Str> normal = TRY(normalize_identifier(raw.get()));
  str_intern(normal);
  return normal;
}

}  // namespace

Str* IdentifierTable::intern(std::string_view text) {
  if (used_ * 2 >= entries_.size()) grow();
  size_t hash = hash_text(text);
  size_t mask = entries_.size() - 1;
  size_t i = hash & mask;
  while (entries_[i].name) {
    if (entries_[i].hash == hash && entries_[i].text == text) return entries_[i].name;
    i = (i + 1) & mask;
  }
  Str* name = arena_.own(make_identifier(text));
  if (!name) return nullptr;
  entries_[i] = {text, hash, name};
  used_++;
  return name;
}

Str* IdentifierTable::intern_copy(std::string_view text) {
  Seq<char> copy = arena_.copy_seq(text.data(), static_cast<ptrdiff_t>(text.size()));
  return intern({copy.data, text.size()});
}

void IdentifierTable::grow() {
  std::vector<Entry> old = std::move(entries_);
  entries_.assign(old.empty() ? 256 : old.size() * 2, Entry{{}, 0, nullptr});
  size_t mask = entries_.size() - 1;
  for (const Entry& entry : old) {
    if (!entry.name) continue;
    size_t i = entry.hash & mask;
    while (entries_[i].name) i = (i + 1) & mask;
    entries_[i] = entry;
  }
}

namespace {

Ref<Object> number_object(std::string_view text) {
  char letter = text.size() > 1 && text[0] == '0' ? static_cast<char>(text[1] | 0x20) : '\0';
  if (letter == 'x' || letter == 'o' || letter == 'b') return int_from_text(text, 0);
  // Short decimal ints without further ado.
  bool digits_only = true;
  ssize value = 0;
  for (char c : text) {
    if (c < '0' || c > '9') digits_only = false;
    if (text.size() <= 18) value = value * 10 + (c - '0');
  }
  if (digits_only && text.size() <= 18) return int_from_ssize(value);
  char last = static_cast<char>(text.back() | 0x20);
  bool imaginary = last == 'j';
  if (!imaginary && text.find_first_of(".eE") == text.npos) return int_from_text(text, 0);
  std::string plain;
  for (char c : text) {
    if (c != '_') plain += c;
  }
  if (imaginary) plain.pop_back();
  const char* end;
  double real = parse_double(plain.c_str(), &end);
  return imaginary ? complex_from_doubles(0.0, real) : float_from_double(real);
}

}  // namespace

Object* parse_number(Arena& arena, std::string_view text) { return arena.own(number_object(text)); }

}  // namespace minipy
