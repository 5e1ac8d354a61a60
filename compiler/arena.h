// The arena of one compilation: bump-allocated memory for AST nodes, symbol tables and whatever else lives as long as
// they do, and the owner of the objects (identifiers, constants) they borrow. Destroying the arena frees everything;
// destructors of what was allocated in it are not run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <type_traits>
#include <utility>

#include "gc/object.h"

namespace minipy {

// A sequence in an arena. Copies share the items.
template <class T>
struct Seq {
  T* data = nullptr;
  int32_t length = 0;

  int32_t size() const { return length; }
  bool empty() const { return length == 0; }
  T& operator[](ptrdiff_t i) const { return data[i]; }
  T& front() const { return data[0]; }
  T& back() const { return data[length - 1]; }
  T* begin() const { return data; }
  T* end() const { return data + length; }
  // The part [from, size).
  Seq from(int32_t start) const { return {data + start, length - start}; }
};

class Arena {
 public:
  Arena() = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  ~Arena();  // drops the owned objects: may run Python code

  // Uninitialised memory, aligned to 8 bytes. Never null (memory exhaustion ends the process).
  void* allocate(size_t bytes) {
    bytes = (bytes + 7) & ~size_t{7};
    if (static_cast<size_t>(limit_ - next_) < bytes) [[unlikely]]
      return allocate_slow(bytes);
    void* p = next_;
    next_ += bytes;
    return p;
  }
  template <class T, class... Args>
  T* make(Args&&... args) {
    static_assert(std::is_trivially_destructible_v<T> && alignof(T) <= 8);
    return new (allocate(sizeof(T))) T{std::forward<Args>(args)...};
  }
  // `n` value-initialised items.
  template <class T>
  Seq<T> make_seq(ptrdiff_t n) {
    if (n == 0) return {};
    T* data = static_cast<T*>(allocate(sizeof(T) * static_cast<size_t>(n)));
    for (ptrdiff_t i = 0; i < n; i++) new (data + i) T{};
    return {data, static_cast<int32_t>(n)};
  }
  template <class T>
  Seq<T> copy_seq(const T* items, ptrdiff_t n) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (n == 0) return {};
    T* data = static_cast<T*>(allocate(sizeof(T) * static_cast<size_t>(n)));
    std::memcpy(static_cast<void*>(data), items, sizeof(T) * static_cast<size_t>(n));
    return {data, static_cast<int32_t>(n)};
  }
  template <class T>
  Seq<T> seq_of(T item) {
    return copy_seq(&item, 1);
  }

  // Keeps the reference until the arena dies; returns it borrowed. Null stays null.
  template <class T>
  T* own(Ref<T> object) {
    T* p = object.release();
    if (p) keep(as_object(p));
    return p;
  }

  // Bytes allocated from the system so far (for statistics).
  size_t size() const { return size_; }

 private:
  struct Block {
    Block* previous;
  };
  struct OwnedChunk {
    static constexpr int kCapacity = 126;
    OwnedChunk* previous;
    size_t count;
    Object* objects[kCapacity];
  };
  void* allocate_slow(size_t bytes);
  void keep(Object* object);  // takes over a count

  char* next_ = nullptr;
  char* limit_ = nullptr;
  Block* blocks_ = nullptr;
  OwnedChunk* owned_ = nullptr;
  size_t size_ = 0;
};

}  // namespace minipy
