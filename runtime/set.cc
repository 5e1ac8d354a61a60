// The table of set and frozenset: open addressing that looks at up to nine neighbours before it jumps, with CPython
// 3.11's probing, reuse of deleted entries and growth, so that iteration order agrees.
//
// As with dict, comparing keys may run Python code that changes the set: looking up starts again then.
#include <cstring>

#include "gc/collector.h"
#include "gc/memory.h"
#include "runtime/bind.h"
#include "runtime/container_support.h"
#include "runtime/dict.h"
#include "runtime/dict_keys.h"
#include "runtime/int.h"
#include "runtime/set_internal.h"
#include "runtime/str.h"

namespace minipy {

static constinit Type set_dummy_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "<dummy key> type",
    .basicsize = sizeof(Object),
    .flags = kTypeDefault,
};
constinit Object set_dummy = {ssize{1} << 40, &set_dummy_type};

namespace {

constexpr size_t kLinearProbes = 9;

// Visits the entries where a key of that hash may be. visit(entry) returns true to stop.
struct SetProbe {
  size_t mask, perturb, i;
  SetProbe(size_t table_mask, hash_t hash) : mask(table_mask), perturb(static_cast<size_t>(hash)), i(perturb & mask) {}
  // How many entries from i on to look at.
  size_t run() const { return i + kLinearProbes <= mask ? kLinearProbes + 1 : 1; }
  void next() {
    perturb >>= 5;
    i = (i * 5 + 1 + perturb) & mask;
  }
};

inline bool is_unused(const SetEntry* e) { return !e->key && e->hash == 0; }

enum class Match { kNo, kYes, kError, kChanged };

// Does the entry, whose hash is the wanted one, hold the key?
Match match_entry(Set* s, SetEntry* e, Object* key) {
  Object* candidate = e->key;
  if (candidate == key) return Match::kYes;
  if (is_exact_str(candidate) && is_exact_str(key)) {
    return str_equal(cast<Str>(candidate), cast<Str>(key)) ? Match::kYes : Match::kNo;
  }
  SetEntry* table = s->table;
  Ref<Object> held = share(candidate);
  Maybe<bool> equal = object_compare_bool(candidate, key, kEq);
  if (!equal) return Match::kError;
  if (table != s->table || e->key != candidate) return Match::kChanged;
  return *equal ? Match::kYes : Match::kNo;
}

// One walk for the key: the entry that holds it (*match is kYes) or the unused entry at which the walk ended (kNo);
// *free_entry: the last deleted entry on the way.
SetEntry* walk(Set* s, Object* key, hash_t hash, Match* match, SetEntry** free_entry) {
  SetProbe probe(static_cast<size_t>(s->mask), hash);
  *free_entry = nullptr;
  while (true) {
    SetEntry* e = &s->table[probe.i];
    for (size_t n = probe.run(); n > 0; n--, e++) {
      if (is_unused(e)) {
        *match = Match::kNo;
        return e;
      }
      if (e->hash == hash) {
        Match m = match_entry(s, e, key);
        if (m != Match::kNo) {
          *match = m;
          return e;
        }
        probe.mask = static_cast<size_t>(s->mask);
      } else if (e->hash == -1) {
        *free_entry = e;
      }
    }
    probe.next();
  }
}

inline SetEntry* find(Set* s, Object* key, hash_t hash, Match* match, SetEntry** free_entry) {
  SetEntry* e;
  do {
    e = walk(s, key, hash, match, free_entry);
  } while (*match == Match::kChanged);
  return e;
}

// Puts a key that is not there into a table without deleted entries.
void insert_clean(SetEntry* table, size_t mask, Object* key, hash_t hash) {
  SetProbe probe(mask, hash);
  while (true) {
    SetEntry* e = &table[probe.i];
    for (size_t n = probe.run(); n > 0; n--, e++) {
      if (!e->key) {
        *e = {key, hash};
        return;
      }
    }
    probe.next();
  }
}

void make_empty(Set* s) {
  std::memset(static_cast<void*>(s->smalltable), 0, sizeof s->smalltable);
  s->fill = 0;
  s->used = 0;
  s->mask = kMinSetSize - 1;
  s->table = s->smalltable;
  s->hash = -1;
}

// How many entries to make room for when a set has become too full.
inline ssize grown(const Set* s) { return s->used > 50000 ? s->used * 2 : s->used * 4; }

}  // namespace

