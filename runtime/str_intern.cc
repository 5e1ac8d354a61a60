// Interning (sys.intern). Interned strings are mortal: the table borrows them, and a dying string takes itself out.
//
// The table is an open-addressing hash table of this file's own: it is keyed by the text alone and may not keep its
// entries alive, so a dict would have to be lied to about its counts.
#include <cstdlib>
#include <cstring>

#include "gc/hooks.h"
#include "gc/memory.h"
#include "gc/memory_refusal.h"
#include "runtime/error.h"
#include "runtime/str_intern.h"
#include "runtime/str_internal.h"

namespace minipy {

const InternListener* g_intern_listener = nullptr;

namespace {

// CPython 3.11 keeps the identifiers that its own code uses apart from its one-character cache, so these interned
// letters are other objects than chr() of them gives. Programs can see that with `is`.
constexpr std::string_view kIdentifierChars = "BCLST_abcdefhiklmnopqrstvwxy";

struct IdentifierChar {
  Str str;
  char text[2];
};
struct IdentifierChars {
  IdentifierChar items[kIdentifierChars.size()];
  constexpr IdentifierChars() {
    for (size_t i = 0; i < kIdentifierChars.size(); i++) {
      StrState state{};
      state.interned = 1;
      state.kind = 1;
      state.compact = 1;
      state.ascii = 1;
      state.ready = 1;
      items[i] = {{{999999999, &str_type}, 1, -1, state, nullptr}, {kIdentifierChars[i], 0}};
    }
  }
};
constinit IdentifierChars identifier_chars;

// Slots are null (free), kDeleted, or an interned string.
struct InternTable {
  Str** slots;
  size_t mask;
  size_t used;  // strings
  size_t fill;  // strings and deleted marks
};
constinit InternTable table{nullptr, 0, 0, 0};
Str* const kDeleted = reinterpret_cast<Str*>(1);

bool same_text(const Str* s, hash_t hash, const Str* t) { return t->hash == hash && str_equal(s, t); }

// The slot of the equal string, or of the place where it goes.
Str** find_slot(const Str* s, hash_t hash) {
  size_t i = static_cast<size_t>(hash) & table.mask;
  Str** free_slot = nullptr;
  for (size_t step = 1;; i = (i + step++) & table.mask) {
    Str** slot = &table.slots[i];
    if (!*slot) return free_slot ? free_slot : slot;
    if (*slot == kDeleted) {
      if (!free_slot) free_slot = slot;
    } else if (*slot == s || same_text(s, hash, *slot)) {
      return slot;
    }
  }
}

bool grow_table() {
  size_t capacity = 4096;
  while (capacity < table.used * 3) capacity *= 2;
  Str** slots = static_cast<Str**>(memory::raw_calloc(capacity, sizeof(Str*)));
  if (!slots) return false;
  InternTable old = table;
  table = {slots, capacity - 1, old.used, old.used};
  if (!old.slots) {
    for (IdentifierChar& c : identifier_chars.items) {
      *find_slot(&c.str, str_hash(&c.str)) = &c.str;
      table.used++;
      table.fill++;
    }
  } else {
    for (size_t i = 0; i <= old.mask; i++) {
      Str* s = old.slots[i];
      if (s && s != kDeleted) *find_slot(s, s->hash) = s;
    }
    memory::raw_free(old.slots);
  }
  return true;
}

}  // namespace

void str_intern(Ref<Str>& s) {
  if (!s || s->state.interned || !is_exact_str(as_object(s.get()))) return;
  // Room for one more first. Without memory the string just stays as it is, as everywhere where interning is advice.
  if ((table.fill + 1) * 3 > table.mask * 2 && !grow_table()) return;
  Str** slot = find_slot(s.get(), str_hash(s.get()));
  if (*slot && *slot != kDeleted) {
    s = share(*slot);
    if (g_intern_listener) [[unlikely]]
      g_intern_listener->found(g_intern_listener->context, s.get());
    return;
  }
  if (!*slot) table.fill++;
  *slot = s.get();
  table.used++;
  s->state.interned = 1;
  if (kHooks && g_intern_listener) [[unlikely]]
    g_intern_listener->interned(g_intern_listener->context, s.get());
}

void str_forget_interned(Str* s) {
  if (kHooks && g_intern_listener) [[unlikely]]
    g_intern_listener->forgotten(g_intern_listener->context, s);
  Str** slot = find_slot(s, s->hash);
  if (*slot == s) {
    *slot = kDeleted;
    table.used--;
  }
  s->state.interned = 0;
}

size_t str_interned_count() { return table.used; }

Ref<Str> str_intern_ascii(std::string_view ascii) {
  // Nearly all of them are the names that the program itself uses, which CPython has in static memory.
  memory::WithoutRefusal scope;
  Ref<Str> s = MUST(str_from_ascii(ascii));
  str_intern(s);
  return s;
}

Ref<Str> str_intern_utf8(std::string_view utf8) {
  Ref<Str> s = TRY(str_from_utf8(utf8));
  str_intern(s);
  return s;
}

}  // namespace minipy
