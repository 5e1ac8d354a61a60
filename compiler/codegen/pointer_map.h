// A map from pointers (names, nodes) to small values, in order of insertion. Scopes have few names: up to kLinear
// entries are searched one by one, more have a hash table of positions beside them.
#pragma once

#include <bit>
#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <utility>
#include <vector>

namespace minipy {

template <class T, class V>
class PointerMap {
 public:
  using Entry = std::pair<T*, V>;

  Entry* begin() { return entries_.data(); }
  Entry* end() { return entries_.data() + entries_.size(); }
  const Entry* begin() const { return entries_.data(); }
  const Entry* end() const { return entries_.data() + entries_.size(); }
  int size() const { return static_cast<int>(entries_.size()); }
  Entry& operator[](size_t i) { return entries_[i]; }
  const Entry& operator[](size_t i) const { return entries_[i]; }

  // The position of the key, or -1.
  int position(const T* key) const {
    if (table_.empty()) {
      for (size_t i = 0; i < entries_.size(); i++) {
        if (entries_[i].first == key) return static_cast<int>(i);
      }
      return -1;
    }
    size_t mask = table_.size() - 1;
    for (size_t i = hash(key) & mask;; i = (i + 1) & mask) {
      if (table_[i] < 0 || entries_[static_cast<size_t>(table_[i])].first == key) return table_[i];
    }
  }
  Entry* find(const T* key) {
    int at = position(key);
    return at < 0 ? end() : begin() + at;
  }
  const Entry* find(const T* key) const {
    int at = position(key);
    return at < 0 ? end() : begin() + at;
  }
  // The entry of the key, made with the value if there is none; whether it was made.
  std::pair<Entry*, bool> try_emplace(T* key, V value) {
    int at = position(key);
    if (at >= 0) return {begin() + at, false};
    entries_.emplace_back(key, value);
    if (!table_.empty() || entries_.size() > kLinear) add_to_table();
    return {end() - 1, true};
  }

 private:
  static constexpr size_t kLinear = 8;

  static size_t hash(const T* key) {
    uint64_t h = reinterpret_cast<uintptr_t>(key) * 0x9E3779B97F4A7C15;
    return static_cast<size_t>(h >> 32);
  }
  void place(size_t entry) {
    size_t mask = table_.size() - 1;
    size_t i = hash(entries_[entry].first) & mask;
    while (table_[i] >= 0) i = (i + 1) & mask;
    table_[i] = static_cast<int32_t>(entry);
  }
  void add_to_table() {
    if (entries_.size() * 2 <= table_.size()) return place(entries_.size() - 1);
    table_.assign(std::bit_ceil(entries_.size()) * 4, -1);
    for (size_t i = 0; i < entries_.size(); i++) place(i);
  }

  boost::container::small_vector<Entry, kLinear> entries_;
  std::vector<int32_t> table_;  // open addressing; -1: empty
};

// A set of names from which some may be taken out again.
template <class T>
class PointerSet {
 public:
  bool contains(const T* key) const {
    auto* entry = members_.find(key);
    return entry != members_.end() && entry->second;
  }
  void insert(T* key) { members_.try_emplace(key, true).first->second = true; }
  void insert(const PointerSet& other) {
    for (auto& [key, present] : other.members_) {
      if (present) insert(key);
    }
  }
  // Whether it was there.
  bool erase(const T* key) {
    auto* entry = members_.find(key);
    return entry != members_.end() && std::exchange(entry->second, false);
  }
  template <class F>
  void for_each(F&& f) const {
    for (auto& [key, present] : members_) {
      if (present) f(key);
    }
  }

 private:
  PointerMap<T, bool> members_;
};

}  // namespace minipy
