#include "compiler/codegen/constants.h"

#include <bit>
#include <cmath>
#include <cstring>

#include "compiler/depth.h"
#include "runtime/abstract.h"
#include "runtime/bytes.h"
#include "runtime/constant_key.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/float.h"
#include "runtime/function.h"
#include "runtime/int.h"
#include "runtime/str.h"

namespace minipy {

namespace {

constexpr uint64_t kFactor = 0x9E3779B97F4A7C15;

uint64_t mix(uint64_t h, uint64_t value) {
  h = (h ^ value) * kFactor;
  return h ^ (h >> 32);
}

uint64_t hash_bytes(const char* data, size_t size, uint64_t h) {
  for (; size >= 8; data += 8, size -= 8) {
    uint64_t word;
    std::memcpy(&word, data, 8);
    h = mix(h, word);
  }
  uint64_t word = size;
  std::memcpy(&word, data, size);
  return mix(h, word ^ (uint64_t{size} << 56));
}

uint64_t hash_double(double value, uint64_t h) { return mix(h, std::bit_cast<uint64_t>(value)); }

// Equal for constants that are the same. Strings that are shared are few and short, or were interned: their own hash is
// used, which stays with them. Recursion goes as deep as tuples are nested, which the parser and validate_ast() limit;
// counted_key(), which comes first and needs more of it, has seen whether the native stack suffices.
uint64_t hash_constant(Object* p) {
  Type* type = type_of(p);
  uint64_t h = reinterpret_cast<uintptr_t>(type);
  if (type == &str_type) return mix(h, static_cast<uint64_t>(str_hash(cast<Str>(p))));
  if (type == &tuple_type) {
    Tuple* t = cast<Tuple>(p);
    for (ssize i = 0; i < tuple_size(t); i++) h = mix(h, hash_constant(t->items[i]));
    return mix(h, static_cast<uint64_t>(tuple_size(t)));
  }
  if (type == &bytes_type) {
    std::string_view data = bytes_view(cast<Bytes>(p));
    return hash_bytes(data.data(), data.size(), h);
  }
  if (type == &int_type) {
    Int* n = cast<Int>(p);
    ssize size = n->base.size;
    return hash_bytes(reinterpret_cast<const char*>(n->digits),
                      static_cast<size_t>(size < 0 ? -size : size) * sizeof(digit),
                      mix(h, static_cast<uint64_t>(size)));
  }
  if (type == &code_type) {
    // The location table tells lambdas of one line apart; where that is equal too, the constants do (see same_codes()).
    Code* code = cast<Code>(p);
    h = mix(mix(h, static_cast<uint64_t>(code->firstlineno)), static_cast<uint64_t>(str_hash(code->name)));
    h = mix(h, reinterpret_cast<uintptr_t>(code->consts));
    std::string_view table = bytes_view(code->linetable), instructions = bytes_view(code->code);
    return hash_bytes(instructions.data(), instructions.size(), hash_bytes(table.data(), table.size(), h));
  }
  if (type == &float_type) return hash_double(cast<Float>(p)->value, h);
  if (type == &complex_type) return hash_double(cast<Complex>(p)->imag, hash_double(cast<Complex>(p)->real, h));
  if (type == &frozenset_type) {
    uint64_t sum = 0;
    ssize position = 0;
    Object* item;
    hash_t unused;
    while (set_next(cast<Set>(p), &position, &item, &unused)) sum += hash_constant(item);
    return mix(h, sum);
  }
  return mix(h, reinterpret_cast<uintptr_t>(p));
}

bool same_double(double a, double b) { return a == b && std::signbit(a) == std::signbit(b); }

Maybe<bool> same(Object* a, Object* b);

// Sets made alike have their items in the same order: looking for an item begins where it stands in the other set.
Maybe<bool> same_sets(Set* a, Set* b) {
  if (a->used != b->used) return false;
  std::vector<Object*> others;
  ssize position = 0;
  Object* item;
  hash_t unused;
  while (set_next(b, &position, &item, &unused)) others.push_back(item);
  position = 0;
  for (size_t i = 0; set_next(a, &position, &item, &unused); i++) {
    bool found = false;
    for (size_t n = 0; n < others.size() && !found; n++) found = TRY(same(item, others[(i + n) % others.size()]));
    if (!found) return false;
  }
  return true;
}

// As == of code objects. The tuples of code objects made by this compilation are shared through the same table, so
// equal ones are one object; code objects nested within need no comparison, however deep they are.
bool same_codes(Code* a, Code* b) {
  return a->consts == b->consts && a->names == b->names && a->localsplusnames == b->localsplusnames &&
         a->argcount == b->argcount && a->posonlyargcount == b->posonlyargcount &&
         a->kwonlyargcount == b->kwonlyargcount && a->flags == b->flags && a->firstlineno == b->firstlineno &&
         str_equal(a->name, b->name) && bytes_view(a->code) == bytes_view(b->code) &&
         bytes_view(a->linetable) == bytes_view(b->linetable) &&
         bytes_view(cast<Bytes>(a->exceptiontable)) == bytes_view(cast<Bytes>(b->exceptiontable));
}

Maybe<bool> same(Object* a, Object* b) {
  if (a == b) return true;
  Type* type = type_of(a);
  if (type != type_of(b)) return false;
  if (type == &str_type) return str_equal(cast<Str>(a), cast<Str>(b));
  if (type == &bytes_type) return bytes_view(cast<Bytes>(a)) == bytes_view(cast<Bytes>(b));
  if (type == &int_type) return object_compare_bool(a, b, kEq);
  if (type == &code_type) return same_codes(cast<Code>(a), cast<Code>(b));
  if (type == &float_type) return same_double(cast<Float>(a)->value, cast<Float>(b)->value);
  if (type == &complex_type) {
    Complex *x = cast<Complex>(a), *y = cast<Complex>(b);
    return same_double(x->real, y->real) && same_double(x->imag, y->imag);
  }
  if (type == &tuple_type) {
    Tuple *x = cast<Tuple>(a), *y = cast<Tuple>(b);
    if (tuple_size(x) != tuple_size(y)) return false;
    for (ssize i = 0; i < tuple_size(x); i++) {
      if (!TRY(same(x->items[i], y->items[i]))) return false;
    }
    return true;
  }
  if (type == &frozenset_type) return same_sets(cast<Set>(a), cast<Set>(b));
  return false;
}

}  // namespace

ConstantTable::~ConstantTable() {
  for (Slot& slot : slots_) xdecref(slot.constant);
}

Object* ConstantTable::known(Object* constant, uint64_t hash, bool* failed) const {
  *failed = false;
  if (slots_.empty()) return nullptr;
  size_t mask = slots_.size() - 1;
  for (size_t i = hash & mask; slots_[i].constant; i = (i + 1) & mask) {
    if (slots_[i].hash != hash) continue;
    Maybe<bool> equal = same(slots_[i].constant, constant);
    *failed = !equal;
    if (!equal) return nullptr;
    if (*equal) return slots_[i].constant;
  }
  return nullptr;
}

void ConstantTable::insert(Object* constant, uint64_t hash) {
  if (used_ * 3 >= slots_.size() * 2) {
    std::vector<Slot> old(slots_.empty() ? 64 : slots_.size() * 2);
    old.swap(slots_);
    for (Slot& slot : old) {
      if (!slot.constant) continue;
      size_t i = slot.hash & (slots_.size() - 1);
      while (slots_[i].constant) i = (i + 1) & (slots_.size() - 1);
      slots_[i] = slot;
    }
  }
  size_t i = hash & (slots_.size() - 1);
  while (slots_[i].constant) i = (i + 1) & (slots_.size() - 1);
  incref(constant);
  slots_[i] = {hash, constant};
  used_++;
}

Object* ConstantTable::share(Object* p) {
  if (is_none(p) || p == py_ellipsis()) return p;
  Ref<Object> counted = constant_key(p);
  if (!counted) return nullptr;
  uint64_t hash = hash_constant(p);
  bool failed;
  Object* there = known(p, hash, &failed);
  if (there || failed) return there;
  Ref<Object> value = Ref<Object>::share(p);
  if (is_exactly(p, &tuple_type)) {
    Tuple* t = cast<Tuple>(p);
    for (ssize i = 0; i < tuple_size(t); i++) {
      Object* item = share(t->items[i]);
      if (!item) return nullptr;
      if (item != t->items[i]) replace_field(t->items[i], Ref<Object>::share(item));
    }
  } else if (is_exactly(p, &frozenset_type) && cast<Set>(p)->used > 0) {
    Ref<Tuple> items = TRY(tuple_new(cast<Set>(p)->used));
    ssize position = 0;
    Object* item;
    hash_t unused;
    for (ssize i = 0; set_next(cast<Set>(p), &position, &item, &unused); i++) {
      Object* shared = share(item);
      if (!shared) return nullptr;
      items->items[i] = Ref<Object>::share(shared).release();
    }
    value = TRY(frozenset_new(as_object(items.get())));
    replace_field(cast<Tuple>(counted.get())->items[1], Ref<Object>(value));
  }
  insert(value.get(), hash);
  if (counted.get() != p) counted_keys_.push_back(std::move(counted));
  return value.get();
}

Object* ConstantTable::share_whole(Object* p) {
  Ref<Object> counted = constant_key(p);
  if (!counted) return nullptr;
  uint64_t hash = hash_constant(p);
  bool failed;
  Object* there = known(p, hash, &failed);
  if (there || failed) return there;
  insert(p, hash);
  if (counted.get() != p) counted_keys_.push_back(std::move(counted));
  return p;
}

}  // namespace minipy
