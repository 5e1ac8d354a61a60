#include "stdlib/minipy/mem_recorder.h"

#include <pthread.h>

#include <algorithm>

#include "gc/collector.h"
#include "gc/memory_watch.h"
#include "runtime/free_list.h"
#include "runtime/type.h"
#include "stdlib/minipy/safe_text.h"
#include "vm/gil.h"

namespace minipy::mem {

namespace {

Recorder* installed = nullptr;

[[maybe_unused]] Domain domain_of(memory::Domain d) {
  return d == memory::Domain::kRaw ? kRaw : d == memory::Domain::kMem ? kMem : kObject;
}

// How far the object lies behind the beginning of its block.
ptrdiff_t header_size(const Type* type) {
  if (!(type->flags & kTypeHaveGc)) return 0;
  return type->flags & kTypeManagedDict ? 2 * sizeof(GcHeader) : sizeof(GcHeader);
}

}  // namespace

// ---- Counting -----------------------------------------------------------------------------------------------------

void Stock::change(int by, size_t size, uint64_t moment) {
  live.change(by, moment);
  bytes.change(by * static_cast<ssize>(size), moment);
}
void Blocks::change(int by, size_t size, uint64_t moment) {
  (by > 0 ? allocated : freed)++;
  if (by > 0) bytes_allocated += size;
  stock.change(by, size, moment);
}

void Recorder::count(const Block& block, int by) {
  block.line->blocks.change(by, block.size, moment_);
  sizes_[block.size].change(by, block.size, moment_);
  domains_[block.domain].change(by, block.size, moment_);
  bytes_ += by * static_cast<ssize>(block.size);
}

void Recorder::count_object(const Block& block, int by) { block.objects->stock.change(by, block.size, moment_); }

// What is there now is what was there when most bytes were in use, until it changes.
void Recorder::note_peak(Domain domain) {
  if (!counted_ || bytes_ < peak_) return;
  moment_++;
  if (bytes_ == peak_) return;
  peak_ = bytes_;
  peak_place_ = domain == kRaw && !gil_held_by_me() ? Place{} : place();
}

// ---- Rows ---------------------------------------------------------------------------------------------------------

Line* Recorder::line_of(const std::string& file, int number, bool program) {
  Line*& row = line_rows_[{file, number}];
  if (!row) {
    lines_.push_back(std::make_unique<Line>(Line{file, number, program, {}}));
    row = lines_.back().get();
  }
  return row;
}

Line* Recorder::line_now(Domain domain) {
  Place at{};
  if (domain != kRaw || gil_held_by_me()) at = place();
  if (!at.code) return line_of("", 0, false);
  std::vector<Line*>& lines = unit_lines_[at.code];
  if (lines.empty()) lines.resize(std::max<size_t>(at.code->units.size(), 1));
  Line*& line = lines[std::min(static_cast<size_t>(at.unit), lines.size() - 1)];
  if (!line) line = line_of(at.code->file, std::max(position_of(at).line, 0), at.code->program);
  return line;
}

Objects* Recorder::objects_of(const Type* type) {
  Objects*& row = type_rows_[type];
  if (!row) {
    std::string name;
    append_type_full_name(name, type);
    row = &types_[name];
    shapes_[row] = {std::move(name), static_cast<size_t>(header_size(type) + type->basicsize),
                    static_cast<size_t>(type->itemsize)};
  }
  return row;
}

// Those that were registered since.
void Recorder::see_free_lists() {
  auto next = [this] { return last_free_list_ ? last_free_list_->next : minipy::free_lists(); };
  while (const FreeListInfo* list = next()) {
    last_free_list_ = list;
    free_list_rows_[{list->type, list->length}] = free_lists_.size();
    // minipy's own list of ints takes those of one digit, however many they were allocated for.
    free_lists_.push_back({list->type, list->length, list->limit, list->put_aside != nullptr, list->own});
  }
}

// The list that a dead object is kept in, or that a new one would have been taken from. Null: there is none.
FreeListUse* Recorder::free_list_of(const Block& block, bool kept) {
  see_free_lists();
  const Shape& shape = shapes_[block.objects];
  auto find = [&](int length) {
    auto row = free_list_rows_.find({shape.name, length});
    return row == free_list_rows_.end() ? nullptr : &free_lists_[row->second];
  };
  if (shape.item == 0 || block.size < shape.fixed) return find(-1);
  const int room = static_cast<int>((block.size - shape.fixed) / shape.item);
  FreeListUse* exact = find(room);
  if (exact || !kept) return exact;
  for (FreeListUse& list : free_lists_) {
    if (list.any_room && list.length <= room && list.type == shape.name) return &list;
  }
  return nullptr;
}

// ---- Blocks -------------------------------------------------------------------------------------------------------

void Recorder::allocated(Domain domain, void* p, size_t size) {
  std::lock_guard guard(lock_);
  Block block{size, domain, line_now(domain), nullptr, nullptr, false};
  if (memory::resizing() && domain != kRaw) {
    // The object has moved with its block.
    std::swap(resized_.object, block.object);
    block.objects = std::exchange(resized_.objects, nullptr);
  }
  Block& placed = blocks_[p] = block;
  if (block.object) {
    placed.object = reinterpret_cast<const Object*>(static_cast<char*>(p) + resized_offset_);
    objects_[placed.object] = &placed;
    count_object(placed, 1);
  }
  count(placed, 1);
  note_peak(domain);
}

void Recorder::freed(Domain domain, void* p) {
  std::lock_guard guard(lock_);
  Line* line = line_now(domain);  // looking for the place may allocate
  auto found = blocks_.find(p);
  if (found == blocks_.end()) return;
  Block& block = found->second;
  line->freed_here++;
  if (block.object && memory::resizing() && domain != kRaw) {
    resized_ = block;
    resized_offset_ = reinterpret_cast<const char*>(block.object) - static_cast<const char*>(p);
    objects_.erase(block.object);
    count_object(block, -1);
  } else if (block.object) {
    object_ends(block);
  }
  count(block, -1);
  blocks_.erase(found);
}

// ---- Objects ------------------------------------------------------------------------------------------------------

void Recorder::changed(const Object* p, ssize change) {
  if (p->refcount != 1 || change != 1) return;
  std::lock_guard guard(lock_);
  const Type* type = type_of(p);
  auto found = blocks_.find(reinterpret_cast<const char*>(p) - header_size(type));
  // Static, or alive: a count that was 0 for a while.
  if (found == blocks_.end() || found->second.object) return;
  Block& block = found->second;
  block.object = p;
  block.objects = objects_of(type);
  objects_[p] = &block;
  block.objects->created++;
  block.objects->reused += block.dead;
  if (FreeListUse* list = free_list_of(block, block.dead)) (block.dead ? list->taken : list->missed)++;
  block.dead = false;
  line_now(block.domain)->objects++;
  count_object(block, 1);
  note_peak(block.domain);
}

void Recorder::object_ends(Block& block) {
  objects_.erase(block.object);
  type_rows_.erase(block.object);  // if it is a type: another may come to lie there
  block.objects->freed++;
  count_object(block, -1);
  block.object = nullptr;
}

// The dealloc slot has returned. Where the block is still there the object is put aside for reuse, unless its finalizer
// has revived it.
void Recorder::died(const void* address) {
  std::lock_guard guard(lock_);
  codes_.forget(address);
  auto found = objects_.find(address);
  if (found == objects_.end() || static_cast<const Object*>(address)->refcount > 0) return;
  Block& block = *found->second;
  object_ends(block);
  block.dead = true;
  if (FreeListUse* list = free_list_of(block, true)) list->given++;
}

// ---- Listening ----------------------------------------------------------------------------------------------------

Recorder::~Recorder() { stop(); }

void Recorder::start() {
#if defined(MINIPY_WATCH_COUNTS)
  installed = this;
  static bool registered = false;
  if (!std::exchange(registered, true)) pthread_atfork(nullptr, nullptr, after_fork_in_child);
  memory_ = {[](void* self, memory::Domain domain, void* p, size_t size) {
               Recorder& r = *static_cast<Recorder*>(self);
               if (r.memory_before_) r.memory_before_->allocated(r.memory_before_->context, domain, p, size);
               r.allocated(domain_of(domain), p, size);
             },
             [](void* self, memory::Domain domain, void* p) {
               Recorder& r = *static_cast<Recorder*>(self);
               if (r.memory_before_) r.memory_before_->freed(r.memory_before_->context, domain, p);
               r.freed(domain_of(domain), p);
             },
             this};
  memory_before_ = memory::set_listener(&memory_);
  static CountListener listener;
  listener = {[](void* self, Object* p, ssize change) { static_cast<Recorder*>(self)->changed(p, change); },
              [](void* self, const void* address) { static_cast<Recorder*>(self)->died(address); }, this};
  g_count_listener = &listener;
#endif
}

void Recorder::begin_program(std::string library) {
  if (installed != this) return;
  codes_.set_library(std::move(library));
  std::lock_guard guard(lock_);
  see_free_lists();
  for (FreeListUse& list : free_lists_) list.taken = list.given = list.missed = 0;
  for (const FreeListInfo* list = minipy::free_lists(); list; list = list->next) {
    free_lists_[free_list_rows_[{list->type, list->length}]].held_at_start = list->held(*list);
  }
  auto begin = [](Stock& stock) {
    stock.start = stock.live.now();
    stock.start_bytes = stock.bytes.now();
  };
  auto restart = [&](Blocks& blocks) {
    blocks.allocated = blocks.freed = blocks.bytes_allocated = 0;
    begin(blocks.stock);
  };
  for (auto& [name, objects] : types_) {
    objects.created = objects.reused = objects.freed = 0;
    begin(objects.stock);
  }
  for (auto& line : lines_) {
    line->objects = line->freed_here = 0;
    restart(line->blocks);
  }
  for (auto& [size, blocks] : sizes_) restart(blocks);
  for (Blocks& blocks : domains_) restart(blocks);
  counted_ = true;
  peak_ = bytes_;
  moment_++;
  vm_add_step_listener(this);
}

void Recorder::stop() {
  if (installed != this) return;
  installed = nullptr;
  memory::set_listener(memory_before_);
#if defined(MINIPY_WATCH_COUNTS)
  g_count_listener = nullptr;
#endif
  vm_remove_step_listener(this);
  std::lock_guard guard(lock_);
  see_free_lists();
  for (const FreeListInfo* list = minipy::free_lists(); list; list = list->next) {
    free_lists_[free_list_rows_[{list->type, list->length}]].held_at_end = list->held(*list);
  }
}

// A process that the program forks is not watched.
void Recorder::after_fork_in_child() {
  if (!installed) return;
  new (&installed->lock_) std::recursive_mutex;  // whoever held it is not here
  installed->stop();
}

}  // namespace minipy::mem
