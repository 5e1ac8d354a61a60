// The record of a run, instruction by instruction: what the recorder (step_recorder.h) writes and the reader
// (step_reader.h, and the page's script in step_page_script.inc) reads. docs/views/step.md describes it for people.
//
// Two logs, in memory that both processes map:
//   definitions   append only: code objects, types, names. Numbered from 1 in the order of their appearance.
//   steps         a ring of chunks. A chunk starts from nothing: its first events tell everything that is known
//   (frames,
//                 values), so that the oldest chunk can be forgotten at any time. Object numbers are the chunk's own.
//
// An event is a byte and its numbers: varints (7 bits a byte, low ones first), signed ones zigzag. The events before a
// step event say what changed; the step event means: this instruction of the current frame is about to run.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace minipy::step {

enum Event : uint8_t {
  kEnd = 0,          // nothing more in this chunk
  kStepAt = 1,       // unit
  kThread = 2,       // thread: from here on, events are this thread's
  kPush = 3,         // frame, code, unit, PushFlags: a frame starts or goes on; its variables are empty until told
  kPop = 4,          // PopHow, object or 0: the innermost frame is gone
  kSlot = 5,         // index among variables and stack, object or 0 (empty)
  kDepth = 6,        // values on the stack; slots above are forgotten
  kObject = 7,       // object, type, address, count, then its state (ObjectKind...): new, or changed
  kCount = 8,        // object, signed change of the reference count
  kHandled = 9,      // object or 0: the exception being handled
  kRaised = 10,      // object, value: the frame's last instruction has raised; an instance, or a class and what it will
                     // be made with (0: nothing)
  kName = 11,        // position in the frame's namespace, name, object or 0 (gone)
  kNameCount = 12,   // names in the frame's namespace; positions above are forgotten
  kBreakpoint = 13,  // number: this breakpoint stopped the run at the step before
  kThreadEnd = 14,   // thread
  kTold = 15,        // what was known when the chunk began has been told
  // From here on: a step, that many code units behind the frame's last one.
  kStepAhead = 0x80,
};

enum PushFlags : uint8_t {
  kResumed = 1,  // a generator goes on
  kOutside = 2,  // its instructions are not recorded (library code)
  kGenerator = 4,
};
enum PopHow : uint8_t { kReturned, kYielded, kBecameGenerator, kRaisedOut, kLost };

// The state of an object.
enum ObjectKind : uint8_t {
  kText = 0,   // text: its repr. "\1" and a byte k+1: the repr of field k stands here
               // then the fields: count, and for each a name and an object or 0
  kInt = 1,    // signed
  kItems = 2,  // opening and closing text, ItemFlags, length, count, objects (twice as many when pairs)
};
enum ItemFlags : uint8_t {
  kPairs = 1,  // key, value
  kTuple = 2,  // a single item is followed by a comma
};

// Definitions.
enum Definition : uint8_t {
  kDefineName = 1,    // text
  kDefineType = 2,    // text: the name
  kDefineCode = 3,    // see write_code() in step_code.cc
  kDefineThread = 4,  // system id
};

inline constexpr uint64_t kStepsPerChunk = 8192;
inline constexpr size_t kChunkBytes = size_t{512} << 10;
inline constexpr size_t kDefinitionBytes = size_t{256} << 20;

struct Chunk {
  uint64_t first_step;  // number of the first step in it, from 0
  uint64_t steps;
  uint64_t bytes;
  uint64_t slot;  // where it lies
};

// ---- When to stop --------------------------------------------------------------------------------------------------

enum class Run : uint32_t {
  kContinue,     // until a breakpoint or watch
  kSteps,        // `count` steps
  kOver,         // until thread `thread` is at `depth` or less
  kLine,         // the same, on another line or again at the beginning of this one
  kFinish,       // until the thread is above `depth`
  kUntilLine,    // `line` (of file `file` if not empty)
  kUntilUnit,    // `unit` of code `code`
  kUntilOpcode,  // `opcode`
};

