// Records a run (format: step_format.h) as the VM's listener. It keeps a shadow of what it has told: the frames of
// every thread with what their variables and stack hold, and the state of every object seen from there, so that a step
// costs a comparison and a few bytes. Raw memory only; objects are read, never called, and no count changes.
//
// What is told about an object: address, type, reference count, repr, and what it leads to: the first kMaxItems items,
// to kMaxDepth levels. It is told when the object is seen for the first time and when it is found changed.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "stdlib/minipy/step_format.h"
#include "vm/step_listener.h"

namespace minipy::step {

inline constexpr int kMaxDepth = 4, kMaxItems = 16, kMaxNames = 64, kMaxObjectsPerStep = 300;

// Memory that is given back as a whole.
class Arena {
 public:
  ~Arena();
  void* take(size_t size);
  void clear();

 private:
  static constexpr size_t kBlock = size_t{256} << 10;
  std::vector<char*> blocks_, large_;
  size_t block_ = 0, used_ = 0;
};

struct Entry;
struct Field {
  Object* object;  // as it was; only compared
  Entry* entry;    // null: no object there
  uint32_t name;   // of kText
};

// An object as it was told last.
struct Entry {
  Object* object;
  Type* type;
  ssize count;
  uint64_t digest;  // of what is not among the fields
  uint32_t number;  // in the chunk; 0: not told yet
  uint32_t type_number;
  uint32_t seen;  // serial number of the look that saw it
  uint8_t kind;   // ObjectKind
  uint8_t repr;   // ReprKind
  uint8_t flags;  // ItemFlags
  int8_t depth;   // levels below it that were told
  uint32_t field_count;
  uint32_t text_size;
  int64_t value;     // kInt; kItems: length
  const char* text;  // kText; kItems: opening and closing, split at `middle`
  uint32_t middle;
  Field* fields;
};

struct CodeShadow {
  uint32_t number;
  bool program;  // not library code
  std::string file, name, qualified_name;
  int local_count;
  std::vector<int> lines;        // by unit
  std::vector<bool> line_start;  // by unit: the first unit of a line's piece
  uint64_t breakpoints;          // those that may apply here (bits), as of `orders_version`
  uint32_t orders_version;
};

struct Slot {
  Object* object;
  Entry* entry;
};
struct NameSlot {
  Str* key;
  uint32_t name;
  Object* object;
  Entry* entry;
};
struct FrameShadow {
  InterpreterFrame* frame;
  CodeShadow* code;
  uint64_t number;
  uint8_t flags;  // PushFlags
  int unit = -1;
  int depth = 0;
  bool quick = false;  // the last instruction changed nothing but the stack and plain variables
  std::vector<Slot> slots;
  uint64_t namespace_version = 0;
  std::vector<NameSlot> names;
};

struct ThreadShadow {
  ThreadState* thread;
  uint32_t number;
  std::vector<FrameShadow> frames;
  Object* handled_object = nullptr;
  Entry* handled = nullptr;
};

class Recorder : public StepListener {
 public:
  // Code of files below `library` or in a folder of installed packages is the library's, that of `program` never.
  Recorder(Shared* shared, std::string library, std::string program);

  void before_instruction(ThreadState* t, InterpreterFrame* frame, const CodeUnit* pc, Value* sp) override;
  void frame_left(ThreadState* t, InterpreterFrame* frame, FrameLeft how, Object* value) override;
  void raised(ThreadState* t, InterpreterFrame* frame) override;
  void code_freed(CodeRuntime* runtime) override;

 protected:
  // After a step was recorded, before the instruction runs.
  virtual void recorded(ThreadShadow& thread, FrameShadow& frame, int unit) = 0;
  // The ring is full and the reader has not read its oldest chunk. False: give up recording.
  virtual bool wait_for_reader() = 0;

  // What a listener method must not do while recording is off (conditions being evaluated, child processes).
  bool off_ = false;
  Shared* const shared_;
  // Library code is recorded while thread `into_thread_` is deeper than `into_depth_` (0: not at all).
  uint32_t into_thread_ = 0, into_depth_ = 0;
  FrameShadow* top_frame(ThreadShadow& t) { return t.frames.empty() ? nullptr : &t.frames.back(); }
  // What the variable holds in the frame, as recorded; null: unknown name or no value.
  const Entry* variable(const FrameShadow& frame, std::string_view name);
  static bool has_variable(const FrameShadow& frame, std::string_view name);
  void put_breakpoint(uint32_t number);

