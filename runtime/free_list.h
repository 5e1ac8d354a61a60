// Free lists: dead objects of one type that are kept to be used again. Their bounds are CPython's, because they decide
// when a collection starts: an object from here is no allocation.
//
// While somebody listens to reuse (tracemalloc), a list looks empty to who takes and full to who gives. Both then go
// their slow ways, which serve from the objects put aside and tell the listener; so the fast ways are the same whether
// or not anybody listens. (In minipy-refs, the listener to counts sees every object begin: gc/object.h.)
#pragma once

#include <cstddef>

#include "gc/hooks.h"

namespace minipy {

struct ReuseListener {
  void (*reused)(void* context, void* block);  // an object begins its life in this block, taken from a free list
  void* context;
};
extern const ReuseListener* g_reuse_listener;  // null: nobody listens
// Returns the previous listener, which the new one has to tell.
const ReuseListener* free_lists_set_listener(const ReuseListener* listener);

// What is known of every list.
struct FreeListInfo {
  const char* type;
  int length;  // of the objects, where there is a list for each length; else -1
  int limit;
  int (*held)(const FreeListInfo& list);              // dead objects in it
  void (*clear)(FreeListInfo& list);                  // full collections call it; null: they leave the list alone
  void (*put_aside)(FreeListInfo& list, bool aside);  // false: and back; null: not of objects
  bool own = false;                                   // CPython has no such list
  bool registered = false;
  FreeListInfo* next = nullptr;
};
// All lists, in the order of their registration.
FreeListInfo* free_lists();
void free_lists_add(FreeListInfo& list);
inline void free_list_register(FreeListInfo& list) {
  if (!list.registered) [[unlikely]]
    free_lists_add(list);
}
void free_lists_clear();

// While it lives, the lists that CPython has, too, look empty to who takes and full to who gives, and what is in them
// stays.
class FreeListsUntouched {
 public:
  FreeListsUntouched();
  ~FreeListsUntouched();
  FreeListsUntouched(const FreeListsUntouched&) = delete;
  FreeListsUntouched& operator=(const FreeListsUntouched&) = delete;

 private:
  FreeListInfo** end_;  // behind the last list that was put aside; null: none were: they are aside already
};

// The lists of object types. kLink: the offset of the word that links the dead objects. kFree gives their memory back.
// kHeader: where the object lies in its block; the collector's objects have a header of 16 bytes in front.
template <int kLimit, size_t kLink, void (*kFree)(void*), size_t kHeader = 16>
class FreeList : public FreeListInfo {
 public:
  // clear_list: what full collections do to empty it; null: they leave it alone.
  explicit constexpr FreeList(const char* type_name, int object_length = -1,
                              void (*clear_list)(FreeListInfo&) = free_all_of)
      : FreeListInfo{type_name, object_length, kLimit, count_held, clear_list, move} {}

  // Null: there is none.
  void* take() {
    void* p = take_fast();
    return p ? p : take_slow();
  }
  // The two halves of take(), for callers that must not save registers for the second.
  void* take_fast() {
    void* p = head_;
    if (p) [[likely]] {
      head_ = link(p);
      count_--;
    }
    return p;
  }
  void* take_slow() {
    if (kHooks && g_reuse_listener) [[unlikely]]
      return take_aside();
    return nullptr;
  }
  // As give(); memory that there is no room for is freed.
  void give_or_free(void* p) {
    if (count_ >= kLimit) [[unlikely]]
      return give_aside_or_free(p);
    link(p) = head_;
    head_ = p;
    count_++;
  }
  // False: full, the memory is still the caller's.
  bool give(void* p) {
    if (count_ < kLimit) [[likely]] {
      link(p) = head_;
      head_ = p;
      count_++;
      return true;
    }
    return kHooks && g_reuse_listener && give_aside(p);
  }

  static void free_all_of(FreeListInfo& list) { static_cast<FreeList&>(list).free_all(); }
  void free_all() {
    free_chain(head_);
    free_chain(aside_head_);
    aside_count_ = 0;
    count_ = g_reuse_listener ? kLimit : 0;
  }

 private:
  static void*& link(void* p) { return *reinterpret_cast<void**>(static_cast<char*>(p) + kLink); }
  static int count_held(const FreeListInfo& list) {
    const auto& l = static_cast<const FreeList&>(list);
    return g_reuse_listener ? l.aside_count_ : l.count_;
  }
  static void free_chain(void*& head) {
    while (void* p = head) {
      head = link(p);
      kFree(p);
    }
  }
  static void move(FreeListInfo& list, bool aside) {
    auto& l = static_cast<FreeList&>(list);
    void*& from = aside ? l.head_ : l.aside_head_;
    (aside ? l.aside_head_ : l.head_) = from;
    from = nullptr;
    if (aside) {
      l.aside_count_ = l.count_;
      l.count_ = kLimit;
    } else {
      l.count_ = l.aside_count_;
      l.aside_count_ = 0;
    }
  }
  [[gnu::noinline, gnu::cold]] void* take_aside() {
    void* p = aside_head_;
    if (!p) return nullptr;
    aside_head_ = link(p);
    aside_count_--;
    g_reuse_listener->reused(g_reuse_listener->context, static_cast<char*>(p) - kHeader);
    return p;
  }
  [[gnu::noinline, gnu::cold]] void give_aside_or_free(void* p) {
    if (!(kHooks && g_reuse_listener && give_aside(p))) kFree(p);
  }
  [[gnu::noinline, gnu::cold]] bool give_aside(void* p) {
    if (aside_count_ >= kLimit) return false;
    link(p) = aside_head_;
    aside_head_ = p;
    aside_count_++;
    return true;
  }

  void* head_ = nullptr;
  int count_ = 0;
  void* aside_head_ = nullptr;  // while somebody listens, or the lists are to stay untouched
  int aside_count_ = 0;
};

}  // namespace minipy