Status set_resize(Set* s, ssize min_used) {
  size_t size = kMinSetSize;
  while (size <= static_cast<size_t>(min_used)) size <<= 1;
  SetEntry* old = s->table;
  size_t old_mask = static_cast<size_t>(s->mask);
  bool old_allocated = old != s->smalltable;
  SetEntry small_copy[kMinSetSize];
  SetEntry* table;
  if (size == kMinSetSize) {
    table = s->smalltable;
    if (table == old) {
      if (s->fill == s->used) return kOk;
      std::memcpy(static_cast<void*>(small_copy), old, sizeof small_copy);
      old = small_copy;
    }
  } else {
    table = size > SIZE_MAX / 2 / sizeof(SetEntry) ? nullptr
                                                   : static_cast<SetEntry*>(memory::mem_alloc(size * sizeof(SetEntry)));
    if (!table) return raise_no_memory_error();
  }
  std::memset(static_cast<void*>(table), 0, size * sizeof(SetEntry));
  s->mask = static_cast<ssize>(size - 1);
  s->table = table;
  s->fill = s->used;
  for (SetEntry* e = old; e <= old + old_mask; e++) {
    if (set_entry_live(e)) insert_clean(table, size - 1, e->key, e->hash);
  }
  if (old_allocated) memory::mem_free(old);
  return kOk;
}

Status set_add_hashed(Set* s, Object* key, hash_t hash) {
  // Held: comparing may drop the caller's only reference.
  Ref<Object> held = share(key);
  Match match;
  SetEntry* free_entry;
  SetEntry* e = find(s, key, hash, &match, &free_entry);
  if (match == Match::kError) return kRaised;
  if (match == Match::kYes) return kOk;
  s->used++;
  if (free_entry) {
    *free_entry = {held.release(), hash};
    return kOk;
  }
  s->fill++;
  *e = {held.release(), hash};
  if (static_cast<size_t>(s->fill) * 5 < static_cast<size_t>(s->mask) * 3) return kOk;
  return set_resize(s, grown(s));
}

Maybe<bool> set_contains_hashed(Set* s, Object* key, hash_t hash) {
  Match match;
  SetEntry* free_entry;
  find(s, key, hash, &match, &free_entry);
  if (match == Match::kError) return kRaised;
  return match == Match::kYes;
}

Maybe<bool> set_discard_hashed(Set* s, Object* key, hash_t hash) {
  Match match;
  SetEntry* free_entry;
  SetEntry* e = find(s, key, hash, &match, &free_entry);
  if (match == Match::kError) return kRaised;
  if (match == Match::kNo) return false;
  Object* old = e->key;
  *e = {&set_dummy, -1};
  s->used--;
  decref(old);
  return true;
}

Status set_add(Set* s, Object* key) {
  hash_t hash;
  if (!key_hash(key, &hash)) return kRaised;
  return set_add_hashed(s, key, hash);
}

Maybe<bool> set_discard(Set* s, Object* key) {
  hash_t hash;
  if (!key_hash(key, &hash)) return kRaised;
  return set_discard_hashed(s, key, hash);
}

Maybe<bool> set_contains(Set* s, Object* key) {
  hash_t hash;
  if (!key_hash(key, &hash)) return kRaised;
  return set_contains_hashed(s, key, hash);
}

bool set_next(const Set* s, ssize* position, Object** key, hash_t* hash) {
  ssize i = *position;
  if (i < 0) return false;
  while (i <= s->mask && !set_entry_live(&s->table[i])) i++;
  *position = i + 1;
  if (i > s->mask) return false;
  *key = s->table[i].key;
  *hash = s->table[i].hash;
  return true;
}

