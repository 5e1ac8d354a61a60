// Identifiers and numbers.
#include <cstdlib>

#include "compiler/parse_context.h"
#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/float.h"
#include "runtime/function.h"
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

// Imports the module by the `__import__` of whoever runs, as a native caller does: a program may have replaced both. An
// empty list stands for the names asked for.
Ref<Object> import_unicodedata(Dict* modules) {
  Dict* globals = g_current_globals_hook ? g_current_globals_hook() : nullptr;
  Object* builtins = globals ? TRY(builtins_from_globals(globals)) : as_object(current_interpreter()->builtins);
  Ref<Object> import = TRY(object_get_item(builtins, as_object(NAME("__import__"))));
  Ref<List> names = TRY(list_new());
  Ref<Object> level = TRY(int_from_ssize(0));
  Object* place = globals ? as_object(globals) : py_none();
  TRY(call(import.get(), NAME("unicodedata"), place, place, names.get(), level.get()));
  return object_get_item(as_object(modules), as_object(NAME("unicodedata")));
}

}  // namespace

// NFKC, by the `normalize` of module unicodedata.
Ref<Str> IdentifierTable::normalize(Str* name) {
  Dict* modules = current_interpreter()->modules;
  if (!modules) return unicode_normalize(name, NormalForm::kNfkc);
  if (!normalize_) {
    Ref<Object> module = TRY(import_unicodedata(modules));
    normalize_ = TRY(object_get_attr(module.get(), NAME("normalize")));
  }
  Ref<Object> result = TRY(call(normalize_.get(), NAME("NFKC"), as_object(name)));
  if (is_instance_of(result.get(), &str_type)) return std::move(result).cast_to<Str>();
  return raise(TypeError, "unicodedata.normalize() must return a string, not {}", type_name(result.get()));
}

Ref<Str> IdentifierTable::make(std::string_view text) {
  if (is_ascii(text)) return str_intern_ascii(text);
  Ref<Str> raw = TRY(str_from_utf8(text));
  Ref<Str> normal = TRY(normalize(raw.get()));
  str_intern(normal);
  return normal;
}

Str* IdentifierTable::intern(std::string_view text) {
  if (used_ * 2 >= entries_.size()) grow();
  size_t hash = hash_text(text);
  size_t mask = entries_.size() - 1;
  size_t i = hash & mask;
  while (entries_[i].name) {
    if (entries_[i].hash == hash && entries_[i].text == text) return entries_[i].name;
    i = (i + 1) & mask;
  }
  Str* name = arena_.own(make(text));
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
