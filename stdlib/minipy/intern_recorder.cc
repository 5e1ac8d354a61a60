#include "stdlib/minipy/intern_recorder.h"

#include <pthread.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "runtime/cache_events.h"
#include "stdlib/minipy/safe_text.h"
#include "vm/vm.h"

namespace minipy::intern {

namespace {
Recorder* installed = nullptr;
}

// ---- Events -------------------------------------------------------------------------------------------------------

size_t Recorder::entry_of(const Str* s) {
  auto [entry, fresh] = entries_.try_emplace(s, strings_.size());
  if (fresh) {
    std::string repr;
    append_str_repr(repr, s);
    strings_.push_back({std::move(repr), str_length(s), !counted_, counted_ ? place() : Place{}});
  }
  return entry->second;
}

void Recorder::interned(const Str* s) { entry_of(s); }

void Recorder::forgotten(const Str* s) {
  auto entry = entries_.find(s);
  if (entry == entries_.end()) return;
  strings_[entry->second].forgotten = true;
  entries_.erase(entry);
}

void Recorder::count(Kind kind) {
  Place at = place();
  PlaceHits& row = places_[{at.code, at.unit}];
  row.place = at;
  row.hits[kind]++;
  hits_[kind]++;
}

void Recorder::found(const Str* s) {
  if (!counted_) return;
  strings_[entry_of(s)].hits++;
  count(kStrings);
}

void Recorder::handed_out(const Object* p) {
  if (!counted_) return;
  Kind kind = is_exactly(p, &int_type) ? kInts : kCharacters;
  uint64_t*& row = value_rows_[p];
  if (!row) {
    std::string repr;
    append_leaf_repr(repr, p);
    row = &values_[kind][repr];
  }
  ++*row;
  count(kind);
}

std::vector<Recorder::PlaceHits> Recorder::places() const {
  std::vector<PlaceHits> rows;
  for (const auto& [key, row] : places_) rows.push_back(row);
  auto sum = [](const PlaceHits& r) { return std::accumulate(std::begin(r.hits), std::end(r.hits), uint64_t{0}); };
  // The order of the keys is that of addresses: places that are alike in hits are put in the order of their lines.
  std::stable_sort(rows.begin(), rows.end(), [&](const PlaceHits& a, const PlaceHits& b) {
    if (sum(a) != sum(b)) return sum(a) > sum(b);
    auto key = [](const PlaceHits& r) {
      return std::tuple(r.place.code ? r.place.code->file : "", position_of(r.place).line, r.place.unit);
    };
    return key(a) < key(b);
  });
  return rows;
}

// ---- Listening ----------------------------------------------------------------------------------------------------

Recorder::~Recorder() { stop(); }

void Recorder::start() {
  installed = this;
  static bool registered = false;
  if (!std::exchange(registered, true)) pthread_atfork(nullptr, nullptr, after_fork_in_child);
  listener_ = {[](void* self, Str* s) {
                 Recorder& r = *static_cast<Recorder*>(self);
                 if (r.before_) r.before_->interned(r.before_->context, s);
                 r.interned(s);
               },
               [](void* self, Str* s) {
                 Recorder& r = *static_cast<Recorder*>(self);
                 if (r.before_) r.before_->forgotten(r.before_->context, s);
                 r.forgotten(s);
               },
               [](void* self, Str* s) {
                 Recorder& r = *static_cast<Recorder*>(self);
                 if (r.before_) r.before_->found(r.before_->context, s);
                 r.found(s);
               },
               this};
  before_ = std::exchange(g_intern_listener, &listener_);
#if defined(MINIPY_WATCH_COUNTS)
  static CacheListener caches;
  caches = {[](void* self, const Object* p) { static_cast<Recorder*>(self)->handed_out(p); }, this};
  g_cache_listener = &caches;
#endif
}

void Recorder::begin_program(std::string library) {
  if (installed != this) return;
  codes_.set_library(std::move(library));
  counted_ = true;
  vm_add_step_listener(this);
}

void Recorder::stop() {
  if (installed != this) return;
  installed = nullptr;
  g_intern_listener = before_;
#if defined(MINIPY_WATCH_COUNTS)
  g_cache_listener = nullptr;
#endif
  vm_remove_step_listener(this);
}

// A process that the program forks is not watched.
void Recorder::after_fork_in_child() {
  if (installed) installed->stop();
}

}  // namespace minipy::intern
