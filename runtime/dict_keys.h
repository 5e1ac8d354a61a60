// The tables behind dict: a sparse index and a dense array of entries in insertion order (PEP 468, PEP 412).
//
// A DictKeys block is: the header, 2**log2_size indices of 1, 2, 4 or 8 bytes, then room for 2/3 as many entries. An
// index is the number of an entry, kIndexEmpty or kIndexDummy (a deleted entry: probing goes on). The kinds:
//   kUnicode  every key is an exact str: entries are (key, value), the hash is in the key
//   kGeneral  entries are (hash, key, value)
//   kSplit    as kUnicode, but shared by the instances of a class: the values are in a DictValues of each instance
// Only combined tables (the first two) have deleted entries: key and value null. Keys leave a split table never.
//
// Probing, growth and sizes are CPython 3.11's, because iteration order after mutation-sensitive operations and
// sys.getsizeof show them.
#pragma once

#include "gc/collector.h"
#include "gc/object.h"
#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/str.h"
#include "runtime/type.h"

namespace minipy {

enum class KeysKind : uint8_t { kGeneral = 0, kUnicode = 1, kSplit = 2 };

struct DictKeys {
  ssize refcount;
  uint8_t log2_size;         // number of indices
  uint8_t log2_index_bytes;  // bytes of all indices
  KeysKind kind;
  uint8_t unused;
  uint32_t version;  // 0: none
  ssize usable;      // entries that may still be added
  ssize nentries;    // entries in use, deleted ones included
};
static_assert(sizeof(DictKeys) == 32);

struct UnicodeEntry {
  Str* key;
  Object* value;
};
struct GeneralEntry {
  hash_t hash;
  Object* key;
  Object* value;
};

inline constexpr ssize kIndexEmpty = -1;
inline constexpr ssize kIndexDummy = -2;
inline constexpr ssize kIndexError = -3;
inline constexpr int kMinLog2Size = 3;
inline constexpr ssize kMinKeysSize = 8;
inline constexpr int kSharedKeysMax = 30;

constexpr ssize usable_fraction(ssize n) { return (n << 1) / 3; }
// A table with at least `size` indices; exact powers of two from 16 on are doubled, as CPython does.
inline int log2_keys_size(ssize size) {
  return 64 - __builtin_clzll(static_cast<unsigned long long>(((size | kMinKeysSize) - 1) | (kMinKeysSize - 1)));
}
// The smallest table that holds n entries.
inline int log2_keys_for(ssize n) { return log2_keys_size((n * 3 + 1) / 2); }

inline bool keys_are_unicode(const DictKeys* k) { return k->kind != KeysKind::kGeneral; }
inline ssize keys_size(const DictKeys* k) { return ssize{1} << k->log2_size; }
inline char* keys_indices(const DictKeys* k) { return reinterpret_cast<char*>(const_cast<DictKeys*>(k) + 1); }
inline char* keys_entries(const DictKeys* k) { return keys_indices(k) + (size_t{1} << k->log2_index_bytes); }
inline UnicodeEntry* unicode_entries(const DictKeys* k) { return reinterpret_cast<UnicodeEntry*>(keys_entries(k)); }
inline GeneralEntry* general_entries(const DictKeys* k) { return reinterpret_cast<GeneralEntry*>(keys_entries(k)); }
inline size_t keys_entry_size(const DictKeys* k) {
  return keys_are_unicode(k) ? sizeof(UnicodeEntry) : sizeof(GeneralEntry);
}
inline Object* entry_key(const DictKeys* k, ssize i) {
  return keys_are_unicode(k) ? as_object(unicode_entries(k)[i].key) : general_entries(k)[i].key;
}
inline Object** entry_value(const DictKeys* k, ssize i) {
  return keys_are_unicode(k) ? &unicode_entries(k)[i].value : &general_entries(k)[i].value;
}
inline hash_t entry_hash(const DictKeys* k, ssize i) {
  return keys_are_unicode(k) ? unicode_entries(k)[i].key->hash : general_entries(k)[i].hash;
}

inline ssize keys_get_index(const DictKeys* k, size_t i) {
  const char* p = keys_indices(k);
  if (k->log2_size < 8) [[likely]]
    return reinterpret_cast<const int8_t*>(p)[i];
  if (k->log2_size < 16) return reinterpret_cast<const int16_t*>(p)[i];
  if (k->log2_size < 32) return reinterpret_cast<const int32_t*>(p)[i];
  return reinterpret_cast<const int64_t*>(p)[i];
}
inline void keys_set_index(DictKeys* k, size_t i, ssize value) {
  char* p = keys_indices(k);
  if (k->log2_size < 8) [[likely]] {
    reinterpret_cast<int8_t*>(p)[i] = static_cast<int8_t>(value);
  } else if (k->log2_size < 16) {
    reinterpret_cast<int16_t*>(p)[i] = static_cast<int16_t>(value);
  } else if (k->log2_size < 32) {
    reinterpret_cast<int32_t*>(p)[i] = static_cast<int32_t>(value);
  } else {
    reinterpret_cast<int64_t*>(p)[i] = value;
  }
}

// The order in which a table is probed for a hash.
struct Probe {
  size_t mask, perturb, i;
  Probe(const DictKeys* k, hash_t hash)
      : mask((size_t{1} << k->log2_size) - 1), perturb(static_cast<size_t>(hash)), i(perturb & mask) {}
  void next() {
    perturb >>= 5;
    i = mask & (i * 5 + perturb + 1);
  }
};

// The table of every empty dict; shared, never written except its count.
extern DictKeys* const empty_keys;

// New table, indices empty, entries uninitialised; null with MemoryError. kind: kUnicode or kGeneral.
DictKeys* keys_new(int log2_size, bool unicode);
inline void keys_incref(DictKeys* k) { k->refcount++; }
// dict_keys_decref (dict.h) drops a count; the last one drops keys and values of a combined table too.
void keys_free_memory(DictKeys* k);  // without touching the entries
// What sys.getsizeof counts for the table.
ssize keys_memory_size(const DictKeys* k);
// Fills the indices of a table whose `count` first entries are filled and whose indices are empty.
void keys_build_indices(DictKeys* k, ssize count);
// First index slot where an entry of that hash may be put.
size_t keys_find_empty_slot(const DictKeys* k, hash_t hash);
// The index slot that holds entry number `entry`.
size_t keys_slot_of(const DictKeys* k, hash_t hash, ssize entry);
// Exact copy of a combined table, sharing its keys and values; null with MemoryError.
DictKeys* keys_clone(const DictKeys* k);
// Adds a key without value to a split table; -1 when it is full. The entry's number, also when the key was there.
ssize keys_add_shared(DictKeys* k, Str* key, hash_t hash);

// Entry of an exact str in a table of str keys; kIndexEmpty when absent. Runs no Python code.
template <class I>
inline ssize keys_lookup_str_width(const DictKeys* k, const Str* key, hash_t hash) {
  const I* indices = reinterpret_cast<const I*>(keys_indices(k));
  const UnicodeEntry* entries = unicode_entries(k);
  Probe probe(k, hash);
  while (true) {
    I ix = indices[probe.i];
    if (ix >= 0) {
      const Str* candidate = entries[ix].key;
      if (candidate == key || (candidate->hash == hash && str_equal(candidate, key))) return ix;
    } else if (ix == kIndexEmpty) {
      return kIndexEmpty;
    }
    probe.next();
  }
}
inline ssize keys_lookup_str(const DictKeys* k, const Str* key, hash_t hash) {
  if (k->log2_size < 8) [[likely]]
    return keys_lookup_str_width<int8_t>(k, key, hash);
  if (k->log2_size < 16) return keys_lookup_str_width<int16_t>(k, key, hash);
  if (k->log2_size < 32) return keys_lookup_str_width<int32_t>(k, key, hash);
  return keys_lookup_str_width<int64_t>(k, key, hash);
}

// ---- Values of split tables
// ------------------------------------------------------------------------------------------

// The values by entry number. Before them stand bytes, backwards: the size of the bytes, how many values there are,
// then the entry numbers in the order in which this instance got them.
struct DictValues {
  Object* items[1];
};
inline uint8_t* values_bytes(DictValues* v) { return reinterpret_cast<uint8_t*>(v); }
inline int values_count(DictValues* v) { return values_bytes(v)[-2]; }
inline int values_entry_at(DictValues* v, ssize position) { return values_bytes(v)[-3 - position]; }
inline void values_append_order(DictValues* v, ssize entry) {
  int n = values_count(v);
  values_bytes(v)[-3 - n] = static_cast<uint8_t>(entry);
  values_bytes(v)[-2] = static_cast<uint8_t>(n + 1);
}
void values_remove_order(DictValues* v, ssize entry);
DictValues* values_new(ssize size);  // items null; null with MemoryError
void values_free(DictValues* v);     // the memory only
// Room for values that a dict over the split table has.
inline ssize shared_keys_room(const DictKeys* k) { return k->nentries + k->usable; }

// ---- Shared by the dict*.cc files
// -------------------------------------------------------------------------------------

inline bool is_exact_str(const Object* p) { return type_of(p) == &str_type; }
inline bool dict_is_split(const Dict* d) { return d->values != nullptr; }
inline hash_t str_hash_of(Str* s) { return s->hash != -1 ? s->hash : str_hash(s); }
// hash(key); false with an exception pending.
inline bool key_hash(Object* key, hash_t* hash) {
  if (is_exact_str(key)) [[likely]] {
    *hash = str_hash_of(cast<Str>(key));
    return true;
  }
  Maybe<hash_t> h = object_hash(key);
  *hash = *h;
  return static_cast<bool>(h);
}
// Whether a container that holds p must be known to the collector.
inline bool may_be_tracked(const Object* p) {
  return type_has(type_of(p), kTypeHaveGc) && object_is_gc(p) && (type_of(p) != &tuple_type || gc_is_tracked(p));
}
uint64_t dict_next_version();
// A dict over a table, whose count and values it takes over, untracked; they are freed when memory is out.
Ref<Dict> dict_new_with(DictKeys* keys, DictValues* values, ssize used);
// Entry number (or kIndexEmpty, kIndexError) and borrowed value (null when absent) of a key.
ssize dict_lookup(Dict* d, Object* key, hash_t hash, Object** value);
// Moves the entries into a new combined table.
Status dict_resize(Dict* d, int log2_size, bool unicode);
// Key, value and hash of the entry at a position of iteration; false at the end. Moves *position past it.
bool dict_iterate(Dict* d, ssize* position, Object** key, Object** value, hash_t* hash);
bool dict_iterate_back(Dict* d, ssize* position, Object** key, Object** value);
// True when iteration by Python code over the (sub)type's instances is dict's own.
bool dict_has_plain_iteration(const Object* p);
Object* dict_iter(Object* d);  // iter slot of dict

}  // namespace minipy
