// What a program does with memory: every block that the allocator gives, resizes and takes back, and every object that
// begins and ends, by type and by source line. Objects are seen by the listener to counts, so only minipy-refs records
// them (gc/object.h); elsewhere a recorder does nothing.
//
// An object is in one block. Blocks without an object are tables of dicts, items of lists, and what the interpreter
// itself needs.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "gc/memory.h"
#include "stdlib/minipy/places.h"

namespace minipy {
struct FreeListInfo;
}

namespace minipy::mem {

// How many there are, and how many there were when most bytes were in use. `moment` is the recorder's number of the
// latest such time: the value of then is kept when it changes for the first time afterwards.
class Level {
 public:
  ssize now() const { return now_; }
  ssize at_peak(uint64_t moment) const { return moment_ == moment ? at_peak_ : now_; }
  void change(ssize by, uint64_t moment) {
    if (moment_ != moment) {
      moment_ = moment;
      at_peak_ = now_;
    }
    now_ += by;
  }

 private:
  ssize now_ = 0, at_peak_ = 0;
  uint64_t moment_ = 0;
};

struct Stock {
  Level live, bytes;
  ssize start = 0, start_bytes = 0;  // when the program began
  void change(int by, size_t size, uint64_t moment);
};
struct Objects {
  uint64_t created = 0, reused = 0, freed = 0;  // reused: so many of the created took their memory from a free list
  Stock stock;                                  // bytes: of their blocks
};
struct Blocks {
  uint64_t allocated = 0, freed = 0, bytes_allocated = 0;  // resizing is both
  Stock stock;
  void change(int by, size_t size, uint64_t moment);
};
struct Line {
  std::string file;  // empty: no Python code was running
  int number;        // 0: none
  bool program;
  Blocks blocks;            // those that were allocated here
  uint64_t objects = 0;     // created here
  uint64_t freed_here = 0;  // blocks freed here, wherever they came from
};
struct FreeListUse {
  std::string type;
  int length;  // of the objects; -1: any
  int limit;
  bool of_objects;                            // false: `taken`, `given` and `missed` are not known
  bool any_room;                              // an object of that length may lie in a larger block
  uint64_t taken = 0, given = 0, missed = 0;  // missed: objects made from new memory
  int held_at_start = 0, held_at_end = 0;
};
enum Domain : size_t { kRaw, kMem, kObject, kDomains };
inline constexpr const char* kDomainNames[kDomains] = {"raw", "mem", "object"};

class Recorder final : public PlaceListener {
 public:
  Recorder() = default;
  ~Recorder() override;
  // Before the interpreter starts: from here on blocks are known.
  void start();
  // The program begins: from here on they are counted.
  // Code of files below `library` is the library's.
  void begin_program(std::string library);
  // The program has ended: nothing is counted any more. Harmless when called again.
  void stop();
  bool counted() const { return counted_; }

  // ---- For reports
  uint64_t moment() const { return moment_; }  // for Level::at_peak
  const std::map<std::string, Objects>& types() const { return types_; }
  const std::vector<std::unique_ptr<Line>>& lines() const { return lines_; }
  const std::vector<FreeListUse>& free_lists() const { return free_lists_; }
  const std::map<size_t, Blocks>& sizes() const { return sizes_; }  // by the size that was asked for
  const Blocks& domain(size_t d) const { return domains_[d]; }
  ssize peak_bytes() const { return peak_; }
  const Place& peak_place() const { return peak_place_; }

 private:
  struct Block {
    size_t size;
    Domain domain;
    Line* line;
    const Object* object;  // null: none lives in it
    Objects* objects;      // of its type, also when it is dead
    bool dead;             // the object died, and the block was not freed: it may be in a free list
  };

  void allocated(Domain domain, void* p, size_t size);
  void freed(Domain domain, void* p);
  void changed(const Object* p, ssize change);
  void died(const void* address);
  void object_ends(Block& block);
  void count(const Block& block, int by);
  void count_object(const Block& block, int by);
  Line* line_now(Domain domain);
  Line* line_of(const std::string& file, int number, bool program);
  // What a type's objects are like.
  struct Shape {
    std::string name;
    size_t fixed, item;  // bytes of a block without items, of an item
  };
  Objects* objects_of(const Type* type);
  FreeListUse* free_list_of(const Block& block, bool kept);
  void see_free_lists();
  void note_peak(Domain domain);
  static void after_fork_in_child();

  std::recursive_mutex lock_;  // blocks of the raw domain come and go without the GIL
  [[maybe_unused]] memory::Listener memory_{};
  const memory::Listener* memory_before_ = nullptr;
  bool counted_ = false;

  std::unordered_map<const void*, Block> blocks_;
  std::unordered_map<const void*, Block*> objects_;  // the blocks of living objects
  Block resized_{};                                  // while memory::resizing()
  ptrdiff_t resized_offset_ = 0;
  std::map<std::string, Objects> types_;
  std::unordered_map<const void*, Objects*> type_rows_;  // by type
  std::vector<FreeListUse> free_lists_;
  std::map<std::pair<std::string, int>, size_t> free_list_rows_;
  const FreeListInfo* last_free_list_ = nullptr;  // of those in free_lists_
  std::unordered_map<const Objects*, Shape> shapes_;
  std::vector<std::unique_ptr<Line>> lines_;
  std::map<std::pair<std::string, int>, Line*> line_rows_;
  std::unordered_map<const CodeFacts*, std::vector<Line*>> unit_lines_;
  std::map<size_t, Blocks> sizes_;
  Blocks domains_[kDomains];
  ssize bytes_ = 0, peak_ = 0;
  uint64_t moment_ = 1;
  Place peak_place_{};
};

}  // namespace minipy::mem
