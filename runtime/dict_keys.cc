#include "runtime/dict_keys.h"

#include <cstring>

#include "gc/memory.h"
#include "runtime/error.h"
#include "runtime/free_list.h"

namespace minipy {

namespace {

// One index, empty, and no entries.
struct EmptyKeys {
  DictKeys header;
  int8_t indices[8];
};
constinit EmptyKeys empty_keys_block = {{1, 0, 0, KeysKind::kUnicode, 0, 1, 0, 0}, {-1, -1, -1, -1, -1, -1, -1, -1}};

// Tables of eight str keys are what most dicts need: freed ones are kept here (bound as CPython's).
constexpr int kFreeKeysMax = 80;
constinit DictKeys* free_keys[kFreeKeysMax] = {};
constinit int free_keys_count = 0;
constinit FreeListInfo free_keys_info{"dict keys",
                                      -1,
                                      kFreeKeysMax,
                                      [](const FreeListInfo&) { return free_keys_count; },
                                      [](FreeListInfo&) { dict_keys_clear_free_list(); },
                                      nullptr};

constinit uint32_t next_keys_version = 2;

inline bool fits_free_list(const DictKeys* k) { return k->log2_size == kMinLog2Size && k->kind == KeysKind::kUnicode; }

}  // namespace

DictKeys* const empty_keys = &empty_keys_block.header;

DictKeys* keys_new(int log2_size, bool unicode) {
  int log2_bytes = log2_size < 8    ? log2_size
                   : log2_size < 16 ? log2_size + 1
                   : log2_size < 32 ? log2_size + 2
                                    : log2_size + 3;
  if (log2_size >= 58) return raise_no_memory_error();
  ssize usable = usable_fraction(ssize{1} << log2_size);
  size_t entry_size = unicode ? sizeof(UnicodeEntry) : sizeof(GeneralEntry);
  DictKeys* k;
  if (log2_size == kMinLog2Size && unicode && free_keys_count > 0) {
    k = free_keys[--free_keys_count];
  } else {
    free_list_register(free_keys_info);
    k = static_cast<DictKeys*>(
        memory::object_alloc(sizeof(DictKeys) + (size_t{1} << log2_bytes) + static_cast<size_t>(usable) * entry_size));
    if (!k) return raise_no_memory_error();
  }
  *k = DictKeys{.refcount = 1,
                .log2_size = static_cast<uint8_t>(log2_size),
                .log2_index_bytes = static_cast<uint8_t>(log2_bytes),
                .kind = unicode ? KeysKind::kUnicode : KeysKind::kGeneral,
                .unused = 0,
                .version = 0,
                .usable = usable,
                .nentries = 0};
  std::memset(keys_indices(k), 0xff, size_t{1} << log2_bytes);
  return k;
}

void keys_free_memory(DictKeys* k) {
  if (fits_free_list(k) && free_keys_count < kFreeKeysMax) {
    free_keys[free_keys_count++] = k;
  } else {
    memory::object_free(k);
  }
}

void dict_keys_clear_free_list() {
  while (free_keys_count > 0) memory::object_free(free_keys[--free_keys_count]);
}

void dict_keys_decref(DictKeys* k) {
  if (--k->refcount > 0) return;
  // Nobody else can reach the table any more, so destructors that run now cannot see it half freed.
  if (keys_are_unicode(k)) {
    UnicodeEntry* entries = unicode_entries(k);
    bool split = k->kind == KeysKind::kSplit;
    for (ssize i = 0, n = k->nentries; i < n; i++) {
      xdecref(entries[i].key);
      if (!split) xdecref(entries[i].value);
    }
  } else {
    GeneralEntry* entries = general_entries(k);
    for (ssize i = 0, n = k->nentries; i < n; i++) {
      xdecref(entries[i].key);
      xdecref(entries[i].value);
    }
  }
  keys_free_memory(k);
}

ssize keys_memory_size(const DictKeys* k) {
  return static_cast<ssize>(sizeof(DictKeys) + (size_t{1} << k->log2_index_bytes) +
                            static_cast<size_t>(usable_fraction(keys_size(k))) * keys_entry_size(k));
}

size_t keys_find_empty_slot(const DictKeys* k, hash_t hash) {
  Probe probe(k, hash);
  while (keys_get_index(k, probe.i) >= 0) probe.next();
  return probe.i;
}

size_t keys_slot_of(const DictKeys* k, hash_t hash, ssize entry) {
  Probe probe(k, hash);
  while (keys_get_index(k, probe.i) != entry) probe.next();
  return probe.i;
}

void keys_build_indices(DictKeys* k, ssize count) {
  for (ssize i = 0; i < count; i++) {
    Probe probe(k, entry_hash(k, i));
    while (keys_get_index(k, probe.i) != kIndexEmpty) probe.next();
    keys_set_index(k, probe.i, i);
  }
}

DictKeys* keys_clone(const DictKeys* k) {
  size_t size = static_cast<size_t>(keys_memory_size(k));
  DictKeys* copy;
  if (fits_free_list(k) && free_keys_count > 0) {
    copy = free_keys[--free_keys_count];
  } else {
    copy = static_cast<DictKeys*>(memory::object_alloc(size));
    if (!copy) return raise_no_memory_error();
  }
  size_t used = static_cast<size_t>(keys_entries(k) - reinterpret_cast<const char*>(k)) +
                static_cast<size_t>(k->nentries) * keys_entry_size(k);
  std::memcpy(static_cast<void*>(copy), k, used);
  copy->refcount = 1;
  copy->version = 0;
  if (keys_are_unicode(copy)) {
    UnicodeEntry* entries = unicode_entries(copy);
    for (ssize i = 0; i < copy->nentries; i++) {
      xincref(entries[i].key);
      xincref(entries[i].value);
    }
  } else {
    GeneralEntry* entries = general_entries(copy);
    for (ssize i = 0; i < copy->nentries; i++) {
      xincref(entries[i].key);
      xincref(entries[i].value);
    }
  }
  return copy;
}

DictKeys* dict_keys_new_shared() {
  // Room for twice the greatest number of shared keys, so that probing is short; every new instance lowers `usable` by
  // one (object_init_inline_values), which tells how many values to make room for.
  DictKeys* k = keys_new(6, true);
  if (!k) return nullptr;
  k->usable = kSharedKeysMax;
  k->kind = KeysKind::kSplit;
  return k;
}

ssize keys_add_shared(DictKeys* k, Str* key, hash_t hash) {
  ssize ix = keys_lookup_str(k, key, hash);
  if (ix != kIndexEmpty || k->usable <= 0) return ix;
  ix = k->nentries;
  keys_set_index(k, keys_find_empty_slot(k, hash), ix);
  incref(key);
  unicode_entries(k)[ix] = {key, nullptr};
  k->version = 0;
  k->usable--;
  k->nentries++;
  return ix;
}

uint32_t dict_keys_version(DictKeys* k) {
  if (k->version == 0 && next_keys_version != 0) k->version = next_keys_version++;
  return k->version;
}

DictValues* values_new(ssize size) {
  size_t bytes = (static_cast<size_t>(size) + 2 + 7) & ~size_t{7};
  char* block = static_cast<char*>(memory::mem_alloc(bytes + static_cast<size_t>(size) * sizeof(Object*)));
  if (!block) return raise_no_memory_error();
  DictValues* v = reinterpret_cast<DictValues*>(block + bytes);
  values_bytes(v)[-1] = static_cast<uint8_t>(bytes);
  values_bytes(v)[-2] = 0;
  std::memset(static_cast<void*>(v), 0, static_cast<size_t>(size) * sizeof(Object*));
  return v;
}

void values_free(DictValues* v) { memory::mem_free(reinterpret_cast<char*>(v) - values_bytes(v)[-1]); }

void values_remove_order(DictValues* v, ssize entry) {
  uint8_t* bytes = values_bytes(v);
  int n = values_count(v), i = 0;
  while (bytes[-3 - i] != entry) i++;
  for (; i + 1 < n; i++) bytes[-3 - i] = bytes[-4 - i];
  bytes[-2] = static_cast<uint8_t>(n - 1);
}

}  // namespace minipy