 private:
  // ---- Writing (step_recorder.cc)
  void put(uint64_t v) {
    while (v >= 0x80) {
      *p_++ = static_cast<uint8_t>(v | 0x80);
      v >>= 7;
    }
    *p_++ = static_cast<uint8_t>(v);
  }
  void put_signed(int64_t v) { put((static_cast<uint64_t>(v) << 1) ^ static_cast<uint64_t>(v >> 63)); }
  void put_text(std::string_view s);
  void event(Event e) { *p_++ = e; }
  uint32_t number_of(const Entry* e) { return e ? e->number : 0; }
  void start_chunk();
  void tell_everything();
  Entry* tell_again(Entry* old);

  // ---- Threads and frames
  ThreadShadow& thread_of(ThreadState* t);
  void switch_to(ThreadShadow& t);
  FrameShadow* enter(ThreadShadow& t, InterpreterFrame* frame, CodeShadow* code, int unit);
  FrameShadow& push(ThreadShadow& t, InterpreterFrame* frame, CodeShadow* code, int unit, uint8_t flags);
  void pop(ThreadShadow& t, PopHow how, Entry* value);
  void compare_values(FrameShadow& f, InterpreterFrame* frame, Value* sp, bool quick);
  void compare_namespace(FrameShadow& f, InterpreterFrame* frame, bool quick);
  void compare_handled(ThreadShadow& t);
  static bool is_quick(const FrameShadow& f, const InterpreterFrame* frame, int opcode, Value* sp);

  // ---- Objects (step_objects.cc)
  Entry* see(Object* p, int depth);
  void look(Entry* e, Object* p, int depth);
  void look_quickly(Entry* e, Object* p) {
    if (e->type != p->type) return look(e, p, kMaxDepth);
    if (e->count != p->refcount) put_count(e, p);
  }
  void put_count(Entry* e, Object* p);
  void describe(Entry* e, Object* p, int depth);
  void describe_items(Entry* e, Object* p, int depth);
  void describe_fields(Entry* e, Object* p, int depth);
  void describe_known(Entry* e, Object* p, int depth);
  void set_text_with_fields(Entry* e, std::string& text, std::span<Field> fields, int depth);
  void set_fields(Entry* e, std::span<Field> fields, int depth);
  void put_object(const Entry* e);
  bool unchanged(const Entry* e, Object* p) const;
  Entry* find_entry(Object* p);
  void grow_table();
  void set_text(Entry* e, std::string_view opening, std::string_view closing = {});
  bool room() const { return p_ < soft_end_ && objects_left_ > 0; }

  // ---- Definitions (step_code.cc)
  // `caller`: the frame from which it runs, null: none; it decides about code that comes from no file.
  CodeShadow* code_of(Code* code, InterpreterFrame* caller);
  void define(Definition what, const std::string& content);
  uint32_t name_number(std::string_view name);
  uint32_t name_of_str(const Str* s);
  uint32_t type_number(Type* t);
  std::string code_content(Code* code, CodeShadow* shadow);
  bool is_library(const Code* code, InterpreterFrame* caller);

  const std::string library_, program_;
  uint8_t* p_ = nullptr;
  uint8_t* chunk_begin_ = nullptr;
  uint8_t* soft_end_ = nullptr;  // where a step no longer starts
  Chunk* chunk_ = nullptr;
  uint64_t next_chunk_ = 0, next_frame_ = 1;
  uint32_t next_object_ = 1, serial_ = 0;
  int objects_left_ = 0;
  bool disturbed_ = true;  // code ran since the last step that was not recorded
  ThreadShadow* current_ = nullptr;
  std::vector<std::unique_ptr<ThreadShadow>> threads_;
  uint32_t next_thread_ = 1;
  std::unordered_map<InterpreterFrame*, uint64_t> generator_frames_;

  Arena arenas_[2];
  Arena* arena_ = &arenas_[0];
  std::vector<Entry*> table_;  // by address, open addressing
  size_t entry_count_ = 0;

  std::unordered_map<CodeRuntime*, std::unique_ptr<CodeShadow>> codes_;
  std::unordered_map<std::string, uint32_t> names_, types_;
  struct CachedName {
    const Str* str;
    uint32_t number;
    std::string text;
  };
  std::unordered_map<const Str*, CachedName> name_cache_;
  struct CachedType {
    uint32_t number;
    std::string name;
    const char* tp_name;
  };
  std::unordered_map<Type*, CachedType> type_cache_;
  uint32_t next_name_ = 1, next_type_ = 1, next_code_ = 1;
  std::string scratch_;
};

}  // namespace minipy::step