inline constexpr int kMaxBreakpoints = 64, kMaxWatches = 16, kTextSize = 240;

struct Breakpoint {
  enum Kind : uint32_t { kNone, kAtLine, kAtUnit, kAtFunction } kind;
  uint32_t number;
  int32_t line;  // kAtLine; kAtUnit: the unit
  uint32_t enabled;
  char where[kTextSize];      // file's ending or empty (kAtLine), function name (kAtFunction, kAtUnit)
  char condition[kTextSize];  // expression or empty
};

struct Watch {
  enum Kind : uint32_t { kNone, kVariable, kCount } kind;
  uint32_t number;
  char name[kTextSize];  // a variable of the current frame
};

struct Orders {
  Run run;
  uint32_t thread, depth, line, unit, code, opcode;
  uint32_t count_pad;
  uint64_t count, frame;
  uint32_t into_library;  // record what the current instruction calls, library or not
  uint32_t version;       // of breakpoints and watches
  char file[kTextSize];
  Breakpoint breakpoints[kMaxBreakpoints];
  Watch watches[kMaxWatches];
};

enum class Stopped : uint32_t { kStart, kOrder, kBreakpoint, kWatch, kCondition };

inline constexpr size_t kExpressionSize = 4096, kAnswerSize = 16384;

// The first pages of what both processes map; the logs follow.
struct Shared {
  // Limits, set before anything runs.
  uint64_t history;  // steps to keep
  uint64_t chunk_slots;
  uint32_t lossless;    // the recorder waits for the reader instead of forgetting
  uint32_t library;     // record library code, too
  uint32_t in_order;    // before a blocking call the recorder waits until the reader has read everything
  uint32_t controlled;  // stops at the first step and obeys orders
  // The recorder's progress.
  std::atomic<uint64_t> definition_bytes;
  std::atomic<uint64_t> chunk_count;  // chunks begun so far; chunk n's entry is n % chunk_slots
  std::atomic<uint64_t> first_chunk;  // the oldest one kept
  std::atomic<uint64_t> steps;        // recorded so far
  std::atomic<uint64_t> dropped;      // definitions that found no room
  // The reader's progress (lossless).
  std::atomic<uint64_t> chunks_read;  // this many chunks are done with
  std::atomic<uint64_t> steps_read;   // and this many steps
  std::atomic<uint32_t> reader_gone;
  // Control.
  std::atomic<uint32_t> pause;  // stop at the next step
  Orders orders;
  Stopped stopped;
  uint32_t stopped_number;  // of the breakpoint or watch
  char expression[kExpressionSize];
  char answer[kAnswerSize];
  uint32_t answer_is_error;
  // `chunk_slots` entries of Chunk, the definitions and the chunks follow.
};

inline size_t page_up(size_t n) { return (n + 4095) & ~size_t{4095}; }
inline size_t chunk_table_offset() { return page_up(sizeof(Shared)); }
inline size_t definitions_offset(uint64_t slots) { return chunk_table_offset() + page_up(slots * sizeof(Chunk)); }
inline size_t chunks_offset(uint64_t slots) { return definitions_offset(slots) + kDefinitionBytes; }
inline size_t shared_size(uint64_t slots) { return chunks_offset(slots) + slots * kChunkBytes; }

inline Chunk* chunk_entry(Shared* s, uint64_t n) {
  return reinterpret_cast<Chunk*>(reinterpret_cast<char*>(s) + chunk_table_offset()) + n % s->chunk_slots;
}
inline uint8_t* chunk_data(Shared* s, const Chunk* c) {
  return reinterpret_cast<uint8_t*>(s) + chunks_offset(s->chunk_slots) + c->slot * kChunkBytes;
}
inline uint8_t* definition_data(Shared* s) {
  return reinterpret_cast<uint8_t*>(s) + definitions_offset(s->chunk_slots);
}

// Memory for a record of `history` steps, shared with child processes; null with errno. Pages cost nothing until used.
Shared* shared_new(uint64_t history);

}  // namespace minipy::step