Status set_merge(Set* s, Set* other) {
  if (other == s || other->used == 0) return kOk;
  // One resize at the start: the keys will probably not overlap.
  if ((s->fill + other->used) * 5 >= s->mask * 3) TRY(set_resize(s, (s->used + other->used) * 2));
  if (s->fill == 0) {
    bool copy = s->mask == other->mask && other->fill == other->used;
    s->fill = other->used;
    s->used = other->used;
    for (ssize i = 0; i <= other->mask; i++) {
      SetEntry* e = &other->table[i];
      if (!set_entry_live(e)) continue;
      incref(e->key);
      if (copy) {
        s->table[i] = *e;
      } else {
        insert_clean(s->table, static_cast<size_t>(s->mask), e->key, e->hash);
      }
    }
    return kOk;
  }
  for (ssize i = 0; i <= other->mask; i++) {
    SetEntry* e = &other->table[i];
    if (set_entry_live(e)) TRY(set_add_hashed(s, e->key, e->hash));
  }
  return kOk;
}

Status set_update(Set* s, Object* iterable) {
  if (is_any_set(iterable)) return set_merge(s, cast<Set>(iterable));
  if (is_exactly(iterable, &dict_type)) {
    Dict* d = cast<Dict>(iterable);
    if ((s->fill + d->used) * 5 >= s->mask * 3) TRY(set_resize(s, (s->used + d->used) * 2));
    ssize position = 0;
    Object *key, *value;
    hash_t hash;
    while (dict_iterate(d, &position, &key, &value, &hash)) TRY(set_add_hashed(s, key, hash));
    return kOk;
  }
  Ref<Object> iterator = TRY(get_iter(iterable));
  while (Ref<Object> key = iter_next(iterator.get())) TRY(set_add(s, key.get()));
  return error_pending() ? Status::failed() : kOk;
}

void set_clear(Set* s) {
  SetEntry* table = s->table;
  SetEntry small_copy[kMinSetSize];
  bool allocated = table != s->smalltable;
  ssize used = s->used;
  if (allocated) {
    make_empty(s);
  } else if (s->fill > 0) {
    std::memcpy(static_cast<void*>(small_copy), table, sizeof small_copy);
    table = small_copy;
    make_empty(s);
  }
  for (SetEntry* e = table; used > 0; e++) {
    if (!set_entry_live(e)) continue;
    used--;
    decref(e->key);
  }
  if (allocated) memory::mem_free(table);
}

void set_swap(Set* a, Set* b) {
  std::swap(a->fill, b->fill);
  std::swap(a->used, b->used);
  std::swap(a->mask, b->mask);
  SetEntry* table_of_a = a->table == a->smalltable ? b->smalltable : a->table;
  a->table = b->table == b->smalltable ? a->smalltable : b->table;
  b->table = table_of_a;
  if (a->table == a->smalltable || b->table == b->smalltable) std::swap(a->smalltable, b->smalltable);
  bool frozen = is_instance_of(a, &frozenset_type) && is_instance_of(b, &frozenset_type);
  if (frozen) {
    std::swap(a->hash, b->hash);
  } else {
    a->hash = -1;
    b->hash = -1;
  }
}

Ref<Set> set_make(Type* type, Object* iterable) {
  Ref<Object> p = TRY(steal(type->alloc(type, 0)));
  Set* s = cast<Set>(p.get());
  s->table = s->smalltable;
  s->mask = kMinSetSize - 1;
  s->hash = -1;
  if (iterable) TRY(set_update(s, iterable));
  return std::move(p).cast_to<Set>();
}

Ref<Set> set_make_base(Type* type, Object* iterable) {
  if (type != &set_type && type != &frozenset_type) {
    type = type_is_subtype(type, &set_type) ? &set_type : &frozenset_type;
  }
  return set_make(type, iterable);
}

Ref<Set> set_new(Object* iterable) { return set_make(&set_type, iterable); }
Ref<Set> frozenset_new(Object* iterable) {
  if (iterable && is_exactly(iterable, &frozenset_type)) return share(cast<Set>(iterable));
  return set_make(&frozenset_type, iterable);
}

