// The constants of a compilation: which ones count as the same, and sharing them between its code objects.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/codegen/pointer_map.h"
#include "gc/object.h"
#include "runtime/result.h"

namespace minipy {

// Constants are the same if their types and values are: 1, 1.0 and True are three constants, 0.0 and -0.0 two, a NaN
// only itself; containers go item by item. (As CPython, which shares them by keys that compare so.)
class ConstantTable {
 public:
  ConstantTable() = default;
  ConstantTable(const ConstantTable&) = delete;
  ~ConstantTable();

  // The constant that stands for all that are the same as this one, which becomes it when there is none yet. Items of
  // tuples and frozensets are shared too (a tuple's are replaced in place). Borrowed from the table; null: an exception
  // is pending.
  Object* share(Object* constant);
  // As share(), but leaves the items of a new tuple alone: for the tables and tuples that make up a code object. Puts
  // what stands for all in the place of this one, which thereby dies where it was not the first: the next tuple of its
  // size is made of it.
  template <class T>
  Status share_whole(Ref<T>& constant) {
    Object* shared = share_whole(as_object(constant.get()));
    if (!shared) return kRaised;
    if (shared != as_object(constant.get())) constant = Ref<T>::share(cast<T>(shared));
    return kOk;
  }

 private:
  Object* share_whole(Object* constant);

  struct Slot {
    uint64_t hash;
    Object* constant;  // owned; null: empty
  };
  // What is there for a constant of this hash: borrowed, or null, then with an exception if *failed.
  Object* known(Object* constant, uint64_t hash, bool* failed) const;
  void insert(Object* constant, uint64_t hash);

  std::vector<Slot> slots_;                // open addressing; the size is a power of two
  std::vector<Ref<Object>> counted_keys_;  // runtime/counted.h: CPython's keys of the constants
  size_t used_ = 0;
};

// The constants of one code object in order of first use. They are borrowed from the compilation's ConstantTable, which
// has one object for all that are the same: so pointers are compared.
class ConstantList {
 public:
  explicit ConstantList(ConstantTable& table) : table_(table) {}
  // The index of the constant; -1: exception pending.
  int add(Object* constant) {
    Object* shared = table_.share(constant);
    return shared ? index_of(shared) : -1;
  }
  // As add(), by ConstantTable::share_whole().
  template <class T>
  int add_whole(Ref<T>& constant) {
    return table_.share_whole(constant) ? index_of(as_object(constant.get())) : -1;
  }
  Object* operator[](int i) const { return constants_[static_cast<size_t>(i)].first; }
  int size() const { return constants_.size(); }

 private:
  struct Nothing {};
  int index_of(Object* shared) {
    return static_cast<int>(constants_.try_emplace(shared, {}).first - constants_.begin());
  }

  ConstantTable& table_;
  PointerMap<Object, Nothing> constants_;
};

}  // namespace minipy
