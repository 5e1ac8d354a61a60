// Which strings a program interns, where, and how often a string, an int or a character that is there already is handed
// out instead of a new one. Interning is told by every executable (runtime/str_intern.h), the caches of small ints and
// characters only by minipy-refs (runtime/cache_events.h).
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/str_intern.h"
#include "stdlib/minipy/places.h"

namespace minipy::intern {

struct InternedString {
  std::string repr;
  ssize length;   // characters
  bool at_start;  // before the program
  Place place;
  uint64_t hits = 0;       // by the program: so often an equal string was exchanged for this one
  bool forgotten = false;  // it has died
};

enum Kind : size_t { kStrings, kInts, kCharacters, kKinds };
inline constexpr const char* kKindNames[kKinds] = {"string", "int", "character"};

class Recorder final : public PlaceListener {
 public:
  Recorder() = default;
  ~Recorder() override;
  // Before the interpreter starts.
  void start();
  // What comes now is the program's doing.
  // Code of files below `library` is the library's.
  void begin_program(std::string library);
  void stop();
  bool counted() const { return counted_; }

  // In the order in which they were interned.
  const std::vector<InternedString>& strings() const { return strings_; }
  // The small ints and characters that were handed out: by their repr, how often.
  const std::map<std::string, uint64_t>& values(Kind kind) const { return values_[kind]; }
  struct PlaceHits {
    Place place;
    uint64_t hits[kKinds] = {};
  };
  std::vector<PlaceHits> places() const;  // most hits first
  uint64_t hits(Kind kind) const { return hits_[kind]; }

 private:
  size_t entry_of(const Str* s);
  void interned(const Str* s);
  void forgotten(const Str* s);
  void found(const Str* s);
  void handed_out(const Object* p);
  void count(Kind kind);
  static void after_fork_in_child();

  InternListener listener_{};
  const InternListener* before_ = nullptr;
  bool counted_ = false;
  std::vector<InternedString> strings_;
  std::unordered_map<const Str*, size_t> entries_;  // of those that live
  std::map<std::string, uint64_t> values_[kKinds];
  std::unordered_map<const Object*, uint64_t*> value_rows_;
  std::map<std::pair<const CodeFacts*, int>, PlaceHits> places_;
  uint64_t hits_[kKinds] = {};
};

}  // namespace minipy::intern