bool is_any_set(const Object* p) {
  return is_exactly(p, &set_type) || is_exactly(p, &frozenset_type) || type_is_subtype(type_of(p), &set_type) ||
         type_is_subtype(type_of(p), &frozenset_type);
}

// ---- Hash ----------------------------------------------------------------------------------------------------------

// The same for every order of the same keys; nested frozensets and small ints spread well.
hash_t frozenset_hash(Object* p) {
  Set* s = cast<Set>(p);
  if (s->hash != -1) return s->hash;
  uint64_t sum = 0;
  for (ssize i = 0; i <= s->mask; i++) {
    if (!set_entry_live(&s->table[i])) continue;
    uint64_t h = static_cast<uint64_t>(s->table[i].hash);
    sum ^= ((h ^ 89869747UL) ^ (h << 16)) * 3644798167UL;
  }
  sum ^= (static_cast<uint64_t>(s->used) + 1) * 1927868237UL;
  sum ^= (sum >> 11) ^ (sum >> 25);
  sum = sum * 69069U + 907133923UL;
  if (sum == static_cast<uint64_t>(-1)) sum = 590923713UL;
  s->hash = static_cast<hash_t>(sum);
  return s->hash;
}

// ---- Iterator ------------------------------------------------------------------------------------------------------

namespace {

struct SetIterator {
  Object base;
  Set* set;    // null: exhausted
  ssize used;  // the set's size when iteration began; -1 once it was found changed
  ssize position;
  ssize remaining;
};

void set_iterator_dealloc(Object* p) {
  gc_untrack(p);
  xdecref(cast<SetIterator>(p)->set);
  gc_free(p);
}

int set_iterator_traverse(Object* p, VisitProc visit, void* arg) {
  MINIPY_VISIT(cast<SetIterator>(p)->set);
  return 0;
}

Object* set_iterator_next(Object* p) {
  SetIterator* it = cast<SetIterator>(p);
  Set* s = it->set;
  if (!s) return nullptr;
  if (it->used != s->used) {
    it->used = -1;  // stays so
    return raise(RuntimeError, "Set changed size during iteration");
  }
  Object* key;
  hash_t hash;
  if (!set_next(s, &it->position, &key, &hash)) {
    clear_field(it->set);
    return nullptr;
  }
  it->remaining--;
  incref(key);
  return key;
}

Ref<Object> set_iterator_length_hint(SetIterator* it) {
  return int_from_ssize(it->set && it->used == it->set->used ? it->remaining : 0);
}

Ref<Object> set_iterator_reduce(SetIterator* it) {
  SetIterator* copy = object_new_gc<SetIterator>(&set_iterator_type);
  if (!copy) return nullptr;
  xincref(it->set);
  copy->set = it->set;
  copy->used = it->used;
  copy->position = it->position;
  copy->remaining = it->remaining;
  gc_track(copy);
  Ref<Object> held = steal(as_object(copy));
  Ref<List> rest = TRY(sequence_list(held.get()));
  return reduce_builtin("iter", std::move(rest));
}

constinit MethodDef set_iterator_methods[] = {
    PLAIN_METHOD(set_iterator_length_hint, "__length_hint__(self, /)",
                 "Private method returning an estimate of len(list(it))."),
    PLAIN_METHOD(set_iterator_reduce, "__reduce__(self, /)", "Return state information for pickling."),
    {},
};

}  // namespace

Object* set_iter(Object* p) {
  SetIterator* it = object_new_gc<SetIterator>(&set_iterator_type);
  if (!it) return nullptr;
  Set* s = cast<Set>(p);
  incref(s);
  it->set = s;
  it->used = s->used;
  it->position = 0;
  it->remaining = s->used;
  gc_track(it);
  return as_object(it);
}

constinit Type set_iterator_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "set_iterator",
    .basicsize = sizeof(SetIterator),
    .dealloc = set_iterator_dealloc,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc,
    .traverse = set_iterator_traverse,
    .iter = iter_self,
    .iternext = set_iterator_next,
    .methods = set_iterator_methods,
};

}  // namespace minipy
